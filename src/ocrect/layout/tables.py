"""Where gutters end besides at text across them: at rules, and above and below the rows of a table that has none.

A gutter between two addresses often goes on into the table below them. The rows of a table are told by their cells: white
between them goes on from row to row at several places, and cells are numbers. Only tables with three columns and more are so
told, whatever lines their cells have; of others :mod:`ocrect.layout.strips` and :mod:`ocrect.layout.cells` judge.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from math import inf
from statistics import mean, median

from ocrect.layout.abreast import Sides
from ocrect.layout.gutters import Gutter, gutters
from ocrect.layout.rows import Row, White, band, middle, whites
from ocrect.layout.strips import COMPACT, FEW, LEAST_PROSE, PROSE
from ocrect.layout.texts import is_number, is_placed, wordiness
from ocrect.record.document import Box

SPACE = 3.0
"""The greatest space between two rows of a table, in heights of a letter."""

ROWS = {2: 3, 3: 2}
"""The least number of rows of a table by the number of places at which they have white one under another; above the last, as
many as that."""

NUMBERS = 0.4
"""The least part of a table's cells below its first row that are numbers."""

WITHIN = 0.5
"""What looks like a rule is print where it goes beyond a box of text that it is in by at most this, in the box's height."""

SET_OFF = 0.3
"""A rule in running text parts it where it is in a space that is wider than usual by this, in heights of a letter: else it is a
fold of the paper or a stroke of a pen."""

LINES = 5
"""Lines of a cell beside others of one, at most."""


def parted(
    boxes: Sequence[Box], texts: Sequence[str], found: Sequence[Row], rules: Sequence[Box], whole: Sequence[Gutter]
) -> list[Sides]:
    """The gutters among the rows ``found``, from left to right, with what stands at their sides. They end at those of ``rules``
    that part them, and at the upper and lower edges of tables; the ``whole`` ones end at neither.
    """
    bands = [band(boxes, row) for row in found]
    middles = [middle(one) for one in bands]
    rules = [rule for rule in rules if not _is_print(rule, [boxes[i] for i in _near(found, middles, rule)])]
    parting = _parting(boxes, texts, found, rules, bands) if texts else rules

    def sides(seen: Sequence[Gutter]) -> list[Sides]:
        return [Sides(boxes, texts, found, gutter, seen, rules) for gutter in seen]

    ruled = sides(gutters(boxes, found, parting) if parting else whole)
    edges = list(_edges(boxes, texts, found, bands, whole, ruled)) if texts else []
    return sides(gutters(boxes, found, [*parting, *edges])) if edges else ruled


def _edges(
    boxes: Sequence[Box],
    texts: Sequence[str],
    found: Sequence[Row],
    bands: Sequence[Box],
    whole: Sequence[Gutter],
    ruled: Sequence[Sides],
) -> Iterator[Box]:
    """The upper and lower edges of tables that end gutters: not of the ``whole`` ones beside running text, which go on through
    tables that are level by chance, nor of those of the ``ruled`` that are between two tables or sheets.
    """
    between = [part for one in ruled if (part := one.tables)]
    for first, last in _Tables(boxes, texts, found, bands):
        if any(_goes_on(boxes, texts, found, gutter, (first, last)) for gutter in whole):
            continue
        if any(one.are_sheets and not one.are_level(first, last) for one in ruled):
            continue
        inside = [part for part in between if part.first <= last and part.last >= first]
        top, bottom = bands[first].top, bands[last].bottom
        above = (bands[first - 1].bottom + top) / 2 if first else top
        below = (bands[last + 1].top + bottom) / 2 if last + 1 < len(bands) else bottom
        around = Box.around([boxes[i] for row in found[first : last + 1] for i in row])
        if all(part.first > first for part in inside):
            yield Box(around.left, above, around.right, above)
        if all(part.last < last for part in inside):
            yield Box(around.left, below, around.right, below)


def _parting(
    boxes: Sequence[Box], texts: Sequence[str], found: Sequence[Row], rules: Sequence[Box], bands: Sequence[Box]
) -> list[Box]:
    """The rules but for those in running text that goes on over them."""
    middles = [middle(one) for one in bands]
    spaces = [lower.top - upper.bottom for upper, lower in pairwise(bands)]
    wide = median(spaces or [0.0]) + SET_OFF * median(one.height for one in bands)
    kept = []
    for rule in rules:
        at = bisect_left(middles, middle(rule))
        beside = [i for i in _near(found, middles, rule) if _above_or_below(boxes[i], rule)]
        goes_on = 0 < at < len(found) and spaces[at - 1] < wide
        if not (goes_on and mean([wordiness(texts[i]) for i in beside] or [0.0]) >= PROSE):
            kept.append(rule)
    return kept


def _near(found: Sequence[Row], middles: Sequence[float], rule: Box) -> Iterator[int]:
    """What stands in the rows next to a rule; ``middles`` are those of the rows."""
    at = bisect_left(middles, middle(rule))
    for row in found[max(at - FEW, 0) : at + FEW]:
        yield from row


def _is_print(rule: Box, near: Sequence[Box]) -> bool:
    """True for a row of small print that looks like a rule, or a line under a heading: no longer than the box that it is in."""
    return any(
        box.top <= middle(rule) <= box.bottom and max(box.left - rule.left, rule.right - box.right) <= WITHIN * box.height
        for box in near
    )


