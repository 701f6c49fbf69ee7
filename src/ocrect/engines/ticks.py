"""Tick boxes of forms, by their shape: four straight sides that meet, with nothing, a cross or a tick inside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.ink import Boxes, Ink

EMPTY, CROSSED, TICKED = SIGNS = "☐☒☑"

Sides = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels of the page."""

SIDES = (8.0, 160.0)  # pixels
SQUARE = 1.25  # one side is at most so many times the other
FILL = 0.95  # more of its box is ink in a blot; one that is filled has paper inside its frame
IN_LETTERS = (0.4, 3.0)  # a tick box is so high, in the median height of the page's letters in lines
LEAST_CONTRAST = 40.0  # grey levels
LARGE = 48.0  # pixels: about so large a small crop is measured,
HALF_LIT = 0.36  # of the contrast of its ink: so much its lines have at least that are one pixel wide
NEAR_CORNER = 0.12  # of its side: the same as ``CORNER`` where a pixel is much of it
EDGE = 0.22  # of its side: how far inward its outline is looked for
OUTLINED = 0.88  # the least part of a side along which there is ink
THIN = 0.2  # of its side: so thick are its lines at most, in the median; those of a bold letter are thicker
CORNER = 0.06  # of its side: ink begins so near to its corners, as it does not with round letters
APART = 0.25  # of its height: nothing of about its height stands so near at its sides
SMALL = (14.0, 0.9)  # one lower than so many pixels, or than this part of the median height of letters, may be a letter by its
ENLARGED = 20.0  # shape, and so may one lower than this that is only told enlarged, unless others alike stand by themselves:
CLEAR, LONG = (0.35, 0.2), 6.0  # with so much paper at their sides, and above and below, to all that is less long than this
FRAME = 2.5  # what frames a box is so long. All these in heights of the box
INSIDE = 0.3  # from its edge: where the inner part begins
HOLLOW = 0.06  # more ink inside is a cross or a tick
RIM, RIM_INK = 6, 0.1  # around it is paper, a sixth of it wide, of which at most so much is inked, rules aside
ALIKE, OTHERS = 0.1, 2  # so many boxes are alike in their sides, give or take this part
REACH = 1.5  # a tick reaches so many of its sides out of a box at most, and by more than its lines are thick,
STROKE = 0.35  # where at most so much is inked,
INKED = 0.25  # by this part of the contrast of its ink
TOP_LEFT = 0.04  # of which a tick has less in the upper left quarter


class Tick(NamedTuple):
    """A tick box, the sign that it is, and the box of its tick where that reaches out of it."""

    box: Sides
    sign: str
    reach: Sides | None = None


def find(pixels: NDArray[np.uint8], ink: Ink, *, as_low_as_letters: bool = True) -> list[Tick]:
    """The tick boxes of a page ``(height, width, 3)`` with that ink.

    Of those that are ``as_low_as_letters`` some stand by themselves; others beside their words are alike in size. They are not
    told in a script of which letters are boxes, or hold some.
    """
    w, h = ink.widths, ink.heights
    dark = ink.contrasts * 2 >= LEAST_CONTRAST
    letters = ink.like_letters() & ink.in_line & dark
    usual = float(np.median(h[letters])) if letters.any() else 0.0
    lesser, longer = np.minimum(w, h), np.maximum(w, h)
    size = (lesser >= SIDES[0]) & (longer <= SIDES[1])
    if usual:
        size &= (h >= IN_LETTERS[0] * usual) & (h <= IN_LETTERS[1] * usual)
    square = (w <= SQUARE * h) & (h <= SQUARE * w) & (ink.areas <= FILL * w * h) & dark
    squares = list(apart(ink, np.flatnonzero(size & square)))
    large = lesser >= max(SMALL[0], SMALL[1] * usual)
    plain = {n: tick for n in squares if large[n] and (tick := _tick(pixels, ink.boxes[n]))}
    rest = [n for n in squares if n not in plain and not (large[n] and lesser[n] >= ENLARGED)]
    few = {n: tick for n in rest if as_low_as_letters and (tick := _tick(pixels, ink.boxes[n], LARGE))}
    alone = list(apart(ink, np.array([*plain, *few], int), CLEAR))
    few = {n: tick for n, tick in few.items() if sum(_alike(h[n], h[m]) for m in alone) >= OTHERS}
    found = [*plain.values(), *few.values()]
    if usual and len(found) >= OTHERS:
        side = float(np.median([tick.box[3] - tick.box[1] for tick in found]))
        larger = (lesser >= (1 - ALIKE) * side) & (longer <= (1 + REACH) * side) & dark
        larger[[*plain, *few]] = False
        pieces = np.flatnonzero(larger) if side >= SMALL[0] else list(apart(ink, np.flatnonzero(larger)))
        found += [tick for piece in ink.boxes[pieces] if (tick := _reached_out_of(pixels, piece, side))]
    return found


