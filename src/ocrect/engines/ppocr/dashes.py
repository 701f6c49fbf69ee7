"""Dashes in a box of their own, as around a page's number: made as high as a line for the recogniser, a short one is a square
to it. Their ink tells: it is one bar, wider than high.
"""

from __future__ import annotations

from ocrect.engines.ppocr.lines import box_around, tick_reading
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.engines.ticks import Tick
from ocrect.ink import Ink

DASH = "-"
BLOTS = frozenset("■▪●•◆_")  # what one is read as
WIDE = 1.6  # heights of its ink: a bar is at least so wide
LOW = 0.6  # and at most so high, in heights of its box


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
