"""The trained head as an ONNX graph that is appended to the recogniser's own: ``latin.onnx``, its weights in float16."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ocrect.engines.ppocr import models
from ocrect.engines.ppocr.head import DOWN, SHIFT, UP
from training.backbone import LOGITS, MAP, MAP_SHAPE, MAP_WIDTH
from training.head import FAR, FAR_REACH, HEEDED, LEAST, OLD_SHARE, OWN_CASE, REACH, WIDE, Shipped
from training.train import STEPS

CONVOLUTIONS = ("first", "second", *(part for name in FAR for part in (name, f"{name}_mixed")))
LAST = ("correction", "new")
OPSET = 11  # that of the recogniser
NECK_BY_CHANNEL = "p2o.pd_op.squeeze.0.0"
"""The neck's tensor ``(1, 120, frames)``, from which :data:`training.backbone.NECK` is turned."""
OWN, HALF = "latin.", ".half"
"""What the names of the head's tensors begin with, and those of its weights, which are kept in float16, end with."""
TRAINED, OUTPUT = "latin.logits", "latin.posterior"
"""What the head is trained by, and what is shipped."""
SILENCE = 1e4  # nats; float16 holds it
STEP = 0.01
"""What one step of the map's eight bits stands for where the map is not kept in eight bits: any unit would do."""


class Written(NamedTuple):
    """What a head's file holds: the weights as they were trained, the classes that the old last layer has no say in, the
    corrections of the layers before by their names (:mod:`training.adapter`), and the commands that led to it.
    """

    weights: dict[str, NDArray[np.float32]]
    neglected: tuple[int, ...]
    corrections: dict[str, NDArray[np.float32]]
    history: tuple[str, ...]


def model(
    head: Shipped,
    step: NDArray[np.float32] | float,
    symbols: tuple[str, ...],
    *,
    temperature: float,
    about: Mapping[str, str],
    corrections: Mapping[str, NDArray[np.float32]] | None = None,
) -> bytes:
    """The head's file; ``step`` is what one of the map's eight bits stood for, by ``temperature`` the posterior's logarithm is
    divided. ``corrections`` are those of the layers before (:mod:`training.adapter`).
    """
    nodes, initializers = [], []
    for name, kernel in (kernels(head.weights, step) | _shares(head.known)).items():
        initializers.append(numpy_helper.from_array(kernel.astype(np.float16), name))
        nodes.append(helper.make_node("Cast", [name], [name.removesuffix(HALF)], to=TensorProto.FLOAT))
    for name, part in (corrections or {}).items():
        initializers.append(numpy_helper.from_array(part.astype(np.float16), name))
    initializers.append(numpy_helper.from_array(head.other_case, "latin.other_case"))
    for name, number in (("temperature", temperature), ("least", LEAST), ("own_case", OWN_CASE)):
        initializers.append(numpy_helper.from_array(np.array(number, np.float32), f"latin.{name}"))
    nodes += _nodes()
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in (MAP, NECK_BY_CHANNEL, LOGITS)]
    output = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "latin", inputs, [output], initializers)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    backbone = hashlib.sha256(models.model_file(models.RECOGNITION_FILE).read_bytes()).hexdigest()
    helper.set_model_props(made, {"character": "\n".join(symbols), "backbone": backbone, **about})
    data: bytes = made.SerializeToString(deterministic=True)
    return data


def read(path: Path, step: NDArray[np.float32] | float = STEP) -> Written:
    """What a file holds that :func:`model` made, for features whose map has that ``step``; weights are rounded to float16."""
    held = onnx.load(path)
    tensors = {t.name: numpy_helper.to_array(t).astype(np.float32) for t in held.graph.initializer}
    about = {entry.key: entry.value for entry in held.metadata_props}
    corrections = {name: value for name, value in tensors.items() if name.endswith((UP, DOWN, SHIFT))}
    weights = weights_of(tensors, step)
    symbols = about["character"].split("\n")
    bias = weights["correction_bias"] = weights["correction_bias"].copy()
    silent = tensors[f"{OWN}silenced{HALF}"][1 : len(bias)] < 0
    neglected = tuple(
        n for n, (is_silent, s) in enumerate(zip(silent, symbols, strict=False), start=1) if is_silent and s != " "
    )
    bias[list(neglected)] -= HEEDED
    return Written(weights, neglected, corrections, tuple(about["made_by"].split("; ")))


