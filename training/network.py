"""The recogniser's graph in JAX, so that what is before its last layer can be trained: lines of several lengths in a batch.

Lines lie left in their batch. What stands behind a line's end would be seen by convolutions, averages and the attention, so it
is kept at nought before each of these: a line reads as it would alone.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from ocrect.engines.ppocr import models
from training.backbone import MAP, NECK

Tensors = Mapping[str, Any]
LARGEST_CONSTANT = 1  # numbers; what is larger was learnt
FAR_BELOW = -1e9  # a logit of what is not there
_LAST = "linear_8."


class Seen(NamedTuple):
    """What the network makes of lines: ``neck`` ``(lines, frames, 120)``, ``columns`` ``(lines, frames, 2304)``."""

    neck: jax.Array
    columns: jax.Array


class Network:
    """The recogniser up to its last layer. ``tensors`` are its weights by name, as the file has them."""

    def __init__(self) -> None:
        graph = onnx.load_from_string(models.model_file(models.RECOGNITION_FILE).read_bytes()).graph
        held = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        self.tensors = {name: value for name, value in held.items() if not name.startswith(_LAST)}
        self._input = next(i.name for i in graph.input if i.name not in held)
        self._nodes = _needed(list(graph.node), {MAP, NECK})

    def kernels(self) -> dict[str, NDArray[np.float32]]:
        """The weights that mix channels at a place or along a line: what a product of two narrow matrices can correct."""
        names = {node.input[1] for node in self._nodes if node.op_type in ("Conv", "MatMul") and node.input[1] in self.tensors}
        return {name: self.tensors[name] for name in sorted(names) if min(self.tensors[name].shape[:2]) > 1}

    def others(self) -> dict[str, NDArray[np.float32]]:
        """The other weights: kernels of single channels, biases, scales."""
        used = {name for node in self._nodes for name in node.input}
        kernels = self.kernels()
        small = {name: value for name, value in self.tensors.items() if name in used and name not in kernels}
        fixed = {name for node in self._nodes if node.op_type == "BatchNormalization" for name in node.input[3:]}
        return {
            name: v for name, v in small.items() if v.dtype == np.float32 and v.size > LARGEST_CONSTANT and name not in fixed
        }

    def __call__(self, tensors: Tensors, images: jax.Array, widths: jax.Array) -> Seen:
        """``images`` ``(lines, 3, 48, width)`` from −1 to 1, width in eights; ``widths`` ``(lines,)`` in pixels, in eights."""
        values: dict[str, Any] = {**self.tensors, **tensors, self._input: images}
        ends = _Ends(images.shape[3], widths)
        for node in self._nodes:
            values[node.output[0]] = _OPERATIONS[node.op_type](_Node(node, ends), *(values[name] for name in node.input))
        maps = values[MAP]
        lines, channels, rows, columns = maps.shape
        frames = columns // 2
        flat = maps.reshape(lines, channels, rows, frames, 2).transpose(0, 3, 4, 2, 1).reshape(lines, frames, -1)
        return Seen(values[NECK], flat)


class _Ends:
    """Where lines end, at each scale."""

    def __init__(self, width: int, widths: jax.Array) -> None:
        self._width, self._widths = width, widths

    def there(self, length: int) -> jax.Array:
        """``(lines, length)``: 1 on the line, 0 behind it, where the batch's width is ``length`` long."""
        scale = self._width // length
        return (jnp.arange(length)[None, :] * scale < self._widths[:, None]).astype(jnp.float32)


class _Node:
    """An operation's attributes, and the lines' ends."""

    def __init__(self, node: onnx.NodeProto, ends: _Ends) -> None:
        self.ends = ends
        self._attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}

    def __getitem__(self, name: str) -> Any:
        return self._attributes[name]

    def get(self, name: str, otherwise: Any) -> Any:
        return self._attributes.get(name, otherwise)

    def padding(self) -> str | list[tuple[int, int]]:
        """As JAX wants it, of two dimensions."""
        if self.get("auto_pad", b"NOTSET") == b"SAME_UPPER":
            return "SAME"
        top, left, bottom, right = self.get("pads", [0, 0, 0, 0])
        return [(top, bottom), (left, right)]


def _needed(nodes: list[onnx.NodeProto], wanted: set[str]) -> list[onnx.NodeProto]:
    """The nodes that lead to the ``wanted`` tensors, in their order."""
    wanted, kept = set(wanted), []
    for node in reversed(nodes):
        if wanted & set(node.output):
            wanted.update(node.input)
            kept.append(node)
    return kept[::-1]


def _convolution(node: _Node, x: jax.Array, kernel: jax.Array) -> jax.Array:
    if kernel.shape[2:] == (1, 1) and node["strides"] == [1, 1]:
        return jnp.einsum("oi,nihw->nohw", kernel[:, :, 0, 0], x)
    if kernel.shape[3] > 1:
        x = x * node.ends.there(x.shape[3])[:, None, None, :]
    if node["group"] > 1:
        return _channel_by_channel(x, kernel[:, 0], node["strides"], node.padding())
    return jax.lax.conv_general_dilated(
        x, kernel, node["strides"], node.padding(), rhs_dilation=node["dilations"], feature_group_count=node["group"]
    )


