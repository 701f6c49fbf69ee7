"""The head: a correction of the old symbols' logits, and logits of the new ones, from the backbone's features by convolutions.

    logits(old) = neck @ W_old + b_old + correction        W_old, b_old: the old last layer, frozen
    logits(new) = new                                      correction, new: linear in what the convolutions make of the features

What is shipped asks both (a mixture of experts; Jacobs et al., 1991): the head tells whether a symbol is one of those that the
old last layer knows well, and which of these it is is said by the two of them together (:func:`log_posterior`).

Two convolutions see a letter and its neighbours. Two more, channel by channel and then across channels (Howard et al.,
2017), see some four letters to each side, then the words beside: whether a gap is a space is told by the pitch of the letters
around it, and which accent it was by the word. The correction starts at nought, so that training starts from what the old head
reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from training.backbone import MAP_WIDTH, NECK_WIDTH

Weights = Mapping[str, Any]

NARROW = 160  # numbers a frame that the map is brought down to
WIDE = 224  # and those of each convolution
REACH = (5, 3)  # frames that the first two convolutions see
FAR = {"far": 2, "farther": 5}  # the convolutions channel by channel, and how many frames apart each of them looks
FAR_REACH = 9  # at so many frames
NEW_BIAS = -3.0  # the new symbols are unlikely at first
OLD_SHARE = 0.4
"""The old last layer's part in telling apart the symbols that it knows well: drawn lines are not scans (bench/figures)."""
OWN_CASE = 0.5
"""The head's word on the case of a letter, where the old last layer's weighs 1: old books have other small capitals."""
LEAST = 1e-30  # a posterior, before its logarithm
HEEDED = 2.0  # nats
DROPPED = 0.15  # the share of what the convolutions see that is left out at random in training


def initial(key: jax.Array, old: int, new: int, map_width: int = MAP_WIDTH) -> dict[str, jax.Array]:
    """Weights for so many old classes (with the blank) and new ones."""
    keys = jax.random.split(key, 4 + 2 * len(FAR))

    def drawn(number: int, *shape: int) -> jax.Array:
        fan_in = 1
        for side in shape[:-1]:
            fan_in *= side
        return jax.random.normal(keys[number], shape) * (2.0 / fan_in) ** 0.5

    return {
        "map": drawn(0, map_width, NARROW),
        "map_bias": jnp.zeros(NARROW),
        "first": drawn(1, REACH[0], NARROW + NECK_WIDTH, WIDE),
        "first_bias": jnp.zeros(WIDE),
        "second": drawn(2, REACH[1], WIDE, WIDE) * 0.5,
        "second_bias": jnp.zeros(WIDE),
        **{name: drawn(4 + 2 * n, FAR_REACH, 1, WIDE) for n, name in enumerate(FAR)},
        **{f"{name}_mixed": drawn(5 + 2 * n, 1, WIDE, WIDE) * 0.3 for n, name in enumerate(FAR)},
        **{f"{name}{part}_bias": jnp.zeros(WIDE) for name in FAR for part in ("", "_mixed")},
        "correction": jnp.zeros((WIDE, old)),
        "correction_bias": jnp.zeros(old),
        "new": drawn(3, WIDE, new) * 0.3,
        "new_bias": jnp.full(new, NEW_BIAS),
    }


class Shipped(NamedTuple):
    """A head as it reads pages."""

    weights: Weights
    known: NDArray[np.float32]
    """``(classes,)``: 1 where the old last layer knows the symbol well, else 0."""
    other_case: NDArray[np.int64]
    """``(classes,)``: of a letter from A to z the class of its other case, of all else its own."""


def shipped(weights: Weights, symbols: Sequence[str], neglected: Sequence[int] = ()) -> Shipped:
    """The trained weights as they are shipped, for ``symbols``: the classes 1…

    The classes ``neglected`` are letters that the old last layer has and hardly ever says: they get :data:`HEEDED` nats more,
    and that layer has no say in them, nor in spaces, which it finds within words of fixed-width type.
    """
    bias = np.array(weights["correction_bias"])
    known = np.array([1.0, *(symbol != " " for symbol in symbols)], np.float32)
    known[len(bias) :] = 0.0
    bias[list(neglected)] += HEEDED
    known[list(neglected)] = 0.0
    classes = {symbol: number for number, symbol in enumerate(symbols, start=1)}
    cases = [classes.get(s.swapcase(), n) if s.isascii() else n for s, n in classes.items()]
    return Shipped({**weights, "correction_bias": bias}, known, np.array([0, *cases]))


