"""Tick boxes of forms, by their shape: four straight sides that meet, with nothing, a cross or a tick inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.ink import Ink

EMPTY, CROSSED, TICKED = "☐☒☑"

SIDES = (14.0, 160.0)  # pixels
SQUARE = 1.25  # one side is at most so many times the other
FILL = 0.95  # more of its box is ink in a blot; one that is filled has paper inside its frame
IN_LETTERS = (0.9, 3.0)  # a tick box is so high, in the median height of the page's letters in lines
LEAST_CONTRAST = 40.0  # grey levels
EDGE = 0.22  # of its side: how far inward its outline is looked for
OUTLINED = 0.88  # the least part of a side along which there is ink
THIN = 0.2  # of its side: so thick are its lines at most, in the median; those of a bold letter are thicker
CORNER = 0.06  # of its side: ink begins so near to its corners, as it does not with round letters
APART = 0.25  # of its height: nothing of about its height stands so near at its sides
INSIDE = 0.3  # from its edge: where the inner part begins
HOLLOW = 0.06  # more ink inside is a cross or a tick
RIM, RIM_INK = 6, 0.1  # around it is paper, a sixth of it wide, of which at most so much is inked, rules aside
ALIKE, OTHERS = 0.1, 2  # a box out of which its tick reaches has sides as so many others, give or take this part,
REACH = 1.5  # and the tick reaches so many of its sides beyond it at most, and by more than its lines are thick,
STROKE = 0.35  # where at most so much is inked
TOP_LEFT = 0.04  # of which a tick has less in the upper left quarter


class Tick(NamedTuple):
    """A tick box: left, top, right, bottom in pixels of the page, and the sign that it is."""

    box: tuple[float, float, float, float]
    sign: str


def find(pixels: NDArray[np.uint8], ink: Ink) -> list[Tick]:
    """The tick boxes of a page ``(height, width, 3)`` with that ink."""
    w, h = ink.widths, ink.heights
    dark = ink.contrasts * 2 >= LEAST_CONTRAST
    letters = ink.like_letters() & ink.in_line & dark
    usual = float(np.median(h[letters])) if letters.any() else 0.0
    size = (np.minimum(w, h) >= SIDES[0]) & (np.maximum(w, h) <= SIDES[1])
    if usual:
        size &= (h >= IN_LETTERS[0] * usual) & (h <= IN_LETTERS[1] * usual)
    square = (w <= SQUARE * h) & (h <= SQUARE * w) & (ink.areas <= FILL * w * h) & dark
    found = []
    for n in _apart(ink, np.flatnonzero(size & square)):
        left, top, right, bottom = (round(float(side)) for side in ink.boxes[n])
        rim = max(2, (bottom - top) // RIM)
        around = cv2.cvtColor(pixels[max(top - rim, 0) : bottom + rim, max(left - rim, 0) : right + rim], cv2.COLOR_RGB2GRAY)
        sign = _sign(cv2.cvtColor(pixels[top:bottom, left:right], cv2.COLOR_RGB2GRAY))
        if sign and _is_clear(around, rim):
            found.append(Tick((float(left), float(top), float(right), float(bottom)), sign))
    sides = np.array([tick.box[3] - tick.box[1] for tick in found])
    if usual and len(found) >= OTHERS:
        side = float(np.median(sides))
        larger = (np.minimum(w, h) >= (1 - ALIKE) * side) & (np.maximum(w, h) <= (1 + REACH) * side) & dark
        told = {tick.box for tick in found}
        pieces = [piece for piece in ink.boxes[larger] if tuple(float(round(float(edge))) for edge in piece) not in told]
        found += [tick for piece in pieces if (tick := _reached_out_of(pixels, piece, side))]
    return found


def _reached_out_of(pixels: NDArray[np.uint8], piece: NDArray[np.float32], usual: float) -> Tick | None:
    """The tick box in a piece of ink (left, top, right, bottom) that its tick or cross reaches out of; boxes of the page have
    ``usual`` sides.
    """
    left, top, right, bottom = (round(float(edge)) for edge in piece)
    grey = cv2.cvtColor(pixels[top:bottom, left:right], cv2.COLOR_RGB2GRAY)
    low, high = np.percentile(grey, (3, 97))
    if high - low < LEAST_CONTRAST:
        return None
    dark, thick = (grey < (low + high) / 2).astype(np.float32), max(1, round(CORNER * usual))
    for side in range(round((1 - ALIKE) * usual), round((1 + ALIKE) * usual) + 1):
        if max(dark.shape) - side <= thick or min(dark.shape) < side:
            continue
        across = _outlined(np.lib.stride_tricks.sliding_window_view(dark, side, axis=1).mean(axis=2), side, thick)
        down = _outlined(np.lib.stride_tricks.sliding_window_view(dark, side, axis=0).mean(axis=2).T, side, thick).T
        for y, x in np.argwhere(across & down).tolist():
            sign, within = _sign(grey[y : y + side, x : x + side]), dark[y : y + side, x : x + side]
            is_stroke = dark.sum() - within.sum() <= STROKE * (dark.size - within.size)
            if sign and sign != EMPTY and is_stroke:
                return Tick((float(left + x), float(top + y), float(left + x + side), float(top + y + side)), sign)
    return None


def _outlined(inked: NDArray[np.float32], side: int, thick: int) -> NDArray[np.bool_]:
    """Where in a crop squares of ``side`` pixels begin whose two sides across are lines at most ``thick`` pixels inward:
    ``inked`` is the part of each row that has ink, from each pixel on as long as a side.
    """
    is_line = np.lib.stride_tricks.sliding_window_view(np.pad(inked, ((0, thick), (0, 0))), thick + 1, axis=0).max(axis=2)
    is_line_before = np.lib.stride_tricks.sliding_window_view(np.pad(inked, ((thick, 0), (0, 0))), thick + 1, axis=0).max(
        axis=2
    )
    rows = len(inked) - side + 1
    return np.asarray((is_line[:rows] >= OUTLINED) & (is_line_before[side - 1 : side - 1 + rows] >= OUTLINED))


def without(pixels: NDArray[np.uint8], ticks: list[Tick]) -> NDArray[np.uint8]:
    """The page with paper in place of its tick boxes, so that none is taken for a letter; the page itself where it has none."""
    if not ticks:
        return pixels
    clear = pixels.copy()
    for tick in ticks:
        left, top, right, bottom = (int(side) for side in tick.box)
        rim = max(2, (bottom - top) // 10)
        low, first = max(top - rim, 0), max(left - rim, 0)
        part = clear[low : bottom + rim, first : right + rim]
        frame = np.concatenate([part[0], part[-1], part[:, 0], part[:, -1]])
        part[:] = np.median(frame, axis=0)
    return clear


def _apart(ink: Ink, asked: NDArray[np.int64]) -> Iterator[int]:
    """Which of the pieces are no letters of a word; what frames one does not stand beside it.

    What may stand beside one begins above its foot and, unless it is higher than any box, not far above its head.
    """
    higher = np.flatnonzero(ink.heights > SIDES[1])
    other = np.flatnonzero(ink.heights <= SIDES[1])
    other = other[np.argsort(ink.boxes[other, 1], kind="stable")]
    tops = ink.boxes[other, 1]
    for n in asked.tolist():
        left, top, right, bottom = ink.boxes[n]
        first, last = np.searchsorted(tops, (top - SIDES[1], bottom))
        others = np.concatenate([higher, other[first:last]])
        boxes = ink.boxes[others]
        shared = np.minimum(boxes[:, 3], bottom) - np.maximum(boxes[:, 1], top)
        gap = np.maximum(boxes[:, 0] - right, left - boxes[:, 2])
        near = (shared >= 0.4 * (bottom - top)) & (gap < APART * (bottom - top)) & (others != n)
        boxes = boxes[near]
        inside = (boxes[:, 0] >= left) & (boxes[:, 2] <= right)
        frames = (boxes[:, :2] < (left, top)).all(axis=1) & (boxes[:, 2:] > (right, bottom)).all(axis=1)
        if (inside | frames).all():
            yield n


def _is_clear(grey: NDArray[Any], rim: int) -> bool:
    """True where there is paper around a box, ``rim`` pixels wide, or on two sides at most rules that run along it: it is no
    part of a pattern or a picture.
    """
    low, high = np.percentile(grey, (3, 97))
    dark, band = grey < (low + high) / 2, rim // 2 or 1
    beside = (dark[:band, rim:-rim], dark[-band:, rim:-rim], dark[rim:-rim, :band].T, dark[rim:-rim, -band:].T)
    paper = [side for side in beside if side.size and not (side.mean(axis=1) >= OUTLINED).any()]
    inked = sum(int(side.sum()) for side in paper)
    return len(paper) >= 2 and inked < RIM_INK * sum(side.size for side in paper)


def _thicknesses(dark: NDArray[np.bool_]) -> Iterator[float]:
    """Of the outermost ink from each side, at a quarter and at three quarters of that side, in parts of the crop."""
    height, width = dark.shape
    for line in (dark[:, width // 4], dark[:, -1 - width // 4], dark[height // 4], dark[-1 - height // 4]):
        for way in (line, line[::-1]):
            first = int(way.argmax())
            paper = np.flatnonzero(~way[first:])
            yield (int(paper[0]) if len(paper) else len(way) - first) / len(way)


def _sign(grey: NDArray[Any]) -> str:
    """The sign that a crop is, empty for none."""
    low, high = np.percentile(grey, (3, 97))
    if high - low < LEAST_CONTRAST:
        return ""
    dark = grey < (low + high) / 2
    height, width = dark.shape
    down, along = max(1, round(EDGE * height)), max(1, round(EDGE * width))
    sides = (dark[:down].any(axis=0), dark[-down:].any(axis=0), dark[:, :along].any(axis=1), dark[:, -along:].any(axis=1))
    if any(side.mean() < OUTLINED for side in sides):
        return ""
    straight = (
        dark[:down].mean(axis=1),
        dark[-down:].mean(axis=1),
        dark[:, :along].mean(axis=0),
        dark[:, -along:].mean(axis=0),
    )
    if any(line.max() < OUTLINED for line in straight):
        return ""
    if float(np.median(list(_thicknesses(dark)))) > THIN:
        return ""
    reach = 1 + max(1, round(CORNER * height))
    quarters = (dark, dark[:, ::-1], dark[::-1], dark[::-1, ::-1])
    if not all(np.diagonal(quarter)[:reach].any() for quarter in quarters):
        return ""
    inner = dark[round(INSIDE * height) : round((1 - INSIDE) * height), round(INSIDE * width) : round((1 - INSIDE) * width)]
    if not inner.size or inner.mean() < HOLLOW:
        return EMPTY
    return TICKED if inner[: inner.shape[0] // 2, : inner.shape[1] // 2].mean() < TOP_LEFT else CROSSED
