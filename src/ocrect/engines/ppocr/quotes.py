"""Low quotes: ``‚`` has the form of a comma and stands before a word. Which of the two it is, its neighbours tell."""

from __future__ import annotations

import re

from ocrect.engines.ppocr.recognise import BoxReading, with_rivals

LOW_QUOTE, COMMA = "‚", ","
_OPENS_NOTHING = re.compile(r"(?<=[^\s(\[{«»‹›‚„“”\"'/–—-])‚|‚(?![\w‚„])")
"""One behind a letter, a digit or a sign that ends something; or before anything but a letter, a digit or another low quote."""


def with_commas(reading: BoxReading) -> BoxReading:
    """The reading with a comma for each low quote that opens nothing."""
    symbols = reading.symbols
    text = "".join(symbol.text for symbol in symbols)
    if LOW_QUOTE not in text or COMMA not in reading.posterior.alphabet:
        return reading
    return with_rivals(reading, [(symbols[match.start()], COMMA) for match in _OPENS_NOTHING.finditer(text)])
