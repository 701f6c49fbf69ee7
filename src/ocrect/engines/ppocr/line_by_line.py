"""Boxes in which no text was found as wholes are read again, line by line: the detector takes lines that are near for one, and
a drop capital with the lines beside it. Of a box of several rows that was read as one, the rows stand if they tell more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr import merged
from ocrect.engines.ppocr.detect import is_told
from ocrect.engines.ppocr.lines import quad_of
from ocrect.engines.ppocr.recognise import BoxReading, Quad, quads_of
from ocrect.engines.ppocr.skipped import inside
from ocrect.ink import Ink, around, clusters
from ocrect.record.document import Box

CAPITAL = 1.6  # letters higher than this, in heights of those around them, are drop capitals: read by themselves
LETTERS = (1.0, -0.1)  # x, y: pieces of ink so close, in their heights, are of one line
MARGIN = 0.3  # of paper around a line that is cut out by its ink, in its heights
LEAST, BESIDE = 0.3, 0.2  # a sign by itself is so high, in heights of the page's lines; paper around it, in its own
GUESS = 0.5  # the mean confidence of what may be told as a guess
MISSED = 12  # boxes in whose lines nothing was read either: after so many, and more than were read, no more are looked at so


def read(
    rgb: NDArray[np.uint8],
    ink: Ink,
    boxes: Iterable[BoxReading],
    kept: list[BoxReading],
    high: float,
    again: Callable[[Quad], BoxReading],
    is_line: Callable[[BoxReading, BoxReading], bool],
) -> tuple[list[BoxReading], list[BoxReading]]:
    """What was ``kept`` of a page ``(height, width, 3)`` whose lines are ``high`` pixels high, with the lines that were read in
    the ``boxes``, and the boxes that have none.

    ``is_line`` is given what ``again`` read of a part of a box, and the box.
    """
    left: list[BoxReading] = []
    missed = 0
    kept = _parted(rgb, ink, kept, high, again)
    for box in boxes:
        rows = merged.read(rgb, ink, box, high, again)
        if several := merged.surely(rows):
            kept = merged.instead(several, kept, high)
            left += [row for row in rows if row not in several]
            continue
        quads = quads_of(kept)
        is_worth_it = missed <= max(MISSED, len(kept))
        new = [part for part in _parts(ink, box.quad, rgb) if not is_told(part, quads)] if is_worth_it else []
        found = [part for part in map(again, new) if is_line(part, box)]
        found += [part for part in map(again, _number(ink, box.quad, high)) if part.text.isdecimal() and is_line(part, box)]
        kept = kept + found
        if not found:
            left += rows if _digits(rows) > _digits([box]) else [box]
            missed += bool(new)
    return kept, left


def _parted(
    rgb: NDArray[np.uint8], ink: Ink, kept: list[BoxReading], high: float, again: Callable[[Quad], BoxReading]
) -> list[BoxReading]:
    """What was kept, with the rows of a box instead of what was read of it as a whole, where they have more signs."""
    for one in [one for one in kept if one.height >= merged.SEVERAL * high]:
        several = merged.surely(merged.read(rgb, ink, one, high, again))
        if sum(len(row.symbols) for row in several) > len(one.symbols):
            kept = merged.instead(several, [other for other in kept if other is not one], high)
    return kept


def _digits(readings: Iterable[BoxReading]) -> int:
    """How many digits a person is told of as a guess: those of what is no mere chance."""
    return sum(sum(map(str.isdigit, one.text)) for one in readings if one.confidence >= GUESS)


def _number(ink: Ink, quad: Quad, high: float) -> Iterator[Quad]:
    """Where a lone sign of a box stands, as a 0 in a cell, without the rules beside it; nowhere if there are more."""
    letters = ink.of(inside(ink, quad) & ink.like_letters() & ~ink.grids & (ink.heights >= LEAST * high))
    if len(letters.areas) == 1 and letters.heights[0] <= high:
        left, top, right, bottom = letters.boxes[0].tolist()
        pad = BESIDE * (bottom - top)
        yield quad_of(Box(left - pad, top - pad, right + pad, bottom + pad))


def _parts(ink: Ink, quad: Quad, rgb: NDArray[np.uint8]) -> Iterator[Quad]:
    """The lines of ink in a box, where there are several, upright boxes ``(4, 2)``: a drop capital is one by itself."""
    letters = ink.of(inside(ink, quad) & ink.like_letters())
    if len(letters.areas) < 2:
        return
    high = letters.heights > CAPITAL * np.median(letters.heights)
    groups = [group for part in (letters.of(high), letters.of(~high)) for group in _grouped(part)]
    if len(groups) < 2:
        return
    for left, top, right, bottom in groups:
        pad = MARGIN * (bottom - top)
        box = quad_of(Box(left - pad, top - pad, right + pad, bottom + pad))
        yield np.clip(box, 0, (rgb.shape[1], rgb.shape[0])).astype(np.float32)


def _grouped(ink: Ink) -> list[NDArray[np.float32]]:
    return [around(ink.boxes[group]) for group in clusters(ink.boxes, LETTERS)]
