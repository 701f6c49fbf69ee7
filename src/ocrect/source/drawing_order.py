"""The lines of a text layer that were written as they were drawn, not as they are read: put in reading order.

Forms are often drawn so: all labels first, then all values. Where a layer is in reading order a line that stands above the one
before it begins a column or the next cell of a row, at the right of that one, or is a rare exception; such an order is kept,
for its writer knew the columns better than their boxes tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise

from ocrect.layout import reading_order
from ocrect.record.document import Box, Line
from ocrect.source import logical

RISES, RISES_SHARE = 4, 0.1
"""Steps from a line to one above it, and not at its right, from which on a layer is not in reading order: so many, and so large
a part of all."""


Ruled = Callable[[Sequence[Box]], list[Box]]
"""The cells that rules close on a page with text in some boxes."""


def in_reading_order(lines: Sequence[Line], ruled: Ruled | None = None) -> Sequence[Line]:
    """The lines, which all have boxes; where they are in the order of drawing, as a page's rows from top to bottom.

    What stands side by side in a row is one line, and a form's ruled cells are read one by one; ``ruled`` finds the
    page's cells. Text from right to left stays as it is.
    """
    boxes = [line.box for line in lines if line.box]
    if not _is_as_drawn(boxes) or any(logical.is_rtl(word.text) for line in lines for word in line.words):
        return lines
    cells = ruled(boxes) if ruled else ()
    pieces = [piece for line in lines for piece in _pieces(line, cells)]
    found = reading_order([piece.box for piece in pieces if piece.box], [piece.text for piece in pieces], (), cells)
    rows = [[pieces[i] for i in row] for region in found for row in region.rows]
    page = lines[0].id.partition("-")[0]
    return [replace(reduce(joined, row), id=f"{page}-l{number}") for number, row in enumerate(rows, start=1)]


def _is_as_drawn(boxes: Sequence[Box]) -> bool:
    rises = sum(after.bottom <= before.top and after.left < before.right for before, after in pairwise(boxes))
    return rises >= max(RISES, RISES_SHARE * len(boxes))


def _pieces(line: Line, cells: Sequence[Box]) -> Iterator[Line]:
    """A line parted where it goes from one cell into another: what is drawn at one height is found as one line."""
    inside = [[n for n, cell in enumerate(cells) if _is_in(word.box, cell)] for word in line.words]
    ends = [n for n, (before, after) in enumerate(pairwise(inside), start=1) if before != after]
    if not ends:
        yield line
        return
    for start, end in pairwise([0, *ends, len(line.words)]):
        words = line.words[start:end]
        text, shift = line.text[words[0].start : words[-1].end], words[0].start
        moved = tuple(replace(word, start=word.start - shift, end=word.end - shift) for word in words)
        yield replace(line, text=text, words=moved, box=Box.around([word.box for word in words]))


def _is_in(box: Box, cell: Box) -> bool:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return cell.left <= x < cell.right and cell.top <= y < cell.bottom


def joined(first: Line, second: Line) -> Line:
    """One line of two; the image's evidence of one half is none of the whole."""
    shift = len(first.text) + 1
    words = tuple(replace(word, start=word.start + shift, end=word.end + shift) for word in second.words)
    box = Box.around([box for box in (first.box, second.box) if box])
    return Line(first.id, f"{first.text} {second.text}", box, (*first.words, *words))
