"""How the lines of a page run, by its letters alone: across or down, and by how much they are tilted.

Across or down: letters of a line are nearer to one another than lines are (O'Gorman, The document spectrum for page layout
analysis, 1993). Tilt: at the right angle the feet of the letters, projected on the page's side, gather in the fewest places
(Postl, Detection of linear oblique structures and skew scan in digitized documents, 1986; here with letters' feet instead of
all pixels, as Baird, The skew angle of printed documents, 1987). One line is enough for both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocrect.ink import Boxes, Ink, clusters

LEAST_SIDE = 5.0  # pixels: what is smaller is a speck, or a dot of a rule
LONGEST = 9.0  # times longer than wide: what is more is a rule,
THIN = 0.1  # and what fills less of its box is a tilted one, or a frame
SMALLER, LARGER = 0.45, 3.0  # letters are at least and at most so many times as large as the page's typical one
MOST_ASKED = 600  # letters that are asked for their neighbours; on a page of more, every n-th
ROW = (1.0, -0.25)  # letters so close, in their heights (x, y), are of one row
OVERLAP = 0.5  # two letters are side by side where they share this part of the lower one's height
REACH = 4.0  # letter sizes: what is farther is no neighbour
LEAST_LETTERS = 4  # fewer tell nothing
MAJORITY = 0.6  # of the letters that have a neighbour; a page full of noise is near one half
WIDEST_TILT = 40.0  # degrees
COARSE, FINE = 0.5, 0.05  # degrees: the steps of the search
MOST_COARSE = 1500  # letters that the coarse search looks at
CLEARER = 0.03  # a tilt counts where its projection is sharper than the level page's by this part for each of its degrees


@dataclass(frozen=True, slots=True)
class Letters:
    """Boxes ``(n, 4)`` of what has the size of the page's letters: left, top, right, bottom in pixels; the page's sides."""

    boxes: Boxes
    width: int
    height: int

    @property
    def size(self) -> float:
        """The typical longer side of a letter in pixels; 0 where there is none."""
        return float(np.median((self.boxes[:, 2:] - self.boxes[:, :2]).max(axis=1))) if len(self.boxes) else 0.0

    def turned(self, turns: int) -> Letters:
        """The same letters on the page turned clockwise by so many quarters."""
        boxes, width, height = self.boxes, self.width, self.height
        for _ in range(turns % 4):
            left, top, right, bottom = boxes.T
            boxes = np.stack([height - bottom, left, height - top, right], axis=1)
            width, height = height, width
        return Letters(boxes, width, height)


def letters(ink: Ink, width: int, height: int) -> Letters:
    """The pieces of ink that have the size of the page's letters: no specks, dots, rules or pictures.

    That size is the median in which each piece counts by its own, so that dots do not outvote letters.
    """
    longer, shorter = np.maximum(ink.widths, ink.heights), np.maximum(np.minimum(ink.widths, ink.heights), 1)
    kept = (longer >= LEAST_SIDE) & (longer <= LONGEST * shorter) & (longer <= min(width, height) / 2)
    kept &= ink.areas >= THIN * longer * shorter
    boxes, longer = ink.boxes[kept], longer[kept]
    if len(boxes):
        order = np.argsort(longer)
        weights = np.cumsum(longer[order])
        typical = longer[order[np.searchsorted(weights, weights[-1] / 2)]]
        boxes = boxes[(longer >= SMALLER * typical) & (longer <= LARGER * typical)]
    return Letters(boxes, width, height)


def rows(found: Letters, least: int = LEAST_LETTERS) -> list[NDArray[np.int64]]:
    """The letters of each row of at least so many, side by side."""
    return [row for row in clusters(found.boxes, ROW) if len(row) >= least]


def runs_down(found: Letters) -> bool | None:
    """True where lines run from top to bottom: the page lies on its side. ``None`` where the letters do not tell."""
    boxes = found.boxes
    if len(boxes) < LEAST_LETTERS:
        return None
    asked = boxes[:: max(1, -(-len(boxes) // MOST_ASKED))]
    reach = REACH * found.size
    across = _gaps(asked, boxes, reach)
    down = _gaps(asked[:, [1, 0, 3, 2]], boxes[:, [1, 0, 3, 2]], reach)
    votes_across, votes_down = int((across < down).sum()), int((down < across).sum())
    votes = votes_across + votes_down
    if votes < LEAST_LETTERS - 1 or max(votes_across, votes_down) < MAJORITY * votes:
        return None
    return votes_down > votes_across


def _gaps(asked: NDArray[np.float32], boxes: NDArray[np.float32], reach: float) -> NDArray[np.float32]:
    """The distance from each asked box to the next one at its side, in pixels; ``reach`` where there is none so near."""
    gaps = np.full(len(asked), reach, np.float32)
    left, top, right, bottom = boxes.T
    for i, (x0, y0, x1, y1) in enumerate(asked):
        near = np.flatnonzero((right > x0 - reach) & (left < x1 + reach) & (bottom > y0) & (top < y1))
        shared = np.minimum(bottom[near], y1) - np.maximum(top[near], y0)
        beside = shared >= OVERLAP * np.minimum(bottom[near] - top[near], y1 - y0)
        apart = np.maximum(left[near] - x1, x0 - right[near])
        apart = apart[beside & (apart > -0.5 * np.minimum(right[near] - left[near], x1 - x0))]
        if len(apart):
            gaps[i] = min(reach, max(0.0, float(apart.min())))
    return gaps


def tilt(found: Letters) -> float:
    """By how many degrees the lines, which run across, fall to the right (clockwise), -40 to 40; 0 where none can be told."""
    boxes = found.boxes
    if len(boxes) < LEAST_LETTERS:
        return 0.0
    feet = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]], axis=1)
    heads = np.stack([feet[:, 0], boxes[:, 1]], axis=1)
    bin_height = max(1.0, found.size / 6)
    every = -(-len(boxes) // MOST_COARSE)
    angles = np.arange(-WIDEST_TILT, WIDEST_TILT + COARSE / 2, COARSE)
    coarse = _sharpest(angles, feet[::every], heads[::every], 2 * bin_height)
    fine = np.arange(coarse - COARSE, coarse + COARSE + FINE / 2, FINE)
    best = _sharpest(fine, feet, heads, bin_height)
    level = _sharpness(0.0, feet, heads, bin_height)
    wanted = level * (1 + CLEARER * max(1.0, abs(best)))
    return round(best, 2) if _sharpness(best, feet, heads, bin_height) > wanted else 0.0


def _sharpest(angles: NDArray[np.float64], feet: NDArray[np.float32], heads: NDArray[np.float32], height: float) -> float:
    """The angle of the sharpest projection; the middle one of those that are as sharp."""
    values = np.array([_sharpness(float(angle), feet, heads, height) for angle in angles])
    return float(np.mean(angles[values >= values.max() - 1e-9]))


def _sharpness(angle: float, feet: NDArray[np.float32], heads: NDArray[np.float32], height: float) -> float:
    """The sum of squares of the projection's bins, ``height`` pixels each, of the letters' feet and of their heads."""
    total = 0.0
    sine, cosine = np.sin(np.radians(angle)), np.cos(np.radians(angle))
    for points in (feet, heads):
        places = (points[:, 1] * cosine - points[:, 0] * sine) / height
        places -= places.min()
        low = np.floor(places).astype(int)
        part = places - low  # shared between two bins, so that no edge of a bin decides
        bins = np.bincount(low, 1 - part, minlength=low.max() + 2) + np.bincount(low + 1, part, minlength=low.max() + 2)
        total += float((bins * bins).sum())
    return total
