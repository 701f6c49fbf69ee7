"""Boxes side by side gathered into rows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ocrect.record.document import Box

Row = list[int]
"""Indices of boxes, left to right."""

White = tuple[float, float]
"""Where in x the white between two cells begins and ends."""

NEAR = 40
"""Rows back in which a box looks for its row."""

LEVEL = 0.5
"""Boxes are level where they overlap by at least this part of the lesser height,"""

SIZES = 3.0
"""and their heights differ by less than this factor."""

COVERED = 0.5
"""Boxes of one row overlap in x by at most this part of the narrower one."""

CELL_GAP = 1.0
"""The least gap between two cells of a row, in heights of the lower one."""


def rows(boxes: Sequence[Box], which: Sequence[int]) -> list[Row]:
    """The boxes whose indices are ``which`` gathered into rows, top to bottom, each row left to right.

    A box joins the row in which it can stand beside its neighbours at the left and right, so that a row may rise or sag over
    the page.
    """
    found: list[tuple[list[float], Row]] = []  # of each row, where its boxes begin, and the boxes
    bottoms: list[float] = []
    for i in sorted(which, key=lambda i: (middle(boxes[i]), boxes[i].left)):
        for n in range(len(found) - 1, max(len(found) - 1 - NEAR, -1), -1):
            if bottoms[n] < boxes[i].top:
                continue
            lefts, row = found[n]
            at = bisect_left(lefts, boxes[i].left)
            beside = row[max(at - 1, 0) : at + 1]
            if all(_beside(boxes[i], boxes[j]) for j in beside):
                lefts.insert(at, boxes[i].left)
                row.insert(at, i)
                bottoms[n] = max(bottoms[n], boxes[i].bottom)
                break
        else:
            found.append(([boxes[i].left], [i]))
            bottoms.append(boxes[i].bottom)
    return sorted((row for _, row in found), key=lambda row: sum(middle(boxes[i]) for i in row) / len(row))


def band(boxes: Sequence[Box], row: Row) -> Box:
    """The box of a row, as high as its members: a row that rises or sags, on crumpled paper, stays clear of the next one."""
    members = [boxes[i] for i in row]
    whole = Box.around(members)
    return Box(whole.left, median(box.top for box in members), whole.right, median(box.bottom for box in members))


def whites(boxes: Sequence[Box], row: Row) -> list[White]:
    """The white between the cells of a row."""
    pairs = ((boxes[a], boxes[b]) for a, b in pairwise(row))
    return [(a.right, b.left) for a, b in pairs if b.left - a.right >= CELL_GAP * min(a.height, b.height)]


def middle(box: Box) -> float:
    """The middle of a box's height."""
    return (box.top + box.bottom) / 2


def level(a: Box, b: Box) -> bool:
    """True where two boxes overlap by at least half of the lesser height."""
    return min(a.bottom, b.bottom) - max(a.top, b.top) >= LEVEL * min(a.height, b.height)


def _beside(a: Box, b: Box) -> bool:
    """True where two boxes can stand in one row."""
    lesser, greater = sorted((a.height, b.height))
    covered = min(a.right, b.right) - max(a.left, b.left)
    return level(a, b) and greater <= SIZES * max(lesser, 1.0) and covered <= COVERED * min(a.width, b.width)