def _above_or_below(box: Box, rule: Box) -> bool:
    return box.left < rule.right and rule.left < box.right


def _goes_on(boxes: Sequence[Box], texts: Sequence[str], found: Sequence[Row], gutter: Gutter, table: tuple[int, int]) -> bool:
    """True for a gutter of running text that goes on above or below the rows of a table that it goes through: text at both its
    sides, or at one, where it goes on beside the table, too.
    """
    first, last = table
    if gutter.last < first or gutter.first > last:
        return False
    rows = [*found[gutter.first : first], *found[last + 1 : gutter.last + 1]]
    level = found[max(gutter.first, first) : last + 1]

    def wordy(rows: Sequence[Row]) -> tuple[list[float], list[float]]:
        return (
            [wordiness(texts[i]) for row in rows for i in row if boxes[i].right <= gutter.right],
            [wordiness(texts[i]) for row in rows for i in row if boxes[i].left >= gutter.left],
        )

    sides = wordy(rows)
    if min(map(len, sides)) < FEW:
        return False
    flows = [mean(side) >= PROSE for side in sides]
    return all(flows) or any(
        goes_on and mean(beside or [0.0]) >= PROSE for goes_on, beside in zip(flows, wordy(level), strict=True)
    )


class _Tables:
    """Tables of three columns and more among the rows of a region, told by their cells."""

    def __init__(self, boxes: Sequence[Box], texts: Sequence[str], found: Sequence[Row], bands: Sequence[Box]) -> None:
        self._boxes, self._texts, self._found, self._bands = boxes, texts, found, bands

    def __iter__(self) -> Iterator[tuple[int, int]]:
        """The first and last row of each; rows of one cell between them may be more lines of a cell beside."""
        found, bands = self._found, self._bands
        full, shared = [0], whites(self._boxes, found[0])
        for n in range(1, len(found) + 1):
            both: list[White] = []
            if n < len(found) and bands[n].top - bands[n - 1].bottom <= SPACE * bands[n].height:
                both = _both(shared, whites(self._boxes, found[n]), bands[n].height / 2)
                left = self._left(n, shared) if n - full[-1] < LINES else []
                if len(both) < min(ROWS) <= len(shared) == len(left):
                    shared = left
                    continue
            if len(both) < min(ROWS):
                cells = [_cells(self._boxes, self._texts, found[k]) for k in full]
                head = _head(cells)
                if _is_table(cells[head:], len(shared)):
                    yield self._whole(full[head:], shared)
                full, both = [], whites(self._boxes, found[n]) if n < len(found) else []
            full.append(n)
            shared = both

    def _left(self, n: int, shared: Sequence[White]) -> list[White]:
        """What a row leaves white of what others ``shared``, if it may be one more line of a cell."""
        row, near = self._found[n], self._is_close(n - 1) or self._is_close(n)
        if not near or whites(self._boxes, row) or not any(map(str.isalpha, "".join(self._texts[i] for i in row))):
            return []
        aside = [(-inf, self._boxes[row[0]].left), (self._boxes[row[-1]].right, inf)]
        return _both(shared, aside, self._bands[n].height / 2)

    def _whole(self, full: Sequence[int], shared: Sequence[White]) -> tuple[int, int]:
        """From the first to the last row of a table with those at its ends that are more lines of cells, where it has such."""
        first, last = full[0], full[-1]
        if last - first + 1 > len(full):
            while self._is_close(first - 1) and len(self._left(first - 1, shared)) == len(shared):
                first -= 1
            while self._is_close(last) and len(self._left(last + 1, shared)) == len(shared):
                last += 1
        return first, last

    def _is_close(self, n: int) -> bool:
        """True where there is a row ``n`` and the next one stands closely below it."""
        bands = self._bands
        return 0 <= n < len(bands) - 1 and bands[n + 1].top - bands[n].bottom <= COMPACT * bands[n + 1].height


def _both(
    some: Sequence[tuple[float, float]], others: Sequence[tuple[float, float]], least: float
) -> list[tuple[float, float]]:
    """What is white in both of two rows, if it is so wide."""
    found = ((max(a[0], b[0]), min(a[1], b[1])) for a in some for b in others)
    return [white for white in found if white[1] - white[0] >= least]


def _head(rows: Sequence[Sequence[str]]) -> int:
    """Which of some rows of cells is the head of the table among them: the one above the first in which many cells are numbers.
    Other blocks side by side may stand over it.
    """
    return max(next((n for n, cells in enumerate(rows) if _numbers(cells) >= NUMBERS * len(cells)), 0) - 1, 0)


def _is_table(rows: Sequence[Sequence[str]], places: int) -> bool:
    if places < min(ROWS) or len(rows) < ROWS[min(places, max(ROWS))]:
        return False
    below = [text for cells in rows[1:] for text in cells]
    return _numbers(below) >= NUMBERS * len(below) and mean(map(wordiness, below)) < LEAST_PROSE


def _numbers(cells: Sequence[str]) -> int:
    """How many cells are numbers, and no towns with their codes."""
    return sum(is_number(text) and not is_placed(text) for text in cells)


def _cells(boxes: Sequence[Box], texts: Sequence[str], row: Row) -> list[str]:
    """The texts of a row's cells, each of the pieces between two whites."""
    ends = [right for _, right in whites(boxes, row)]
    cells = groupby(row, key=lambda i: bisect_right(ends, boxes[i].left))
    return [" ".join(texts[i] for i in cell) for _, cell in cells]
