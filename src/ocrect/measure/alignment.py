"""Read words beside the true words of the same text: stretches that belong together, right or wrong.

The words are aligned with the least edits; between two matched words, those that differ are paired at the least edits of
characters, one with one, or with two or three that were joined or parted.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from rapidfuzz.distance import Levenshtein

from ocrect.measure import metrics

MOST_PAIRS = 250_000
"""A gap of more pairs of a read and a true word than this is not looked into: its order is another one."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of the raw text, ``raw[start:end]``, and the words of the truth that stand there; either may be none."""

    start: int
    end: int
    read: tuple[str, ...]
    true: tuple[str, ...]

    @property
    def read_text(self) -> str:
        return " ".join(self.read)

    @property
    def true_text(self) -> str:
        return " ".join(self.true)

    def alike(self) -> bool:
        return alike(self.read_text, self.true_text)


class Alignment:
    """A raw text and the truth, cut into stretches; case counts, unless ``ignore_case``."""

    def __init__(self, raw: str, truth: str, ignore_case: bool) -> None:
        self.raw, self._ignore_case = raw, ignore_case
        self._spans = list(word_spans(raw))
        self._read = [self.same(raw[start:end]) for start, end in self._spans]
        self._true = metrics.normalise(truth, ignore_case=ignore_case).split()
        self.stretches = [self._stretch(*bounds) for bounds in self._bounds()]
        self._starts = [s.start for s in self.stretches]
        self._ends = [s.end for s in self.stretches]

    def same(self, text: str) -> str:
        """``text`` as it is compared."""
        return metrics.normalise(text, ignore_case=self._ignore_case)

    def errors(self) -> Iterator[Stretch]:
        return (s for s in self.stretches if s.read != s.true)

    def touched(self, start: int, end: int) -> tuple[Stretch, ...]:
        """The stretches that hold or border on the characters from ``start`` to ``end``; those only true are in between."""
        return tuple(self.stretches[bisect_left(self._ends, start) : bisect_right(self._starts, end)])

    def _stretch(self, i: int, j: int, k: int, m: int) -> Stretch:
        if i < j:
            start, end = self._spans[i][0], self._spans[j - 1][1]
        else:  # nothing was read here: an empty place behind the word before
            start = end = self._spans[i - 1][1] if i else 0
        return Stretch(start, end, tuple(self._read[i:j]), tuple(self._true[k:m]))

    def _bounds(self) -> Iterator[tuple[int, int, int, int]]:
        """Indices of words, read from i to j and true from k to m, of each stretch in order."""
        i = k = 0  # where the gap since the last matched word begins
        for block in _equal(self._read, self._true):
            yield from self._cut(i, block.src_start, k, block.dest_start)
            for i, k in zip(range(block.src_start, block.src_end), range(block.dest_start, block.dest_end), strict=True):
                yield i, i + 1, k, k + 1
            i, k = block.src_end, block.dest_end
        yield from self._cut(i, len(self._read), k, len(self._true))

    def _cut(self, i: int, j: int, k: int, m: int) -> Iterator[tuple[int, int, int, int]]:
        """A gap cut into stretches by :func:`_paired`; one too large for that is left whole."""
        if (j - i) * (m - k) > MOST_PAIRS:
            yield i, j, k, m
            return
        for words_read, words_true in _paired(self._read[i:j], self._true[k:m]):
            yield i, i + words_read, k, k + words_true
            i, k = i + words_read, k + words_true


_STEPS = ((1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (1, 0), (0, 1))  # words read, words true; of equal ones the first wins


def _paired(read: Sequence[str], true: Sequence[str]) -> list[tuple[int, int]]:
    """How many read words stand for how many true words, in order, at the least edits of characters.

    A word stands for one, for two or three that were parted or joined, or for none (dynamic programming over both).
    """
    cost = {(0, 0): 0}
    step: dict[tuple[int, int], tuple[int, int]] = {}
    for x, y in product(range(len(read) + 1), range(len(true) + 1)):
        for dx, dy in _STEPS:
            before = cost.get((x - dx, y - dy))
            if before is None:
                continue
            value = before + Levenshtein.distance(" ".join(read[x - dx : x]), " ".join(true[y - dy : y])) + ((dx, dy) != (1, 1))
            if value < cost.get((x, y), value + 1):
                cost[x, y], step[x, y] = value, (dx, dy)
    x, y = len(read), len(true)
    back = []
    while (x, y) != (0, 0):
        back.append(step[x, y])
        x, y = x - back[-1][0], y - back[-1][1]
    return back[::-1]


def _equal(first: Sequence[str], second: Sequence[str]) -> Iterator[Any]:
    return (block for block in Levenshtein.opcodes(first, second) if block.tag == "equal")


def word_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each word of a text."""
    return (match.span() for match in re.finditer(r"\S+", text))


def alike(text: str, truth: str) -> bool:
    """True where at least half of the characters of the longer one are in common."""
    return 2 * Levenshtein.distance(text, truth) <= max(len(text), len(truth))
