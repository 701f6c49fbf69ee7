"""The head of our own on PP-OCRv6's recogniser: every letter of the languages in Latin script (made by ``training/``).

The recogniser's last layer does not have the Vietnamese letters and some signs, but what the layers before it make of a line
tells them apart. ``latin.onnx`` is a graph of convolutions over that: it adds a correction to the logits of the last layer's
symbols and gives logits of its own for the others. Its nodes and weights are appended to the recogniser's graph, so that one
run of one session reads a line. The file also holds small corrections of the layers before, which are added to these when the
model is loaded (LoRA; Hu et al., 2021). What it was trained on and how well it reads is in ``latin.md`` beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr import models, protobuf
from ocrect.errors import MissingDependencyError

FILE = "latin.onnx"
UP, DOWN, SHIFT = ".up", ".down", ".shift"
"""What the names of a weight's correction end with: a product of two narrow matrices, or a number for each of its numbers."""

# Field numbers of onnx.proto3.
_MODEL_GRAPH = 7
_GRAPH_NODE, _GRAPH_INITIALIZER, _GRAPH_OUTPUT, _GRAPH_VALUE_INFO = 1, 5, 12, 13


def latin(model: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The recogniser with the shipped head in its last layer's place; the symbols of its output columns 1… (0 is the blank).

    Raises:
        MissingDependencyError: the recogniser is not the one that the head was trained on.
    """
    return grafted(model, _file())


def grafted(model: bytes, head: bytes) -> tuple[bytes, tuple[str, ...]]:
    """The same for any head: ``head`` is an ONNX model that reads tensors of the recogniser by their names."""
    about = models.metadata(head)
    if about["backbone"] != hashlib.sha256(model).hexdigest():
        raise MissingDependencyError("the head of the recogniser was trained on another version of it", hint=models.HINT)
    symbols = tuple(about["character"].split("\n"))
    wanted = set(symbols)
    cut, known = models.recogniser(model, lambda symbol: symbol in wanted)
    if known != symbols[: len(known)]:
        raise MissingDependencyError("the head and the recogniser differ in their symbols", hint=models.HINT)
    (graph,) = (value for number, value, _ in protobuf.fields(head) if number == _MODEL_GRAPH)
    tensors = [(*models.tensor(v), raw) for number, v, raw in protobuf.fields(graph) if number == _GRAPH_INITIALIZER]
    corrections = {name: value for name, value, _ in tensors if name.endswith((UP, DOWN, SHIFT))}
    weights = b"".join(raw for name, _, raw in tensors if name not in corrections)
    parts = {_GRAPH_NODE, _GRAPH_OUTPUT}
    added = weights + b"".join(raw for number, _, raw in protobuf.fields(graph) if number in parts)
    whole = models.shifted(cut, shifts(corrections))
    return protobuf.rewritten(whole, _MODEL_GRAPH, lambda own: _open_ended(own) + added), symbols


def shifts(corrections: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """What is added to each corrected weight, by its name."""
    kernels = (name.removesuffix(UP) for name in corrections if name.endswith(UP))
    products = {name: corrections[name + UP] @ corrections[name + DOWN] for name in kernels}
    return products | {name.removesuffix(SHIFT): value for name, value in corrections.items() if name.endswith(SHIFT)}


def sha256() -> str:
    """The SHA-256 of the head's file in hexadecimal."""
    return hashlib.sha256(_file()).hexdigest()


@lru_cache(maxsize=1)
def _file() -> bytes:
    return files("ocrect.engines.ppocr").joinpath(FILE).read_bytes()


def _open_ended(graph: bytes) -> bytes:
    """The graph without its output and without the shapes that it states, which are those of the whole last layer."""
    ends = {_GRAPH_OUTPUT, _GRAPH_VALUE_INFO}
    return b"".join(raw for number, _, raw in protobuf.fields(graph) if number not in ends)
