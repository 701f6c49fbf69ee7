"""Rules of a page, of any colour and any contrast to the paper beside them, whole or dotted, and the cells that they close.

A rule is thin: it stands out from what is at its sides within :data:`THICK` pixels. That is the black top-hat (the
closing across the line less the pixels), the white one for light rules on dark; of the darkest and the lightest colour, for
yellow on white is seen in blue alone. Along a rule this is even, as the print of words is not: the least of it over a run is
much of its mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.ink import Boxes, grain
from ocrect.record.document import Box

MOST_PIXELS = 1.5e6
"""A larger page is reduced by a whole number to about so many pixels."""

THICK, DOTS = 5, 9
"""Rules are thinner than the first, in pixels of the reduced page; dots of a dotted one are closer than the second, which is
also less than a gutter: rows of small print at its sides are no rule across it."""

RUN, UPRIGHT, SLOPE = 40, 24, 3
"""The least length over which a rule is even, in pixels of the reduced page, that of an upright one, which goes from one rule
to the next, and how high one may be that rises over it."""

LEAST, GRAINS = 6.0, 2.0
"""The least contrast of a rule, in grey levels of one colour; and in units of the grain's standard deviation."""

EVEN = 0.5
"""The least of a rule's contrast along a run is at least this part of its mean."""

LONG, STEEP = 60, 20
"""The least length of a rule in pixels of the reduced page; and in how many of them one rises by one pixel at most."""

CORE, ASIDE, PRINT = 0.25, 0.15, 0.5
"""What looks like a rule inside a line of text is print: farther than the first from its upper and lower edges, and than the
second from its ends, in its heights. An upright one is print where more than the third part of it is in lines of text."""

REACH = 20
"""An upright rule goes on to one across that is so close to its end, in pixels of the reduced page: letters hide it there."""

WIDE, SAME, GAP = 240, 10, 100
"""The least length of the rules of a form without sides, how far their ends may be from under one another, and how far others
are beyond them, in the same."""

OPEN = 3
"""Rules that end so close to others close a cell, in the same; a cell reaches as far into the rules around."""

CELL, FULL, PANEL = (20, 16), 0.75, 0.5
"""The least width and height of a cell, in the same; the least part of its box that it fills; and the part of the page from
which on one is a frame around it."""


class Ruling(NamedTuple):
    """The rules ``across`` a page ``(n, 4)`` and the ``cells`` ``(n, 4)`` that rules close on all sides (left, top, right,
    bottom in pixels).

    Rows of small print may be among the rules, which stand where it stands: nothing but a rule goes through white.
    """

    across: Boxes
    cells: Boxes


def ruling(pixels: NDArray[np.uint8], quads: NDArray[np.float32]) -> Ruling:
    """The rules of a page ``(height, width, 3)`` with text at ``quads`` ``(n, 4, 2)``, corners in pixels."""
    factor = max(1, round((pixels.shape[0] * pixels.shape[1] / MOST_PIXELS) ** 0.5))
    size = (max(1, pixels.shape[1] // factor), max(1, pixels.shape[0] // factor))
    small = pixels if factor == 1 else np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    least = max(LEAST, GRAINS * grain(np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))))
    red, green, blue = cv2.split(small)
    darkest, lightest = cv2.min(cv2.min(red, green), blue), cv2.max(cv2.max(red, green), blue)
    across = _rules(darkest, lightest, RUN, least)
    scale = np.array([pixels.shape[1] / size[0], pixels.shape[0] / size[1]] * 2, np.float32)
    _, _, stats, _ = cv2.connectedComponentsWithStats(across, connectivity=8)
    left, top, width, height = stats[1:, : cv2.CC_STAT_AREA].T.astype(np.float32)
    found = (width >= LONG) & (height <= THICK + width / STEEP)
    ends = np.stack([left, top, left + width, top + height], axis=1)[found]
    upright = _rules(np.ascontiguousarray(darkest.T), np.ascontiguousarray(lightest.T), UPRIGHT, least).T
    text = np.concatenate([quads.min(axis=1), quads.max(axis=1)], axis=1, dtype=np.float32) / scale
    return Ruling(ends * scale, _cells(across, upright, ends, text) * scale)


def rules_and_cells(pixels: NDArray[np.uint8], boxes: Sequence[Box]) -> tuple[list[Box], list[Box]]:
    """The rules across an upright page with text in ``boxes``, and the cells that rules close, for the layout."""
    found = ruling(pixels, np.array([box.corners for box in boxes], np.float32).reshape(-1, 4, 2))
    across, cells = ([Box(*sides) for sides in part.tolist()] for part in found)
    return across, cells


