"""Greek letters that look like Latin ones (``Α POPULAR``, ``Taχ``): which script it is the letters around tell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ocrect.engines.ppocr.recognise import BoxReading, with_rivals

CAPITALS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True))
SMALL = dict(zip("ηικνορτυχ", "nikvoptux", strict=True))
"""These have forms of their own, and stand in formulas: they are Latin only where they are letters of a Latin word."""

BESIDE = 2
"""Latin letters, at least, of a word that a small letter is another one of: ``kν`` may be a product."""

MOSTLY = 4
"""So many Latin letters, at least, for each Greek one that has no Latin twin, in a line of Latin script."""

PAGE = 20
"""Latin letters of a page of Latin script, at least, by which a box is judged that has no letters to tell."""

_WORD = re.compile(r"[^\W\d_]+")


def with_latin_twins(read: Sequence[BoxReading]) -> list[BoxReading]:
    """The readings of a page with Latin letters for the Greek ones that only look like these, in lines of Latin script, and for
    capitals in boxes without letters that tell, on a page of Latin script: the tax code behind an amount is no alpha.
    """
    letters = "".join(filter(str.isalpha, "".join(reading.text for reading in read)))
    is_latin_page = _is_latin(letters, PAGE)
    return [_with_twins(reading, is_latin_page=is_latin_page) for reading in read]


def _with_twins(reading: BoxReading, *, is_latin_page: bool) -> BoxReading:
    symbols, text = reading.symbols, reading.text
    if not any(symbol in CAPITALS or symbol in SMALL for symbol in text):
        return reading
    tells = any(_latin(letter) or _is_greek_only(letter) for letter in text)
    if not (_is_latin(text, BESIDE) if tells else is_latin_page):
        return reading
    chosen = []
    for word in _WORD.finditer(text):
        if any(map(_is_greek_only, word.group())):
            continue
        latin = sum(map(_latin, word.group()))
        for at in range(*word.span()):
            twin = CAPITALS.get(text[at]) or (SMALL.get(text[at]) if latin >= BESIDE else None)
            if twin and twin in reading.posterior.alphabet:
                chosen.append((symbols[at], twin))
    return with_rivals(reading, chosen)


def _is_latin(text: str, least: int) -> bool:
    """True where a text has so many letters that are surely Latin, and far more of them than such as are surely Greek."""
    latin, greek = sum(map(_latin, text)), sum(map(_is_greek_only, text))
    return latin >= max(least, MOSTLY * greek)


def _latin(letter: str) -> bool:
    return letter.isalpha() and unicodedata.name(letter, "").startswith("LATIN ")


def _is_greek_only(letter: str) -> bool:
    """True for a Greek letter that looks like no Latin one; ``µ`` before a unit stands among Latin letters too."""
    return unicodedata.name(letter, "").startswith("GREEK ") and letter not in CAPITALS and letter not in SMALL
