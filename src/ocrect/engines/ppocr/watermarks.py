"""Watermarks: large words printed aslant across a page, as ``DRAFT`` and ``COPY``, whose letters the lines of the text cut.

The detector finds the letters that stand clear, and between two lines there are none. But a watermark is paler than the text,
or broader: what a closing of the page (Serra, Image analysis and mathematical morphology, 1982) lifts by much is dark and
narrower than its disc, the text's strokes. The mean of what is beside them takes their place, the watermark's grey in its
letters. Where large letters are left that were not read, it is sought and read as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.detect import Look, is_told, seen
from ocrect.engines.ppocr.lines import box_around, tilt_of
from ocrect.engines.ppocr.networks import Network
from ocrect.engines.ppocr.recognise import BoxReading, Quad, quads_of
from ocrect.ink import Ink, around, covered, find
from ocrect.record.document import Box, Unread

LARGE = 1.8  # a watermark is at least so many times as high as the page's lines,
ASLANT = (8.0, 75.0)  # and tilted by so many degrees against them
DISC = 0.25  # of the closing, in heights of the page's lines: letters' strokes are less
REDUCED, READ = 12.0, 24.0  # pixels of the page's lines where large letters are looked for, and where they are read
TALL, LETTERS = (1.1, 12.0), 3  # so many of this height, in those of the page's lines, that were not read tell of a watermark,
TOUCHING = 4.0  # or so many heights of a line in length, where letters touch,
SIGNS = 3  # whose reading has so many signs,
SURE, LEAST_CONFIDENCE = 0.9, 0.5  # and is taken from this mean confidence on; from the lesser one on it may be words
PALE, MOSTLY = 0.5, 0.8  # what cannot be read is listed where the second part of it has the first of the text's contrast,
ALIKE = 2.5  # its heights (the 80th percentile by the 20th) differ by no more than this factor,
SLIM = 0.25  # the lesser side of its letters is at least this part of the greater, in the median, as of rules it is not,
IN_LINE = 0.35  # it stands in one line, so many of its heights off it in the median at most,
NEXT = 3.0  # and so many from the next letter
DARK, DARKEST = 0.5, 0.995  # strokes are so dark, in the darkness of this quantile of the page's pixels
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
    left = _left_over(rgb, [reading.quad for reading in large], usual)
    if not _are_letters(left, usual):
        return Apart(list(page), [], [])
    clear, scale = _cleared(rgb, READ, usual)
    high = float(np.median(left.heights)) * scale
    boxes = seen(detection, clear, Look(0, 0, clear.shape[1], clear.shape[0], min(WANTED / high, 1.0)))
    level = tilt_of([reading.quad for reading in page])
    found = [replace(word, quad=word.quad / np.float32(scale)) for word in (read(clear, quad) for quad in boxes.quads)]
    words = [word for word in found if _is_one(word, level, usual)]
    marks = [word for word in words if word.confidence >= SURE]
    parts = _inside(large, marks)
    if sum(len(mark.symbols) for mark in marks) <= sum(len(part.symbols) for part in parts):
        parts, marks = [], []
    unsure = [word for word in words if word.confidence < SURE and not _inside(large, [word])]
    unread = [Unread(box_around(word.quad), "faint", word.posterior.text) for word in unsure]
    if not marks and not unread and not parts and _is_pale_line(left, rgb):
        unread = [Unread(Box(*around(left.boxes).tolist()), "faint")]
    return Apart([reading for reading in page if not any(reading is part for part in parts)], marks, unread)


def _inside(readings: Sequence[BoxReading], wholes: Sequence[BoxReading]) -> list[BoxReading]:
    """The readings of which a good part lies in one of the others."""
    quads = quads_of(wholes)
    return [reading for reading in readings if is_told(reading.quad, quads)]


def _left_over(rgb: NDArray[np.uint8], read: Sequence[Quad], usual: float) -> Ink:
    """The large letters, in pixels of the page, that are left without the text's strokes and not in what was read."""
    small, scale = _cleared(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8), REDUCED, usual)
    ink = find(np.asarray(cv2.cvtColor(small, cv2.COLOR_GRAY2RGB), np.uint8))
    least, most = np.array(TALL) * usual * scale
    ink = ink.of(ink.like_letters() & (ink.heights >= least) & (ink.heights <= most))
    quads = scale * np.reshape(read, (-1, 4, 2))
    ink = ink.of(~covered(ink.middles, quads.astype(np.float32), (small.shape[1], small.shape[0])))
    return ink._replace(boxes=ink.boxes / np.float32(scale))


