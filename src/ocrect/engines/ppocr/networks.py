"""What runs the networks: onnxruntime in float32, or OpenVINO (an extra) in the precision that the settings name.

OpenVINO would choose bfloat16 by itself where a CPU has it, which changes what is read on some lines; so its precision is
always said to it, and stands in the record. Its runtime tells its maker nothing (:mod:`ocrect.telemetry`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocrect import telemetry
from ocrect.engines.ppocr import models
from ocrect.errors import MissingDependencyError
from ocrect.settings import Settings

Network = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""From a network's one input to its one output. Several threads may call it."""

LARGE = 3 * 48 * 2400
"""Numbers of an input after which the memory of a run is given back, not kept for the next one."""

OPENVINO = "openvino-"
"""What the names of its ways to compute begin with; the precision follows."""


def network(model: bytes, settings: Settings, threads: int) -> Network:
    """An ONNX model, run as ``settings.inference`` says, by so many ``threads`` a call with onnxruntime, by one with OpenVINO.

    Raises:
        MissingDependencyError: OpenVINO is asked for and not installed.
    """
    model = models.without_vanishing(model)
    if not settings.inference.startswith(OPENVINO):
        session = models.session(model, threads)
        name, given_back = session.get_inputs()[0].name, models.pool_given_back()
        return lambda tensor: np.asarray(session.run(None, {name: tensor}, given_back if tensor.size > LARGE else None)[0])
    return _OpenVino(model, settings.inference.removeprefix(OPENVINO), settings.cores)


def mapping(model: bytes, settings: Settings, threads: int) -> Network:
    """The same for a model whose output ``(1, 1, height, width)`` is a map of its input ``(1, channels, height, width)``."""
    if settings.inference.startswith(OPENVINO):
        return network(model, settings, threads)
    return _Mapping(models.session(models.without_vanishing(model), threads))


class _Mapping:
    """Its layers' maps are so large that a third of the time went to taking each from the system and giving it back. So those
    of a run come from one pool, which is given back after it. The output is not of the pool: it would hold much of it.
    """

    def __init__(self, session: Any) -> None:
        self._session, self._given_back = session, models.pool_given_back()
        self._input, self._output = session.get_inputs()[0].name, session.get_outputs()[0].name

    def __call__(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        output = np.empty((1, 1, *tensor.shape[2:]), np.float32)
        bound = self._session.io_binding()
        bound.bind_cpu_input(self._input, tensor)
        bound.bind_output(self._output, "cpu", 0, np.float32, output.shape, output.ctypes.data)
        self._session.run_with_iobinding(bound, self._given_back)
        return output


def used(settings: Settings) -> dict[str, str]:
    """What ran the networks, for the record: nothing where it was onnxruntime, as ever."""
    if not settings.inference.startswith(OPENVINO):
        return {}
    return {"inference": settings.inference, "openvino": version("openvino")}


class _OpenVino:
    """A compiled model and a request of its own for each thread that calls it."""

    def __init__(self, model: bytes, precision: str, streams: int) -> None:
        try:
            with telemetry.openvino_switched_off():
                import openvino
        except ImportError as error:
            raise MissingDependencyError(
                f"inference={OPENVINO}{precision} needs the package openvino", hint="Run: pip install 'ocrect[openvino]'"
            ) from error
        core = openvino.Core()
        hints = {
            "INFERENCE_PRECISION_HINT": precision,
            "NUM_STREAMS": str(streams),
            "INFERENCE_NUM_THREADS": str(streams),
        }
        self._compiled: Any = core.compile_model(core.read_model(model, b""), "CPU", hints)
        self._own = threading.local()

    def __call__(self, tensor: NDArray[np.float32]) -> NDArray[np.float32]:
        request = getattr(self._own, "request", None)
        if request is None:
            request = self._own.request = self._compiled.create_infer_request()
        return np.array(request.infer([tensor])[0])  # a copy: the request's own output is overwritten by its next call
