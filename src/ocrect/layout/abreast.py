"""Tables side by side, and receipts on one photograph: each is read on its own, though many of their rows are level.

Both sides of the gutter between them have rows of words and then numbers; so has many a single table (`Item`, `Quantity`,
`Unit`, `Amount`). It is two where the rows of the sides are not level; where one side has rows and the other none, which no
table has but under its last item; where the same words stand at both; or where each has rules of its own, and none is across
the gutter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median

from ocrect.layout.gutters import Gutter
from ocrect.layout.rows import Row, band, middle
from ocrect.layout.strips import LEVEL, LEVEL_SHARE, Strip
from ocrect.layout.texts import begins_with_word, is_count
from ocrect.record.document import Box

ROWS = 3
"""The least number of rows of words and numbers at each side of a gutter between two tables; with rules of their own, one
less."""

ENTRIES = 0.7
"""The least part of the rows with amounts, at one side of such a gutter, that begin with words."""

BLOCK_GAP = 2.0
"""White above a block, at least, in heights of its first line, by which it is one by itself."""

ALONE = 2
"""Rows of the one side at the upper or lower end beside which the other has none, at least."""

RULED = 0.7
"""A rule of one side's own goes over at least this part of the width of its rows."""

HEADS = 3.0
"""Rules over and under tables are so near to their rows, in heights of these."""

SHEETS, SHEETS_GUTTER = 0.5, 3.0
"""Two sheets of paper side by side have lines beside one another over at least this part of the height of both, and are so far
apart, in heights of a letter."""

WIDER = 1.2
"""Under the same heads, the gutter is wider than any within the sides by this factor: else it is one table of pairs."""


@dataclass(frozen=True)
class Sides:
    """What stands at the two sides of a gutter, which goes through some rows of a region; all ``gutters`` of the region."""

    boxes: Sequence[Box]
    texts: Sequence[str]
    found: Sequence[Row]
    gutter: Gutter
    gutters: Sequence[Gutter]
    rules: Sequence[Box]

    @cached_property
    def rows(self) -> list[tuple[Row, Row]]:
        """The boxes of each row at the left and at the right of the gutter; in neither, boxes across it."""
        across, x = set(self.gutter.bridges), self.gutter.x
        rows = self.found[self.gutter.first : self.gutter.last + 1]
        return [
            (
                [i for i in row if self.boxes[i].left + self.boxes[i].right < 2 * x and i not in across],
                [i for i in row if self.boxes[i].left + self.boxes[i].right >= 2 * x and i not in across],
            )
            for row in rows
        ]

    @cached_property
    def unit(self) -> float:
        """The height of a letter in pixels."""
        return max(median(self.boxes[i].height for rows in self.rows for row in rows for i in row), 1.0)

    @cached_property
    def tables(self) -> Gutter | None:
        """The gutter as far as each side of it is a table by itself; ``None`` where it is not."""
        two = _TwoTables(self) if self.texts else None
        return two.between() if two and two.are_two else None

    @cached_property
    def are_sheets(self) -> bool:
        """True where a broad gutter goes through all rows of the page but those at one side of it alone, and both sides have
        lines over most of its height: two sheets of paper.
        """
        boxes, x = self.boxes, self.gutter.x
        if self.gutter.right - self.gutter.left < SHEETS_GUTTER * self.unit or sum(map(len, self.found)) < len(boxes):
            return False
        left, right = [box for box in boxes if box.right <= x], [box for box in boxes if box.left >= x]
        outside = [*self.found[: self.gutter.first], *self.found[self.gutter.last + 1 :]]
        if len(left) + len(right) < len(boxes) or any(len({boxes[i].right <= x for i in row}) > 1 for row in outside):
            return False
        whole, one, other = (Box.around(side) for side in (list(boxes), left, right))
        return min(one.bottom, other.bottom) - max(one.top, other.top) >= SHEETS * whole.height

    def are_level(self, first: int, last: int) -> bool:
        """True where what stands at both sides in some rows of the region is level, row by row."""
        first, last = first - self.gutter.first, last - self.gutter.first
        both = [n for n in range(max(first, 0), min(last + 1, len(self.rows))) if all(self.rows[n])]
        return sum(map(self.is_level, both)) >= LEVEL_SHARE * len(both)

    def is_level(self, number: int) -> bool:
        """True where the two sides of a row of the gutter are level."""
        left, right = self.around(0, number), self.around(1, number)
        return abs(middle(left) - middle(right)) <= LEVEL * min(left.height, right.height)

    def around(self, side: int, number: int) -> Box:
        """The box of what stands in a row of the gutter at one side."""
        return Box.around([self.boxes[i] for i in self.rows[number][side]])


