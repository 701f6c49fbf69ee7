"""Bullets of lists, by their shape and place: small squares and discs, alike and one below another, each before a line; and
the dashes of a column, each by itself behind a number: the sign of a balance, of which a detector finds some.

To a recogniser a small square is one of ``. : - •``, another one in each line, or nothing. Together they are a list: so they
are told by their ink, before lines are sought, as tick boxes are (:mod:`ocrect.engines.ticks`).
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ticks import Tick
from ocrect.ink import Boxes, Ink

SQUARE, DISC, DASH = "▪•-"
LEAST = 3  # so many alike, one below another, are a list

# Lengths are in the median height of the page's letters in lines.
SIZES = (0.18, 0.95)  # a bullet's longer side,
LEAST_SIDE = 4.0  # and at least so many pixels
EVEN = 1.4  # one side is at most so many times the other
SOLID = 0.7  # the least part of its box that is ink
GAP = (0.35, 4.0)  # the paper between a bullet and its line
CLEAR = 3.0  # and at least so much on its other side
LEVEL = 0.4  # the middle of a bullet is so near to that of the line's first letter, which is at least
TALL = 0.7  # so high
ABOVE = 1.3  # another one so near above or below makes it a colon, or a leader
ALIKE = 1.25  # the largest of a list is at most so many times the smallest
FLUSH = 0.2  # how exactly they stand one below another
HIGH = 0.8  # so far above and below its middle its box is as high as the line
FULL = 0.9  # of the product of its sides: a square fills it, a disc pi / 4
BAR = (0.2, 0.8)  # a dash is so wide,
THIN = 0.3  # at most so high,
WIDE = 1.6  # and at least so many times as wide as it is high
PAD = 2  # pixels of paper around a bullet that are measured with it


def find(pixels: NDArray[np.uint8], ink: Ink) -> list[Tick]:
    """The bullets of a page ``(height, width, 3)`` with that ink."""
    letters = ink.like_letters() & ink.in_line
    if letters.sum() < LEAST:
        return []
    usual = float(np.median(ink.heights[letters]))
    w, h = ink.widths, ink.heights
    longer, shorter = np.maximum(w, h), np.maximum(np.minimum(w, h), 1)
    small = (longer >= max(SIZES[0] * usual, LEAST_SIDE)) & (longer <= SIZES[1] * usual) & (longer <= EVEN * shorter)
    small &= ink.areas >= SOLID * w * h
    alone = [int(n) for n in np.flatnonzero(small) if _leads(ink.boxes, int(n), usual)]
    found = []
    for group in _lists(ink.boxes[alone], usual):
        boxes = ink.boxes[np.array(alone)[group]]
        sign = SQUARE if float(np.median([_filled(pixels, box) for box in boxes])) >= FULL else DISC
        found += [Tick(_as_high_as_line(box, usual), sign) for box in boxes]
    bars = (
        (w >= np.maximum(BAR[0] * usual, WIDE * h)) & (w <= BAR[1] * usual) & (h <= THIN * usual) & (ink.areas >= SOLID * w * h)
    )
    behind = [int(n) for n in np.flatnonzero(bars) if _follows(ink.boxes, int(n), usual)]
    for group in _lists(ink.boxes[behind], usual):
        found += [Tick(_as_high_as_line(box, usual), DASH) for box in ink.boxes[np.array(behind)[group]]]
    return found


def _as_high_as_line(box: Boxes, usual: float) -> tuple[float, float, float, float]:
    """The bullet's box as the glyphs of a line have it, so that it is in a row with the line's letters."""
    left, top, right, bottom = (float(side) for side in box)
    middle = (top + bottom) / 2
    return left, middle - HIGH * usual, right, middle + HIGH * usual


def _leads(boxes: Boxes, n: int, usual: float) -> bool:
    """True where a piece stands before a line of letters, at their middle, by itself."""
    left, top, right, bottom = boxes[n]
    x0, y0, x1, y1 = boxes.T
    middle, level = _level(boxes, n, usual)
    if (level & (x0 < right) & (x1 > left - CLEAR * usual)).any():
        return False
    near = (x0 < right) & (x1 > left) & (y1 > top - ABOVE * usual) & (y0 < bottom + ABOVE * usual)
    if (near & (y1 - y0 <= 2 * (bottom - top))).sum() > 1:
        return False
    behind = np.flatnonzero(level & (x0 >= right) & (x0 <= right + GAP[1] * usual) & (y1 - y0 >= TALL * usual))
    if not len(behind):
        return False
    first = behind[np.argmin(x0[behind])]
    between = level & (x0 >= right) & (x0 < x0[first])
    is_level = abs((y0[first] + y1[first]) / 2 - middle) <= LEVEL * usual
    return bool(is_level and x0[first] - right >= GAP[0] * usual and not between.any() and y1[first] - y0[first] <= 3 * usual)


def _follows(boxes: Boxes, n: int, usual: float) -> bool:
    """True where a piece stands behind a line of letters, at their middle, by itself, with nothing behind it."""
    left, _, right, _ = boxes[n]
    x0, y0, x1, y1 = boxes.T
    middle, level = _level(boxes, n, usual)
    if (level & (x1 > left - GAP[0] * usual) & (x0 < right + CLEAR * usual)).any():
        return False
    before = np.flatnonzero(level & (x1 > left - CLEAR * usual) & (x1 <= left) & (y1 - y0 >= TALL * usual))
    if not len(before):
        return False
    last = before[np.argmax(x1[before])]
    return bool(abs((y0[last] + y1[last]) / 2 - middle) <= LEVEL * usual / 2 and y1[last] - y0[last] <= 2 * usual)


def _level(boxes: Boxes, n: int, usual: float) -> tuple[np.float32, NDArray[np.bool_]]:
    """The middle of a piece, and which of the others are at its level."""
    middle = (boxes[n, 1] + boxes[n, 3]) / 2
    level = (boxes[:, 1] < middle + usual / 2) & (boxes[:, 3] > middle - usual / 2)
    level[n] = False
    return middle, level


def _lists(boxes: Boxes, usual: float) -> Iterator[NDArray[np.int64]]:
    """The boxes ``(n, 4)`` that are alike and stand one below another."""
    middles, sizes = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 2:] - boxes[:, :2]).mean(axis=1)
    rest = np.arange(len(boxes))
    while len(rest):
        first = rest[0]
        less, more = np.minimum(sizes[rest], sizes[first]), np.maximum(sizes[rest], sizes[first])
        alike = (np.abs(middles[rest] - middles[first]) <= FLUSH * usual) & (more <= ALIKE * less + 1)
        if alike.sum() >= LEAST:
            yield rest[alike]
        rest = rest[~alike]


def _filled(pixels: NDArray[np.uint8], box: Boxes) -> float:
    """The part of the product of its width and height that a piece fills; its edges count by how dark they are."""
    low, high = np.maximum(box[:2] - PAD, 0).astype(int), np.ceil(box[2:] + PAD).astype(int)
    grey = cv2.cvtColor(pixels[low[1] : high[1], low[0] : high[0]], cv2.COLOR_RGB2GRAY).astype(np.float64)
    rim = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    away = np.abs(grey - np.median(rim))
    cover = np.clip(away / max(float(np.percentile(away, 95)), 1.0), 0, 1)
    cover[cover < 0.15] = 0
    return float(cover.sum() / max(cover.sum(axis=0).max() * cover.sum(axis=1).max(), 1.0))
