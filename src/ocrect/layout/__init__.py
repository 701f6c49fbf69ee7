"""Reading order, from boxes and what was read in them: columns, rows, and what each block is.

The page is cut at gutters, upright white space that goes on for several rows, where what stands at their sides is no table
(:mod:`ocrect.layout.columns`); boxes side by side in what is left become rows, and rows become blocks.

Boxes are upright in the frame in which lines run from left to right; the caller straightens a tilted page first.
"""

from __future__ import annotations

from collections.abc import Sequence

from ocrect.layout.columns import Bridge, cut
from ocrect.layout.forms import folded
from ocrect.layout.regions import Region, regions
from ocrect.layout.rows import Row
from ocrect.record.document import Box

__all__ = ["Bridge", "Region", "Row", "across", "reading_order"]


def reading_order(
    boxes: Sequence[Box], texts: Sequence[str] = (), rules: Sequence[Box] = (), cells: Sequence[Box] = ()
) -> list[Region]:
    """Regions in reading order, each of rows from top to bottom, each row of indices into ``boxes`` from left to right.

    ``texts`` are what was read in the boxes; they help to tell a table from columns of text. ``rules`` are those across the
    page: a gutter ends at one. ``cells`` are closed by rules: a form is read cell by cell. Every index appears exactly once.
    Widths and heights may be zero.
    """
    whole = folded(boxes, texts, cells)
    parts = cut(whole.boxes, whole.texts, rules).parts
    return regions(boxes, texts, [piece for part in parts for piece in whole.pieces(part)])


def across(
    boxes: Sequence[Box], texts: Sequence[str] = (), rules: Sequence[Box] = (), cells: Sequence[Box] = ()
) -> list[list[Bridge]]:
    """The boxes across a gutter of columns: two lines found as one, or text of full width.

    They come in runs, from the columns outward: one is two lines if the one before it is. Cells of a form are none of them.
    """
    whole = folded(boxes, texts, cells)
    found = cut(whole.boxes, whole.texts, rules).bridges
    places = [[(bridge, whole.box(bridge.box)) for bridge in run] for run in found]
    return [[bridge._replace(box=box) for bridge, box in run if box is not None] for run in places]
