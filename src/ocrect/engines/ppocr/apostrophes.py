"""Apostrophes: ``3’667.35`` in Swiss numbers, whose groups some print apart by an accent, and those lost between letters.

A curly apostrophe and a straight one are one sign to a reader, but two to the network: where it is in doubt which one stands
between two letters, neither may be as likely as that there is none, though one of them is likelier than that.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np

from ocrect.engines.ppocr.recognise import BoxReading, with_sign

CURLY = "’"
SIGNS = ("'", CURLY)
SEEN = 0.15  # the least probability of both together on a frame at which they are looked for
_GROUPS = re.compile(r"(?<![°º\d])\d{1,3}(?:['’`´′‘]\d{3})*?([`´′‘])(?=\d{3}(?!\d))")


def with_apostrophes(reading: BoxReading) -> BoxReading:
    """The reading with an apostrophe between groups of digits, and wherever the pixels speak rather for one between letters."""
    while (grouped := with_sign(reading, CURLY, _GROUPS)).text != reading.text:
        reading = grouped
    for _ in reading.symbols:  # one between each two letters, at most
        found = _with_one_found(reading)
        if found is reading:
            break
        reading = found
    return reading


def _with_one_found(reading: BoxReading) -> BoxReading:
    """The reading with the first apostrophe that it lacks between letters; the reading itself where it lacks none."""
    posterior, symbols = reading.posterior, reading.symbols
    columns = [1 + posterior.alphabet.index(sign) for sign in SIGNS if sign in posterior.alphabet]
    seen = np.exp(posterior.log_probs[:, columns].astype(np.float32)).sum(axis=1)
    if not columns or not (seen >= SEEN).any():
        return reading
    for at, (before, after) in enumerate(pairwise(symbols), start=1):
        frame = before.end + int(np.argmax(seen[before.end : after.end]))
        if seen[frame] < SEEN or not (before.text.isalpha() and after.text.isalpha()):
            continue
        text = "".join(symbol.text for symbol in symbols)
        without, with_one = posterior.log_likelihood([text, f"{text[:at]}{CURLY}{text[at:]}"])
        if without is None or with_one is None or with_one <= without or (frame == after.end - 1 == after.start):
            continue
        column = max(columns, key=lambda column: float(posterior.log_probs[frame, column]))
        likeliest = int(posterior.log_probs[frame].argmax())
        taken = posterior.alphabet[likeliest - 1] if likeliest else ""
        moved = posterior.moved([(frame, frame + 1, taken, posterior.alphabet[column - 1])])
        return replace(reading, posterior=moved)
    return reading