def _are_letters(pieces: Ink, usual: float) -> bool:
    """True for so many pieces that they may be a word, or for letters that touch, as many by their length."""
    length = float(np.maximum(pieces.widths, pieces.heights).sum())
    return len(pieces.areas) >= LETTERS or length >= TOUCHING * usual


def _is_pale_line(letters: Ink, rgb: NDArray[np.uint8]) -> bool:
    """True for letters in one line aslant, alike and far paler than the page's text, as watermarks are."""
    paper, dark = np.percentile(rgb[::4, ::4].mean(axis=2), (50, 1))
    pale = letters.contrasts <= PALE * (paper - dark)
    low, high = np.percentile(letters.heights, (20, 80))
    sides = np.sort([letters.widths, letters.heights], axis=0)
    slim = float(np.median(sides[0] / sides[1])) < SLIM
    if len(pale) <= LETTERS or pale.mean() < MOSTLY or high > ALIKE * low or slim:
        return False
    off = letters.middles - np.median(letters.middles, axis=0)
    along, across = np.linalg.svd(off, full_matrices=False)[2]
    degrees = abs((float(np.degrees(np.arctan2(along[1], along[0]))) + 90.0) % 180.0 - 90.0)
    places, usual = np.sort(off @ along), float(np.median(letters.heights))
    in_line = float(np.median(np.abs(off @ across))) <= IN_LINE * usual and float(np.diff(places).max()) <= NEXT * usual
    return in_line and ASLANT[0] <= degrees <= ASLANT[1]


def _is_one(word: BoxReading, level: float, usual: float) -> bool:
    """True for what may be a word, large and aslant."""
    if word.confidence < LEAST_CONFIDENCE or len(word.symbols) < SIGNS or word.height < LARGE * usual:
        return False
    degrees = (float(np.degrees(tilt_of([word.quad]) - level)) + 90.0) % 180.0 - 90.0
    return ASLANT[0] <= abs(degrees) <= ASLANT[1]


def _cleared(pixels: NDArray[np.uint8], height: float, usual: float) -> tuple[NDArray[np.uint8], float]:
    """The page, grey or in colours, without its text, reduced where its lines, ``usual`` pixels high, are higher than
    ``height``; and its scale.
    """
    scale = min(height / usual, 1.0)
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
    return _without_strokes(np.asarray(small, np.uint8), DISC * usual * scale), scale


def _without_strokes(pixels: NDArray[np.uint8], width: float) -> NDArray[np.uint8]:
    """The page, grey or in colours, without dark strokes up to that width in pixels, in whose place stands the mean of what is
    beside them. Pale strokes stay, however thin they are.
    """
    half = max(1, round(width / 2))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * half + 1, 2 * half + 1))
    closed = cv2.morphologyEx(pixels, cv2.MORPH_CLOSE, disc)
    lift = cv2.subtract(closed, pixels)
    dark = np.asarray(lift if lift.ndim == 2 else lift.max(axis=2), np.uint8)
    most = int(np.searchsorted(np.cumsum(np.bincount(dark.ravel(), minlength=256)), DARKEST * dark.size))
    strokes = cv2.dilate((dark > DARK * most).astype(np.uint8), np.ones((3, 3), np.uint8))
    window: dict[str, Any] = {"ddepth": cv2.CV_32F, "ksize": (4 * half + 1, 4 * half + 1), "normalize": False}
    beside = cv2.boxFilter(cv2.bitwise_and(pixels, pixels, mask=1 - strokes), **window)
    many = cv2.boxFilter(1 - strokes, **window)
    filled = (strokes > 0) & (many > 0)
    clear = np.where(strokes if pixels.ndim == 2 else strokes[:, :, None], closed, pixels)
    clear[filled] = (beside[filled].T / many[filled]).T
    return np.asarray(clear, np.uint8)
