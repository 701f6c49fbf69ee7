"""Gutters: upright white space between boxes that goes on for several rows.

The rows of a region are swept from top to bottom. What is white in all rows so far is a list of intervals in x; each row
cuts them by its boxes and begins new ones. An interval that no row lets through any more is a gutter, if boxes stood at both
of its sides in several rows. These are the maximal white rectangles of Breuel (Two geometric algorithms for layout analysis,
2002), found row by row: a page of n boxes takes O(n log n), since the intervals that are open at one time are bounded by the
page's width in letters.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf
from statistics import median

from ocrect.layout.rows import Row, band, middle
from ocrect.record.document import Box

LEAST_ROWS = 3
"""The least number of rows in which a gutter has boxes on each side."""

WHITE = 0.3
"""The least white space between two boxes of a row that may be part of a gutter, in heights of the higher one: LaTeX's 10 pt
are 0.5 to 0.8 heights of boxes that a detector has grown."""

GROWN = 0.25
"""Part of its height by which a box is narrowed at each side: detectors grow boxes, unevenly."""

LEAST = 0.35
"""The least width of a gutter between boxes so narrowed, in heights of a letter."""

BROKEN = 2
"""Rows in a row whose lines of both columns were found as one box, and which break no gutter; one more of a well known
one."""

BROKEN_SHARE = 0.1
"""The greatest share of further such rows among those with boxes at a side of a gutter."""

TALLER = 1.35
"""A box higher than this, in heights of a letter, is a heading and no two lines found as one."""

CLOSE = 0.9
"""The greatest distance of two lines found as one to the row above, in heights of a letter."""

REACHES, WORD = 0.6, 2.0
"""A box that goes beyond a gutter by less than the first is one line that reaches into it; by the second, two lines in one.
In between stands a short word (``a``, ``of``) of the line beyond, if the gutter or the edge of a column is well known. In
heights of a letter."""

PIECES, PIECES_GAP = 3, 0.5
"""Pieces in which one line is found, at most, and the gap between them, which is less, in heights of a letter."""

WELL_KNOWN = 8
"""Rows at both sides of a gutter from which on a line may be found as one with those of more than one other column; and boxes
that begin (or end) at about one place in x, so that it is an edge of a column."""

MOST_OPEN, MOST = 256, 200
"""Intervals that are open at one time, at most, the first ones; and gutters of a region, the longest."""


@dataclass(frozen=True, slots=True)
class Gutter:
    """White from ``left`` to ``right`` (pixels; never infinite) in the rows ``first`` to ``last``, both counted.

    ``bridges`` are the boxes across it: two lines found as one.
    """

    left: float
    right: float
    first: int
    last: int
    bridges: tuple[int, ...] = ()

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def many(self) -> int:
        """Rows that it goes on for."""
        return self.last - self.first + 1

    def shared(self, other: Gutter) -> int:
        """Rows that two gutters go on for side by side."""
        return max(min(self.last, other.last) - max(self.first, other.first) + 1, 0)


@dataclass(slots=True)
class _Open:
    """An interval that has been white since row ``first``, and what stood beside it."""

    left: float
    right: float
    first: int
    last: int = -1
    lefts: int = 0
    rights: int = 0
    edges: tuple[float, float] = (inf, -inf)  # where the boxes beside it begin and end
    bottom: float = -inf
    bridges: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)  # boxes across it since its last row, bridges if it goes on
    pieces: tuple[int, int] = (0, 0)  # of the rows of those boxes, how many have others at its left, and at its right
    before: _Open | None = None  # what it was before the last bridges

    def gutter(self) -> Gutter | None:
        """What is left of it in the end: bridges beyond which only one side goes on were none."""
        if self.before is not None and (self.lefts == self.before.lefts or self.rights == self.before.rights):
            return self.before.gutter()
        if min(self.lefts, self.rights) < LEAST_ROWS or self.left == -inf or self.right == inf:
            return None
        return Gutter(self.left, self.right, self.first, self.last, tuple(self.bridges))


def gutters(boxes: Sequence[Box], found: Sequence[Row], rules: Sequence[Box] = ()) -> list[Gutter]:
    """The gutters among rows, top to bottom, from left to right: of those over one another in the same rows, the longest.

    Where one of ``rules`` goes across it between two rows it ends.
    """
    heights = [boxes[i].height for row in found for i in row]
    if not heights:
        return []
    sweep = _Sweep(boxes, found, rules, max(median(heights), 1.0))
    for number, row in enumerate(found):
        sweep.take(number, row)
    sweep.end()
    return _longest(sweep.found)


class _Sweep:
    """The state of the sweep; ``unit`` is the height of a letter in pixels."""

    def __init__(self, boxes: Sequence[Box], found: Sequence[Row], rules: Sequence[Box], unit: float) -> None:
        self._boxes, self._unit = boxes, unit
        self._rules = sorted(rules, key=middle, reverse=True)  # those below the last row
        self._open: list[_Open] = []
        self.found: list[Gutter] = []
        self._starts: Counter[int] = Counter()  # how many boxes begin at each place in x, give or take a letter
        self._ends: Counter[int] = Counter()  # and end
        for box in (boxes[i] for row in found for i in row):
            for counts, x in ((self._starts, box.left), (self._ends, box.right)):
                place = self._place(x)
                counts.update((place - 1, place, place + 1))

    def _place(self, x: float) -> int:
        return round(x / self._unit)

    def take(self, number: int, row: Row) -> None:
        """Cut the open intervals by the boxes of one row, and begin those that are wider from here on."""
        self._part(row)
        whites = self._whites(row)
        ends = [right for _, right in whites]
        going_on: dict[tuple[int, int], _Open] = {}
        for one in self._open:
            parts = []
            for n in range(bisect_left(ends, one.left), len(whites)):
                if whites[n][0] >= one.right:
                    break
                low, high = max(whites[n][0], one.left), min(whites[n][1], one.right)
                if high - low >= LEAST * self._unit:
                    parts.append(self._gone_on(one, low, high, number, row))
            if not parts and self._is_broken(one, number, row):
                parts = [one]
            if not parts:
                self._close(one)
            for part in parts:
                going_on.setdefault((self._key(part.left), self._key(part.right)), part)
        for left, right in whites:
            if (key := (self._key(left), self._key(right))) not in going_on:
                going_on[key] = self._gone_on(_Open(left, right, number), left, right, number, row)
        self._open = sorted(going_on.values(), key=lambda one: one.first)
        for late in self._open[MOST_OPEN:]:
            self._close(late)
        del self._open[MOST_OPEN:]

    def _part(self, row: Row) -> None:
        """Close what a rule goes across between the row before and this one."""
        at = middle(band(self._boxes, row)) if self._rules else 0.0
        while self._rules and middle(self._rules[-1]) < at:
            rule = self._rules.pop()
            for one in [one for one in self._open if _is_across(rule, one, self._unit)]:
                self._close(one)
                self._open.remove(one)

    def end(self) -> None:
        for one in self._open:
            self._close(one)

    def _key(self, x: float) -> int:
        return -1 if abs(x) == inf else round(x / self._unit * 4)

    def _whites(self, row: Row) -> list[tuple[float, float]]:
        """What is white in a row, from left to right; the first and the last interval have no end."""
        whites, reached, end, height = [], -inf, -inf, 0.0
        for i in row:
            box = self._boxes[i]
            slack = min(GROWN * min(box.height, self._unit), box.width / 4)
            if box.left - end >= WHITE * max(height, box.height):
                whites.append((reached, box.left + slack))
            if box.right > end:
                reached, end, height = box.right - slack, box.right, box.height
        return [*whites, (reached, inf)]

    def _gone_on(self, one: _Open, left: float, right: float, number: int, row: Row) -> _Open:
        """The interval, cut, after one more row."""
        at = bisect_right(row, left, key=lambda i: self._boxes[i].left)
        at_left, at_right = row[at - 1 : at], row[at : at + 1]
        first, last = one.edges
        bottom = max([one.bottom, *(self._boxes[i].bottom for i in (*at_left, *at_right))])
        if at_left:
            first = min(first, self._line(row[max(at - PIECES, 0) : at][::-1]).left)
        if at_right:
            last = max(last, self._line(row[at : at + PIECES]).right)
        counts = (one.lefts + len(at_left) + one.pieces[0], one.rights + len(at_right) + one.pieces[1])
        bridges, before = (one.bridges + one.broken, one) if one.broken else (one.bridges, one.before)
        return _Open(left, right, one.first, number, *counts, (first, last), bottom, bridges, before=before)

    def _line(self, pieces: Row) -> Box:
        """The box of the line that begins with the first of some pieces, as far as the next ones follow closely."""
        found = [self._boxes[pieces[0]]]
        for i in pieces[1:]:
            box = self._boxes[i]
            if max(box.left, found[-1].left) - min(box.right, found[-1].right) >= PIECES_GAP * self._unit:
                break
            found.append(box)
        return Box.around(found)

    def _is_broken(self, one: _Open, number: int, row: Row) -> bool:
        """True where a row is only found wrong: two lines as one, or one box that reaches into the gutter.

        Those boxes are noted. Such a row goes neither for the gutter nor against it.
        """
        most = BROKEN + (min(one.lefts, one.rights) >= WELL_KNOWN)
        if number - one.last > most or not one.lefts or not one.rights or abs(one.left) == inf or abs(one.right) == inf:
            return False
        for i in row:
            box = self._boxes[i]
            if box.left >= one.right or box.right <= one.left:
                continue
            reach = REACHES * self._unit
            reaches = box.right < one.right + reach or box.left > one.left - reach
            if not reaches and not self._is_two(box, one, row):
                return False
            if not reaches:
                one.broken.append(i)
                at_left, at_right = self._others(one, box, row)
                one.pieces = (one.pieces[0] + at_left, one.pieces[1] + at_right)
        return len(one.bridges) + len(one.broken) <= BROKEN + BROKEN_SHARE * min(one.lefts, one.rights)

    def _others(self, one: _Open, across: Box, row: Row) -> tuple[bool, bool]:
        """Whether boxes of a row lie wholly at the left of an interval, and at its right, but for pieces of the line in the box
        ``across`` it.
        """
        near, boxes = PIECES_GAP * self._unit, [self._boxes[i] for i in row]
        at_left = any(box.right <= one.left and across.left - box.right >= near for box in boxes)
        return at_left, any(box.left >= one.right and box.left - across.right >= near for box in boxes)

    def _is_two(self, box: Box, one: _Open, row: Row) -> bool:
        """True for a box like the lines of the columns at both sides, or like their pieces, taken together; of a gutter that is
        well known, with those of the next column too."""
        bottom = max([one.bottom, *(self._boxes[i].bottom for i in one.broken)])
        close = box.top - bottom <= CLOSE * self._unit and box.height <= TALLER * self._unit
        is_edge = self._starts[self._place(box.left)] >= WELL_KNOWN, self._ends[self._place(box.right)] >= WELL_KNOWN
        well_known = min(one.lefts, one.rights) >= WELL_KNOWN
        least = (REACHES if well_known or any(is_edge) else WORD) * self._unit  # of each line that is part of the box
        wide = box.left < one.left - least and box.right > one.right + least
        ends = well_known or is_edge[1] or box.right <= one.edges[1] + 1.5 * self._unit
        before = (self._boxes[i].right for i in row if self._boxes[i].left < box.left)
        within = is_edge[0] or one.edges[0] - self._unit <= box.left
        at_left = box.left < one.edges[0] + 2 * self._unit or box.left - max(before, default=-inf) < 1.5 * self._unit
        begins = is_edge[0] or at_left
        return close and wide and within and begins and ends

    def _close(self, one: _Open) -> None:
        gutter = one.gutter()
        if gutter is not None:
            self.found.append(gutter)


def over_one_another(seen: Sequence[Gutter]) -> Iterator[tuple[float, list[Gutter]]]:
    """Gutters that share a place in x, with that place: pieces of one, where a line across several columns breaks it."""
    group: list[Gutter] = []
    low, high = -inf, inf
    for gutter in sorted(seen, key=lambda g: g.left):
        if group and gutter.left >= high:
            yield (low + high) / 2, group
            group, high = [], inf
        low, high = gutter.left, min(high, gutter.right)
        group.append(gutter)
    if group:
        yield (low + high) / 2, group


def _is_across(rule: Box, one: _Open, unit: float) -> bool:
    """True where a rule goes across all of an interval; of one that is open at a side, into it by a letter: the rules of a
    panel begin a little before its text does.
    """
    beyond_left = (one.left == -inf and rule.left < one.right - unit) or rule.left <= one.left
    return beyond_left and ((one.right == inf and rule.right > one.left + unit) or rule.right >= one.right)


def _longest(found: Sequence[Gutter]) -> list[Gutter]:
    """Of the gutters that overlap in x and mostly in their rows, the longest one; from left to right."""
    kept: list[Gutter] = []
    for one in sorted(found, key=lambda g: (-g.many, g.left - g.right)):
        if len(kept) == MOST:
            break
        if not any(one.left < other.right and other.left < one.right and 2 * one.shared(other) >= one.many for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda g: (g.x, g.first))