def _tick(pixels: NDArray[np.uint8], piece: Boxes, least: float = 0.0) -> Tick | None:
    """The tick box that a piece of ink (left, top, right, bottom) is, measured at ``least`` about so large, in pixels."""
    left, top, right, bottom = (float(round(float(side))) for side in piece)
    box, rim = (left, top, right, bottom), max(2, round(bottom - top) // RIM)
    around, within = (cv2.cvtColor(_part(pixels, box, margin), cv2.COLOR_RGB2GRAY) for margin in (rim, 0))
    sign = _sign(within, least)
    return Tick(box, sign) if sign and _is_clear(around, rim) else None


def _alike(one: float, other: float) -> bool:
    """True for sides in pixels of boxes of one form."""
    return abs(one - other) <= max(ALIKE * other, 1.0)


def _reached_out_of(pixels: NDArray[np.uint8], piece: Boxes, usual: float) -> Tick | None:
    """The tick box in a piece of ink (left, top, right, bottom) that its tick or cross reaches out of; boxes of the page have
    ``usual`` sides.
    """
    left, top, right, bottom = (round(float(edge)) for edge in piece)
    grey = cv2.cvtColor(pixels[top:bottom, left:right], cv2.COLOR_RGB2GRAY)
    low, high = np.percentile(grey, (3, 97))
    if high - low < LEAST_CONTRAST:
        return None
    dark, thick = (grey < (low + high) / 2).astype(np.float32), max(1, round(CORNER * usual))
    sides = range(round((1 - ALIKE) * usual), round((1 + ALIKE) * usual) + 1)
    for side in sorted(sides, key=lambda side: abs(side - usual)):
        if max(dark.shape) - side <= thick or min(dark.shape) < side:
            continue
        across = _outlined(np.lib.stride_tricks.sliding_window_view(dark, side, axis=1).mean(axis=2), side, thick)
        down = _outlined(np.lib.stride_tricks.sliding_window_view(dark, side, axis=0).mean(axis=2).T, side, thick).T
        places = np.argwhere(across & down).tolist()
        for y, x in sorted(places, key=lambda place: -_along_edges(dark, place[0], place[1], side)):
            sign = _sign(grey[y : y + side, x : x + side], LARGE if side < ENLARGED else 0.0)
            within = dark[y : y + side, x : x + side]
            is_stroke = dark.sum() - within.sum() <= STROKE * (dark.size - within.size)
            if sign and sign != EMPTY and is_stroke:
                box = float(left + x), float(top + y), float(left + x + side), float(top + y + side)
                return Tick(box, sign, (float(left), float(top), float(right), float(bottom)))
    return None


def _along_edges(dark: NDArray[np.float32], top: int, left: int, side: int) -> float:
    """The ink along the edges of a square of a crop, in pixels."""
    square = dark[top : top + side, left : left + side]
    return float(square[[0, -1]].sum() + square[:, [0, -1]].sum())


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
        rim = max(2, round(tick.box[3] - tick.box[1]) // 10)
        part = _part(clear, tick.box, rim)
        around = _part(clear, tick.reach or tick.box, rim)
        frame = np.concatenate([around[0], around[-1], around[:, 0], around[:, -1]])
        paper = np.median(frame, axis=0)
        if tick.reach:
            _clear_strokes(clear, tick.reach, tick.box, paper)
        part[:] = paper
    return clear


def _part(pixels: NDArray[np.uint8], box: Sides, rim: int) -> NDArray[np.uint8]:
    """The box of a page and ``rim`` pixels around it."""
    left, top, right, bottom = (int(side) for side in box)
    return pixels[max(top - rim, 0) : bottom + rim, max(left - rim, 0) : right + rim]


def _clear_strokes(page: NDArray[np.uint8], reach: Sides, box: Sides, paper: NDArray[Any]) -> None:
    """Put ``paper``, ``(3,)``, in place of ink that hangs together with what is in the box, as far as it may ``reach``."""
    part = _part(page, reach, 1)
    away = np.abs(part - paper).max(axis=2)
    _, pieces = cv2.connectedComponents((away > INKED * away.max()).astype(np.uint8))
    own = np.unique(_part(pieces, (box[0] - reach[0], box[1] - reach[1], box[2] - reach[0], box[3] - reach[1]), 0))
    strokes = np.isin(pieces, own[own > 0]).astype(np.uint8)
    part[cv2.dilate(strokes, np.ones((3, 3), np.uint8)) > 0] = paper


def apart(ink: Ink, asked: NDArray[np.int64], clear: tuple[float, float] = (0.0, 0.0)) -> Iterator[int]:
    """Which of the pieces are no letters of a word; what frames one does not stand beside it.

    What may stand beside one begins above its foot and, unless it is higher than any box, not far above its head. Nothing is
    so near to a ``clear`` one at its sides, and above and below, in its heights, but what is far longer, or frames it.
    """
    higher = np.flatnonzero(ink.heights > SIDES[1])
    other = np.flatnonzero(ink.heights <= SIDES[1])
    other = other[np.argsort(ink.boxes[other, 1], kind="stable")]
    tops, longer = ink.boxes[other, 1], np.maximum(ink.widths, ink.heights)
    for n in asked.tolist():
        left, top, right, bottom = ink.boxes[n]
        high = bottom - top
        first, last = np.searchsorted(tops, (top - SIDES[1], bottom + clear[1] * high))
        others = np.concatenate([higher, other[first:last]])
        others = others[others != n]
        boxes = ink.boxes[others]
        beside = np.maximum(boxes[:, 0] - right, left - boxes[:, 2])
        above = np.maximum(boxes[:, 1] - bottom, top - boxes[:, 3])
        near = (np.minimum(boxes[:, 3], bottom) - np.maximum(boxes[:, 1], top) >= 0.4 * high) & (beside < APART * high)
        near |= (beside < clear[0] * high) & (above < clear[1] * high) & (longer[others] < LONG * high)
        boxes = boxes[near]
        inside = (boxes[:, 0] >= left) & (boxes[:, 2] <= right)
        frames = (boxes[:, :2] < (left, top)).all(axis=1) & (boxes[:, 2:] > (right, bottom)).all(axis=1)
        frames &= (boxes[:, 2:] - boxes[:, :2]).max(axis=1) >= FRAME * high
        if (inside | frames).all():
            yield n


def enlarged(grey: NDArray[Any], least: float = LARGE) -> tuple[NDArray[Any], int]:
    """A crop in which shapes can be measured, ``least`` about so large, in pixels, and how many times larger it is."""
    times = max(1, round(least / min(grey.shape)))
    return (cv2.resize(grey, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC) if times > 1 else grey), times


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


def _sign(grey: NDArray[Any], least: float) -> str:
    """The sign that a crop is, measured at ``least`` about so large, in pixels; empty for none."""
    low, high = np.percentile(grey, (3, 97))
    if high - low < LEAST_CONTRAST:
        return ""
    larger, times = enlarged(grey, least)
    inked = larger < (low + high) / 2
    dark = larger < high - (high - low) * HALF_LIT if times > 1 else inked
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
    if float(np.median(list(_thicknesses(inked)))) > THIN + (times / height if times > 1 else 0):
        return ""
    reach = round(NEAR_CORNER * height) if times > 1 else 1 + max(1, round(CORNER * height))
    quarters = (dark, dark[:, ::-1], dark[::-1], dark[::-1, ::-1])
    if not all(np.diagonal(quarter)[:reach].any() for quarter in quarters):
        return ""
    inner = inked[round(INSIDE * height) : round((1 - INSIDE) * height), round(INSIDE * width) : round((1 - INSIDE) * width)]
    if not inner.size or inner.mean() < HOLLOW:
        return EMPTY
    return (
        TICKED if inner[: inner.shape[0] // 2, : inner.shape[1] // 2].mean() < TOP_LEFT * (2 if times > 1 else 1) else CROSSED
    )
