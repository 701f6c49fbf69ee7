"""Rows that the detector took for one box: tight rows, and letters that stand far apart, as tills print them, are nearer to the
rows above and below than to the next letter. Such a box is read as nothing, as one of its rows or as a mixture of several; its
ink lies in rows with white, or little ink, between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.detect import is_told
from ocrect.engines.ppocr.lines import box_around
from ocrect.engines.ppocr.recognise import BoxReading, Quad, quads_of
from ocrect.engines.ppocr.skipped import inside
from ocrect.ink import Ink

SEVERAL = 1.35  # a box of rows is so many times as high as the page's lines, at least
ACROSS = 1.5  # and what lies across several of them
SLOPES = np.linspace(-0.06, 0.06, 13)  # of rows: the white between them shows at the right one
DARKER = 10.0  # grey levels by which ink is darker than the paper around it, at least
SMOOTHED = 0.03  # heights of a line by which specks and dots are smoothed, and over which rows are averaged
FULL = 2.0  # times the median of the rows of pixels with ink, that one counts at most
INK = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)  # of the most in a row of pixels: what has less may be between rows; those that tell most
LEAST, MOST = 0.22, 0.9  # a row's height in that of the page's lines, which is that of their boxes
PAPER = 0.25  # above and below a row, in the height of the page's lines, and up to the middle of what is between two
BESIDE = 0.5  # white so wide, in that height, ends a row
CUT = 0.7  # of the letters, that are in several rows if they are large ones: those whose middles they reach
FEWEST, SIGNS, SURE = 2, 3, 0.9  # rows of a box, of so many signs, and their mean confidence, by which it is surely several


def read(
    rgb: NDArray[np.uint8], ink: Ink, whole: BoxReading, high: float, again: Callable[[Quad], BoxReading]
) -> list[BoxReading]:
    """The rows of a box on a page whose lines are ``high`` pixels high, each as it is read; none if it is of one."""
    return [again(row) for row in rows(rgb, ink, whole, high)]


def surely(found: Sequence[BoxReading]) -> list[BoxReading]:
    """Those of a box's rows that are surely read; none if they are not several."""
    sure = [row for row in found if row.confidence >= SURE and len(row.symbols) >= SIGNS]
    return sure if len(sure) >= FEWEST else []


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


def rows(rgb: NDArray[np.uint8], ink: Ink, reading: BoxReading, high: float) -> Iterator[Quad]:
    """The corners ``(4, 2)`` of the rows in a box, on a page whose lines are ``high`` pixels high; none where it is of one."""
    box = box_around(reading.quad)
    if not high < np.inf or box.height < SEVERAL * high:
        return
    left, top, right, bottom = (int(side) for side in (box.left, box.top, box.right, box.bottom))
    inked = _ink(rgb[top:bottom, left:right], high)
    if not inked.any():
        return
    profiles = [(float(slope), _profile(inked, float(slope), high)) for slope in SLOPES]
    slope, profile = max(profiles, key=lambda found: float(found[1].var()))
    bands = list(_filled(_bands(profile, high), profile))
    letters = ink.of(inside(ink, reading.quad) & ink.like_letters())
    if _are_cut(letters, np.reshape(bands, (-1, 2)) + float(top)):
        return
    between = [-np.inf, *((end + start) / 2 for (_, end), (start, _) in pairwise(bands)), np.inf]
    middle = (left + right) / 2
    for (first, last), low, below in zip(bands, between, between[1:], strict=False):
        if first == 0 or last == len(profile):
            continue
        above, under = top + max(first - PAPER * high, low), top + min(last + PAPER * high, below)
        sides = _sides(ink, (float(left), float(top + first), float(right), float(top + last)), high)
        (start, fall), (end, rise) = ((side, slope * (side - middle)) for side in sides)
        corners = [[start, above + fall], [end, above + rise], [end, under + rise], [start, under + fall]]
        yield np.clip(corners, 0, (rgb.shape[1], rgb.shape[0])).astype(np.float32)


def _are_cut(letters: Ink, bands: NDArray[np.float64]) -> bool:
    """True where most letters of a box reach the middles of several of the bands ``(n, 2)``, from the top one down: they are
    large ones, of a single row.
    """
    middles = bands.mean(axis=1)
    reached = np.searchsorted(middles, letters.boxes[:, 3], "right") - np.searchsorted(middles, letters.boxes[:, 1], "left")
    return bool(len(reached)) and float((reached > 1).mean()) > CUT


def _sides(ink: Ink, row: tuple[float, float, float, float], high: float) -> tuple[float, float]:
    """Where a row (left, top, right, bottom) begins and ends, with the letters of it that its box leaves out."""
    left, top, right, bottom = row
    y = ink.middles[:, 1]
    letters = ink.boxes[(y > top) & (y < bottom) & (ink.heights <= MOST * high) & (ink.widths <= 2 * high)]
    paper = BESIDE * high
    for start, _, end, _ in letters[np.argsort(letters[:, 0])].tolist():
        if start < right < end + paper / 2 and start > left:
            right = end + paper / 2
    for start, _, end, _ in letters[np.argsort(-letters[:, 2])].tolist():
        if start - paper / 2 < left < end and end < right:
            left = start - paper / 2
    return left, right


def _filled(bands: list[tuple[int, int]], profile: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    """The bands, and those between them in rows so tight that no white parts them."""
    usual = float(np.median([end - start for start, end in bands])) if bands else np.inf
    for n, (start, end) in enumerate(bands):
        if n:
            before = bands[n - 1][1]
            inked = np.flatnonzero(profile[before:start] > INK[0] * profile.max())
            many = round(len(inked) / usual)
            edges = np.linspace(before, start, many + 1).round().astype(int).tolist()
            yield from pairwise(edges) if many else ()
        yield start, end


def _bands(profile: NDArray[np.float32], high: float) -> list[tuple[int, int]]:
    """Where in a profile rows begin and end, by the part of ink that tells most of them; none where no such part does."""
    found: list[list[tuple[int, int]]] = [[]]
    for part in INK:
        is_ink = np.concatenate([[False], profile > part * profile.max(), [False]])
        edges = np.flatnonzero(is_ink[1:] != is_ink[:-1]).tolist()
        bands = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= LEAST * high]
        if len(bands) >= FEWEST and all(b - a <= MOST * high for a, b in bands):
            found.append(bands)
    return max(found, key=len)


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
