"""Rows that rise and fall differently from place to place, as those of a till's slip that is photographed aslant or curls, and
has too few letters to be made flat before it is read (:mod:`ocrect.prepare.dewarp`). An amount then stands level with the label
of the row above or below its own. The slopes of the boxes tell how far each stands from where its row would be level.

The slope of a row is taken for a function of its place that is linear to the right and downwards, with their product: it covers
perspective, a curl, and a twist. It is fitted by least squares, each box weighed by its length, and again without those that it
explains worst.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEWEST, LONG, MOST = 12, 2.0, 10.0
"""Boxes that tell, so many times as long as high, are this many at least; longer ones than the last count no more than it."""

SPREAD, LEFT = 0.8, 0.4
"""Degrees by which slopes differ at least (their standard deviation), and the part of their variance that may be left
unexplained: boxes of flat paper have .7 and less, of which .36 and more are left (53 scans and receipts), of three curled slips
1 to 3.1 and .22 at most."""

PASSES, OUTLYING = 3, 2.5
"""Fits, and standard deviations from which on a box is left out of the next."""


@dataclass(frozen=True)
class Bend:
    """How rows fall: ``terms`` are the tangents of their slope in the ``middle`` of the page, and by how much it is more at its
    right end, its lower end, and the corner of both; ``size`` is its width and height in pixels.
    """

    terms: NDArray[np.float64]
    middle: NDArray[np.float64]
    size: NDArray[np.float64]

    def fall(self, points: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """How many pixels a row at each of the ``points`` ``(n, 2)`` is below where it crosses the middle."""
        x, y = np.clip((points - self.middle) / self.size, -1.0, 1.0).T
        level, right, down, both = self.terms
        return np.asarray(self.size[0] * x * (level + right * x / 2 + y * (down + both * x / 2)), np.float32)


def bend_of(quads: Sequence[NDArray[np.float32]]) -> Bend | None:
    """How the rows of a page bend whose boxes, corners ``(4, 2)``, are level in the mean; ``None`` where they hardly do."""
    corners = np.array(quads, np.float64).reshape(-1, 4, 2)
    edges, sides = corners[:, 1] - corners[:, 0], corners[:, 3] - corners[:, 0]
    ratio = np.hypot(*edges.T) / np.maximum(np.hypot(*sides.T), 1.0)
    telling = (np.abs(edges[:, 1]) <= np.abs(edges[:, 0])) & (ratio >= LONG)
    if telling.sum() < FEWEST:
        return None
    slopes, weights = edges[telling, 1] / edges[telling, 0], np.minimum(ratio[telling], MOST)
    middles = corners[telling].mean(axis=1)
    middle, size = middles.mean(axis=0), np.maximum(np.ptp(middles, axis=0), 1.0)
    x, y = ((middles - middle) / size).T
    places = np.stack([np.ones_like(x), x, y, x * y], axis=1)
    spread = np.average((slopes - np.average(slopes, weights=weights)) ** 2, weights=weights)
    if spread < np.tan(np.radians(SPREAD)) ** 2:
        return None
    terms, left, kept = np.zeros(4), slopes, np.ones(len(slopes), bool)
    for _ in range(PASSES):
        root = np.sqrt(weights[kept])
        terms = np.linalg.lstsq(places[kept] * root[:, None], slopes[kept] * root, rcond=None)[0]
        left = slopes - places @ terms
        kept = np.abs(left) <= OUTLYING * np.sqrt(np.average(left[kept] ** 2, weights=weights[kept])) + 1e-6
    return Bend(terms, middle, size) if np.average(left**2, weights=weights) <= LEFT * spread else None
