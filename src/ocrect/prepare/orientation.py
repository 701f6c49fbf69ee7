"""How the lines of a page run, by its letters alone: across or down, and by how much they are tilted.

Across or down: letters of a line are nearer to one another than lines are (O'Gorman, The document spectrum for page layout
analysis, 1993). Tilt: at the right angle the feet of the letters, projected on the page's side, gather in the fewest places
(Postl, Detection of linear oblique structures and skew scan in digitized documents, 1986; here with letters' feet instead of
all pixels, as Baird, The skew angle of printed documents, 1987). One line is enough for both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ocrect.prepare.ink import Letters

MOST_ASKED = 600  # letters that are asked for their neighbours; on a page of more, every n-th
OVERLAP = 0.5  # two letters are side by side where they share this part of the lower one's height
REACH = 4.0  # letter sizes: what is farther is no neighbour
LEAST_LETTERS = 4  # fewer tell nothing
MAJORITY = 0.6  # of the letters that have a neighbour; a page full of noise is near one half
WIDEST_TILT = 40.0  # degrees
COARSE, FINE = 0.5, 0.05  # degrees: the steps of the search
MOST_COARSE = 1500  # letters that the coarse search looks at
CLEARER = 0.03  # a tilt counts where its projection is sharper than the level page's by this part for each of its degrees


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