def _rules(darkest: Any, lightest: Any, run: int, least: float) -> NDArray[np.uint8]:
    """Where rules across are, given the darkest and the lightest colour of each pixel."""
    mask = np.zeros(darkest.shape, np.uint8)
    thick = np.ones((THICK, 1), np.uint8)
    for thin in (cv2.morphologyEx(darkest, cv2.MORPH_BLACKHAT, thick), cv2.morphologyEx(lightest, cv2.MORPH_TOPHAT, thick)):
        level = cv2.dilate(thin, np.ones((SLOPE, 1), np.uint8))
        mask |= _even(cv2.blur(level, (DOTS, 1)), run, least)
    return mask


def _even(thin: Any, run: int, least: float) -> NDArray[np.uint8]:
    """Where runs stand out by ``least`` grey levels all along, and evenly."""
    along = np.ones((1, run), np.uint8)
    lowest = cv2.erode(thin, along)
    is_rule = (lowest >= least) & (lowest >= EVEN * cv2.blur(thin, (run, 1)))
    return np.asarray(cv2.dilate(is_rule.astype(np.uint8), along), np.uint8)


def _cells(across: NDArray[np.uint8], upright: NDArray[np.uint8], ends: Boxes, text: Boxes) -> Boxes:
    """What rules close in: pieces of the paper that are about rectangles. ``ends`` are the boxes of the rules ``across``."""
    covered, bare = np.zeros_like(across), across.copy()
    for left, top, right, bottom in text.tolist():
        above, aside = CORE * (bottom - top), ASIDE * (bottom - top)
        inside = slice(max(round(left + aside), 0), max(round(right - aside) + 1, 0))
        covered[max(int(top), 0) : max(int(bottom) + 1, 0), inside] = 1
        bare[max(round(top + above), 0) : max(round(bottom - above) + 1, 0), inside] = 0
    upright = _without_print((upright & (across == 0)).T, covered.T).T
    rules = bare | upright
    _close_ends(rules, upright, across)
    _close_sides(rules, ends)
    paper = (cv2.dilate(rules, np.ones((OPEN, OPEN), np.uint8)) == 0).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    left, top, width, height, area = stats[1:].T.astype(np.float32)
    whole = width * height
    found = (width >= CELL[0]) & (height >= CELL[1]) & (area >= FULL * whole) & (whole <= PANEL * rules.size)
    cells = np.stack([left - OPEN, top - OPEN, left + width + OPEN, top + height + OPEN], axis=1)
    return np.asarray(cells[found], np.float32)


def _without_print(upright: NDArray[np.uint8], text: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Upright rules, of which each row of a picture is a column, but for the runs that are mostly in ``text``."""
    begins = np.diff(upright.astype(np.int8), axis=1, prepend=0) == 1
    runs = np.cumsum(begins).reshape(upright.shape) * upright
    of = np.bincount(runs.ravel())
    is_rule = np.bincount(runs.ravel(), text.ravel(), len(of)) <= PRINT * of
    is_rule[0] = False
    return np.asarray(is_rule[runs], np.uint8)


def _close_ends(rules: NDArray[np.uint8], upright: NDArray[np.uint8], across: NDArray[np.uint8]) -> None:
    """Draw upright rules on to those ``across`` that are close to their ends."""
    _, numbers, stats, _ = cv2.connectedComponentsWithStats(upright, connectivity=8)
    for number, (_, top, _, height, _) in enumerate(stats[1:].tolist(), start=1):
        for end, way in ((top, -1), (top + height - 1, 1)):
            x = int(np.flatnonzero(numbers[end] == number)[0])
            near = across[max(end - REACH, 0) : end + 1, x][::-1] if way < 0 else across[end : end + REACH + 1, x]
            at = end + way * int(near.argmax())
            rules[min(at, end) : max(at, end) + 1, x] = 1


def _close_sides(rules: NDArray[np.uint8], ends: Boxes) -> None:
    """Draw the sides of forms that have none, where the next rule under the end of one ends too."""
    wide = ends[ends[:, 2] - ends[:, 0] >= WIDE].astype(int)
    wide = wide[np.argsort(wide[:, 1])]
    for n, (left, top, right, bottom) in enumerate(wide.tolist()):
        for side, x in ((0, left), (2, right)):
            below = [other for other in wide[n + 1 :] if other[0] <= x + SAME and other[2] >= x - SAME]
            outside = slice(max(x - GAP, 0), max(x - SAME, 0)) if side == 0 else slice(x + SAME, x + GAP)
            is_gap = rules[max(top - SAME, 0) : bottom + SAME, outside].any()
            if below and abs(below[0][side] - x) <= SAME and not is_gap:
                rules[top : below[0][3], min(x, rules.shape[1] - 1)] = 1
