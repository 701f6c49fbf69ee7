"""Quotes: a low one has the form of a comma, and wide-set double ones are two single ones side by side.

Which of ``‚`` and a comma it is, its neighbours tell; how many strokes stand there, the ink: of ``“`` the recogniser makes
``‘``, of ``”`` it makes ``’’`` or ``"’``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.recognise import BoxReading, ahead, with_rivals, with_sign
from ocrect.engines.ppocr.standing import FEET, ON_LINE, Piece, along, level, piece_of, pieces
from ocrect.evidence import Symbol
from ocrect.ink import Ink

COMMA = ","
_OPENS_NOTHING = re.compile(r"(?<=[^\s(\[{«»‹›‚„“”\"'/–—-])‚|‚(?![\w‚„])")
"""One behind a letter, a digit or a sign that ends something; or before anything but a letter, a digit or another low quote."""

DOUBLE = {"‘": "“", "’": "”", "'": '"'}
"""Of each single quote the double one."""

LIKELIER = 9.0  # nats by which a single quote may be likelier than the double one
# Lengths are in heights of the line's letters.
ABOVE = 0.2  # of the box's height: quotes stand so far above it, for a box may cut them off
HIGH, WIDE = (0.25, 0.85), 0.6  # the height of a stroke, and its width at most
RAISED = 0.3  # so far above the line, at least
APART, LEVEL, ALIKE = 0.6, 0.15, 1.5  # the strokes of one: the gap between them, their feet's difference, their heights' ratio
BESIDE = 1.2  # so far from the middle of what was read they stand, unless a letter is nearer
REACH = 0.05  # and so far above letters beside them
NEAREST = 8  # letters tell where the line is
_RUN = re.compile(r"(?<!\d)[‘’“”\"']+")
_BEST = "“”\"‘’'"  # which of several is kept: the first of these


def with_commas(reading: BoxReading) -> BoxReading:
    """The reading with a comma for each low quote that opens nothing."""
    return with_sign(reading, COMMA, _OPENS_NOTHING)


def with_doubles(reading: BoxReading, ink: Ink) -> BoxReading:
    """The reading with one double quote where two strokes stand, and one single quote, two curly ones or more than two strokes
    were read.
    """
    text, symbols = reading.text, reading.symbols
    runs = [match.span() for match in _RUN.finditer(text) if _is_odd(match.group())]
    if not runs or reading.stands:
        return reading
    found = pieces(reading, ink, ABOVE)
    standing = [piece for symbol in symbols if symbol.text in ON_LINE and (piece := piece_of(symbol, reading, found))]
    if len(standing) < FEET:
        return reading
    chosen: list[tuple[Symbol, str]] = []
    gone: list[Symbol] = []
    for first, end in runs:
        run = symbols[first:end]
        kept = min(run, key=lambda symbol: _BEST.index(symbol.text))
        double = DOUBLE.get(kept.text, kept.text)
        if double not in reading.posterior.alphabet or ahead(reading, kept, double).min() > LIKELIER:
            continue
        if _strokes(reading, (first, end), found, standing) == 2:
            chosen += [(kept, double)] if kept.text != double else []
            gone += [symbol for symbol in run if symbol is not kept]
    left = replace(reading, posterior=reading.posterior.without(gone)) if gone else reading
    return with_rivals(left, chosen)


def _is_odd(run: str) -> bool:
    """True for quotes that are no two strokes, and for two curly single ones."""
    return sum(1 if quote in DOUBLE else 2 for quote in run) != 2 or run in ("‘‘", "’’")


def _strokes(reading: BoxReading, run: tuple[int, int], found: NDArray[np.float32], standing: Sequence[Piece]) -> int:
    """How many raised strokes side by side stand where quotes were read; none where they are unlike one another."""
    high = float(np.median([piece.height for piece in standing]))
    places = [along(symbol, reading) for symbol in reading.symbols]
    first, last = places[run[0]], places[run[1] - 1]
    nearest = sorted(standing, key=lambda piece: abs(piece.along - first))[:NEAREST]
    line = level([(piece.along, piece.down) for piece in nearest], first)
    beside = [(s, at) for s, at in zip(reading.symbols, places, strict=True) if not (s.text.isspace() or s.text in ".,…")]
    ends = [(piece.start, piece.end) if (piece := piece_of(s, reading, found)) else (at, at) for s, at in beside]
    low = max([first - BESIDE * high, *(e - REACH * high for (_, e), (_, at) in zip(ends, beside, strict=True) if at < first)])
    top = min([last + BESIDE * high, *(b + REACH * high for (b, _), (_, at) in zip(ends, beside, strict=True) if at > last)])
    start, end, down, tall = found.T
    is_stroke = (start >= low) & (end <= top) & (tall >= HIGH[0] * high) & (tall <= HIGH[1] * high)
    is_stroke &= (end - start <= WIDE * high) & (line - down >= RAISED * high)
    strokes = found[is_stroke][np.argsort(start[is_stroke])]
    gaps = strokes[1:, 0] - strokes[:-1, 1]
    are_alike = (
        len(strokes) > 0
        and bool(((gaps >= -1) & (gaps <= APART * high)).all())
        and np.ptp(strokes[:, 2]) <= LEVEL * high
        and strokes[:, 3].max() <= ALIKE * strokes[:, 3].min()
    )
    return len(strokes) if are_alike else 0
