"""Rules across a page, of any colour and any contrast to the paper beside them, whole or dotted.

A rule is thin: it stands out from what is above and below it within :data:`THICK` pixels. That is the black top-hat (the
closing across the line less the pixels), the white one for light rules on dark; of the darkest and the lightest colour, for
yellow on white is seen in blue alone. Along a rule this is even, as the print of words is not: the least of it over a run is
much of its mean.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.ink import Boxes, grain

MOST_PIXELS = 1.5e6
"""A larger page is reduced by a whole number to about so many pixels."""

THICK, DOTS = 5, 9
"""Rules are thinner than the first, in pixels of the reduced page; dots of a dotted one are closer than the second, which is
also less than a gutter: rows of small print at its sides are no rule across it."""

RUN, SLOPE = 40, 3
"""The least length over which a rule is even, in pixels of the reduced page, and how high one may be that rises over it."""

LEAST, GRAINS = 6.0, 2.0
"""The least contrast of a rule, in grey levels of one colour; and in units of the grain's standard deviation."""

EVEN = 0.5
"""The least of a rule's contrast along a run is at least this part of its mean."""

LONG, STEEP = 60, 20
"""The least length of a rule in pixels of the reduced page; and in how many of them one rises by one pixel at most."""


def rules_across(pixels: NDArray[np.uint8]) -> Boxes:
    """The rules of a page ``(height, width, 3)``: boxes ``(n, 4)`` (left, top, right, bottom) in its pixels.

    Rows of small print may be among them, which stand where it stands: nothing but a rule goes through white.
    """
    factor = max(1, round((pixels.shape[0] * pixels.shape[1] / MOST_PIXELS) ** 0.5))
    size = (max(1, pixels.shape[1] // factor), max(1, pixels.shape[0] // factor))
    small = pixels if factor == 1 else np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    least = max(LEAST, GRAINS * grain(np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))))
    mask = np.zeros(small.shape[:2], np.uint8)
    across = np.ones((THICK, 1), np.uint8)
    red, green, blue = cv2.split(small)
    darkest, lightest = cv2.min(cv2.min(red, green), blue), cv2.max(cv2.max(red, green), blue)
    for thin in (cv2.morphologyEx(darkest, cv2.MORPH_BLACKHAT, across), cv2.morphologyEx(lightest, cv2.MORPH_TOPHAT, across)):
        level = cv2.dilate(thin, np.ones((SLOPE, 1), np.uint8))
        mask |= _even(cv2.blur(level, (DOTS, 1)), least)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    left, top, width, height = stats[1:, : cv2.CC_STAT_AREA].T.astype(np.float32)
    found = (width >= LONG) & (height <= THICK + width / STEEP)
    scale = np.array([pixels.shape[1] / size[0], pixels.shape[0] / size[1]] * 2, np.float32)
    return np.asarray(np.stack([left, top, left + width, top + height], axis=1)[found] * scale, np.float32)


def _even(thin: Any, least: float) -> NDArray[np.uint8]:
    """Where runs stand out by ``least`` grey levels all along, and evenly."""
    run = np.ones((1, RUN), np.uint8)
    lowest = cv2.erode(thin, run)
    is_rule = (lowest >= least) & (lowest >= EVEN * cv2.blur(thin, (RUN, 1)))
    return np.asarray(cv2.dilate(is_rule.astype(np.uint8), run), np.uint8)
