"""The recogniser's graph, with the head on it, in PyTorch, so that all of it can be trained: lines of any length in a batch.

Lines lie left in their batch. What stands behind a line's end would be seen by convolutions, averages and the attention, so it
is kept at nought before each of these: a line reads as it would alone.

Most of the time goes into the convolutions before :data:`training.backbone.MAP`; these are computed in bfloat16 where that is
faster, the rest in float32.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import onnx
import torch
import torch.nn.functional as nn
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

from training.backbone import MAP

LARGEST_CONSTANT = 1  # numbers; what is larger was learnt
FAR_BELOW = -1e9  # a logit of what is not there
_LAST = "linear_8."  # the last layer's tensors, which stay as they are

Change = Callable[[str, Tensor], Tensor]
"""What is made of a tensor, given its name, before a convolution sees it."""


class Network:
    """What an ONNX model computes up to the ``wanted`` tensors. ``tensors`` are its weights by name, as the file has them."""

    def __init__(self, model: bytes, wanted: Iterable[str], fast: torch.dtype = torch.float32) -> None:
        graph = onnx.load_from_string(model).graph
        self.tensors = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
        self._input = next(i.name for i in graph.input if i.name not in self.tensors)
        self._wanted, self._fast = tuple(wanted), fast
        self._nodes = _needed(list(graph.node), set(self._wanted))
        self._late = _behind(self._nodes, MAP)

    def kernels(self) -> dict[str, NDArray[np.float32]]:
        """The weights that mix channels at a place or along a line: what a product of two narrow matrices can correct."""
        names = {node.input[1] for node in self._nodes if node.op_type in ("Conv", "MatMul")} & self._learnt()
        return {name: self.tensors[name].numpy() for name in sorted(names) if min(self.tensors[name].shape[:2]) > 1}

    def others(self) -> dict[str, NDArray[np.float32]]:
        """The other weights: kernels of single channels, biases, scales."""
        fixed = {name for node in self._nodes if node.op_type == "BatchNormalization" for name in node.input[3:]}
        return {name: self.tensors[name].numpy() for name in sorted(self._learnt() - self.kernels().keys() - fixed)}

    def _learnt(self) -> set[str]:
        """The weights before the last layer. Those of a head on it are in float16."""
        used = {name for node in self._nodes for name in node.input} & self.tensors.keys()
        held = {name: self.tensors[name] for name in used if not name.startswith(_LAST)}
        return {name for name, value in held.items() if value.dtype == torch.float32 and value.numel() > LARGEST_CONSTANT}

    def __call__(
        self, tensors: Mapping[str, Tensor], images: Tensor, widths: Tensor, change: Change = lambda _, x: x
    ) -> list[Tensor]:
        """The wanted tensors, the weights being those of the file but for ``tensors``.

        ``images`` ``(lines, 3, 48, width)`` from −1 to 1, width in eights; ``widths`` ``(lines,)`` in pixels, in eights.
        """
        images = images.contiguous(memory_format=torch.channels_last)
        values: dict[str, Any] = {**self.tensors, **tensors, self._input: images}
        turned: dict[str, Tensor] = {}
        ends = _Ends(images.shape[3], widths)
        for node in self._nodes:
            kind = torch.float32 if node.output[0] in self._late else self._fast
            inputs = [_as(kind, name, values, turned) for name in node.input]
            if node.op_type == "Conv":
                inputs[0] = change(node.input[0], inputs[0])
            values[node.output[0]] = _OPERATIONS[node.op_type](_Node(node, ends), *inputs)
        return [values[name].float() for name in self._wanted]


def _as(kind: torch.dtype, name: str, values: Mapping[str, Any], turned: dict[str, Tensor]) -> Any:
    """A tensor in the numbers of its operation; what was ``turned`` into the faster ones is kept, for several may take it."""
    value = values[name]
    if not (torch.is_tensor(value) and value.is_floating_point()) or value.dtype == kind:
        return value
    if kind == torch.float32:
        return value.float()
    if name not in turned:
        turned[name] = value.to(kind)
    return turned[name]


class _Ends:
    """Where lines end, at each scale."""

    def __init__(self, width: int, widths: Tensor) -> None:
        self._width, self._widths = width, widths
        self._found: dict[tuple[int, torch.dtype], Tensor] = {}

    def there(self, x: Tensor) -> Tensor:
        """``(lines, length)``: 1 on the line, 0 behind it, where the batch's width is as long as the last side of ``x``."""
        length = x.shape[-1]
        key = (length, x.dtype)
        if key not in self._found:
            places = torch.arange(length, device=x.device)[None, :] * (self._width // length)
            self._found[key] = (places < self._widths[:, None]).to(x.dtype)
        return self._found[key]

    def kept(self, x: Tensor) -> Tensor:
        """``x`` ``(lines, …, length)`` with nought behind the lines' ends."""
        return x * self.there(x).reshape(x.shape[0], *(1,) * (x.ndim - 2), x.shape[-1])


class _Node:
    """An operation's attributes, and the lines' ends."""

    def __init__(self, node: onnx.NodeProto, ends: _Ends) -> None:
        self.ends = ends
        self._attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}

    def __getitem__(self, name: str) -> Any:
        return self._attributes[name]

    def get(self, name: str, otherwise: Any) -> Any:
        return self._attributes.get(name, otherwise)