def log_posterior(
    head: Shipped, last: tuple[jax.Array, jax.Array], neck: jax.Array, columns: jax.Array, padding: jax.Array
) -> jax.Array:
    """What the shipped head says, ``(lines, frames, classes)``, in nats; the arguments are those of :func:`logits`.

    Of the probability that the symbol is one that the old last layer knows well, :data:`OLD_SHARE` goes by that layer's word;
    and what is said of a letter's two cases is parted between them as both say, that layer's word weighing more.
    """
    found = jax.nn.softmax(logits(head.weights, last, neck, columns, padding))
    old = neck @ last[0] + last[1]
    known = head.known[: old.shape[-1]]
    said = jnp.pad(jax.nn.softmax(jnp.where(known > 0, old, -jnp.inf)), ((0, 0), (0, 0), (0, found.shape[-1] - old.shape[-1])))
    part = OLD_SHARE * (found * head.known).sum(-1, keepdims=True)
    mixed = found * (1 - OLD_SHARE * head.known) + part * said
    weight = said + OWN_CASE * found + LEAST
    case = weight / (weight + weight[..., head.other_case])
    return jnp.log(jnp.maximum((mixed + mixed[..., head.other_case]) * case, LEAST))


def logits(
    weights: Weights,
    last: tuple[jax.Array, jax.Array],
    neck: jax.Array,
    columns: jax.Array,
    padding: jax.Array,
    chance: jax.Array | None = None,
) -> jax.Array:
    """Logits ``(lines, frames, classes)`` for ``neck`` ``(lines, frames, 120)`` and the scaled map ``(…, 2304)``.

    ``padding`` ``(lines, frames)`` is 1 behind a line's end: the convolutions see nothing there. ``chance`` is the random key
    of a training step; without it nothing is left out.
    """
    there = 1.0 - padding[..., None]
    narrow = jax.nn.relu(columns @ weights["map"] + weights["map_bias"])
    both = _thinned(jnp.concatenate([narrow, neck], -1), chance, 0) * there
    seen = jax.nn.relu(_convolved(both, weights["first"], weights["first_bias"])) * there
    seen += jax.nn.relu(_convolved(_thinned(seen, chance, 1), weights["second"], weights["second_bias"])) * there
    for place, (name, apart) in enumerate(FAR.items(), start=2):
        far = jax.nn.relu(_convolved(_thinned(seen, chance, place), weights[name], weights[f"{name}_bias"], apart)) * there
        seen += jax.nn.relu(_convolved(far, weights[f"{name}_mixed"], weights[f"{name}_mixed_bias"])) * there
    seen = _thinned(seen, chance, 2 + len(FAR))
    old = neck @ last[0] + last[1] + seen @ weights["correction"] + weights["correction_bias"]
    return jnp.concatenate([old, seen @ weights["new"] + weights["new_bias"]], -1)


def loss(
    weights: Weights, last: tuple[jax.Array, jax.Array], batch: Mapping[str, jax.Array], faith: float, chance: jax.Array
) -> jax.Array:
    """The mean over the lines of the CTC loss a symbol, in nats, and ``faith`` times how far the head left the old one's word.

    That is the Kullback-Leibler divergence of the head's distribution from the old head's, a frame, over the lines that the old
    head reads right (``batch["kept"]``).
    """
    found = logits(weights, last, batch["neck"], batch["map"], batch["frame_padding"], chance)
    nats = optax.ctc_loss(found, batch["frame_padding"], batch["labels"], batch["label_padding"])
    symbols = jnp.maximum(1.0, (1.0 - batch["label_padding"]).sum(1))
    before = jax.nn.log_softmax(batch["neck"] @ last[0] + last[1])
    after = jax.nn.log_softmax(found)[..., : before.shape[-1]]
    moved = (jnp.exp(before) * (before - after)).sum(-1) * (1.0 - batch["frame_padding"])
    return jnp.mean(nats / symbols + faith * batch["kept"] * moved.sum(1) / symbols)


def _thinned(x: jax.Array, chance: jax.Array | None, place: int) -> jax.Array:
    """``x`` with a share of its channels left out of each line, the others raised to make up for it (dropout)."""
    if chance is None:
        return x
    kept = jax.random.bernoulli(jax.random.fold_in(chance, place), 1 - DROPPED, (x.shape[0], 1, x.shape[-1]))
    return x * kept / (1 - DROPPED)


def _convolved(x: jax.Array, kernel: jax.Array, bias: jax.Array, apart: int = 1) -> jax.Array:
    """``x`` ``(lines, frames, channels)`` under a kernel ``(frames, channels of a group, channels)``."""
    groups = x.shape[-1] // kernel.shape[1]
    return bias + jax.lax.conv_general_dilated(
        x, kernel, (1,), "SAME", rhs_dilation=(apart,), dimension_numbers=("NWC", "WIO", "NWC"), feature_group_count=groups
    )
