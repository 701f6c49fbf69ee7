"""Round buttons of forms, by their shape: rings with nothing or a disc inside, and discs as large as the rings beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ticks import CLEAR, HALF_LIT, LEAST_CONTRAST, Tick, apart, enlarged
from ocrect.ink import Boxes, Ink

EMPTY, FILLED = SIGNS = "○◉"

SIDES = (9.0, 160.0)  # pixels
IN_LETTERS = (0.45, 3.0)  # a button is so high, in the median height of the page's letters in lines
ROUND = 0.12  # of one side: so much, and a pixel, the other may be longer
ALIKE = 1.12  # the sides of the buttons of a form are so many times those of the smallest, at most, and a pixel

FLUSH = 0.2  # of one side: how exactly they stand beside one another

# Lengths are in radii of what is round, which is followed from its middle in so many directions.
WAYS, STEP = 48, 0.025
FAR = 1.3  # where they begin: outside of it
ALL = 0.9  # so many of them agree
EDGE, PIXEL = 0.1, 0.35  # how far an edge is from a circle, and so many pixels
CORNERS = 0.13  # by so much more a square's is towards its corners
RING, THICK = 0.6, 0.5  # a ring is so far from its middle at least, and so thick at most
DISC = (0.2, 0.8)  # the radius of a disc in it,
SOLID = 0.75  # and how far one without a ring is solid
WHITE = 0.5  # between the two there is less than this part of the ring's contrast


class _Round(NamedTuple):
    """Something round: its box in pixels of the page, and whether it is a ring, and whether a disc: both is a filled button."""

    box: tuple[float, float, float, float]
    ring: bool
    disc: bool

    @property
    def side(self) -> float:
        """The mean of both sides in pixels."""
        left, top, right, bottom = self.box
        return (right - left + bottom - top) / 2


def find(pixels: NDArray[np.uint8], ink: Ink) -> list[Tick]:
    """The buttons of a page ``(height, width, 3)`` with that ink.

    A ring alone is also the letter ``O`` of many a face, and a disc alone a bullet: they are buttons where both are there in
    one size, or a ring with a disc in it. None stands by itself, but beside, above or below another.
    """
    w, h = ink.widths, ink.heights
    dark = ink.contrasts * 2 >= LEAST_CONTRAST
    letters = ink.like_letters() & ink.in_line & dark
    size = (np.minimum(w, h) >= SIDES[0]) & (np.maximum(w, h) <= SIDES[1])
    if letters.any():
        usual = float(np.median(h[letters]))
        size &= (h >= IN_LETTERS[0] * usual) & (h <= IN_LETTERS[1] * usual)
    is_round = np.abs(w - h) <= ROUND * np.minimum(w, h) + 1
    found = [one for n in apart(ink, np.flatnonzero(size & is_round & dark), CLEAR) if (one := _seen(pixels, ink.boxes[n]))]
    found = [one for one in found if not any(_is_within(one, other) for other in found)]
    groups = ([one for one in group if _is_flush(one, group)] for group in _groups(found))
    chosen = (group for group in groups if any(one.ring for one in group) and any(one.disc for one in group))
    return [Tick(one.box, FILLED if one.disc else EMPTY) for group in chosen for one in group]


def _is_flush(one: _Round, group: list[_Round]) -> bool:
    """True where another one of the group stands beside, above or below it."""
    near = FLUSH * one.side
    others = (other.box for other in group if other is not one)
    return any(abs(one.box[0] - left) <= near or abs(one.box[1] - top) <= near for left, top, *_ in others)


def _is_within(one: _Round, other: _Round) -> bool:
    """True for the disc of a filled button."""
    (left, top, right, bottom), outer = one.box, other.box
    return one is not other and left >= outer[0] and top >= outer[1] and right <= outer[2] and bottom <= outer[3]


def _groups(found: list[_Round]) -> Iterator[list[_Round]]:
    """Those that are alike in size."""
    rest = sorted(found, key=lambda one: one.side)
    while rest:
        most = ALIKE * rest[0].side + 1
        yield [one for one in rest if one.side <= most]
        rest = [one for one in rest if one.side > most]


def _seen(pixels: NDArray[np.uint8], box: Boxes) -> _Round | None:
    """What is round in a box of the page; none where nothing is."""
    left, top, right, bottom = (round(float(side)) for side in box)
    margin = max(2, (bottom - top) // 5)
    low, first = max(top - margin, 0), max(left - margin, 0)
    grey = cv2.cvtColor(pixels[low : bottom + margin, first : right + margin], cv2.COLOR_RGB2GRAY)
    inner = grey[top - low : bottom - low, left - first : right - first]
    paper, ink = np.percentile(grey, 90), np.percentile(inner, 3)
    if paper - ink < LEAST_CONTRAST:
        return None
    larger, times = enlarged(grey)
    away = (paper - larger) / (paper - ink)
    radius = (right - left + bottom - top) / 4
    steps = np.arange(0, FAR, STEP)[::-1]  # from outside to the middle
    angles = np.arange(WAYS) * (2 * np.pi / WAYS)
    y = ((top + bottom) / 2 - low + np.outer(np.sin(angles), steps) * radius) * times
    x = ((left + right) / 2 - first + np.outer(np.cos(angles), steps) * radius) * times
    ways = away[np.clip(y.astype(int), 0, away.shape[0] - 1), np.clip(x.astype(int), 0, away.shape[1] - 1)]
    kind = _kind(ways, steps, PIXEL / radius)
    return _Round((float(left), float(top), float(right), float(bottom)), *kind) if kind else None


def _kind(away: NDArray[np.float64], steps: NDArray[np.float64], slack: float) -> tuple[bool, bool] | None:
    """Whether what is so far ``away`` from paper, 0 to 1, at those ``steps`` from its middle, ``(directions, steps)``, is a
    ring, and whether a disc; its edges may be off a circle by ``slack`` more.
    """
    if (away[:, steps <= 0.5] >= 0.5).mean() >= ALL and (away[:, steps <= SOLID] >= 0.5).mean() >= ALL:
        edges = steps[(away >= 0.5).argmax(axis=1)]
        return (False, True) if _is_even(edges, slack) and not _is_square(edges) else None
    ring = np.where(steps >= RING, away, 0).argmax(axis=1)
    peaks = away[np.arange(WAYS), ring]
    is_within = np.arange(len(steps)) > ring[:, None]
    valley = np.where(is_within, away, np.inf).argmin(axis=1)
    is_line = (peaks >= HALF_LIT) & (away[np.arange(WAYS), valley] <= WHITE * peaks)
    if is_line.mean() < ALL or not _is_even(steps[ring][is_line], slack) or _is_square(steps[ring]):
        return None
    thick = (~is_within & (away >= peaks[:, None] / 2)).sum(axis=1) * STEP
    inner = np.where(np.arange(len(steps)) >= valley[:, None], away, 0)
    has_disc = inner.max(axis=1) >= 0.5
    if 2 * np.median(thick) > THICK + slack:
        return None
    if np.percentile(inner.max(axis=1), 100 * ALL) <= WHITE:
        return True, False
    radii = steps[(inner >= 0.5).argmax(axis=1)][has_disc]
    if has_disc.mean() < ALL or not _is_even(radii, slack) or not DISC[0] <= np.median(radii) <= DISC[1]:
        return None
    return (True, True) if (away[:, steps <= np.median(radii) - EDGE] >= 0.5).mean() >= ALL else None


def _is_even(radii: NDArray[np.float64], slack: float) -> bool:
    """True for the distances from its middle of a circle's edge."""
    return bool(np.percentile(np.abs(radii - np.median(radii)), 100 * ALL) <= EDGE + slack)


def _is_square(radii: NDArray[np.float64]) -> bool:
    """True where an edge is farther from the middle towards the corners than towards the sides; ``radii`` ``(WAYS,)``."""
    around = radii.reshape(4, -1).mean(axis=0)
    corner, eighth = len(around) // 2, len(around) // 6
    sides = np.concatenate([around[:eighth], around[-eighth + 1 :]])
    return bool(around[corner - eighth + 1 : corner + eighth].mean() - sides.mean() > CORNERS)
