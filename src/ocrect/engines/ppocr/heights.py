"""Letters whose capital is the small one made larger, ``o`` and ``O``: how high they are beside the others of their line tells.

The recogniser goes by what is around them, too, and of capitals with marks it has seen few: ``CHUỗI``, ``BoX``, ``cíVico``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np

from ocrect.engines.ppocr.recognise import BoxReading, ahead, with_rivals
from ocrect.engines.ppocr.standing import FEET, Piece, level, piece_of, pieces
from ocrect.evidence import Symbol
from ocrect.ink import Ink

ALIKE = frozenset("cosuvwxzœ")
"""Letters of which both forms have one outline. The others but ``I`` and ``l`` tell by theirs which form it is."""

LIKELIER = 6.0  # nats by which the other form may be likelier
CAPITALS, SMALL = frozenset("ABDEFGHKLMNPRT"), frozenset("aemnr")  # they stand on the line and are as high as all of their kind
LEAST, NEAREST = 2, 5  # letters of each kind tell how high they are, the nearest ones; or the word's own capitals
ALONE = 0.5  # of a line's letters touch no other one: in worn print their ink is no measure
AS_HIGH, HIGHER = (0.91, 1.1), (1.2, 1.8)  # what a capital has of the height of the capitals, and of the small letters
LOWER, AS_LOW = (0.6, 0.82), (0.85, 1.12)  # and a small letter
ON_LINE, DEEP = 0.1, 0.4  # its foot is at most so far above or below the others', in its height; with a cedilla below
ABOVE = 0.4  # of the box's height: marks stand so far above it, for a box may cut them off
MARK, CEDILLA, HORN = 230, 202, 216  # canonical combining classes of marks (Unicode Standard, section 4.3)

_WORD = re.compile(r"\S+")
_PART = re.compile(r"[^\W\d_]+")


def told_by_heights(reading: BoxReading, ink: Ink) -> BoxReading:
    """The reading with each of these letters as its ink is high, where that makes it as the others of its word."""
    symbols, known = reading.symbols, reading.posterior.alphabet
    asked = [
        (symbols[at], rival, [symbols[i] for i in others])
        for at, rival, others in _asked(reading.text)
        if rival in known and ahead(reading, symbols[at], rival).min() <= LIKELIER
    ]
    if not asked or reading.stands:
        return reading
    row = _Row(reading, ink)
    return with_rivals(reading, [(symbol, rival) for symbol, rival, others in asked if row.shows(symbol, rival, others)])


def _asked(text: str) -> Iterator[tuple[int, str, list[int]]]:
    """Where the other form of a letter would be as those beside it in its word that are sure; that form; and where the capitals
    of the word are, but for its first letter. Words with digits are codes. A small letter at the beginning stays where small
    ones follow: of such capitals in unseen print, worn or written, four of five were none.
    """
    for word in _WORD.finditer(text):
        for part in _PART.finditer(text, *word.span()) if not any(map(str.isdigit, word.group())) else ():
            first, end = part.span()
            sure = [at for at in range(first, end) if text[at] not in "Il" and not _is_alike(text[at])]
            for at in filter(lambda at: _is_alike(text[at]), range(first, end) if sure else ()):
                before, after = [i for i in sure if i < at][-1:], [i for i in sure if i > at][:1]
                rival = text[at].swapcase()
                if rival.islower() and at > first:
                    is_likely = text[(before or [at - 1])[0]].islower()
                else:
                    is_likely = rival.isupper() and all(text[i].isupper() for i in before + after)
                if is_likely and len(rival) == 1:
                    yield at, rival, [i for i in range(first + 1, end) if text[i] in CAPITALS]


def _is_alike(letter: str) -> bool:
    """True for a letter that is one of those without its marks; a horn makes it higher."""
    base, *marks = list(unicodedata.normalize("NFD", letter.lower()))
    return base in ALIKE and all(unicodedata.combining(mark) != HORN for mark in marks)


class _Row:
    """The letters of a box that touch no other one, and how high they are."""

    def __init__(self, reading: BoxReading, ink: Ink) -> None:
        found = pieces(reading, ink)
        own = {
            symbol: piece for symbol in reading.symbols if symbol.text != " " and (piece := piece_of(symbol, reading, found))
        }
        middles = np.array([piece.along for piece in own.values()])
        self._alone = {s: p for s, p in own.items() if ((middles >= p.start) & (middles <= p.end)).sum() == 1}
        self._is_clear = len(self._alone) >= ALONE * sum(symbol.text != " " for symbol in reading.symbols)
        self._capitals, self._small = (
            [piece for symbol, piece in self._alone.items() if symbol.text in kind] for kind in (CAPITALS, SMALL)
        )
        self._around = pieces(reading, ink, ABOVE)

    def shows(self, symbol: Symbol, rival: str, others: Sequence[Symbol]) -> bool:
        """True where a letter stands on the line and is as high as ``rival`` would be; ``others`` are capitals of its word."""
        piece = self._alone.get(symbol)
        feet = [(other.along, other.down) for other in (*self._capitals, *self._small)]
        if piece is None or len(feet) < FEET or not self._is_clear:
            return False
        marks = {unicodedata.combining(mark) for mark in unicodedata.normalize("NFD", rival)[1:]}
        line = level(feet, piece.along)
        if not -ON_LINE <= (piece.down - line) / piece.height <= (DEEP if CEDILLA in marks else ON_LINE):
            return False
        high = line - piece.top
        of_capitals, of_small = (high / _height(kind, piece.along) for kind in (self._capitals, self._small))
        if rival.islower():
            return _is_within(of_capitals, LOWER) and _is_within(of_small, AS_LOW)
        own = [self._alone[other] for other in others if other in self._alone]
        if len(own) >= LEAST:  # small capitals are lower
            as_high = _is_within(high / _height(own, piece.along), AS_HIGH)
        else:
            as_high = _is_within(of_capitals, AS_HIGH) and _is_within(of_small, HIGHER)
        return as_high and (MARK not in marks or self._has_mark(piece))

    def _has_mark(self, piece: Piece) -> bool:
        """True where ink stands above a letter and does not touch it."""
        start, end, down, _ = self._around.T
        return bool(((start < piece.end) & (end > piece.start) & (down <= piece.top)).any())


def _height(pieces: Sequence[Piece], along: float) -> float:
    """Of those of these letters that are nearest to a place along the box; not a number where there are too few."""
    nearest = sorted(pieces, key=lambda piece: abs(piece.along - along))[:NEAREST]
    return float(np.median([piece.height for piece in nearest])) if len(nearest) >= LEAST else np.nan


def _is_within(value: float, bounds: tuple[float, float]) -> bool:
    """True where a value is within bounds, or not known."""
    return not (value < bounds[0] or value > bounds[1])
