"""Watermarks: large words printed aslant across a page, as ``DRAFT`` and ``COPY``, whose letters the lines of the text cut.

The detector finds the letters that stand clear, and between two lines there are none. But the text's strokes are thinner than
those of a watermark: a closing of the page (Serra, Image analysis and mathematical morphology, 1982), which fills with paper
what is narrower than its disc, takes the text away and leaves the watermark. There it is sought and read as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.detect import Look, is_told, seen
from ocrect.engines.ppocr.lines import tilt_of
from ocrect.engines.ppocr.networks import Network
from ocrect.engines.ppocr.recognise import BoxReading

LARGE = 2.0  # a watermark is at least so many times as high as the page's lines,
ASLANT = (8.0, 75.0)  # and tilted by so many degrees against them
ALIKE, PARALLEL = 1.6, 6.0  # its parts' heights differ by at most this factor, and their tilts by so many degrees
DISC = 0.25  # of the closing, in heights of the page's lines: letters' strokes are less
WANTED = 24.0  # pixels of the detector's input: the height of a watermark's line
SURE = 0.9  # the least mean confidence of its reading
SIGNS = 3  # and it has at least so many signs

Quad = NDArray[np.float32]


def apart(
    detection: Network, read: Callable[[NDArray[np.uint8], Quad], BoxReading], rgb: NDArray[np.uint8], page: Sequence[BoxReading]
) -> tuple[list[BoxReading], list[BoxReading]]:
    """What was read on a page ``(height, width, 3)`` without the parts of its watermarks, and those, each read as a whole."""
    parts = _parts(page)
    if not parts:
        return list(page), []
    usual = float(np.median([reading.height for reading in page]))
    clear = _without_strokes(rgb, DISC * usual)
    high = float(np.median([part.height for part in parts]))
    boxes = seen(detection, clear, Look(0, 0, rgb.shape[1], rgb.shape[0], min(WANTED / high, 1.0)))
    whole = [read(clear, quad) for quad in boxes.quads]
    marks = [mark for mark in whole if _is_one(mark, parts)]
    quads = np.reshape([mark.quad for mark in marks], (-1, 4, 2)).astype(np.float32)
    told = [part for part in parts if is_told(part.quad, quads)]
    if sum(len(mark.symbols) for mark in marks) < sum(len(part.symbols) for part in told):
        return list(page), []
    return [reading for reading in page if not any(reading is part for part in told)], marks


def _parts(page: Sequence[BoxReading]) -> list[BoxReading]:
    """Readings that may be parts of watermarks: large and aslant."""
    if len(page) < 2:
        return []
    level, usual = tilt_of([reading.quad for reading in page]), float(np.median([reading.height for reading in page]))
    large = [reading for reading in page if reading.height >= LARGE * usual]
    return [part for part in large if ASLANT[0] <= abs(_degrees(tilt_of([part.quad]) - level)) <= ASLANT[1]]


def _is_one(mark: BoxReading, parts: Sequence[BoxReading]) -> bool:
    """True where a reading is surely words, as large as one of the parts and along it."""
    if mark.confidence < SURE or len(mark.symbols) < SIGNS:
        return False
    return any(
        max(mark.height, part.height) <= ALIKE * min(mark.height, part.height)
        and abs(_degrees(tilt_of([mark.quad]) - tilt_of([part.quad]))) <= PARALLEL
        for part in parts
    )


def _degrees(radians: float) -> float:
    """An angle in degrees between -90 and 90, up to a half turn."""
    return (float(np.degrees(radians)) + 90.0) % 180.0 - 90.0


def _without_strokes(rgb: NDArray[np.uint8], width: float) -> NDArray[np.uint8]:
    """The page without dark strokes up to that width in pixels."""
    side = 2 * max(1, round(width / 2)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.morphologyEx(rgb, cv2.MORPH_CLOSE, disc), np.uint8)
