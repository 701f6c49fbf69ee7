"""Dashes in a box of their own, as around a page's number: made as high as a line for the recogniser, a short one is a square
to it. Their ink tells: it is one bar, wider than high. Beside large letters its box, as that of a small tick box, is so much
lower than theirs that it would make a row of its own; so it is given their height.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from ocrect.engines import buttons, ticks
from ocrect.engines.ppocr.lines import box_around, quad_of, tick_reading
from ocrect.engines.ppocr.recognise import BoxReading, quads_of
from ocrect.engines.ticks import Tick
from ocrect.ink import Ink, covered
from ocrect.record.document import Box

DASH = "-"
SMALL = frozenset((DASH, *ticks.SIGNS, *buttons.SIGNS))
BLOTS = frozenset("■▪●•◆_")  # what one is read as
WIDE = 1.6  # heights of its ink: a bar is at least so wide
LOW = 0.6  # and at most so high, in heights of its box
LOWER = 3.0  # times lower than the box beside it: that is no row for it
NEAR = (-0.15, 1.0)  # heights of that box between the two
ACROSS = (0.25, 0.8)  # how far down that box the dash is
WIDTHS, THICK, SOLID = (0.2, 1.0), 0.2, 0.7  # of one between two numbers, in heights of these: how wide, at most how thick; ink
APART = 1.5  # and so far from each at most
DARK = 0.35  # of the median contrast of what was read: what is paler is grain


def as_dash(reading: BoxReading, ink: Ink, known: str) -> BoxReading:
    """The reading of a box in which a blot was read and a bar is printed as that of a dash; any other one as it is.

    ``known`` are the symbols that the engine can write.
    """
    if len(reading.symbols) != 1 or reading.symbols[0].text not in BLOTS:
        return reading
    low, high = reading.quad.min(axis=0), reading.quad.max(axis=0)
    inside = ink.of(((ink.middles >= low) & (ink.middles <= high)).all(axis=1))
    if len(inside.areas) != 1:
        return reading
    width, height = float(inside.widths[0]), float(inside.heights[0])
    if width < WIDE * height or height > LOW * reading.height:
        return reading
    box = box_around(reading.quad)
    return tick_reading(Tick((box.left, box.top, box.right, box.bottom), DASH), known)


def as_high(reading: BoxReading, page: Sequence[BoxReading]) -> BoxReading:
    """The reading of a dash, tick box or button in a box as high as one beside it on the page that is much higher; any other
    one as it is.
    """
    if reading.text not in SMALL:
        return reading
    dash = box_around(reading.quad)
    middle = (dash.top + dash.bottom) / 2
    for other in page:
        box = box_around(other.quad)
        high = max(box.height, 1.0)
        gap, down = max(box.left - dash.right, dash.left - box.right) / high, (middle - box.top) / high
        if box.height > LOWER * dash.height and NEAR[0] <= gap <= NEAR[1] and ACROSS[0] <= down <= ACROSS[1]:
            return replace(reading, quad=quad_of(Box(dash.left, box.top, dash.right, box.bottom)))
    return reading


def between_numbers(ink: Ink, page: Sequence[BoxReading], known: str, size: tuple[int, int]) -> Iterator[BoxReading]:
    """The dashes between two numbers of a row, as of a range (``134 - 144``), that no box holds: the detector passes over small
    ones; ``size`` is the page's width and height.
    """
    numbers = [box_around(one.quad) for one in page if one.text and not one.text.strip("0123456789.,%")]
    bars = (ink.widths >= WIDE * ink.heights) & (ink.areas >= SOLID * ink.widths * ink.heights) & ~ink.grids
    if len(numbers) < 2 or not bars.any():
        return
    told = covered(ink.middles, quads_of(page), size)
    left = ink.of(bars & ~told & (ink.contrasts >= DARK * float(np.median(ink.contrasts[told] if told.any() else 0.0))))
    lefts, tops, rights, bottoms = np.array([(box.left, box.top, box.right, box.bottom) for box in numbers]).T
    high = bottoms - tops
    for bar in left.boxes:
        fits = (bar[2] - bar[0] >= WIDTHS[0] * high) & (bar[2] - bar[0] <= WIDTHS[1] * high) & (bar[3] - bar[1] <= THICK * high)
        down = ((bar[1] + bar[3]) / 2 - tops) / high
        fits &= (down >= ACROSS[0]) & (down <= ACROSS[1])
        before, after = (bar[0] - rights) / high, (lefts - bar[2]) / high
        beside = [np.flatnonzero(fits & (gap >= -THICK) & (gap <= APART)) for gap in (before, after)]
        if all(map(len, beside)):
            n = int(beside[1][np.argmin(after[beside[1]])])
            yield tick_reading(Tick((float(bar[0]), float(tops[n]), float(bar[2]), float(bottoms[n])), DASH), known)
