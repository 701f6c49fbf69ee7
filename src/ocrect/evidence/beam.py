"""The likeliest label sequences of a posterior by prefix beam search: arrays and labels as in :mod:`ocrect.evidence.ctc`."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocrect.evidence.ctc import BLANK

Found = tuple[tuple[int, ...], float]
"""A label sequence with its natural log-likelihood."""

_Beam = dict[int, tuple[float, float, float]]
"""Of each prefix the natural log-likelihoods of the paths that end in a blank, of those that end on its last label, of all."""


class _Prefixes:
    """Label sequences as a tree: each is a number, made from the one that it extends by a label; 0 is the empty one. What a
    sequence would be has a name, from its parent's number and its last label, before it gets a number of its own.
    """

    def __init__(self, columns: int) -> None:
        self.last, self.names = [-1], [-1]
        self.columns = columns
        self._numbers = {-1: 0}

    def number(self, name: int) -> int:
        """The number of the sequence of this name."""
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self.last)
            self.names.append(name)
            self.last.append(name % self.columns)
        return number

    def labels(self, prefix: int) -> tuple[int, ...]:
        """The whole sequence."""
        found = []
        while prefix:
            found.append(self.last[prefix])
            prefix = self.names[prefix] // self.columns
        return tuple(reversed(found))


def nbest(log_probs: NDArray[Any], n: int, *, width: int = 16, doubt: float = 0.001, behind: float = 12.0) -> list[Found]:
    """The ``n`` likeliest label sequences, best first, with their log-likelihood summed over the paths in the beam.

    Prefix beam search (Hannun, Maas, Jurafsky and Ng, 2014, algorithm 1, without a language model). In every frame only
    labels of a probability above ``doubt`` are tried, so it branches where the network is in doubt and nowhere else.
    ``width`` prefixes are kept, and none that is more than ``behind`` nats behind the likeliest.
    """
    width = max(width, n)
    prefixes = _Prefixes(log_probs.shape[1])
    beam: _Beam = {0: (0.0, -math.inf, 0.0)}
    for tried in _tried(log_probs, math.log(doubt)):
        blank = tried.pop(BLANK, -math.inf)
        if tried:
            grown = _likeliest(_grown(beam, prefixes, blank, _on_labels(beam, prefixes, tried)), width, behind)
            beam = {prefixes.number(name): ways for name, ways in grown.items()}
        else:  # half of all frames: no prefix grows, none overtakes another
            beam = {prefix: (total + blank, -math.inf, total + blank) for prefix, (_, _, total) in beam.items()}
    found = sorted(((prefix, total) for prefix, (_, _, total) in beam.items()), key=lambda pair: -pair[1])
    return [(prefixes.labels(prefix), value) for prefix, value in found[:n]]


def _tried(log_probs: NDArray[Any], threshold: float) -> Iterator[dict[int, float]]:
    """For each frame the labels above ``threshold``, the likeliest in any case, with their log-probabilities."""
    above = log_probs > threshold
    above[np.arange(len(above)), log_probs.argmax(axis=1)] = True
    frames, labels = np.nonzero(above)
    chosen = zip(labels.tolist(), log_probs[frames, labels].tolist(), strict=True)
    for count in above.sum(axis=1).tolist():
        yield dict(islice(chosen, count))


def _on_labels(beam: _Beam, prefixes: _Prefixes, tried: dict[int, float]) -> dict[int, float]:
    """What of the beam goes on, or stays, on one of the labels ``tried`` in a frame, by the name of the prefix it makes."""
    found: dict[int, float] = {}
    for prefix, (blank, label, total) in beam.items():
        last, first = prefixes.last[prefix], prefix * prefixes.columns
        for k, value in tried.items():
            before = total
            if k == last:  # it stays, or begins anew behind a blank
                if label > -math.inf:
                    own = prefixes.names[prefix]
                    found[own] = _add(found[own], label + value) if own in found else label + value
                if blank == -math.inf:
                    continue
                before = blank
            longer = first + k
            found[longer] = _add(found[longer], before + value) if longer in found else before + value
    return found


def _grown(beam: _Beam, prefixes: _Prefixes, blank: float, on_labels: dict[int, float]) -> _Beam:
    """The beam a frame later, by the names of its prefixes: what went on to a blank of log-probability ``blank``, and to
    labels.
    """
    grown: _Beam = {}
    if blank > -math.inf:
        for prefix, (_, _, total) in beam.items():
            grown[prefixes.names[prefix]] = (total + blank, -math.inf, total + blank)
    for name, value in on_labels.items():
        before = grown.get(name)
        grown[name] = (-math.inf, value, value) if before is None else (before[0], value, _add(before[0], value))
    return grown


def _likeliest(grown: _Beam, width: int, behind: float) -> _Beam:
    """The ``width`` likeliest of the prefixes, none more than ``behind`` nats behind the first."""
    if len(grown) == 1:
        return grown
    least = max(total for _, _, total in grown.values()) - behind
    kept = [prefix for prefix, (_, _, total) in grown.items() if total >= least]
    if len(kept) > width:
        kept = sorted(kept, key=lambda prefix: -grown[prefix][2])[:width]
    return {prefix: grown[prefix] for prefix in kept}


def _add(a: float, b: float) -> float:
    """log(exp(a) + exp(b))."""
    high, low = (a, b) if a >= b else (b, a)
    return high if low == -math.inf else high + math.log1p(math.exp(low - high))
