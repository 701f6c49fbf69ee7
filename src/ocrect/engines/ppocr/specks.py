"""Specks that were read as signs: in a box of their own, or in the space between two words."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from ocrect.engines.ppocr.recognise import BoxReading, ahead, with_rivals

LOW = frozenset("☐☒☑◉•●○■□▪▫◆◇·.,'`´-:;\"’‘“”–—_=~^*+<>°…™®©ªº¹²³⁰⁴⁵⁶⁷⁸⁹")
"""Signs that are lower than letters in print, too."""

SPECK = 0.45
"""Any other sign in a box of its own is a speck if lower than this part of its row's and of the page's usual height; of the
latter, if it is a row by itself."""

LIKELIER = 4.0
"""A sign between two lower-case letters is taken for a speck in a space where it is at most ``LIKELIER`` nats likelier than a
space. On 124 scans seven of eight such signs (.7 to 3.6 nats
likelier) were specks. Apostrophes, hyphens and strokes stay; the points of `e.g.` and `a.m.` are 7 nats and more likelier.
"""

_SUFFIXES = (
    "com|org|net|edu|gov|info|io|de|at|ch|fr|be|nl|it|es|pl|cz|uk|eu|vn|my|jp|pdf|txt|html?|csv|xml|json|docx?|jpg|png|zip"
)
_ADDRESS = re.compile(rf"\S*[@/\\]\S*|www\S*|\S*\.(?:{_SUFFIXES})(?!\w)\S*")
"""Mail and web addresses, paths and names of files: the points in them are theirs."""

STOPPED = 4.0
"""A colon, semicolon or comma right before a point, as no language writes it, is part of that point, or of the letter before,
where it is at most so many nats likelier than the point itself."""

_BEFORE_STOP = re.compile(r"(?<=\w)[:;,](?=\.(?:\s|$))")
_BETWEEN = re.compile(r"(?<=[^\W\d_])[_.,:;·•‘°~](?=[^\W\d_])")


def without_specks(row: list[BoxReading], usual: float) -> list[BoxReading]:
    """The boxes of a row without those that hold a speck; ``usual`` is the median height of the page's lines in pixels."""
    high = SPECK * usual
    if len(row) > 1 or not np.isfinite(usual):
        high = min(high, SPECK * float(np.median([reading.height for reading in row for _ in reading.symbols])))

    def is_speck(reading: BoxReading) -> bool:
        return len(reading.symbols) == 1 and reading.symbols[0].text not in LOW and reading.height < high

    return [reading for reading in row if not is_speck(reading)]


def with_one_stop(reading: BoxReading) -> BoxReading:
    """The reading without a stop that was read of what belongs to the point behind it: ``lately.`` for ``lately:.``."""
    if "." not in reading.posterior.alphabet:
        return reading
    found = [reading.symbols[match.start()] for match in _BEFORE_STOP.finditer(reading.text)]
    doubled = [symbol for symbol in found if ahead(reading, symbol, ".").min() <= STOPPED]
    return replace(reading, posterior=reading.posterior.without(doubled)) if doubled else reading


def with_spaces(reading: BoxReading) -> BoxReading:
    """The reading with a space for each speck between two words, by a posterior that is weighed for it."""
    posterior = reading.posterior
    symbols = reading.symbols
    text = reading.text
    places = [match.start() for match in _BETWEEN.finditer(text) if (text[match.start() - 1] + text[match.end()]).islower()]
    addresses = [match.span() for match in _ADDRESS.finditer(text)]
    places = [at for at in places if not any(start <= at < end for start, end in addresses)]
    if " " not in posterior.alphabet:
        return reading
    return with_rivals(
        reading, [(s, " ") for s in map(symbols.__getitem__, places) if ahead(reading, s, " ").max() <= LIKELIER]
    )
