"""The likeliest label sequences of a posterior by prefix beam search: arrays and labels as in :mod:`ocrect.evidence.ctc`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocrect.evidence.ctc import BLANK

Found = tuple[tuple[int, ...], float]
"""A label sequence with its natural log-likelihood."""


class _Prefixes:
    """Label sequences as a tree: each is a number, made from the one that it extends by a label; 0 is the empty one."""

    def __init__(self) -> None:
        self.last: list[int | None] = [None]
        self._parents = [0]
        self._numbers: dict[tuple[int, int], int] = {}

    def extended(self, prefix: int, label: int) -> int:
        """The sequence ``prefix`` with ``label`` behind it."""
        number = self._numbers.setdefault((prefix, label), len(self.last))
        if number == len(self.last):
            self.last.append(label)
            self._parents.append(prefix)
        return number

    def labels(self, prefix: int) -> tuple[int, ...]:
        """The whole sequence."""
        found = []
        while (last := self.last[prefix]) is not None:
            found.append(last)
            prefix = self._parents[prefix]
        return tuple(reversed(found))


def nbest(log_probs: NDArray[Any], n: int, *, width: int = 16, doubt: float = 0.001, behind: float = 12.0) -> list[Found]:
    """The ``n`` likeliest label sequences, best first, with their log-likelihood summed over the paths in the beam.

    Prefix beam search (Hannun, Maas, Jurafsky and Ng, 2014, algorithm 1, without a language model). In every frame only
    labels of a probability above ``doubt`` are tried, so it branches where the network is in doubt and nowhere else.
    ``width`` prefixes are kept, and none that is more than ``behind`` nats behind the likeliest.
    """
    width = max(width, n)
    prefixes = _Prefixes()
    beam: dict[int, tuple[float, float]] = {0: (0.0, -math.inf)}
    for tried in _tried(log_probs, math.log(doubt)):
        if len(tried) == 1 and BLANK in tried:  # half of all frames: no prefix grows, none overtakes another
            beam = {prefix: (_add(*ends) + tried[BLANK], -math.inf) for prefix, ends in beam.items()}
            continue
        grown: dict[int, tuple[float, float]] = {}
        for prefix, ends in beam.items():
            _extend(grown, prefixes, prefix, ends, tried)
        sums = {prefix: _add(*ends) for prefix, ends in grown.items()}
        least = max(sums.values()) - behind
        kept = [prefix for prefix, value in sums.items() if value >= least]
        if len(kept) > width:
            kept = sorted(kept, key=sums.__getitem__, reverse=True)[:width]
        beam = {prefix: grown[prefix] for prefix in kept}
    found = sorted(((prefix, _add(*ends)) for prefix, ends in beam.items()), key=lambda pair: -pair[1])
    return [(prefixes.labels(prefix), value) for prefix, value in found[:n]]


def _tried(log_probs: NDArray[Any], threshold: float) -> Iterator[dict[int, float]]:
    """For each frame the labels above ``threshold``, the likeliest in any case, with their log-probabilities."""
    above = log_probs > threshold
    above[np.arange(len(above)), log_probs.argmax(axis=1)] = True
    for frame, chosen in zip(log_probs, above, strict=True):
        labels = np.flatnonzero(chosen)
        yield dict(zip(labels.tolist(), frame[labels].tolist(), strict=True))


def _extend(
    grown: dict[int, tuple[float, float]],
    prefixes: _Prefixes,
    prefix: int,
    ends: tuple[float, float],
    frame: dict[int, float],
) -> None:
    """Add to ``grown`` the prefix and its extensions by one frame; ends in a blank and on a label are kept apart."""
    blank, label = ends
    total = _add(blank, label)
    last = prefixes.last[prefix]
    for k, value in frame.items():
        if k == BLANK:
            _put(grown, prefix, total + value, -math.inf)
        elif k == last:
            if label > -math.inf:
                _put(grown, prefix, -math.inf, label + value)
            if blank > -math.inf:
                _put(grown, prefixes.extended(prefix, k), -math.inf, blank + value)
        else:
            _put(grown, prefixes.extended(prefix, k), -math.inf, total + value)


def _put(grown: dict[int, tuple[float, float]], prefix: int, blank: float, label: float) -> None:
    old = grown.get(prefix)
    grown[prefix] = (blank, label) if old is None else (_add(old[0], blank), _add(old[1], label))


def _add(a: float, b: float) -> float:
    """log(exp(a) + exp(b))."""
    high, low = (a, b) if a >= b else (b, a)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))
