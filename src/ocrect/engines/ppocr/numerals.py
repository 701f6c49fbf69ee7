"""Digits among digits: typescript and old print have one sign for ``1`` and ``l``, or ``0`` and ``o``, and the recogniser takes
it for either. In a number it is the digit, as far as the pixels allow that; the posterior is weighed, so that it says so too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from ocrect.engines.ppocr.recognise import BoxReading, with_costs

DIGITS = {"l": "1", "I": "1", "o": "0"}

AMONG, LAST = 4.5, 1.5
"""Nats by which the letter may be likelier among digits; and behind them, where it may stand for litres, or by itself.

On 31 scans all 26 such letters were digits, .0 to 3.9 nats likelier; printed litres were .9 to 11 nats likelier.
"""

SURELY = 1.0
"""Nats by which the digit is the likelier one then."""

_TOKEN = re.compile(r"\S+")
_NUMBER = re.compile(r"(?=.*\d)[\dA-ZloI\W]+|\W*l\W*")
"""Digits, capitals and signs; or an ``l`` by itself, which is no word, except before an apostrophe."""


def with_digits(reading: BoxReading) -> BoxReading:
    """The reading with the letters in its numbers that may as well be digits as these."""
    posterior = reading.posterior
    symbols = posterior.spans()
    text = "".join(symbol.text for symbol in symbols)
    places = list(_places(text))
    if not places:
        return reading
    costs = np.zeros(posterior.log_probs[:, 1:].shape, np.float32)
    for at, bar in places:
        letter, digit = text[at], DIGITS[text[at]]
        if digit not in posterior.alphabet:
            continue
        columns = posterior.alphabet.index(letter), posterior.alphabet.index(digit)
        frames = slice(symbols[at].start, symbols[at].end)
        seen = posterior.log_probs[frames, 1:].astype(np.float32)
        ahead = float((seen[:, columns[0]] - seen[:, columns[1]]).min())
        if ahead <= bar:
            costs[frames, columns[0]] = np.maximum(seen[:, columns[0]] - seen[:, columns[1]], 0) + SURELY
    return with_costs(reading, costs) if costs.any() else reading


def _places(text: str) -> Iterator[tuple[int, float]]:
    """Where letters stand that may be digits, and by how much they may be likelier."""
    for token in _TOKEN.finditer(text):
        if not _NUMBER.fullmatch(token.group()) or token.group().endswith(("'", "’")):
            continue
        for at in range(token.start(), token.end()):
            before, after = text[token.start() : at], text[at + 1 : token.end()]
            near_digit = before[-1:].isdigit() or after[:1].isdigit()
            if text[at] == "l":
                is_inside = any(map(str.isalnum, after)) or bool(before and not before[-1].isdigit())
                yield at, AMONG if is_inside else LAST
            elif (text[at] == "o" and near_digit) or (text[at] == "I" and before[-1:].isdigit() and after[:1].isdigit()):
                yield at, AMONG