def _unit(step: NDArray[np.float32] | float) -> NDArray[np.float32]:
    """What the map's numbers are divided by before the head sees them, ``(2304, 1)``."""
    return (np.broadcast_to(np.asarray(step, np.float32), MAP_WIDTH) * STEPS)[:, None].astype(np.float32)


def kernels(weights: Mapping[str, NDArray[np.float32]], step: NDArray[np.float32] | float) -> dict[str, NDArray[np.float32]]:
    """The weights as ONNX's convolutions have them, by their names in the file: (out, in, along the line), the map's (out, in,
    rows, columns).
    """
    columns, rows, channels = MAP_SHAPE
    narrow = (weights["map"] / _unit(step)).reshape(columns, rows, channels, -1).transpose(3, 2, 1, 0)
    found = {
        "map": narrow,
        **{name: weights[name].transpose(2, 1, 0) for name in CONVOLUTIONS},
        **{f"{name}_bias": weights[f"{name}_bias"] for name in ("map", *CONVOLUTIONS, *LAST)},
        **{name: weights[name].T[:, :, None] for name in LAST},
    }
    return {f"{OWN}{name}{HALF}": kernel for name, kernel in found.items()}


def weights_of(tensors: Mapping[str, NDArray[np.float32]], step: NDArray[np.float32] | float) -> dict[str, NDArray[np.float32]]:
    """The weights of which these are the :func:`kernels`."""
    held = {name.removeprefix(OWN).removesuffix(HALF): value for name, value in tensors.items()}
    return {
        "map": held["map"].transpose(3, 2, 1, 0).reshape(MAP_WIDTH, -1) * _unit(step),
        **{name: held[name].transpose(2, 1, 0) for name in CONVOLUTIONS},
        **{f"{name}_bias": held[f"{name}_bias"] for name in ("map", *CONVOLUTIONS, *LAST)},
        **{name: held[name][:, :, 0].T for name in LAST},
    }


