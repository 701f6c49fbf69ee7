"""The lines of a text layer that were written as they were drawn, not as they are read: put in reading order.

Forms are often drawn so: all labels first, then all values; and tables, column by column. Where a layer is in reading order a
line that stands above the one before it begins a column or the next cell of a row, at the right of that one, or is a rare
exception, and what is level with a label or a name and is its value follows it; such an order is kept, for its writer knew the
columns better than their boxes tell.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise
from math import inf

import numpy as np
from numpy.typing import NDArray

from ocrect.layout import reading_order
from ocrect.layout.rows import middle
from ocrect.layout.texts import is_count, is_fact, is_label, is_number, wordiness
from ocrect.record.document import Box, Line
from ocrect.source import logical

RISES, RISES_SHARE = 4, 0.1
"""Steps from a line to one above it, and not at its right, from which on a layer is not in reading order: so many, and so large
a part of all."""

TORN, TORN_SHARE = 3, 0.05
"""Values that a layer tears from what they stand beside, from which on it is not in reading order: so many, and so large a part
of its lines. Set on 279 pages of other projects, 27 of which rise: bank statements, receipts and forms tear 4 to 28 %."""

APART = 2.0
"""The gap between two words of a line, in its heights, from which on they stand in two columns and are pieces by themselves."""


Ruled = Callable[[Sequence[Box]], list[Box]]
"""The cells that rules close on a page with text in some boxes."""


def in_reading_order(lines: Sequence[Line], ruled: Ruled | None = None) -> Sequence[Line]:
    """The lines, which all have boxes; where they are in the order of drawing, as a page's rows from top to bottom.

    What stands side by side in a row is one line, and a form's ruled cells are read one by one; ``ruled`` finds the
    page's cells. Text from right to left stays as it is.
    """
    boxes = [line.box for line in lines if line.box]
    rises = _rises(boxes)
    if not (rises or _may_tear(boxes)) or any(logical.is_rtl(word.text) for line in lines for word in line.words):
        return lines
    cells = ruled(boxes) if ruled else ()
    sides = _sides(cells)
    pieces = [(piece, number) for number, line in enumerate(lines) for piece in _pieces(line, sides)]
    found = reading_order([piece.box for piece, _ in pieces if piece.box], [piece.text for piece, _ in pieces], (), cells)
    rows = [[pieces[i] for i in row] for region in found for row in region.rows]
    torn = sum(_is_torn(before, after) for row in rows for before, after in pairwise(row))
    if not rises and torn < max(TORN, TORN_SHARE * len(lines)):
        return lines
    page = lines[0].id.partition("-")[0]
    whole = [reduce(joined, [piece for piece, _ in row]) for row in rows]
    return [replace(line, id=f"{page}-l{number}") for number, line in enumerate(whole, start=1)]


def _rises(boxes: Sequence[Box]) -> bool:
    """True for too many steps upwards for an order of reading."""
    rises = sum(after.bottom <= before.top and after.left < before.right for before, after in pairwise(boxes))
    return rises >= max(RISES, RISES_SHARE * len(boxes))


def _may_tear(boxes: Sequence[Box]) -> bool:
    """True where enough lines are level with a later one that is not the next: cheaper to tell than which belong together.

    Two boxes are level where the middle of one lies in the other, so the middles of those after and the heights that they
    cover tell it, from the last line to the first, without comparing each with each.
    """
    middles: list[float] = []
    covered = _Heights()
    torn = 0
    for box, later in zip(reversed(boxes[:-2]), reversed(boxes), strict=False):
        insort(middles, middle(later))
        covered.add(later.top, later.bottom)
        at = bisect_left(middles, box.top)
        torn += (at < len(middles) and middles[at] <= box.bottom) or middle(box) in covered
    return torn >= max(TORN, TORN_SHARE * len(boxes))


class _Heights:
    """The heights of a page that boxes cover: stretches that do not touch, top to bottom."""

    def __init__(self) -> None:
        self._tops: list[float] = []
        self._bottoms: list[float] = []

    def add(self, top: float, bottom: float) -> None:
        """Cover them from ``top`` to ``bottom``."""
        touched = slice(bisect_left(self._bottoms, top), bisect_right(self._tops, bottom))
        self._tops[touched] = [min([top, *self._tops[touched]])]
        self._bottoms[touched] = [max([bottom, *self._bottoms[touched]])]

    def __contains__(self, height: float) -> bool:
        at = bisect_left(self._bottoms, height)
        return at < len(self._tops) and self._tops[at] <= height


def _is_torn(before: tuple[Line, int], after: tuple[Line, int]) -> bool:
    """True for neighbours in a row, each with its number in the layer, that only drawing parts.

    The right one was drawn first, and they are no prose of two columns; or it is the value of the left one.
    """
    (left, first), (right, second) = before, after
    if first <= second <= first + 1:
        return False
    if second < first:
        return wordiness(left.text) <= 0 or wordiness(right.text) <= 0
    if is_fact(left.text) or is_fact(right.text):
        return False
    if is_label(left.text):
        return not is_label(right.text)
    return is_count(right.text) and not is_number(left.text)


def _sides(boxes: Sequence[Box]) -> NDArray[np.float64]:
    """The left, top, right and bottom ``(n, 4)`` of boxes."""
    return np.array([(box.left, box.top, box.right, box.bottom) for box in boxes], np.float64).reshape(-1, 4)


def _pieces(line: Line, cells: NDArray[np.float64]) -> Iterator[Line]:
    """A line parted where it goes from one of the cells ``(n, 4)`` into another, and at wide gaps: what is drawn at one height
    is found as one.
    """
    inside = _are_in(_sides([word.box for word in line.words]), cells)
    moves = (inside[1:] != inside[:-1]).any(axis=1).tolist()
    wide = APART * line.box.height if line.box else inf
    ends = [
        n
        for n, (before, after) in enumerate(pairwise(line.words), start=1)
        if moves[n - 1] or after.box.left - before.box.right > wide
    ]
    if not ends:
        yield line
        return
    for start, end in pairwise([0, *ends, len(line.words)]):
        words = line.words[start:end]
        text, shift = line.text[words[0].start : words[-1].end], words[0].start
        moved = tuple(replace(word, start=word.start - shift, end=word.end - shift) for word in words)
        yield replace(line, text=text, words=moved, box=Box.around([word.box for word in words]))


def _are_in(boxes: NDArray[np.float64], cells: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which boxes ``(n, 4)`` have their middles in which cells ``(m, 4)``: ``(n, m)``."""
    middles = (boxes[:, None, :2] + boxes[:, None, 2:]) / 2
    inside: NDArray[np.bool_] = np.logical_and.reduce((cells[:, :2] <= middles) & (middles < cells[:, 2:]), axis=2)
    return inside


def joined(first: Line, second: Line) -> Line:
    """One line of two; the image's evidence of one half is none of the whole."""
    shift = len(first.text) + 1
    words = tuple(replace(word, start=word.start + shift, end=word.end + shift) for word in second.words)
    box = Box.around([box for box in (first.box, second.box) if box])
    return Line(first.id, f"{first.text} {second.text}", box, (*first.words, *words))
