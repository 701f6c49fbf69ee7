"""Greek letters that go below the line, beside the Latin ones of their shape that stand on it: ``χ²`` and ``x²``.

The recogniser tells them by their outlines, which italics and bold faces make alike. Their feet tell, too.
"""

from __future__ import annotations

from ocrect.engines.ppocr.recognise import BoxReading, ahead, with_rivals
from ocrect.engines.ppocr.standing import FEET, ON_LINE, Piece, level, piece_of, pieces
from ocrect.evidence import Symbol
from ocrect.ink import Ink

BELOW = {"χ": "x", "η": "n", "γ": "Y", "μ": "u", "β": "B"}
"""The letters that go below the line, and those that do not."""

LIKELIER = 6.0  # nats by which the other one may be likelier
DEEP, FLAT = 0.15, 0.08  # a letter goes below from here on, and stands on the line up to here, in its height
_RIVALS = BELOW | {latin: greek for greek, latin in BELOW.items()}


def told_by_feet(reading: BoxReading, ink: Ink) -> BoxReading:
    """The reading with each of these letters as its ink goes below the line or not."""
    chosen: list[tuple[Symbol, str]] = []
    asked = [symbol for symbol in reading.symbols if symbol.text in _RIVALS]
    known = reading.posterior.alphabet
    asked = [s for s in asked if _RIVALS[s.text] in known and ahead(reading, s, _RIVALS[s.text]).min() <= LIKELIER]
    if not asked or reading.stands:
        return reading
    found = pieces(reading, ink)
    standing = [symbol for symbol in reading.symbols if symbol.text in ON_LINE]
    for symbol in asked:
        foot = piece_of(symbol, reading, found)
        feet = [(p.along, p.down) for s in standing if s is not symbol and (p := piece_of(s, reading, found)) and _is_one(p)]
        if foot is None or not _is_one(foot) or len(feet) < FEET:
            continue
        depth = (foot.down - level(feet, foot.along)) / foot.height
        if depth <= FLAT if symbol.text in BELOW else depth >= DEEP:
            chosen.append((symbol, _RIVALS[symbol.text]))
    return with_rivals(reading, chosen)


def _is_one(piece: Piece) -> bool:
    """True for a piece that is one letter by itself."""
    return piece.end - piece.start <= 2 * piece.height
