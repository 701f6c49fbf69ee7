"""The PP-OCRv6 models inside the ``rapidocr`` wheel: where they are, their alphabet, the recogniser cut to the symbols wanted.

The recogniser ends in ``Softmax(features @ W + b)`` over 18,710 classes, most of them CJK ideographs. For Latin scripts the
columns of ``W`` and ``b`` that are not wanted are removed before the model is loaded, which takes a quarter to a third off
its time. The remaining probabilities are those of the whole model divided by their sum, a factor for each frame; by CTC's
product over frames it is one constant for the line, so that no difference of log-likelihoods between two texts changes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from ocrect.checksum import sha256_of
from ocrect.engines.ppocr import protobuf
from ocrect.errors import MissingDependencyError

DETECTION_FILE = "PP-OCRv6_det_small.onnx"
RECOGNITION_FILE = "PP-OCRv6_rec_small.onnx"
HINT = "Run: pip install rapidocr==3.10.0"

VANISHING = 1e-30
"""Weights below this are as good as none: beside any other addend of a float32 sum they change nothing, unless values reach
1e20. Yet products of them are subnormal numbers, with which most processors count a hundred times slower.
"""

# Field numbers of onnx.proto3.
_MODEL_GRAPH, _MODEL_METADATA = 7, 14
_GRAPH_INITIALIZER = 5
_TENSOR_DIMS, _TENSOR_DATA_TYPE, _TENSOR_NAME, _TENSOR_RAW_DATA = 1, 2, 8, 9
_FLOAT, _INT64, _HALF = 1, 7, 10  # data types
_TYPES = {_FLOAT: np.float32, _INT64: np.int64, _HALF: np.float16}
_ENTRY_KEY, _ENTRY_VALUE = 1, 2


def is_symbol(symbol: str) -> bool:
    """True for every single code point: the whole alphabet."""
    return len(symbol) == 1


def model_file(name: str) -> Path:
    """The path of a model inside the installed ``rapidocr`` package; nothing is imported or downloaded.

    Raises:
        MissingDependencyError: the package, or this model in it, is missing.
    """
    try:
        path = Path(str(distribution("rapidocr").locate_file(f"rapidocr/models/{name}")))
    except PackageNotFoundError:
        raise MissingDependencyError("the package rapidocr, which carries the PP-OCR models, is missing", hint=HINT) from None
    if not path.is_file():
        raise MissingDependencyError(f"this version of rapidocr carries no {name}", hint=HINT)
    return path


sha256 = lru_cache(maxsize=8)(sha256_of)
"""The SHA-256 of a model's file, computed once."""


def session(model: bytes, threads: int) -> ort.InferenceSession:
    """An onnxruntime session on the CPU; ``threads`` 0: as many as physical cores.

    Its runs take the memory of all layers' maps from a pool of its own, onnxruntime's arena, which grows to what the largest
    run needed unless it is given back (:func:`pool_given_back`).
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A plan of the memory would be kept for each size of input, and every page and line has its own.
    options.enable_mem_pattern = False
    # Threads that wait sleep: spinning ones cost a third more CPU time on two cores and take it from other processes.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def pool_given_back() -> ort.RunOptions:
    """For runs of a session: what its pool has free after one goes back to the system."""
    options = ort.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


def recogniser(model: bytes, wanted: Callable[[str], bool] = is_symbol) -> tuple[bytes, tuple[str, ...]]:
    """The recognition model with only the ``wanted`` symbols, and these: the symbols of its output columns 1… (0 is blank).

    A symbol that is not in Unicode's normal form C is never kept, since text is NFC.
    """
    known = symbols(model)
    keep = [i for i, s in enumerate(known) if wanted(s) and unicodedata.normalize("NFC", s) == s]
    if len(keep) == len(known):
        return model, known
    columns = np.array([0, *(i + 1 for i in keep)])
    classes = len(known) + 1

    def cut_graph(graph: bytes) -> bytes:
        return protobuf.rewritten(graph, _GRAPH_INITIALIZER, lambda tensor: _cut_tensor(tensor, classes, columns))

    return protobuf.rewritten(model, _MODEL_GRAPH, cut_graph), tuple(known[i] for i in keep)


def without_vanishing(model: bytes) -> bytes:
    """The model with 0 for each weight below :data:`VANISHING`, which training left in channels that it gave up.

    PP-OCRv6's detector has a quarter of a million of them, in two layers that take two thirds of its time with them.
    """
    return _changed(model, lambda _, values: np.where(np.abs(values) < VANISHING, np.float32(0), values))


def shifted(model: bytes, shifts: Mapping[str, NDArray[np.float32]]) -> bytes:
    """The model with the given numbers added to the float32 weights of these names, whatever the shape of either.

    Raises:
        KeyError: the model has no weight of such a name.
    """
    missing = set(shifts)

    def change(name: str, values: NDArray[np.float32]) -> NDArray[np.float32]:
        missing.discard(name)
        return values + shifts[name].ravel() if name in shifts else values

    made = _changed(model, change) if shifts else model
    if missing:
        raise KeyError(f"the model has no weights {sorted(missing)}")
    return made


def tensor(message: bytes) -> tuple[str, NDArray[np.float32]]:
    """The name and the numbers of a graph's initializer, in float32 whatever their type."""
    found = [(number, value) for number, value, _ in protobuf.fields(message)]
    dims = [int.from_bytes(value, "little") for number, value in found if number == _TENSOR_DIMS]
    single = dict(found)
    kind = _TYPES[int.from_bytes(single[_TENSOR_DATA_TYPE], "little")]
    values = np.frombuffer(single[_TENSOR_RAW_DATA], kind).reshape(dims)
    return single[_TENSOR_NAME].decode("utf-8"), values.astype(np.float32)


