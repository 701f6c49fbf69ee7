"""Signs that stand alone in a column, as the quantities of a table: one that is read with doubt, or not at all, is told by
those above and below it, which are as high and as pale.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ocrect.ink import Ink, around

SHORT = 3  # signs of a cell, at most
FEW = 2  # so many cells of a column tell another
ALIKE = 1.35  # the larger of two heights or contrasts is at most so many times the lesser
NEAR = 10.0  # and so far apart two cells are, in heights of their signs


class Cell(NamedTuple):
    """The ink of a few signs: its middle across, top and bottom in pixels, and its median contrast in grey levels."""

    middle: float
    top: float
    bottom: float
    contrast: float


def cell(ink: Ink) -> Cell | None:
    """That of the signs with this ink; ``None`` where there is none."""
    if not len(ink.areas):
        return None
    left, top, right, bottom = around(ink.boxes).tolist()
    return Cell((left + right) / 2, top, bottom, float(np.median(ink.contrasts)))


def are_mates(one: Cell | None, two: Cell | None) -> bool:
    """True for two cells as high and as pale, one below the other."""
    if not one or not two:
        return False
    high = one.bottom - one.top
    if abs(one.middle - two.middle) > high or max(two.top - one.bottom, one.top - two.bottom) > NEAR * high:
        return False
    sizes = ((high, two.bottom - two.top), (one.contrast, two.contrast))
    return all(max(pair) <= ALIKE * min(pair) for pair in sizes)
