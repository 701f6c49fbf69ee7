"""Low quotes: ``‚`` has the form of a comma and stands before a word. Which of the two it is, its neighbours tell."""

from __future__ import annotations

import re

from ocrect.engines.ppocr.recognise import BoxReading, with_sign

COMMA = ","
_OPENS_NOTHING = re.compile(r"(?<=[^\s(\[{«»‹›‚„“”\"'/–—-])‚|‚(?![\w‚„])")
"""One behind a letter, a digit or a sign that ends something; or before anything but a letter, a digit or another low quote."""


def with_commas(reading: BoxReading) -> BoxReading:
    """The reading with a comma for each low quote that opens nothing."""
    return with_sign(reading, COMMA, _OPENS_NOTHING)
