"""Lines of several columns found as one box, parted at the white between them.

The detector joins what stands as close as LaTeX's columns do, 10 points apart, often in all rows of a page, so that no box
shows a gutter. The ink does: at one place in x it leaves white from line to line. Spaces between words are over one another by
chance, too, and the lines' other spaces tell how likely that is; the cells of a table are so on purpose, but no running text.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from math import prod
from statistics import median

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.cells import runs
from ocrect.engines.ppocr.lines import leveled
from ocrect.engines.ppocr.recognise import BoxReading, crop
from ocrect.layout.gutters import Gutter, gutters, over_one_another
from ocrect.layout.rows import Row, rows
from ocrect.layout.strips import Strip, are_prose
from ocrect.record.document import Box

# Lengths are in heights of a box.
LONG = 12.0  # a box of two lines, at least
WIDE = 0.5  # white that may be of a gutter, at least
PAPER = 0.1  # at each side of print
LETTER = 0.5  # by which type of one width has its spaces one over another, or not at all
ALIKE = 0.9  # of a gutter, that another space has which might as well be over it
RAGGED = 0.1  # of a gutter's rows that may reach into it, at each side
OPEN = 0.6  # of a gutter that is white in a row that it parts, at least
CHANCE, FEW, BY_ITSELF = 1e-6, 1e-3, 0.05
"""Spaces between words are a gutter's white where it is this unlikely that they are over one another by chance: the
first in all rows, the second in those of one part of the page. In one row it is taken for no less likely than the third."""


@dataclass(frozen=True)
class _Printed:
    """A reading's box after the page's tilt is undone, and where there is ink in it, ``(runs, 2)`` in x; all in pixels."""

    reading: BoxReading
    box: Box
    ink: NDArray[np.float64]

    @cached_property
    def spaces(self) -> list[tuple[float, float]]:
        """Where the white between two words begins and ends: as many of the widest whites as there are spaces in the text."""
        whites = [(float(a), float(b)) for a, b in zip(self.ink[:-1, 1], self.ink[1:, 0], strict=True)]
        return sorted(whites, key=lambda white: white[0] - white[1])[: self.reading.text.count(" ")]

    def cells(self) -> Iterator[Box]:
        """The boxes of what stands between wide whites."""
        wide = 1 + np.flatnonzero(self.ink[1:, 0] - self.ink[:-1, 1] >= WIDE * self.box.height)
        paper = PAPER * self.box.height
        for first, end in pairwise([0, *wide.tolist(), len(self.ink)]):
            yield Box(self.ink[first, 0] - paper, self.box.top, self.ink[end - 1, 1] + paper, self.box.bottom)

    def parts(self, places: Sequence[float]) -> list[BoxReading]:
        """The parts of the reading between places in x, from left to right."""
        done, rest = list[BoxReading](), self.reading
        for x in places:
            passed = self.reading.width - rest.width  # frames
            frame = (x - self.box.left) / self.box.width * self.reading.width - passed
            *first, rest = rest.parted_before(frame, may_touch=True)
            done += first
        return [*done, rest]


@dataclass(frozen=True, eq=False)
class _Gutter:
    """A gutter: what is white in nearly all its rows, and of each row that it parts where its white begins and ends."""

    left: float
    right: float
    whites: dict[int, tuple[float, float]] = field(default_factory=dict)


def parted(rgb: NDArray[np.uint8], readings: Sequence[BoxReading]) -> list[BoxReading]:
    """The readings of a page ``(height, width, 3)``, of which each across gutters of columns is in its parts."""
    lying = [reading for reading in readings if not reading.stands]
    if not any(reading.length >= LONG * reading.height for reading in lying):
        return list(readings)
    sheet = _Sheet(list(_printed(rgb, lying)))
    parts = {id(one.reading): one.parts(places) for one, places in sheet.across()}
    return [part for reading in readings for part in parts.get(id(reading), [reading])]


def _printed(rgb: NDArray[np.uint8], readings: Sequence[BoxReading]) -> Iterator[_Printed]:
    for reading, box in zip(readings, leveled(readings), strict=True):
        line = crop(rgb, reading.quad)
        ink = runs(line)
        if len(ink):
            yield _Printed(reading, box, box.left + ink * (box.width / line.shape[1]))


class _Sheet:
    """What is printed on a page, in rows of cells."""

    def __init__(self, printed: list[_Printed]) -> None:
        found = [(one, cell) for one in printed for cell in one.cells()]
        self._of, self._cells = [one for one, _ in found], [cell for _, cell in found]
        self._rows = rows(self._cells, range(len(self._cells)))

    def across(self) -> Iterator[tuple[_Printed, list[float]]]:
        """What is printed across gutters of running text, and the places in x where they are, from left to right."""
        found = [self._gutter(parts) for _, parts in over_one_another(gutters(self._cells, self._rows))]
        wide = _apart([one for one in found if one.whites and self._is_proven(one)])
        proven = [one for one in wide if self._parts_prose(one, wide)]
        for number, row in enumerate(self._rows):
            for one, places in self._places(row, [gutter.whites[number] for gutter in proven if number in gutter.whites]):
                if places:
                    yield one, places

    def _gutter(self, parts: Sequence[Gutter]) -> _Gutter:
        """The gutter of which these are parts, over one another, and the rows that it parts."""
        whites = [self._whites(part) for part in parts]
        ends = np.reshape([white for some in whites for white in some.values()] or [(0.0, 0.0)], (-1, 2))
        wide = ends[:, 1] - ends[:, 0]
        ends = ends[wide >= OPEN * np.median(wide)]
        left, right = float(np.quantile(ends[:, 0], 1 - RAGGED)), float(np.quantile(ends[:, 1], RAGGED))
        found = _Gutter(left, right)
        for some in whites:
            open_at = {n: (a, b) for n, (a, b) in some.items() if min(b, right) - max(a, left) >= OPEN * (right - left)}
            if self._chance(found, open_at) <= FEW:
                found.whites.update(open_at)
        return found

    def _is_proven(self, gutter: _Gutter) -> bool:
        """True for a wide gutter whose white is there by more than chance."""
        height = median(self._cells[i].height for n in gutter.whites for i in self._rows[n])
        return gutter.right - gutter.left >= WIDE * height and self._chance(gutter, gutter.whites) <= CHANCE

    def _whites(self, gutter: Gutter) -> dict[int, tuple[float, float]]:
        """Where a gutter's white begins and ends in each of its rows with print at both sides."""
        found = {}
        for number in range(gutter.first, gutter.last + 1):
            cells = [self._cells[i] for i in self._rows[number]]
            at = bisect(cells, gutter.x, key=lambda cell: (cell.left + cell.right) / 2)
            if 0 < at < len(cells):
                paper = PAPER * cells[at].height
                found[number] = cells[at - 1].right - paper, cells[at].left + paper
        return found

    def _spaces(self, gutter: _Gutter, number: int) -> list[float]:
        """The widths of a row's spaces but the one at a gutter."""
        spaces = (space for one in self._printed(self._rows[number]) for space in one.spaces)
        return [b - a for a, b in spaces if b <= gutter.left or a >= gutter.right]

    def _chance(self, gutter: _Gutter, numbers: Iterable[int]) -> float:
        """How likely it is that the spaces of some rows are over one another at a gutter by chance."""
        wide = gutter.right - gutter.left
        chances = []
        for number in numbers:
            printed = self._printed(self._rows[number])
            near = LETTER * max(one.box.height for one in printed)
            reach = sum(max(space - wide, near) for space in self._spaces(gutter, number) if space >= ALIKE * wide)
            chances.append(max(reach / sum(one.box.width for one in printed), BY_ITSELF))
        return prod(chances)

    def _printed(self, row: Row) -> list[_Printed]:
        """What the cells of a row are of, from left to right."""
        return list({id(self._of[i]): self._of[i] for i in row}.values())

    def _places(self, row: Row, whites: Sequence[tuple[float, float]]) -> Iterator[tuple[_Printed, list[float]]]:
        """What is printed in a row, and the middles of those ``whites`` that are in it."""
        for one in self._printed(row):
            first, last = one.ink[0, 0], one.ink[-1, 1]
            yield one, sorted((a + b) / 2 for a, b in whites if first < a and b < last)

    def _parts_prose(self, gutter: _Gutter, others: Sequence[_Gutter]) -> bool:
        """True where running text stands at the left and at the right of a gutter, up to the next of the ``others``."""
        sides = []
        for side in (0, 1):
            lines = []
            for number in gutter.whites:
                whites = sorted(other.whites[number] for other in others if number in other.whites)
                column = self._columns(self._rows[number], whites)[whites.index(gutter.whites[number]) + side]
                if column:
                    lines.append((Box.around([box for box, _ in column]), " ".join(text for _, text in column)))
            if not lines:
                return False
            sides.append(Strip([box for box, _ in lines], [text for _, text in lines]))
        return are_prose(*sides)

    def _columns(self, row: Row, whites: Sequence[tuple[float, float]]) -> list[list[tuple[Box, str]]]:
        """What stands between the ``whites`` of a row, from left to right: boxes and their texts."""
        columns: list[list[tuple[Box, str]]] = [[] for _ in range(len(whites) + 1)]
        for one, places in self._places(row, whites):
            parts, edges = one.parts(places), [float(one.ink[0, 0]), *places, float(one.ink[-1, 1])]
            if len(parts) == len(edges) - 1:
                for part, (left, right) in zip(parts, pairwise(edges), strict=True):
                    box = Box(left, one.box.top, right, one.box.bottom)
                    columns[bisect(whites, left, key=lambda white: white[0])].append((box, part.text))
        return columns


def _apart(found: Sequence[_Gutter]) -> list[_Gutter]:
    """The gutters that share no white with one of more rows: a number at a page's foot that stands in one makes two of it."""
    kept: list[_Gutter] = []
    for one in sorted(found, key=lambda gutter: -len(gutter.whites)):
        if all(one.right <= other.left or other.right <= one.left for other in kept):
            kept.append(one)
    return kept
