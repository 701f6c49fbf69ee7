"""The trained head as an ONNX graph that is appended to the recogniser's own: ``latin.onnx``, its weights in float16."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from ocrect.engines.ppocr import models
from training.backbone import LOGITS, MAP, MAP_SHAPE
from training.head import FAR, FAR_REACH, LEAST, OLD_SHARE, OWN_CASE, REACH, WIDE, Shipped
from training.train import STEPS

OPSET = 11  # that of the recogniser
NECK_BY_CHANNEL = "p2o.pd_op.squeeze.0.0"
"""The neck's tensor ``(1, 120, frames)``, from which :data:`training.backbone.NECK` is turned."""
OUTPUT = "latin.posterior"
SILENCE = 1e4  # nats; float16 holds it


def write(
    path: Path,
    head: Shipped,
    step: NDArray[np.float32],
    symbols: tuple[str, ...],
    *,
    temperature: float,
    about: Mapping[str, str],
) -> None:
    """Write the head; ``step`` is what one of the map's eight bits stood for, by ``temperature`` the posterior's logarithm is
    divided.
    """
    nodes, initializers = [], []
    for name, kernel in (_kernels(head.weights, step) | _shares(head.known)).items():
        initializers.append(numpy_helper.from_array(kernel.astype(np.float16), f"latin.{name}.half"))
        nodes.append(helper.make_node("Cast", [f"latin.{name}.half"], [f"latin.{name}"], to=TensorProto.FLOAT))
    initializers.append(numpy_helper.from_array(head.other_case, "latin.other_case"))
    for name, number in (("temperature", temperature), ("least", LEAST), ("own_case", OWN_CASE)):
        initializers.append(numpy_helper.from_array(np.array(number, np.float32), f"latin.{name}"))
    nodes += _nodes()
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in (MAP, NECK_BY_CHANNEL, LOGITS)]
    output = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, None)
    model = helper.make_model(
        helper.make_graph(nodes, "latin", inputs, [output], initializers), opset_imports=[helper.make_opsetid("", OPSET)]
    )
    backbone = hashlib.sha256(models.model_file(models.RECOGNITION_FILE).read_bytes()).hexdigest()
    helper.set_model_props(model, {"character": "\n".join(symbols), "backbone": backbone, **about})
    path.write_bytes(model.SerializeToString(deterministic=True))


def _kernels(weights: Mapping[str, NDArray[np.float32]], step: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """The weights as ONNX's convolutions have them: (out, in, along the line), the map's (out, in, rows, columns)."""
    columns, rows, channels = MAP_SHAPE
    flat = weights["map"] / (step * STEPS)[:, None]
    narrow = flat.reshape(columns, rows, channels, -1).transpose(3, 2, 1, 0)
    return {
        "map": narrow,
        "map_bias": weights["map_bias"],
        "first": weights["first"].transpose(2, 1, 0),
        "first_bias": weights["first_bias"],
        "second": weights["second"].transpose(2, 1, 0),
        "second_bias": weights["second_bias"],
        **{part: weights[part].transpose(2, 1, 0) for name in FAR for part in (name, f"{name}_mixed")},
        **{f"{part}_bias": weights[f"{part}_bias"] for name in FAR for part in (name, f"{name}_mixed")},
        "correction": weights["correction"].T[:, :, None],
        "correction_bias": weights["correction_bias"],
        "new": weights["new"].T[:, :, None],
        "new_bias": weights["new_bias"],
    }


def _shares(known: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """What :func:`training.head.log_posterior` weighs the classes with."""
    return {"silenced": SILENCE * (known - 1), "kept": 1 - OLD_SHARE * known, "shared": OLD_SHARE * known[:, None]}


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
