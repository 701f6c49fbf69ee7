"""What stands beside the gutters of a region, and whether it is parted there."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, product
from math import inf
from statistics import median

from ocrect.layout.abreast import BLOCK_GAP
from ocrect.layout.cells import share_rows
from ocrect.layout.gutters import Gutter, over_one_another
from ocrect.layout.rows import Row, band, whites
from ocrect.layout.strips import FEW, Strip, are_apart, are_columns, are_far, are_prose
from ocrect.record.document import Box

SET_OFF = 0.3
"""How much wider the space above or below what is set off is than those between rows, in heights of a letter."""


class Beside:
    """What stands beside the gutters of a region ``found`` in rows, up to the next gutter at each side."""

    def __init__(self, boxes: Sequence[Box], texts: Sequence[str], found: Sequence[Row], seen: Sequence[Gutter]) -> None:
        self._boxes, self._texts, self._found = boxes, texts, found
        self._places = list(over_one_another(seen))

    def part(self, gutter: Gutter) -> bool:
        """True where a gutter parts columns, and not the sides of a table."""
        beside = list(self._beside(gutter))
        if any(share_rows(left, right) for left, right in beside):
            return False
        return any(are_columns(left, right, gutter.right - gutter.left) for left, right in beside)

    def are_prose(self, gutter: Gutter) -> bool:
        """True where running text stands at both sides of a gutter: a line over it may be the heading of both."""
        return any(are_prose(left, right) for left, right in self._beside(gutter))

    def tell(self, gutter: Gutter) -> bool:
        """True where what stands beside a gutter says that it is parted there."""
        return any(are_apart(left, right) for left, right in self._beside(gutter))

    def told(self, gutter: Gutter) -> Iterator[Gutter]:
        """The parts of a gutter at whose sides two blocks stand that are told apart by their texts, whatever else stands over
        or under them.
        """
        for low, high in self._ends(gutter):
            lefts, rights = self._blocks(gutter, low, gutter.x), self._blocks(gutter, gutter.x, high)
            for left, right in product(lefts, rights):
                first, last = min(left[0], right[0]), self.without_cells(min(left[0], right[0]), max(left[-1], right[-1]))
                left, right = ([n for n in side if n <= last] for side in (left, right))
                shared = left and right and max(left[0], right[0]) <= min(left[-1], right[-1])
                if shared and (first, last) != (gutter.first, gutter.last):
                    part = replace(gutter, first=first, last=last, bridges=())
                    beside = self._strip(part, low, gutter.x, left), self._strip(part, gutter.x, high, right)
                    if are_far(*beside, gutter.right - gutter.left) and are_apart(*beside):
                        yield part

    def without_cells(self, first: int, last: int) -> int:
        """The last of some rows but for a row of several cells that is set off below the others: it belongs to no block."""
        bands = [band(self._boxes, row) for row in self._found[first : last + 1]]
        spaces = [lower.top - upper.bottom for upper, lower in pairwise(bands)]
        is_set_off = len(bands) > FEW and spaces[-1] >= median(spaces) + SET_OFF * bands[-1].height
        return last - (is_set_off and len(whites(self._boxes, self._found[last])) >= FEW)

    def _blocks(self, gutter: Gutter, low: float, high: float) -> list[list[int]]:
        """The numbers of a gutter's rows that have something between two places in x, parted at white."""
        blocks: list[list[int]] = []
        bottom = -inf
        for number in range(gutter.first, gutter.last + 1):
            members = self._between(self._found[number], low, high)
            if members:
                box = band(self._boxes, members)
                if box.top - bottom > BLOCK_GAP * box.height:
                    blocks.append([])
                blocks[-1].append(number)
                bottom = box.bottom
        return blocks

    def _beside(self, gutter: Gutter) -> Iterator[tuple[Strip, Strip]]:
        """The strips at both sides of a gutter up to the next ones, and up to the region's edges."""
        rows = range(gutter.first, gutter.last + 1)
        for low, high in self._ends(gutter):
            left, right = self._strip(gutter, low, gutter.x, rows), self._strip(gutter, gutter.x, high, rows)
            if left.boxes and right.boxes:
                yield left, right

    def _ends(self, gutter: Gutter) -> list[tuple[float, float]]:
        """Where what stands beside a gutter ends in x: at the next gutters, and at the region's edges."""
        beside = [place for place, parts in self._places if 2 * sum(map(gutter.shared, parts)) >= gutter.many]
        low = max((x for x in beside if x < gutter.left), default=-inf)
        high = min((x for x in beside if x > gutter.right), default=inf)
        return [(low, high), (-inf, inf)][: 1 + (len(beside) > 1)]

    def _strip(self, gutter: Gutter, low: float, high: float, numbers: Iterable[int]) -> Strip:
        boxes, texts, spaces = [], [], []
        for row in (self._found[number] for number in numbers):
            members = [i for i in self._between(row, low, high) if i not in gutter.bridges]
            if members:
                boxes.append(Box.around([self._boxes[i] for i in members]))
                spaces += [self._boxes[b].left - self._boxes[a].right for a, b in pairwise(members)]
                if self._texts:
                    texts.append(" ".join(self._texts[i] for i in members))
        return Strip(boxes, texts, spaces)

    def _between(self, row: Row, low: float, high: float) -> Row:
        """The boxes of a row whose middles are between two places in x."""

        def place(i: int) -> float:
            return (self._boxes[i].left + self._boxes[i].right) / 2

        return [i for i in row[: bisect_left(row, high, key=lambda i: self._boxes[i].left)] if low <= place(i) < high]
