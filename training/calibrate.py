"""Is the posterior what it says? Its temperature (Guo et al., 2017), and how often symbols of a stated confidence are right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import jax
import numpy as np
from rapidfuzz.distance import Levenshtein

from training.train import HeldOut, Reader

TEMPERATURES = (0.8, 0.9, 0.95, 1.0, 1.1, 1.2, 1.35, 1.5)
BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.000001)


class Bin(NamedTuple):
    """The symbols of a range of confidence: how many, what they say on average, how many of them are right."""

    low: float
    symbols: int
    confidence: float
    right: float


class Calibration(NamedTuple):
    """``temperature``: what all logits are divided by; the rest as measured with it, on lines it was not chosen on.

    ``error`` is the expected calibration error: the mean over symbols of how far their bin's confidence is from its accuracy.
    """

    temperature: float
    error: float
    error_before: float
    bins: tuple[Bin, ...]


def calibrate(reader: Reader, data: HeldOut) -> Calibration:
    """The temperature with the least calibration error on every other batch of ``data``, judged on the others."""
    found = [(reader(batch), batch, texts) for batch, texts in data.batches()]
    chosen = min(TEMPERATURES, key=lambda t: _error(_bins(found[::2], data, t)))
    judged = found[1::2] or found
    bins = _bins(judged, data, chosen)
    return Calibration(chosen, _error(bins), _error(_bins(judged, data, 1.0)), bins)


def _bins(found: list[tuple[jax.Array, Mapping[str, Any], list[str]]], data: HeldOut, temperature: float) -> tuple[Bin, ...]:
    pairs = np.array([pair for logits, batch, texts in found for pair in _symbols(logits / temperature, batch, texts, data)])
    place = np.digitize(pairs[:, 0], BINS) - 1
    return tuple(
        Bin(low, int((place == n).sum()), float(pairs[place == n, 0].mean()), float(pairs[place == n, 1].mean()))
        for n, low in enumerate(BINS[:-1])
        if (place == n).any()
    )


def _error(bins: tuple[Bin, ...]) -> float:
    return sum(b.symbols * abs(b.confidence - b.right) for b in bins) / sum(b.symbols for b in bins)


def _symbols(logits: jax.Array, batch: Mapping[str, Any], texts: list[str], data: HeldOut) -> Iterator[tuple[float, float]]:
    """Of each symbol read: its confidence (the highest in its run of frames, as the engine states it), 1 if it is right."""
    posterior = np.asarray(jax.nn.softmax(logits))
    for row, padding, text in zip(posterior, batch["frame_padding"], texts, strict=True):
        row = row[padding == 0]
        best = row.argmax(-1)
        starts = np.flatnonzero(np.diff(best, prepend=-1))
        runs = [(best[a], float(row[a:b].max())) for a, b in zip(starts, [*starts[1:], len(best)], strict=True) if best[a]]
        read = "".join(data.alphabet.symbols[c - 1] for c, _ in runs)
        right = np.zeros(len(runs))
        for block in Levenshtein.editops(read, text).as_matching_blocks():
            right[block.a : block.a + block.size] = 1
        yield from ((confidence, float(is_right)) for (_, confidence), is_right in zip(runs, right, strict=True))