def _channel_by_channel(x: jax.Array, kernel: jax.Array, strides: list[int], padding: Any) -> jax.Array:
    """A convolution of each channel with its own kernel ``(channels, height, width)``, as a sum of shifted products: a GPU
    takes the slope of a grouped convolution many times longer.
    """
    (above, below), (left, right) = padding
    padded = jnp.pad(x, ((0, 0), (0, 0), (above, below), (left, right)))
    high, wide = kernel.shape[1:]
    rows = range(0, padded.shape[2] - high + 1, strides[0])
    columns = padded.shape[3] - wide + 1
    return sum(
        padded[:, :, y : y + rows[-1] + 1 : strides[0], left : left + columns] * kernel[:, y, left, None, None]
        for y in range(high)
        for left in range(wide)
    )


def _normalised(node: _Node, x: jax.Array, scale: Any, bias: Any, mean: Any, variance: Any) -> jax.Array:
    factor = scale / jnp.sqrt(variance + node["epsilon"])
    return x * factor[:, None, None] + (bias - mean * factor)[:, None, None]


def _mean(node: _Node, x: jax.Array) -> jax.Array:
    axes, kept = tuple(node["axes"]), bool(node.get("keepdims", 1))
    if axes != (2, 3):
        return x.mean(axes, keepdims=kept)
    there = node.ends.there(x.shape[3])[:, None, None, :]
    return (x * there).sum(axes, keepdims=kept) / (there.sum(axes, keepdims=kept) * x.shape[2])


def _softmax(node: _Node, x: jax.Array) -> jax.Array:
    return jax.nn.softmax(x + FAR_BELOW * (1 - node.ends.there(x.shape[3]))[:, None, None, :], node["axis"])


def _average_pool(node: _Node, x: jax.Array) -> jax.Array:
    (high, wide), (lines, channels, height, width) = node["kernel_shape"], x.shape
    return x.reshape(lines, channels, height // high, high, width // wide, wide).mean((3, 5))


def _largest_pool(node: _Node, x: jax.Array) -> jax.Array:
    """Of windows one apart that reach over the right and lower edges; behind the line there is nought, and nothing is less."""
    x = x * node.ends.there(x.shape[3])[:, None, None, :]
    high, wide = node["kernel_shape"]
    padded = jnp.pad(x, ((0, 0), (0, 0), (0, high - 1), (0, wide - 1)))
    parts = [padded[:, :, y : y + x.shape[2], left : left + x.shape[3]] for y in range(high) for left in range(wide)]
    return functools.reduce(jnp.maximum, parts)


def _slice(_: _Node, x: Any, starts: Any, ends: Any, axes: Any = (0,), *_steps: Any) -> Any:
    places = [slice(None)] * x.ndim
    for start, end, axis in zip(*(np.ravel(part).tolist() for part in (starts, ends, axes)), strict=True):
        places[axis] = slice(start, end)
    return x[tuple(places)]


def _reshape(_: _Node, x: Any, shape: Any) -> Any:
    sides = [x.shape[place] if side == 0 else side for place, side in enumerate(np.ravel(shape).tolist())]
    return x.reshape(sides)


def _concatenated(node: _Node, *parts: Any) -> Any:
    known = all(isinstance(part, np.ndarray) for part in parts)
    return (np if known else jnp).concatenate(parts, node["axis"])


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "Add": lambda _, a, b: a + b,
    "AveragePool": _average_pool,
    "BatchNormalization": _normalised,
    "Concat": _concatenated,
    "Conv": _convolution,
    "Div": lambda _, a, b: a / b,
    "Erf": lambda _, x: jax.scipy.special.erf(x),
    "HardSigmoid": lambda node, x: jnp.clip(node["alpha"] * x + node["beta"], 0, 1),
    "Identity": lambda _, x: x,
    "MatMul": lambda _, a, b: a @ b,
    "MaxPool": _largest_pool,
    "Mul": lambda _, a, b: a * b,
    "Pow": lambda _, a, b: a**b,
    "ReduceMean": _mean,
    "Relu": lambda _, x: jax.nn.relu(x),
    "Reshape": _reshape,
    "Shape": lambda _, x: np.array(x.shape, np.int64),
    "Sigmoid": lambda _, x: jax.nn.sigmoid(x),
    "Slice": _slice,
    "Softmax": _softmax,
    "Sqrt": lambda _, x: jnp.sqrt(x),
    "Squeeze": lambda node, x: x.squeeze(tuple(node["axes"])),
    "Sub": lambda _, a, b: a - b,
    "Transpose": lambda node, x: x.transpose(node["perm"]),
    "Unsqueeze": lambda node, x: np.expand_dims(x, tuple(node["axes"])),
}
