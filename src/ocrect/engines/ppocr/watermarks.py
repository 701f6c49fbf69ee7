"""Watermarks: large words printed aslant across a page, as ``DRAFT`` and ``COPY``, whose letters the lines of the text cut.

The detector finds the letters that stand clear, and between two lines there are none. But the text's strokes are thinner than
those of a watermark: a closing of the page (Serra, Image analysis and mathematical morphology, 1982), which fills with paper
what is narrower than its disc, takes the text away and leaves the watermark. Where large letters are left that were not read,
it is sought there and read as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.detect import Look, is_told, seen
from ocrect.engines.ppocr.lines import box_around, tilt_of
from ocrect.engines.ppocr.networks import Network
from ocrect.engines.ppocr.recognise import BoxReading, Quad
from ocrect.ink import covered, find
from ocrect.record.document import Unread

LARGE = 1.8  # a watermark is at least so many times as high as the page's lines,
ASLANT = (8.0, 75.0)  # and tilted by so many degrees against them
DISC = 0.25  # of the closing, in heights of the page's lines: letters' strokes are less
REDUCED = 12.0  # pixels of the page's lines where large letters are looked for
BROAD = 24.0  # pixels: broader strokes are taken away on a reduced page, as the work grows with the square of the disc
TALL, LETTERS = (1.1, 12.0), 3  # so many of this height, in those of the page's lines, that were not read tell of a watermark,
SIGNS = 3  # whose reading has so many signs,
SURE, LEAST_CONFIDENCE = 0.9, 0.5  # and is taken from this mean confidence on; from the lesser one on it may be words
WANTED = 24.0  # pixels of the detector's input: the height of a watermark's letters


class Apart(NamedTuple):
    """What was read on a page without parts of watermarks; these, each read as a whole; and those that cannot be read."""

    rest: list[BoxReading]
    marks: list[BoxReading]
    unread: list[Unread]


def apart(
    detection: Network,
    read: Callable[[NDArray[np.uint8], Quad], BoxReading],
    rgb: NDArray[np.uint8],
    page: Sequence[BoxReading],
) -> Apart:
    """The watermarks of a page ``(height, width, 3)``, and what else was read on it."""
    if not page:
        return Apart([], [], [])
    usual = float(np.median([reading.height for reading in page]))
    large = [reading for reading in page if reading.height >= LARGE * usual]
    high = _left_over(rgb, [reading.quad for reading in large], usual)
    if not high:
        return Apart(list(page), [], [])
    clear = _without_strokes(rgb, DISC * usual)
    boxes = seen(detection, clear, Look(0, 0, rgb.shape[1], rgb.shape[0], min(WANTED / high, 1.0)))
    level = tilt_of([reading.quad for reading in page])
    words = [word for word in (read(clear, quad) for quad in boxes.quads) if _is_one(word, level, usual)]
    marks = [word for word in words if word.confidence >= SURE]
    parts = _inside(large, marks)
    if sum(len(mark.symbols) for mark in marks) <= sum(len(part.symbols) for part in parts):
        parts, marks = [], []
    unsure = [word for word in words if word.confidence < SURE and not _inside(large, [word])]
    unread = [Unread(box_around(word.quad), "faint", word.posterior.text) for word in unsure]
    return Apart([reading for reading in page if not any(reading is part for part in parts)], marks, unread)


def _inside(readings: Sequence[BoxReading], wholes: Sequence[BoxReading]) -> list[BoxReading]:
    """The readings of which a good part lies in one of the others."""
    quads = np.reshape([whole.quad for whole in wholes], (-1, 4, 2)).astype(np.float32)
    return [reading for reading in readings if is_told(reading.quad, quads)]


def _left_over(rgb: NDArray[np.uint8], read: Sequence[Quad], usual: float) -> float:
    """The height in pixels of large letters that are left without the text's strokes and not in what was read; 0 for few."""
    scale = min(REDUCED / usual, 1.0)
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    ink = find(_without_strokes(np.asarray(small, np.uint8), DISC * usual * scale))
    least, most = np.array(TALL) * usual * scale
    ink = ink.of(ink.like_letters() & (ink.heights >= least) & (ink.heights <= most))
    quads = scale * np.reshape(read, (-1, 4, 2))
    ink = ink.of(~covered(ink.middles, quads.astype(np.float32), (small.shape[1], small.shape[0])))
    return float(np.median(ink.heights)) / scale if len(ink.areas) >= LETTERS else 0.0


def _is_one(word: BoxReading, level: float, usual: float) -> bool:
    """True for what may be a word, large and aslant."""
    if word.confidence < LEAST_CONFIDENCE or len(word.symbols) < SIGNS or word.height < LARGE * usual:
        return False
    degrees = (float(np.degrees(tilt_of([word.quad]) - level)) + 90.0) % 180.0 - 90.0
    return ASLANT[0] <= abs(degrees) <= ASLANT[1]


def _without_strokes(rgb: NDArray[np.uint8], width: float) -> NDArray[np.uint8]:
    """The page without dark strokes up to that width in pixels; more coarsely where that is broad."""
    if width > BROAD:
        scale = BROAD / width
        small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        closed = _without_strokes(np.asarray(small, np.uint8), BROAD)
        return np.asarray(cv2.resize(closed, (rgb.shape[1], rgb.shape[0])), np.uint8)
    side = 2 * max(1, round(width / 2)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.morphologyEx(rgb, cv2.MORPH_CLOSE, disc), np.uint8)
