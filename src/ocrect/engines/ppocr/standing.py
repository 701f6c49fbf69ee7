"""Where the letters of a box stand: the pieces of ink that they are, and the line below their feet."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.evidence import Symbol
from ocrect.ink import Ink

FEET = 3
"""At least so many letters tell where the line is."""


ON_LINE = frozenset(string.ascii_letters + string.digits) - frozenset("gjpqyQJ")
"""Signs whose feet are on the line."""


class Piece(NamedTuple):
    """A piece of ink in a box: the middle of the letter that it is, where it begins and ends, along the box; how far down the
    box its foot is, and its height; in pixels."""

    along: float
    start: float
    end: float
    down: float
    height: float

    @property
    def top(self) -> float:
        """How far down the box it begins."""
        return self.down - self.height


def level(places: Sequence[tuple[float, float]], at: float) -> float:
    """How far down the line through places (along a box and down it) is at one along it, whatever its tilt (Theil and Sen)."""
    x, y = np.array(places).T
    first, second = np.triu_indices(len(x), 1)
    apart = np.maximum(x[second] - x[first], 1.0)
    slope = float(np.median((y[second] - y[first]) / apart))
    return float(np.median(y - slope * (x - at)))


def pieces(reading: BoxReading, ink: Ink, above: float = 0.0) -> NDArray[np.float32]:
    """The pieces of ink in a box ``(n, 4)``, and ``above`` it up to so many of its heights: where they begin and end along it,
    how far down it their feet are, and their heights.
    """
    low, high = reading.quad.min(axis=0), reading.quad.max(axis=0)
    low[1] -= above * reading.height
    inside = ink.of(((ink.middles >= low) & (ink.middles <= high)).all(axis=1))
    right = (reading.quad[1] - reading.quad[0]) / max(reading.length, 1.0)
    down = np.array([-right[1], right[0]])
    middle = (inside.middles - reading.quad[0]) @ right
    feet = np.stack([inside.middles[:, 0], inside.boxes[:, 3]], axis=1)
    half = inside.widths / 2
    return np.stack([middle - half, middle + half, (feet - reading.quad[0]) @ down, inside.heights], axis=1)


def along(symbol: Symbol, reading: BoxReading) -> float:
    """Where the middle of a symbol is along its box, in pixels."""
    return (symbol.start + symbol.end) / 2 / reading.width * reading.length


def piece_of(symbol: Symbol, reading: BoxReading, found: NDArray[np.float32]) -> Piece | None:
    """The tallest of these pieces of ink where a symbol is; nothing where there is none."""
    middle = along(symbol, reading)
    own = found[(found[:, 0] <= middle) & (found[:, 1] >= middle)]
    if not len(own):
        return None
    start, end, down, height = own[np.argmax(own[:, 3])].tolist()
    return Piece(middle, start, end, down, max(height, 1.0))
