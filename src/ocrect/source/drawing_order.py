"""The lines of a text layer that were written as they were drawn, not as they are read: put in reading order.

Forms are often drawn so: all labels first, then all values. Where a layer is in reading order a line that stands above the one
before it begins a column or the next cell of a row, at the right of that one, or is a rare exception; such an order is kept,
for its writer knew the columns better than their boxes tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise

from ocrect.layout import reading_order
from ocrect.record.document import Box, Line
from ocrect.source import logical

RISES, RISES_SHARE = 4, 0.1
"""Steps from a line to one above it, and not at its right, from which on a layer is not in reading order: so many, and so large
a part of all."""


def in_reading_order(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines, which all have boxes; where they are in the order of drawing, as a page's rows from top to bottom.

    What stands side by side in a row is one line. Text from right to left stays as it is.
    """
    boxes = [line.box for line in lines if line.box]
    if not _is_as_drawn(boxes) or any(logical.is_rtl(word.text) for line in lines for word in line.words):
        return lines
    found = reading_order(boxes, [line.text for line in lines])
    rows = [[lines[i] for i in row] for region in found for row in region.rows]
    return [replace(reduce(joined, row), id=line.id) for row, line in zip(rows, lines, strict=False)]


def _is_as_drawn(boxes: Sequence[Box]) -> bool:
    rises = sum(after.bottom <= before.top and after.left < before.right for before, after in pairwise(boxes))
    return rises >= max(RISES, RISES_SHARE * len(boxes))


def joined(first: Line, second: Line) -> Line:
    """One line of two; the image's evidence of one half is none of the whole."""
    shift = len(first.text) + 1
    words = tuple(replace(word, start=word.start + shift, end=word.end + shift) for word in second.words)
    box = Box.around([box for box in (first.box, second.box) if box])
    return Line(first.id, f"{first.text} {second.text}", box, (*first.words, *words))
