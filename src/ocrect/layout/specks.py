"""Specks of dirt that were read: they tell nothing of a page's order, and stand in the end in the row that is nearest, or above
or below it by themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import median

from ocrect.layout.rows import Row, band, middle
from ocrect.record.document import Box

SPECK = 0.3
"""A speck is lower and narrower than this, in heights of a letter: a dot, which stands in a box with its word, or none."""

FAR = 0.5
"""A speck that is farther above or below a row than this, in heights of the row, does not stand in it."""


def without_specks(boxes: Sequence[Box]) -> list[int]:
    """Which of some boxes are no specks."""
    least = SPECK * median(box.height for box in boxes)
    return [i for i, box in enumerate(boxes) if max(box.width, box.height) >= least]


def with_specks(boxes: Sequence[Box], parts: Sequence[list[Row]], specks: Sequence[int]) -> list[list[Row]]:
    """The parts of a page with each of the specks in the row that it is nearest to, or in one of its own beside that."""
    rows = [(row, band(boxes, row)) for part in parts for row in part]
    joined = {id(row): row for row, _ in rows}
    above: defaultdict[int, list[Row]] = defaultdict(list)
    below: defaultdict[int, list[Row]] = defaultdict(list)
    for i in specks:
        nearest, place = min(rows, key=lambda pair: _off(boxes[i], pair[1]))
        if _off(boxes[i], place)[0] > FAR * place.height:
            (above if middle(boxes[i]) < place.top else below)[id(nearest)].append([i])
        else:
            joined[id(nearest)] = sorted([*joined[id(nearest)], i], key=lambda k: boxes[k].left)
    return [[found for row in part for found in (*above[id(row)], joined[id(row)], *below[id(row)])] for part in parts]


def _off(speck: Box, row: Box) -> tuple[float, float]:
    """How far a speck is from a row, up or down and then along it, in pixels."""
    x = (speck.left + speck.right) / 2
    return max(row.top - middle(speck), middle(speck) - row.bottom, 0.0), max(row.left - x, x - row.right, 0.0)