class _TwoTables:
    """Whether what stands at the sides of a gutter is two tables: their entries, rows of words and amounts, and what tells that
    the ones do not belong to the others.
    """

    def __init__(self, sides: Sides) -> None:
        self._sides, self._gutter, self._rows = sides, sides.gutter, sides.rows
        self._entries = [self._entries_of(side) for side in (0, 1)]  # the numbers of such rows

    @property
    def are_two(self) -> bool:
        left, right = self._entries
        least = min(len(left), len(right))
        if least < ROWS - 1:
            return False
        if self._are_ruled():
            return True
        strips = [Strip([self._sides.around(side, n) for n in numbers], []) for side, numbers in enumerate(self._entries)]
        is_level = strips[0].is_level(strips[1], may_sag=False)
        return least >= ROWS and (not is_level or self._are_ragged() or self._say_the_same())

    def between(self) -> Gutter:
        """The gutter between the two: without the rows of one table above and below them."""
        sides, (left, right) = self._sides, self._entries
        bands = [band(sides.boxes, row) for row in sides.found[self._gutter.first : self._gutter.last + 1]]
        entries = sorted({*left, *right})
        top = self._of_one({n for n in entries if n < max(left[0], right[0])})
        bottom = self._of_one({n for n in entries if n > min(left[-1], right[-1])})
        first = next(n for n in entries if n > max(top, default=-1))
        last = next(n for n in reversed(entries) if n < min(bottom, default=len(bands)))
        while first > 0 and first - 1 not in top and _is_close(bands[first - 1], bands[first]):
            first -= 1
        while last + 1 < len(bands) and last + 1 not in bottom and _is_close(bands[last], bands[last + 1]):
            last += 1
        return replace(self._gutter, first=self._gutter.first + first, last=self._gutter.first + last)

    def _of_one(self, numbers: set[int]) -> set[int]:
        """Of rows that are entries of one side, those in which the other has words that belong to them: the rows of one table
        above or below the two; none where they are level by chance.
        """
        beside = {n: side for n in numbers for side in (0, 1) if len(self._rows[n][side]) == 1 and n not in self._entries[side]}
        level = {n for n in beside if all(self._rows[n]) and self._sides.is_level(n)}
        if len(level) < max(ALONE, LEVEL_SHARE * len(beside)):
            return set()
        words = [self._sides.around(beside[n], n) for n in level]
        return level if max(box.left for box in words) - min(box.left for box in words) <= words[0].height else set()

    def _entries_of(self, side: int) -> list[int]:
        """The numbers of the rows of words and amounts at one side, whose last amounts begin or end under one another; none
        where many other rows have amounts there.
        """
        rows = [row[side] for row in self._rows]
        found = [n for n, row in enumerate(rows) if self._is_entry(row)]
        places = Counter(place for n in found for edge in self._edges(rows[n]) for place in (edge - 4, edge, edge + 4))

        def is_column(row: Row) -> bool:
            return any(places[edge] >= ROWS - 1 for edge in self._edges(row))

        entries = [n for n in found if is_column(rows[n])]
        others = [row for row in rows if row and not self._is_entry(row)]
        amounts = sum(
            self._is_count(row[-1]) and (is_column(row) or (len(row) > 1 and self._is_count(row[0]))) for row in others
        )
        return entries if len(entries) >= ENTRIES * (len(entries) + amounts) else []

    def _edges(self, row: Row) -> tuple[int, int]:
        """Where the last box of a row begins, and where it ends, each in quarters of a letter; odd halves are ends."""
        box, unit = self._sides.boxes[row[-1]], self._sides.unit
        return round(box.left / unit) * 4, round(box.right / unit) * 4 + 2

    def _is_entry(self, row: Row) -> bool:
        """True for words and then a number."""
        return len(row) > 1 and begins_with_word(self._sides.texts[row[0]]) and self._is_count(row[-1])

    def _is_count(self, i: int) -> bool:
        return is_count(self._sides.texts[i])

    def _are_ruled(self) -> bool:
        """True where each side has a rule over most of its rows' width."""
        wholes = [Box.around([self._sides.around(side, n) for n in numbers]) for side, numbers in enumerate(self._entries)]
        top, bottom = min(whole.top for whole in wholes), max(whole.bottom for whole in wholes)
        near = HEADS * wholes[0].height / len(self._entries[0])
        rules = [rule for rule in self._sides.rules if top - near <= middle(rule) <= bottom + near]
        x = self._gutter.x
        sides = [rule for rule in rules if rule.right <= x], [rule for rule in rules if rule.left >= x]
        return all(_covered(whole, side) >= RULED * whole.width for side, whole in zip(sides, wholes, strict=True))

    def _are_ragged(self) -> bool:
        """True where one side has rows beside nothing: over the other's first, or the left one under the right one's last.
        Under the last item of a table the right one has its sums.
        """
        left, right = self._entries

        def alone(side: int, numbers: Iterable[int]) -> int:
            return sum(not self._rows[n][1 - side] for n in numbers)

        over = alone(0, (n for n in left if n < right[0])), alone(1, (n for n in right if n < left[0]))
        return max(*over, alone(0, (n for n in left if n > right[-1]))) >= ALONE

    def _say_the_same(self) -> bool:
        """True where words of the one side's head, or several of its rows' first ones, are the other's too, and the gutter is
        wider than the next ones.
        """
        texts, gutter = self._sides.texts, self._gutter
        labels = [{texts[self._rows[n][side][0]].casefold() for n in numbers} for side, numbers in enumerate(self._entries)]
        if not any(self._heads()) and len(labels[0] & labels[1]) < ALONE:
            return False
        beside = [g for g in self._sides.gutters if g is not gutter and 2 * gutter.shared(g) >= gutter.many]
        near = [max((g for g in beside if g.x < gutter.x), key=lambda g: g.x, default=None)]
        near += [min((g for g in beside if g.x > gutter.x), key=lambda g: g.x, default=None)]
        widest = max((g.right - g.left for g in near if g), default=0.0)
        return gutter.right - gutter.left >= WIDER * widest

    def _heads(self) -> Iterator[bool]:
        """For each row of words at both sides, whether some are the same."""
        for left, right in self._rows:
            sides = [{self._sides.texts[i].casefold() for i in row} for row in (left, right)]
            if min(map(len, sides)) > 1 and not any(map(str.isdigit, "".join((*sides[0], *sides[1])))):
                yield bool(sides[0] & sides[1])


def _covered(whole: Box, rules: Sequence[Box]) -> float:
    """Over how much of a box's width some rules go, in pixels."""
    covered, reached = 0.0, whole.left
    for rule in sorted(rules, key=lambda rule: rule.left):
        left, right = max(rule.left, reached), min(rule.right, whole.right)
        covered += max(right - left, 0.0)
        reached = max(reached, right)
    return covered


def _is_close(upper: Box, lower: Box) -> bool:
    return lower.top - upper.bottom <= BLOCK_GAP * lower.height
