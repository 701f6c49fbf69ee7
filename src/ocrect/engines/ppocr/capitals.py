"""Capitals with a mark that nothing above them shows: the network writes the word it knows, ``CAFÉ`` for a printed ``CAFE``.

Only letters are asked that the page's languages hardly write. Where their ink is no higher than that of the tall letters
around them, there is no mark.
"""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.recognise import BoxReading, ahead, with_rivals
from ocrect.engines.ppocr.standing import FEET, level, piece_of, pieces
from ocrect.evidence import Symbol
from ocrect.ink import Ink
from ocrect.words.usage import cost

LIKELIER = 12.0  # nats by which the letter with its mark may be likelier
FLAT = 0.1  # ink rises above the tall letters by at most so much of their height, where there is no mark
ABOVE = 0.4  # of the box's height: ink so far above it counts too, for a box may cut marks off
_ABOVE = 230  # the canonical combining class of marks above a letter (Unicode Standard, section 4.3)
_TALL = frozenset(string.ascii_uppercase + string.digits + "bdhkl") - frozenset("JQ")


def told_by_tops(reading: BoxReading, ink: Ink, languages: Sequence[str]) -> BoxReading:
    """The reading without the marks on capitals, unusual in ``languages``, where no ink stands above."""
    asked = [(symbol, bare) for symbol in reading.symbols if (bare := _bare(symbol.text)) and cost(symbol.text, languages) > 0]
    known = reading.posterior.alphabet
    asked = [(s, bare) for s, bare in asked if bare in known and ahead(reading, s, bare).min() <= LIKELIER]
    if not asked or reading.stands:
        return reading
    found = pieces(reading, ink, ABOVE)
    tops = [top for symbol in reading.symbols if symbol.text in _TALL and (top := _top(symbol, reading, found))]
    if len(tops) < FEET:
        return reading
    return with_rivals(reading, [(symbol, bare) for symbol, bare in asked if _is_flat(_top(symbol, reading, found), tops)])


def _bare(text: str) -> str:
    """The capital from A to Z below a mark; empty for any other sign."""
    letters = unicodedata.normalize("NFD", text)
    base, marks = letters[:1], letters[1:]
    has_mark = bool(marks) and all(unicodedata.combining(mark) == _ABOVE for mark in marks)
    return base if has_mark and base in set(string.ascii_uppercase) else ""


def _top(symbol: Symbol, reading: BoxReading, found: NDArray[np.float32]) -> tuple[float, float, float] | None:
    """Where a symbol is along its box, how far down it its highest ink begins, and how high its tallest piece is, in pixels."""
    found = found[found[:, 1] - found[:, 0] <= 2 * max(reading.height, 1.0)]
    own = piece_of(symbol, reading, found)
    if own is None:
        return None
    above = found[(found[:, 1] >= own.start) & (found[:, 0] <= own.end)]
    return own.along, float((above[:, 2] - above[:, 3]).min()), own.height


def _is_flat(top: tuple[float, float, float] | None, tops: list[tuple[float, float, float]]) -> bool:
    """True where a symbol's ink begins no higher than that of the tall letters beside it."""
    if top is None:
        return False
    high = float(np.median([height for _, _, height in tops]))
    return level([(along, down) for along, down, _ in tops], top[0]) - top[1] <= FLAT * high
