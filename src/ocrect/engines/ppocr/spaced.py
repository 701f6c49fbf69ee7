"""Letter-spaced words, as in letterheads and titles: the detector finds their letters one by one, or some of them.

A letter by itself is easily missed or taken for a speck. So where several stand in one row, the row is read as a whole; that
counts where it is surely read and holds all the letters that were surely read before, in their order. Digits are never joined
so: ``3`` and ``8.34`` in two columns are no ``38.34``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.recognise import BoxReading, Quad

SPACED, FEW = 0.85, 6  # signs of a box are letter-spaced where they take so many heights each, and are not more than that
PARTS = 4  # so many such boxes in a row
ALIKE, LEVEL = 2.2, 0.5  # their heights differ by at most this factor; the lower overlaps the other by at least this part
NEAR = 2.5  # and they are at most so many heights apart
SURE, SURE_LETTER = 0.8, 0.93  # the least mean confidence of the row; and of the letters that it must hold
MARGIN = 0.25  # of paper around the row, in its heights


def spaced_rows(readings: Sequence[BoxReading]) -> Iterator[tuple[list[int], Quad]]:
    """The boxes that may be one spaced line, left to right, and the corners ``(4, 2)`` around them."""
    boxes = np.array([[*reading.quad.min(axis=0), *reading.quad.max(axis=0)] for reading in readings]).reshape(-1, 4)
    order = np.argsort(boxes[:, 0], kind="stable").tolist()
    spaced = {i for i in order if _is_spaced(readings[i])}
    taken: set[int] = set()
    for n, first in enumerate(order):
        if first in taken or first not in spaced:
            continue
        row = [first]
        for i in order[n + 1 :]:
            if boxes[i, 0] - boxes[row[-1], 2] > NEAR * ALIKE * (boxes[row[-1], 3] - boxes[row[-1], 1]):
                break
            if not _goes_on(boxes[row[-1]], boxes[i]):
                continue
            if _has_digit(readings[i]):
                break
            row.append(i)
        if sum(i in spaced for i in row) >= PARTS:
            taken.update(row)
            yield row, _around(boxes[row])


def _is_spaced(reading: BoxReading) -> bool:
    """True for one letter, or a few that stand far apart. Digits that do so are numbers of a table."""
    if _has_digit(reading):
        return False
    many, width = len(reading.symbols), float(np.linalg.norm(reading.quad[1] - reading.quad[0]))
    return many <= 1 or (many <= FEW and width >= SPACED * many * reading.height)


def _has_digit(reading: BoxReading) -> bool:
    return any(symbol.text.isdigit() for symbol in reading.symbols)


def _goes_on(left: NDArray[np.float64], right: NDArray[np.float64]) -> bool:
    """True where a box is beside another in one row, and about as high."""
    less, more = sorted((left[3] - left[1], right[3] - right[1]))
    shared = min(left[3], right[3]) - max(left[1], right[1])
    return bool(shared >= LEVEL * less and more <= ALIKE * less and right[0] - left[2] <= NEAR * more)


def holds(whole: BoxReading, parts: Iterable[BoxReading]) -> bool:
    """True where the reading of a row is sure and has all signs that were surely read in its parts, in their order.

    Digits apart are amounts in the columns of a table, and stay apart.
    """
    if whole.confidence < SURE or any(symbol.text.isdigit() for symbol in whole.symbols):
        return False
    rest = iter(symbol.text for symbol in whole.symbols)
    return all(
        symbol.text in rest for part in parts if part.confidence >= SURE_LETTER for symbol in part.symbols if symbol.text != " "
    )


def _around(boxes: NDArray[np.float64]) -> Quad:
    (left, top), (right, bottom) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    pad = MARGIN * float(np.median(boxes[:, 3] - boxes[:, 1]))
    corners = [(left - pad, top), (right + pad, top), (right + pad, bottom), (left - pad, bottom)]
    return np.maximum(np.array(corners, np.float32), 0)
