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
    def _rows(self) -> list[tuple[Row, Row]]:
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
    def tables(self) -> Gutter | None:
        """The gutter as far as each side of it is a table by itself; ``None`` where it is not."""
        if not self.texts:
            return None
        left, right = (self._entries(side) for side in (0, 1))
        least = min(len(left), len(right))
        if least < ROWS - 1 or not (self._are_ruled(left, right) or (least >= ROWS and self._are_two(left, right))):
            return None
        bands = [band(self.boxes, row) for row in self.found[self.gutter.first : self.gutter.last + 1]]
        entries = sorted({*left, *right})
        top = self._of_one({n for n in entries if n < max(left[0], right[0])}, (left, right))
        bottom = self._of_one({n for n in entries if n > min(left[-1], right[-1])}, (left, right))
        first = next(n for n in entries if n > max(top, default=-1))
        last = next(n for n in reversed(entries) if n < min(bottom, default=len(bands)))
        while first > 0 and first - 1 not in top and _is_close(bands[first - 1], bands[first]):
            first -= 1
        while last + 1 < len(bands) and last + 1 not in bottom and _is_close(bands[last], bands[last + 1]):
            last += 1
        return replace(self.gutter, first=self.gutter.first + first, last=self.gutter.first + last)

    def _of_one(self, numbers: set[int], entries: tuple[list[int], list[int]]) -> set[int]:
        """Of rows that are entries of one side, those in which the other has words that belong to them: the rows of one table
        above or below the two; none where they are level by chance.
        """
        beside = {n: side for n in numbers for side in (0, 1) if len(self._rows[n][side]) == 1 and n not in entries[side]}
        level = {n for n in beside if all(self._rows[n]) and self._is_level(n)}
        if len(level) < max(ALONE, LEVEL_SHARE * len(beside)):
            return set()
        words = [self._around(beside[n], n) for n in level]
        return level if max(box.left for box in words) - min(box.left for box in words) <= words[0].height else set()

    def _is_level(self, number: int) -> bool:
        left, right = self._around(0, number), self._around(1, number)
        return abs(middle(left) - middle(right)) <= LEVEL * min(left.height, right.height)

    @cached_property
    def are_sheets(self) -> bool:
        """True where a broad gutter goes through all rows of the page but those at one side of it alone, and both sides have
        lines over most of its height: two sheets of paper.
        """
        boxes, x = self.boxes, self.gutter.x
        if self.gutter.right - self.gutter.left < SHEETS_GUTTER * self._unit or sum(map(len, self.found)) < len(boxes):
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
        both = [n for n in range(max(first, 0), min(last + 1, len(self._rows))) if all(self._rows[n])]
        return sum(map(self._is_level, both)) >= LEVEL_SHARE * len(both)

    def _are_two(self, left: Sequence[int], right: Sequence[int]) -> bool:
        is_level = self._strip(0, left).is_level(self._strip(1, right), may_sag=False)
        return not is_level or self._are_ragged(left, right) or self._say_the_same(left, right)

    def _entries(self, side: int) -> list[int]:
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
        box = self.boxes[row[-1]]
        return round(box.left / self._unit) * 4, round(box.right / self._unit) * 4 + 2

    @cached_property
    def _unit(self) -> float:
        """The height of a letter in pixels."""
        return max(median(self.boxes[i].height for rows in self._rows for row in rows for i in row), 1.0)

    def _is_entry(self, row: Row) -> bool:
        """True for words and then a number."""
        return len(row) > 1 and begins_with_word(self.texts[row[0]]) and self._is_count(row[-1])

    def _is_count(self, i: int) -> bool:
        return is_count(self.texts[i])

    def _strip(self, side: int, numbers: Sequence[int]) -> Strip:
        return Strip([self._around(side, n) for n in numbers], [])

    def _around(self, side: int, number: int) -> Box:
        return Box.around([self.boxes[i] for i in self._rows[number][side]])

    def _are_ruled(self, left: Sequence[int], right: Sequence[int]) -> bool:
        """True where each side has a rule over most of its rows' width."""
        wholes = [Box.around([self._around(side, n) for n in numbers]) for side, numbers in ((0, left), (1, right))]
        top, bottom = min(whole.top for whole in wholes), max(whole.bottom for whole in wholes)
        near = HEADS * wholes[0].height / len(left)
        rules = [rule for rule in self.rules if top - near <= middle(rule) <= bottom + near]
        x = self.gutter.x
        sides = [rule for rule in rules if rule.right <= x], [rule for rule in rules if rule.left >= x]
        return all(_covered(whole, side) >= RULED * whole.width for side, whole in zip(sides, wholes, strict=True))

    def _are_ragged(self, left: Sequence[int], right: Sequence[int]) -> bool:
        """True where one side has rows beside nothing: over the other's first, or the left one under the right one's last.
        Under the last item of a table the right one has its sums.
        """

        def alone(side: int, numbers: Iterable[int]) -> int:
            return sum(not self._rows[n][1 - side] for n in numbers)

        over = alone(0, (n for n in left if n < right[0])), alone(1, (n for n in right if n < left[0]))
        return max(*over, alone(0, (n for n in left if n > right[-1]))) >= ALONE

    def _say_the_same(self, left: Sequence[int], right: Sequence[int]) -> bool:
        """True where words of the one side's head, or several of its rows' first ones, are the other's too, and the gutter is
        wider than the next ones.
        """
        labels = [{self.texts[self._rows[n][side][0]].casefold() for n in numbers} for side, numbers in ((0, left), (1, right))]
        if not any(self._heads()) and len(labels[0] & labels[1]) < ALONE:
            return False
        beside = [g for g in self.gutters if g is not self.gutter and 2 * self.gutter.shared(g) >= self.gutter.many]
        near = [max((g for g in beside if g.x < self.gutter.x), key=lambda g: g.x, default=None)]
        near += [min((g for g in beside if g.x > self.gutter.x), key=lambda g: g.x, default=None)]
        widest = max((g.right - g.left for g in near if g), default=0.0)
        return self.gutter.right - self.gutter.left >= WIDER * widest

    def _heads(self) -> Iterator[bool]:
        """For each row of words at both sides, whether some are the same."""
        for left, right in self._rows:
            sides = [{self.texts[i].casefold() for i in row} for row in (left, right)]
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
