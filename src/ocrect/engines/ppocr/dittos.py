"""Ditto marks, ``"`` below what a row repeats: by themselves in a column, high up in their row. The recogniser, which is given
their box made as high as a line, takes them for 11, n or #.

Their ink is low. The number of a form's field stands as high up beside larger print, but is as high as the letters there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.lines import box_around, quad_of, tick_reading
from ocrect.engines.ppocr.recognise import BoxReading, crop
from ocrect.engines.ppocr.skipped import inside
from ocrect.engines.ticks import Tick
from ocrect.ink import Ink
from ocrect.record.document import Box

DITTO = '"'
FEW = 2  # signs that are read of one, at most
STAYS = frozenset("°ºª*•·-–—_.,'`^~²³¹™®©")  # signs that are as small or as high by nature
SURE = 0.97  # what is read more surely stays
MOST = 3  # a page has at least so many
SQUARE = (0.6, 1.6)  # a box's width, in its heights
LOW = 0.75  # its height, in heights of the boxes beside it: at most so much
LOW_INK = 0.5  # and that of its ink, in the height of the letters there, as most of them are at most: in most fonts 0.4
HIGH = 80  # the percentile of their heights that is meant
SPECK = 0.2  # of the largest piece of ink in a box: what is smaller is a speck
SURELY = 0.8  # boxes beside it that tell are read so surely
TOP, FOOT = 0.2, 0.2  # its top is as high as theirs, give or take the first, and it ends above their feet by the second
BESIDE = 3  # so many boxes of its row, the nearest ones, tell
DIP = 0.8  # between its strokes there is at most this part of the ink of the lesser one


def with_dittos(rgb: NDArray[np.uint8], ink: Ink, read: Sequence[BoxReading], known: str) -> list[BoxReading]:
    """The readings of a page, those of ditto marks as these; ``known`` are the symbols that the engine can write."""
    boxes = [box_around(reading.quad) for reading in read]
    told = [n for n, reading in enumerate(read) if len(reading.symbols) >= FEW and reading.confidence >= SURELY]
    dittos = [n for n, reading in enumerate(read) if _may_be(reading, boxes[n])]
    dittos = [n for n in dittos if _is_raised(ink, boxes[n], [boxes[m] for m in told if m != n])]
    dittos = [n for n in dittos if _has_two_strokes(crop(rgb, read[n].quad))]
    if len(dittos) < MOST:
        return list(read)
    found = {
        n: tick_reading(Tick((boxes[n].left, boxes[n].top, boxes[n].right, boxes[n].bottom), DITTO), known) for n in dittos
    }
    return [found.get(n, reading) for n, reading in enumerate(read)]


def _may_be(reading: BoxReading, box: Box) -> bool:
    text = reading.text
    is_doubtful = len(reading.symbols) <= FEW and reading.confidence < SURE and STAYS.isdisjoint(text)
    return is_doubtful and SQUARE[0] * box.height <= box.width <= SQUARE[1] * box.height


def _is_raised(ink: Ink, box: Box, others: Sequence[Box]) -> bool:
    """True for a box much lower than those beside it and as high up as they are, and its ink lower than their letters."""
    row = [
        o
        for o in others
        if min(o.bottom, box.bottom) - max(o.top, box.top) >= 0.5 * box.height and LOW * o.height >= box.height
    ]
    near = sorted(row, key=lambda o: max(o.left - box.right, box.left - o.right))[:BESIDE]
    tops = [(box.top - o.top) / o.height for o in near]
    feet = [(o.bottom - box.bottom) / o.height for o in near]
    if not near or abs(float(np.median(tops))) > TOP or float(np.median(feet)) < FOOT:
        return False
    return 0.0 < _high(ink, [box]) <= LOW_INK * _high(ink, near)


def _high(ink: Ink, boxes: Sequence[Box]) -> float:
    """The height in pixels of the higher pieces of ink in boxes, without specks; 0 where there is none."""
    pieces = [ink.of(inside(ink, quad_of(box))) for box in boxes]
    heights = [part.heights[part.areas >= SPECK * part.areas.max(initial=0.0)] for part in pieces]
    return float(np.percentile(np.concatenate(heights), HIGH)) if any(map(len, heights)) else 0.0


def _has_two_strokes(line: NDArray[np.uint8]) -> bool:
    """True where the ink of a box stands in two places from left to right, with less between."""
    grey = line.mean(axis=2)
    dark = np.maximum(np.percentile(grey, 90) - grey, 0).sum(axis=0)
    inked = np.flatnonzero(dark > 0.3 * dark.max())
    if not len(inked) or inked[-1] - inked[0] < 3:
        return False
    left, middle, right = np.array_split(dark[inked[0] : inked[-1] + 1], 3)
    return bool(middle.min() <= DIP * min(left.max(), right.max()))