def _shares(known: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """What :func:`training.head.log_posterior` weighs the classes with, by the names in the file."""
    found = {"silenced": SILENCE * (known - 1), "kept": 1 - OLD_SHARE * known, "shared": OLD_SHARE * known[:, None]}
    return {f"{OWN}{name}{HALF}": share for name, share in found.items()}


def _nodes() -> list[onnx.NodeProto]:
    """The graph from the recogniser's tensors to the posterior, as :func:`training.head.log_posterior` computes it."""
    columns, rows, _ = MAP_SHAPE
    places = ("letters", *(f"{name}_added" for name in FAR))
    return [
        _convolution(MAP, "map", "narrow4", kernel_shape=[rows, columns], strides=[rows, columns]),
        helper.make_node("Squeeze", ["latin.narrow4"], ["latin.narrow3"], axes=[2]),
        helper.make_node("Relu", ["latin.narrow3"], ["latin.narrow"]),
        helper.make_node("Concat", ["latin.narrow", NECK_BY_CHANNEL], ["latin.both"], axis=1),
        _convolution("latin.both", "first", "first_sum", pads=[REACH[0] // 2] * 2),
        helper.make_node("Relu", ["latin.first_sum"], ["latin.near"]),
        _convolution("latin.near", "second", "second_sum", pads=[REACH[1] // 2] * 2),
        helper.make_node("Relu", ["latin.second_sum"], ["latin.second_seen"]),
        helper.make_node("Add", ["latin.near", "latin.second_seen"], ["latin.letters"]),
        *(node for before, name in zip(places, FAR, strict=False) for node in _far(before, name)),
        _convolution(f"latin.{places[-1]}", "correction", "moved"),
        _convolution(f"latin.{places[-1]}", "new", "added"),
        helper.make_node("Transpose", ["latin.moved"], ["latin.moved_frames"], perm=[0, 2, 1]),
        helper.make_node("Transpose", ["latin.added"], ["latin.added_frames"], perm=[0, 2, 1]),
        helper.make_node("Add", [LOGITS, "latin.moved_frames"], ["latin.old"]),
        helper.make_node("Concat", ["latin.old", "latin.added_frames"], ["latin.logits"], axis=2),
        helper.make_node("Softmax", ["latin.logits"], ["latin.found"], axis=2),
        helper.make_node("Concat", [LOGITS, "latin.added_frames"], ["latin.before"], axis=2),
        helper.make_node("Add", ["latin.before", "latin.silenced"], ["latin.known"]),
        helper.make_node("Softmax", ["latin.known"], ["latin.said"], axis=2),
        helper.make_node("MatMul", ["latin.found", "latin.shared"], ["latin.part"]),
        helper.make_node("Mul", ["latin.said", "latin.part"], ["latin.of_old"]),
        helper.make_node("Mul", ["latin.found", "latin.kept"], ["latin.of_head"]),
        helper.make_node("Add", ["latin.of_head", "latin.of_old"], ["latin.mixed"]),
        *_cases(),
        helper.make_node("Max", ["latin.cased", "latin.least"], ["latin.bounded"]),
        helper.make_node("Log", ["latin.bounded"], ["latin.nats"]),
        helper.make_node("Div", ["latin.nats", "latin.temperature"], ["latin.tempered"]),
        helper.make_node("Softmax", ["latin.tempered"], [OUTPUT], axis=2),
    ]


def _cases() -> list[onnx.NodeProto]:
    """What is said of a letter's two cases together, parted between them."""
    return [
        helper.make_node("Mul", ["latin.found", "latin.own_case"], ["latin.own_word"]),
        helper.make_node("Add", ["latin.said", "latin.own_word"], ["latin.case_word"]),
        helper.make_node("Add", ["latin.case_word", "latin.least"], ["latin.case_weight"]),
        helper.make_node("Gather", ["latin.case_weight", "latin.other_case"], ["latin.other_weight"], axis=2),
        helper.make_node("Add", ["latin.case_weight", "latin.other_weight"], ["latin.both_weights"]),
        helper.make_node("Div", ["latin.case_weight", "latin.both_weights"], ["latin.case"]),
        helper.make_node("Gather", ["latin.mixed", "latin.other_case"], ["latin.other_mixed"], axis=2),
        helper.make_node("Add", ["latin.mixed", "latin.other_mixed"], ["latin.both_mixed"]),
        helper.make_node("Mul", ["latin.both_mixed", "latin.case"], ["latin.cased"]),
    ]


def _far(before: str, name: str) -> list[onnx.NodeProto]:
    """What the convolution ``name`` adds to what is seen at ``before``."""
    apart = FAR[name]
    return [
        _convolution(
            f"latin.{before}", name, f"{name}_sum", pads=[apart * (FAR_REACH // 2)] * 2, dilations=[apart], group=WIDE
        ),
        helper.make_node("Relu", [f"latin.{name}_sum"], [f"latin.{name}_seen"]),
        _convolution(f"latin.{name}_seen", f"{name}_mixed", f"{name}_mixed_sum"),
        helper.make_node("Relu", [f"latin.{name}_mixed_sum"], [f"latin.{name}_around"]),
        helper.make_node("Add", [f"latin.{before}", f"latin.{name}_around"], [f"latin.{name}_added"]),
    ]


def _convolution(source: str, name: str, result: str, **attributes: list[int] | int) -> onnx.NodeProto:
    return helper.make_node("Conv", [source, f"latin.{name}", f"latin.{name}_bias"], [f"latin.{result}"], **attributes)
