"""How many layers of a model go onto the GPUs: a pure function of the model's header, the free memory and the request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ocrect.errors import SettingsError
from ocrect.hub.gguf import GgufHeader

# What llama.cpp needs on a device beside weights, cache and buffers for a pass: its own context, and the logits of a pass.
OVERHEAD = 560 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Device:
    """A GPU with its free memory in bytes, as its driver says."""

    name: str
    free: int


@dataclass(frozen=True, slots=True)
class Plan:
    """``layers`` on the GPUs of ``total`` (the output head counts as one), the bytes they need there, and why so many."""

    layers: int
    total: int
    bytes_needed: int
    words: str


def plan(header: GgufHeader, devices: Sequence[Device], wanted: str, context: int, batch: int) -> Plan:
    """The layers to put onto ``devices`` for ``wanted`` (a number, ``all`` or ``auto``), with a context of so many tokens and
    passes of ``batch``.

    ``auto`` takes as many as the free memory holds, ``all`` and a number are taken at their word (loading backs off if they
    do not fit); a number beyond the model's layers means all.

    Raises:
        SettingsError: ``wanted`` is none of these, or negative.
    """
    if wanted not in ("auto", "all") and not wanted.isdecimal():
        raise SettingsError(f"gpu_layers={wanted!r} is not a number of layers (0 or more), 'all' or 'auto'")
    costs = _costs(header, context)
    total = len(costs)
    if not devices:
        asked = "" if wanted in ("auto", "0") else f" although {wanted} layers were asked for on a GPU"
        return Plan(0, total, 0, f"all {total} layers on the CPU{asked}: there is no GPU that llama.cpp can use")
    names = ", ".join(f"{d.name} ({d.free / 2**30:.1f} GiB free)" for d in devices)
    if wanted == "auto":
        layers = _fitting(costs, [max(0, d.free - OVERHEAD - pass_bytes(header, min(batch, context))) for d in devices])
    else:
        layers = total if wanted == "all" else min(int(wanted), total)
    needed = sum(costs[:layers])
    where = f"{layers} of {total} layers ({needed / 2**30:.1f} GiB) on {names}" if layers else f"all {total} layers on the CPU"
    if wanted == "auto" and layers < total:
        where += f": {sum(costs) / 2**30:.1f} GiB would be needed for all" + ("" if layers else f" on {names}")
    elif wanted.isdecimal() and int(wanted) > total:
        where += f": the model has no {wanted}"
    return Plan(layers, total, needed, where)


def pass_bytes(header: GgufHeader, batch: int) -> int:
    """Bytes of the buffers for a pass of so many tokens: 24 numbers of 32 bits for each of a token's embedding, at most.

    llama.cpp's own log says 22 for Qwen2.5-0.5B and 16 for SmolLM2-135M, at 2,048 tokens and more.
    """
    return 24 * 4 * header.embedding_length * batch


def _costs(header: GgufHeader, context: int) -> list[int]:
    """Bytes on a GPU of each layer, in the order in which llama.cpp takes them there: the last layers first, then the head.

    The embeddings stay on the CPU; where the file has no head of its own they are copied, so the head costs at most as much
    as all that is not in a layer.
    """
    cache = header.cache_bytes_per_token * min(context, header.context_length or context)
    layers = header.layer_bytes or (0,) * header.layers
    return [size + cache for size in reversed(layers)] + [header.other_bytes]


def _fitting(costs: Sequence[int], rooms: Sequence[int]) -> int:
    """How many of the first ``costs`` fit into the rooms, filled one after the other; a layer is never split."""
    left = list(rooms)
    for count, cost in enumerate(costs):
        while left and left[0] < cost:
            left.pop(0)
        if not left:
            return count
        left[0] -= cost
    return len(costs)
