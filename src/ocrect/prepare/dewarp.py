"""A page whose lines are bent, as a camera sees an open book or creased paper, made flat by its own lines.

The feet of a row's letters lie on a curve. All rows together tell how far each point of the page has been moved up or down:
one curve for all of them, but for what changes slowly from the head of the page to its foot, fitted to the feet so that
letters with descenders do not count (Ulges, Lampert and Breuel, Document image dewarping using robust estimation of curled
text lines, 2005). The curve is smooth where few letters tell, and may have a fold between two pages of a book (Eilers and Marx,
Flexible smoothing with B-splines and penalties, 1996). Letters that are narrower near a fold stay narrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect import ink
from ocrect.prepare.orientation import Letters, rows

LEAST_ROWS, LEAST_LETTERS = 4, 8  # rows that tell how a page is bent, and letters of each;
LONG, MOST = 0.35, 0.4  # they are so long, in the width that is written on, and this part of all letters stands in rows
ABREAST = 0.3  # a row of which more of the letters stand over one another is two rows that touch
KNOTS = np.linspace(-1.0, 1.0, 17)  # places along the line between which the curve is straight,
CHANGES = 3  # and powers of the place down the page, from -1 to 1, by which it changes: from 0 on, so many at most,
SPARE = 3  # and fewer, so that so many more rows stand one under another: fewer do not tell how it changes
FITS, FAR = 8, 2.0  # rounds of fitting; a foot so many deviations away counts for half
SMOOTH = 0.02  # how much each bend at a knot costs, beside the letters between two
LEAST_BEND = 0.45  # letter sizes from a straight line: what is bent less engines read as it is
MOST_BEND = 0.25  # of the page's height: no sheet that is read is bent by more
WIDEST = 32_000  # pixels, that OpenCV looks places up in
CLOSER = 0.5  # the feet must lie so much closer to curves than to straight lines,
CLOSE = 0.15  # and so close to them, in letter sizes
EDGE = 1  # per cent of the letters at either side, beyond which the curve goes on level
STRIP = 512  # rows of pixels that are made flat at a time
AROUND = 4  # rows beside one that is looked up that its colour depends on
LOOKED_AT = np.linspace(-1.0, 1.0, 41)  # places along a line, at which its bend is told


@dataclass(frozen=True, slots=True)
class Bend:
    """How far the paper has been moved down at each point, in pixels, as a function of places scaled from -1 to 1.

    ``weights`` ``(knots, changes)``; ``across`` and ``down`` are the least and the greatest place that letters told of;
    ``pad`` is the paper added above and below, so that nothing is cut off.
    """

    weights: NDArray[np.float64]
    across: tuple[float, float]
    down: tuple[float, float]
    pad: int

    def moved(self, x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.float64]:
        """By how much the points ``(x, y)`` of the flat page, paper added not counted, stand lower on the bent one."""
        return (
            _terms(_along(_scaled(x, self.across)), _down(_scaled(y, self.down), self.weights.shape[1])) @ self.weights.ravel()
        )

    def bent(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where points ``(n, 2)`` of the flat page stand on the bent one."""
        x, y = points[:, 0], points[:, 1] - self.pad
        return np.stack([x, y + self.moved(x, y)], axis=1)

    def flattened(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The page ``(height, width, 3)`` with its lines straight, ``2 * pad`` higher."""
        height, width = pixels.shape[:2]
        paper = ink.paper(pixels).tolist()
        pixels, parts = np.ascontiguousarray(pixels), []
        for top in range(-self.pad, height + self.pad, STRIP):
            y = np.arange(top, min(top + STRIP, height + self.pad))
            x = np.arange(width)
            moved = _surface(self.weights, _scaled(x, self.across), _scaled(y, self.down))
            columns, places = (
                np.ascontiguousarray(np.broadcast_to(part, moved.shape), np.float32) for part in (x, y[:, None] + moved)
            )
            low = min(max(int(places.min()) - AROUND, 0), height - 1)  # OpenCV looks places up in a part that is not too high
            part = pixels[low : max(low + 1, int(places.max()) + AROUND + 1)]
            parts.append(cv2.remap(part, columns, places - low, cv2.INTER_CUBIC, borderValue=paper))
        return np.concatenate(parts).astype(np.uint8, copy=False)

    def told(self) -> dict[str, Any]:
        """The numbers by which it can be done again."""
        return {"weights": self.weights.round(4).tolist(), "across": self.across, "down": self.down, "pad": self.pad}


def bend(found: Letters) -> Bend | None:
    """How the lines of a page are bent, which run across; ``None`` where they are straight, or where too few tell."""
    single = _rows(found)
    if len(single) < LEAST_ROWS or sum(map(len, single)) < MOST * len(found.boxes):
        return None
    row = np.repeat(np.arange(len(single)), [len(letters) for letters in single])
    boxes = found.boxes[np.concatenate(single)].astype(np.float64)
    x, feet = (boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]
    across = float(np.percentile(x, EDGE)), float(np.percentile(x, 100 - EDGE))
    longs = [letters for letters in single if np.ptp(found.boxes[letters, 0]) >= LONG * (across[1] - across[0])]
    if len(longs) < LEAST_ROWS:
        return None
    along = _scaled(x, across)
    knots, penalty = _along(along), _penalty(len(along))
    changes = min(CHANGES, _levels(_fitted(knots, penalty, feet, row, 1).heights, found.size) - SPARE)
    if changes < 1:
        return None
    curve = _fitted(knots, penalty, feet, row, changes)
    straight = _fitted(along[:, None], np.zeros((1, 1)), feet, row, changes)
    if curve.apart > CLOSE * found.size or curve.apart > CLOSER * straight.apart:
        return None
    sagging = _surface(curve.weights, LOOKED_AT, np.linspace(-1, 1, CHANGES))
    level = np.polynomial.polynomial.polyfit(LOOKED_AT, sagging.T, 1)
    least = np.abs(sagging - np.polynomial.polynomial.polyval(LOOKED_AT, level)).max()
    pad = int(np.ceil(np.abs(sagging).max())) + 1
    if least < LEAST_BEND * found.size or pad > MOST_BEND * found.height or found.width > WIDEST:
        return None
    return Bend(curve.weights, across, curve.down, pad)


@dataclass(frozen=True, slots=True)
class _Curve:
    weights: NDArray[np.float64]
    down: tuple[float, float]
    heights: NDArray[np.float64]  # of the rows on the flat page, in pixels
    apart: float  # the typical distance of the feet from it, in pixels


def _levels(heights: NDArray[np.float64], size: float) -> int:
    """How many of the rows stand one under another, a letter's size apart: those of columns are level."""
    return 1 + int((np.diff(np.sort(heights)) >= size).sum())


def _rows(found: Letters) -> list[NDArray[np.int64]]:
    """Letters side by side, of rows that are no two."""
    return [row for row in rows(found, LEAST_LETTERS) if _abreast(found.boxes[row]) <= ABREAST]


def _abreast(boxes: NDArray[np.float32]) -> float:
    """The part of a row's letters that stand over the one before."""
    boxes = boxes[np.argsort(boxes[:, 0] + boxes[:, 2])]
    middles = (boxes[:, 0] + boxes[:, 2]) / 2
    return float((middles[1:] < boxes[:-1, 2]).mean())


def _fitted(
    along: NDArray[np.float64], penalty: NDArray[np.float64], feet: NDArray[np.float64], row: NDArray[np.int64], changes: int
) -> _Curve:
    """The curve on which the feet of all rows lie, each row as high as it is; ``along`` ``(letters, parts)``: what it is the
    sum of along the line, ``penalty`` ``(parts, parts)``: what its shape costs; ``changes``: powers by which it changes.
    """
    weight, parts = np.ones(len(feet)), along.shape[1]
    heights: NDArray[np.float64] = np.bincount(row, feet) / np.bincount(row)
    found: NDArray[np.float64] = np.zeros((parts, changes))
    costs = np.kron(penalty, np.eye(changes))
    for _ in range(FITS):
        down = float(heights.min()), float(max(heights.max(), heights.min() + 1))
        terms = _terms(along, _down(_scaled(heights[row], down), changes))
        total = np.bincount(row, weight)
        centred = terms - (np.stack([np.bincount(row, weight * term) for term in terms.T], 1) / total[:, None])[row]
        left = centred.T @ (centred * weight[:, None]) + costs
        # the knots' weights are told but for a number that is the same for all: the least ones are taken
        found = np.asarray(np.linalg.lstsq(left, centred.T @ (weight * feet), rcond=None)[0], np.float64).reshape(parts, -1)
        moved = terms @ found.ravel()
        heights = np.bincount(row, weight * (feet - moved)) / total
        away = feet - moved - heights[row]
        apart = float(np.median(np.abs(away)))
        weight = 1 / (1 + (away / (FAR * max(apart, 0.1))) ** 2)
    return _Curve(found, down, heights, apart)


def _penalty(letters: int) -> NDArray[np.float64]:
    """What the squares of the bends at the knots cost, ``(knots, knots)``."""
    bends = np.diff(np.eye(len(KNOTS)), 2, axis=0)
    return np.asarray(SMOOTH * letters / len(KNOTS) * bends.T @ bends)


def _scaled(places: NDArray[Any], ends: tuple[float, float]) -> NDArray[np.float64]:
    return np.clip(2 * (places - ends[0]) / (ends[1] - ends[0]) - 1, -1, 1)


def _along(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """How near places along the line are to each knot, less the mean over the line: ``(…, knots)``."""
    step = KNOTS[1] - KNOTS[0]
    near = np.clip(1 - np.abs(u[..., None] - KNOTS) / step, 0, 1)
    shares = np.full(len(KNOTS), step / 2)
    shares[[0, -1]] /= 2
    return np.asarray(near - shares)


def _down(v: NDArray[np.float64], changes: int) -> NDArray[np.float64]:
    """The powers of places down the page: ``(…, changes)``."""
    return np.stack([v**change for change in range(changes)], axis=-1)


def _terms(along: NDArray[np.float64], down: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the curve is the sum of at places ``(places, parts)`` and ``(places, changes)``: ``(places, parts * changes)``."""
    return (along[:, :, None] * down[:, None, :]).reshape(len(along), -1)


def _surface(weights: NDArray[np.float64], u: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
    """The curve at all places ``u`` along the line by all places ``v`` down the page: ``(v, u)``."""
    return np.asarray(_down(v, weights.shape[1]) @ weights.T @ _along(u).T)