def _needed(nodes: list[onnx.NodeProto], wanted: set[str]) -> list[onnx.NodeProto]:
    """The nodes that lead to the ``wanted`` tensors, in their order."""
    wanted, kept = set(wanted), []
    for node in reversed(nodes):
        if wanted & set(node.output):
            wanted.update(node.input)
            kept.append(node)
    return kept[::-1]


def _behind(nodes: list[onnx.NodeProto], tensor: str) -> set[str]:
    """The tensors that are computed from ``tensor``."""
    found = {tensor}
    for node in nodes:
        if found & set(node.input):
            found.update(node.output)
    return found - {tensor}


def _convolution(node: _Node, x: Tensor, kernel: Tensor, bias: Tensor | None = None) -> Tensor:
    """Along a line, or along and across it."""
    sides = kernel.ndim - 2
    if kernel.shape[-1] > 1:
        x = node.ends.kept(x)
    pads = node.get("pads", [0] * 2 * sides)
    if node.get("auto_pad", b"NOTSET") == b"SAME_UPPER":  # of kernels two wide, one apart
        pads = [0] * sides + [side - 1 for side in kernel.shape[2:]]
    before, after = pads[:sides], pads[sides:]
    if before != after:
        x, before = nn.pad(x, [p for side in reversed(range(sides)) for p in (before[side], after[side])]), [0] * sides
    convolve = nn.conv1d if sides == 1 else nn.conv2d
    ones = [1] * sides
    return convolve(x, kernel, bias, node.get("strides", ones), before, node.get("dilations", ones), node.get("group", 1))


def _normalised(node: _Node, x: Tensor, scale: Tensor, bias: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    factor = scale / torch.sqrt(variance + node["epsilon"])
    return x * factor[:, None, None] + (bias - mean * factor)[:, None, None]


def _mean(node: _Node, x: Tensor) -> Tensor:
    axes, kept = tuple(node["axes"]), bool(node.get("keepdims", 1))
    if axes != (2, 3):
        return x.mean(axes, keepdim=kept)
    there = node.ends.there(x)[:, None, None, :]
    return (x * there).sum(axes, keepdim=kept) / (there.sum(axes, keepdim=kept) * x.shape[2])


def _softmax(node: _Node, x: Tensor) -> Tensor:
    return torch.softmax(x + FAR_BELOW * (1 - node.ends.there(x))[:, None, None, :], node["axis"])


def _largest_pool(node: _Node, x: Tensor) -> Tensor:
    """Of windows one apart that reach over the right and lower edges; behind the line there is nought, and nothing is less."""
    high, wide = node["kernel_shape"]
    return nn.max_pool2d(nn.pad(node.ends.kept(x), (0, wide - 1, 0, high - 1)), (high, wide), 1)


def _slice(_: _Node, x: Tensor, starts: Tensor, ends: Tensor, axes: Sequence[int] | Tensor = (0,), *_steps: Tensor) -> Tensor:
    places = [slice(None)] * x.ndim
    for start, end, axis in zip(*(np.ravel(part).tolist() for part in (starts, ends, axes)), strict=True):
        places[axis] = slice(start, min(end, x.shape[axis]))
    return x[tuple(places)]


def _reshape(_: _Node, x: Tensor, shape: Tensor) -> Tensor:
    return x.reshape([x.shape[place] if side == 0 else side for place, side in enumerate(shape.reshape(-1).tolist())])


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "Add": lambda _, a, b: a + b,
    "AveragePool": lambda node, x: nn.avg_pool2d(x, node["kernel_shape"]),
    "BatchNormalization": _normalised,
    "Cast": lambda _, x: x.float(),  # the head's weights
    "Concat": lambda node, *parts: torch.cat(parts, node["axis"]),
    "Conv": _convolution,
    "Div": lambda _, a, b: a / b,
    "Erf": lambda _, x: torch.erf(x),
    "HardSigmoid": lambda node, x: torch.clamp(node["alpha"] * x + node["beta"], 0, 1),
    "Identity": lambda _, x: x,
    "MatMul": lambda _, a, b: a @ b,
    "MaxPool": _largest_pool,
    "Mul": lambda _, a, b: a * b,
    "Pow": lambda _, a, b: a**b,
    "ReduceMean": _mean,
    "Relu": lambda _, x: nn.relu(x),
    "Reshape": _reshape,
    "Shape": lambda _, x: torch.tensor(x.shape),
    "Sigmoid": lambda _, x: torch.sigmoid(x),
    "Slice": _slice,
    "Softmax": _softmax,
    "Sqrt": lambda _, x: torch.sqrt(x),
    "Squeeze": lambda node, x: x.squeeze(tuple(node["axes"])),
    "Sub": lambda _, a, b: a - b,
    "Transpose": lambda node, x: x.permute(node["perm"]),
    "Unsqueeze": lambda node, x: x.unsqueeze(*node["axes"]),
}
