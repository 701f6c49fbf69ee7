"""Greek letters that go below the line, beside the Latin ones of their shape that stand on it: ``χ²`` and ``x²``.

The recogniser tells them by their outlines, which italics and bold faces make alike. Their feet tell, too.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.recognise import BoxReading, ahead, with_rivals
from ocrect.evidence import Symbol
from ocrect.ink import Ink

BELOW = {"χ": "x", "η": "n", "γ": "Y", "μ": "u", "β": "B"}
"""The letters that go below the line, and those that do not."""

LIKELIER = 6.0  # nats by which the other one may be likelier
DEEP, FLAT = 0.15, 0.08  # a letter goes below from here on, and stands on the line up to here, in its height
FEET = 3  # at least so many other letters tell where the line is
_RIVALS = BELOW | {latin: greek for greek, latin in BELOW.items()}
_ON_LINE = frozenset(string.ascii_letters + string.digits) - frozenset("gjpqyQJ")


class _Foot(NamedTuple):
    """Where a letter stands: along its box and how far down it, and its height; in pixels."""

    along: float
    down: float
    height: float


def told_by_feet(reading: BoxReading, ink: Ink) -> BoxReading:
    """The reading with each of these letters as its ink goes below the line or not."""
    chosen: list[tuple[Symbol, str]] = []
    asked = [symbol for symbol in reading.symbols if symbol.text in _RIVALS]
    known = reading.posterior.alphabet
    asked = [s for s in asked if _RIVALS[s.text] in known and ahead(reading, s, _RIVALS[s.text]).min() <= LIKELIER]
    width, height = np.abs(reading.quad[1] - reading.quad[0])
    if not asked or height > width:  # of text that runs upwards the feet are at the side
        return reading
    found = pieces(reading, ink)
    standing = [symbol for symbol in reading.symbols if symbol.text in _ON_LINE]
    for symbol in asked:
        feet = [foot for other in standing if other is not symbol for foot in _feet(other, reading, found)]
        for foot in _feet(symbol, reading, found) if len(feet) >= FEET else ():
            depth = (foot.down - level([(other.along, other.down) for other in feet], foot.along)) / foot.height
            if depth <= FLAT if symbol.text in BELOW else depth >= DEEP:
                chosen.append((symbol, _RIVALS[symbol.text]))
    return with_rivals(reading, chosen)


def level(places: Sequence[tuple[float, float]], along: float) -> float:
    """How far down the line through places (along it and down) is at one along it, whatever its tilt (Theil and Sen)."""
    x, y = np.array(places).T
    first, second = np.triu_indices(len(x), 1)
    apart = np.maximum(x[second] - x[first], 1.0)
    slope = float(np.median((y[second] - y[first]) / apart))
    return float(np.median(y - slope * (x - along)))


def pieces(reading: BoxReading, ink: Ink, above: float = 0.0) -> NDArray[np.float32]:
    """The pieces of ink in a box ``(n, 4)``, and ``above`` it up to so many of its heights: where they begin and end along it,
    how far down it their feet are, and their heights.
    """
    low, high = reading.quad.min(axis=0), reading.quad.max(axis=0)
    low[1] -= above * reading.height
    inside = ink.of(((ink.middles >= low) & (ink.middles <= high)).all(axis=1))
    along = (reading.quad[1] - reading.quad[0]) / max(reading.length, 1.0)
    down = np.array([-along[1], along[0]])
    middle = (inside.middles - reading.quad[0]) @ along
    feet = np.stack([inside.middles[:, 0], inside.boxes[:, 3]], axis=1)
    half = inside.widths / 2
    return np.stack([middle - half, middle + half, (feet - reading.quad[0]) @ down, inside.heights], axis=1)


def _feet(symbol: Symbol, reading: BoxReading, found: NDArray[np.float32]) -> Iterator[_Foot]:
    """The foot of a symbol's tallest piece, where it is one by itself."""
    place = (symbol.start + symbol.end) / 2 / reading.width * reading.length
    own = found[(found[:, 0] <= place) & (found[:, 1] >= place)]
    if len(own):
        start, end, down, height = own[np.argmax(own[:, 3])].tolist()
        if end - start <= 2 * height:
            yield _Foot(place, down, max(height, 1.0))
