"""Rows that the detector took for one box: tight rows of letters that stand far apart, as tills print them, are nearer to the
rows above and below than to the next letter. Such a box is read as nothing; its ink lies in rows with white between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.detect import is_told
from ocrect.engines.ppocr.lines import box_around
from ocrect.engines.ppocr.recognise import BoxReading, Quad, quads_of

SEVERAL = 1.75  # a box of rows is so many times as high as the page's lines, at least
ACROSS = 1.5  # and what lies across several of them
SLOPES = np.linspace(-0.06, 0.06, 13)  # of rows: the white between them shows at the right one
DARKER = 10.0  # grey levels by which ink is darker than the paper around it, at least
SMOOTHED = 0.03  # heights of a line by which specks and dots are smoothed, and over which rows are averaged
FULL = 2.0  # times the median of the rows of pixels with ink, that one counts at most
INK = 0.3  # of the most in a row of pixels: what has less is white between rows
LEAST, MOST = 0.35, 1.3  # a row's height in that of the page's lines, which is that of their boxes
PAPER = 0.2  # above and below a row, in its height
FEWEST, SIGNS, SURE = 2, 3, 0.9  # rows of a box, of so many signs, and their mean confidence, by which it is surely several


def read(rgb: NDArray[np.uint8], whole: BoxReading, high: float, again: Callable[[Quad], BoxReading]) -> list[BoxReading]:
    """The rows of a box that was read as nothing, on a page whose lines are ``high`` pixels high; none if it is no several that
    are surely read.
    """
    found = [row for row in map(again, rows(rgb, whole, high)) if row.confidence >= SURE and len(row.symbols) >= SIGNS]
    return found if len(found) >= FEWEST else []


def instead(found: Sequence[BoxReading], kept: Sequence[BoxReading], high: float) -> list[BoxReading]:
    """What was kept of a page and the rows ``found`` that are not in it, without what was read across several of them.

    A row of a slanted box may reach beyond a line that was kept: the one that has more signs counts.
    """
    quads = np.array([row.quad for row in found])
    left = [one for one in kept if box_around(one.quad).height < ACROSS * high or not is_told(one.quad, quads)]
    for row in found:
        within = [one for one in left if is_told(one.quad, row.quad[None])]
        if not is_in(row, left) and len(row.symbols) > sum(len(one.symbols) for one in within):
            left = [one for one in left if one not in within] + [row]
    return left


def is_in(reading: BoxReading, others: Sequence[BoxReading]) -> bool:
    """True where the middle of a box lies in that of another one's."""
    return is_told(_core(reading.quad[None])[0], _core(quads_of(others)))


def _core(quads: NDArray[np.float32]) -> NDArray[np.float32]:
    """The middle halves in height of boxes ``(n, 4, 2)``: those of tight rows overlap, and their middles do not."""
    return np.asarray(quads + (quads[:, [3, 2, 1, 0]] - quads) / 4, np.float32)


def rows(rgb: NDArray[np.uint8], reading: BoxReading, high: float) -> Iterator[Quad]:
    """The corners ``(4, 2)`` of the rows in a box, on a page whose lines are ``high`` pixels high; none where it is of one."""
    box = box_around(reading.quad)
    if not high < np.inf or box.height < SEVERAL * high:
        return
    left, top, right, bottom = (int(side) for side in (box.left, box.top, box.right, box.bottom))
    ink = _ink(rgb[top:bottom, left:right], high)
    if not ink.any():
        return
    width, height = ink.shape[1], ink.shape[0]
    profiles = [(float(slope), _profile(ink, float(slope), high)) for slope in SLOPES]
    slope, profile = max(profiles, key=lambda found: float(found[1].var()))
    inked = np.concatenate([[False], profile > INK * profile.max(), [False]])
    edges = np.flatnonzero(inked[1:] != inked[:-1])
    fall = slope * width / 2
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if not LEAST * high <= last - first <= MOST * high or first == 0 or last == height:
            continue
        above, below = top + first - PAPER * (last - first), top + last + PAPER * (last - first)
        corners = [[left, above - fall], [right, above + fall], [right, below + fall], [left, below - fall]]
        yield np.clip(corners, 0, (rgb.shape[1], rgb.shape[0])).astype(np.float32)


def _ink(rgb: NDArray[np.uint8], high: float) -> NDArray[np.float32]:
    """1 where a pixel is darker than the paper around it, and in no stroke longer than a line is high: an edge or a rule."""
    grey = cv2.GaussianBlur(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), (0, 0), max(SMOOTHED * high, 0.5))
    paper = cv2.GaussianBlur(grey, (0, 0), high / 4)
    dark = (grey < paper - DARKER).astype(np.uint8)
    long = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, max(2, round(high))), np.uint8))
    return (dark - long).astype(np.float32)


def _profile(ink: NDArray[np.float32], slope: float, high: float) -> NDArray[np.float32]:
    """The part of ink in each row of pixels, of rows that fall by ``slope``; bounded, so that a fold tells no more."""
    height, width = ink.shape
    level = cv2.warpAffine(ink, np.array([[1, 0, 0], [-slope, 1, slope * width / 2]], np.float32), (width, height))
    size = max(1, round(SMOOTHED * high))
    profile = np.convolve(level.mean(axis=1), np.full(size, 1 / size), "same").astype(np.float32)
    inked = profile[profile > 0.0]
    return np.minimum(profile, FULL * np.median(inked)) if len(inked) else profile
