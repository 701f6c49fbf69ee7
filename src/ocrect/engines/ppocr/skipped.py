"""Letters inside a line that made no symbol: those of a script that the recogniser does not know.

It passes over them without a word, and what is left reads like a line that was read: ``HARUTO . , HARUT`` of a line of Korean.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.leaders import DOT
from ocrect.engines.ppocr.recognise import BoxReading, Quad
from ocrect.ink import Ink, covered
from ocrect.record.document import Box

MANY, TOLD = 8, 0.4
"""Of so many letters in a line at least this part must be near to a symbol that was read."""

STRETCH, WIDE = 4, 1.0
"""Pieces in a row that no symbol tells, and the heights of the line that they take up at least, for a place that was not read.

On 29 pages of scans, receipts and invoices there was no stretch of even three pieces where all was read.
"""
NEAR, CLOSE = 1.0, 0.6
"""Heights of the line from a symbol up to which letters are told by it: of a line as a whole, and of a stretch of it."""


class _Letters(NamedTuple):
    """The ink of a line but dots, as of a leader: its boxes ``(n, 4)``, where each piece is along the line in frames, and which
    of them a symbol tells.
    """

    boxes: NDArray[np.float32]
    frames: NDArray[np.float32]
    told: NDArray[np.bool_]


def is_passed_over(reading: BoxReading, ink: Ink) -> bool:
    """True where most letters of a line made no symbol."""
    letters = _letters(reading, ink, NEAR)
    return len(letters.frames) >= MANY and float(letters.told.mean()) < TOLD


def skipped(reading: BoxReading, ink: Ink) -> Iterator[Box]:
    """The parts of a line in which letters made no symbol."""
    letters = _letters(reading, ink, CLOSE)
    order = np.argsort(letters.frames)
    ends = np.flatnonzero(letters.told[order])
    for run in np.split(order, ends):
        untold = run[~letters.told[run]]
        if len(untold) < STRETCH:
            continue
        (left, top), (right, bottom) = letters.boxes[untold, :2].min(axis=0), letters.boxes[untold, 2:].max(axis=0)
        if max(right - left, bottom - top) >= WIDE * reading.height:
            yield Box(float(left), float(top), float(right), float(bottom))


def _letters(reading: BoxReading, ink: Ink, near: float) -> _Letters:
    letters = ink.of(inside(ink, reading.quad) & ink.in_line & (ink.heights > DOT * reading.height))
    length = max(reading.length, 1.0)
    frames = (letters.middles - reading.quad[0]) @ (reading.quad[1] - reading.quad[0]) / length**2 * reading.width
    slack = near * reading.height / length * reading.width
    told = np.zeros(len(frames), bool)
    for symbol in reading.symbols:
        told |= (frames >= symbol.start - slack) & (frames <= symbol.end + slack)
    return _Letters(letters.boxes, frames, told)


def inside(ink: Ink, quad: Quad) -> NDArray[np.bool_]:
    """Which pieces have their middle in a box."""
    low, high = quad.min(axis=0), quad.max(axis=0)
    middles = ink.middles
    near = np.flatnonzero(((middles >= low) & (middles <= high)).all(axis=1))
    width, height = (high - low).astype(int).tolist()
    found = np.zeros(len(middles), bool)
    found[near] = covered(middles[near] - low, quad[None] - low, (width + 1, height + 1))
    return found