def _changed(model: bytes, change: Callable[[str, NDArray[np.float32]], NDArray[np.float32]]) -> bytes:
    """The model with each float32 weight as ``change`` makes it of its name and its numbers, one behind another."""

    def changed_tensor(message: bytes) -> bytes:
        found = {number: value for number, value, _ in protobuf.fields(message)}
        if int.from_bytes(found.get(_TENSOR_DATA_TYPE, b""), "little") != _FLOAT:
            return message
        name = found.get(_TENSOR_NAME, b"").decode("utf-8")
        return protobuf.rewritten(
            message, _TENSOR_RAW_DATA, lambda raw: change(name, np.frombuffer(raw, np.float32)).astype(np.float32).tobytes()
        )

    return protobuf.rewritten(model, _MODEL_GRAPH, lambda graph: protobuf.rewritten(graph, _GRAPH_INITIALIZER, changed_tensor))


def symbols(model: bytes) -> tuple[str, ...]:
    """The recogniser's symbols in the order of its classes 1…; the last one is the space, which its metadata leaves out."""
    listed = metadata(model).get("character")
    if listed is None:
        raise MissingDependencyError("the recognition model does not name its symbols", hint=HINT)
    return (*listed.rstrip("\n").split("\n"), " ")


def metadata(model: bytes) -> dict[str, str]:
    """What an ONNX model's file says about itself."""
    entries = [{n: v for n, v, _ in protobuf.fields(entry)} for n, entry, _ in protobuf.fields(model) if n == _MODEL_METADATA]
    return {entry[_ENTRY_KEY].decode("utf-8"): entry[_ENTRY_VALUE].decode("utf-8") for entry in entries}


def _cut_tensor(tensor: bytes, classes: int, columns: NDArray[np.int64]) -> bytes:
    """A float32 tensor whose last axis runs over the classes, with only the given columns; any other tensor unchanged."""
    fields = list(protobuf.fields(tensor))
    dims = [int.from_bytes(value, "little") for number, value, _ in fields if number == _TENSOR_DIMS]
    if not dims or dims[-1] != classes:
        return tensor
    data = next(value for number, value, _ in fields if number == _TENSOR_RAW_DATA)
    cut = np.frombuffer(data, np.float32).reshape(dims)[..., columns]
    rest = b"".join(raw for number, _, raw in fields if number not in (_TENSOR_DIMS, _TENSOR_RAW_DATA))
    shape = b"".join(protobuf.varint(_TENSOR_DIMS << 3) + protobuf.varint(d) for d in cut.shape)
    return shape + rest + protobuf.length_delimited(_TENSOR_RAW_DATA, cut.tobytes())
