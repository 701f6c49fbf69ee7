"""Rules of dashes, dots or stars that were read as letters: ``[1111111111``, ``Beeeeeee``, ``2m22mm2``.

Where they are read as what they are (:data:`~ocrect.engines.ppocr.STROKES`) their row is dropped, and a long one of dashes
beside text, too. Else three things tell them together: the reader is in doubt, it gives few signs over and over, and the ink
is low and regular, which letters of a script that it does not know are not. (Bars set on drawn receipts in letters of 9 to 18
pixels at three blurs; none of 144 drawn lines in other scripts is taken for one.)
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.engines.ppocr.skipped import inside
from ocrect.ink import Ink

UNSURE = 0.95  # a reading of this confidence is no rule
SIGNS, DISTINCT = 5, 1 / 3  # it has so many signs, of which this part differ at most,
LONE = 2  # or is of so many pieces of ink: one dash of it
FLAT, LOW = 0.2, 0.45  # in heights of the page's lines: dashes and dots are lower, and stars,
MANY, ALIKE = 5, 1.4  # which are so many and alike: of most the largest are at most so many times the smallest
FAINT = 0.4  # of the contrast of the darkest piece: what has less is grain
_DASHES = re.compile(r"[-–—_=]{12,}")


def is_dashes(text: str) -> bool:
    """True for so many dashes alone that they are a rule, whatever stands beside them; few stand for a value."""
    return bool(_DASHES.fullmatch(text.replace(" ", "")))


def is_rule(reading: BoxReading, ink: Ink, high: float) -> bool:
    """True for a rule, or a part of one, on a page whose lines are ``high`` pixels high (infinite where that is not known)."""
    if reading.confidence >= UNSURE:
        return False
    pieces = ink.of(inside(ink, reading.quad))
    pieces = pieces.of(pieces.contrasts >= FAINT * pieces.contrasts.max(initial=0.0))
    if not len(pieces.areas):
        return False
    usual = high if high < np.inf else reading.height
    tall = _weighted(pieces.heights, pieces.areas) / usual
    signs = reading.text.replace(" ", "")
    if len(signs) < SIGNS or len(set(signs)) > max(2.0, DISTINCT * len(signs)):
        return tall <= FLAT and len(pieces.areas) <= LONE
    return tall <= FLAT or (tall <= LOW and _alike(pieces))


def _weighted(values: NDArray[np.float32], areas: NDArray[np.float32]) -> float:
    """The median of ``values`` over the ink, of which each piece has its part: specks count little."""
    order = np.argsort(values)
    inked = np.cumsum(areas[order])
    return float(values[order][np.searchsorted(inked, inked[-1] / 2)])


def _alike(pieces: Ink) -> bool:
    if len(pieces.areas) < MANY:
        return False
    sides = np.stack([pieces.widths, pieces.heights])
    small, large = np.percentile(sides, (15, 85), axis=1)
    return bool((large <= ALIKE * small + 1).all())
