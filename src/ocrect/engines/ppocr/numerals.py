"""Digits among digits: typescript and old print have one sign for ``1`` and ``l``, or ``0`` and ``o``, tills print zeros with a
stroke (``θ``), and the recogniser takes them for either. In a number it is the digit, as far as the pixels allow that; the
posterior is weighed, so that it says so too. ``No`` before a number is told from the one sign ``№`` in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from ocrect.engines.ppocr.recognise import BoxReading, with_costs
from ocrect.evidence import CtcPosterior

DIGITS = {"l": "1", "I": "1"} | dict.fromkeys("oOθΘøØ", "0")
THETAS, STROKED = frozenset("θΘ"), frozenset("øØ")

AMONG, LAST = 4.5, 1.5
"""Nats by which the letter may be likelier among digits; and behind them, where it may stand for litres, or by itself.

On 31 scans all 26 such letters were digits, .0 to 3.9 nats likelier; printed litres were .9 to 11 nats likelier.
"""

LONE_ZERO = 2.5
"""Nats by which a theta that stands by itself may be likelier than a zero. On six receipts whose zeros have a stroke 11 of 12
such thetas were .1 to 1.8 nats likelier.
"""

SURELY = 1.0
"""Nats by which the digit is the likelier one then."""

NUMERO, APART, N_LEAST, O_LEAST = "№", 3, -3.0, -4.0
"""The sign; frames before it in which an ``N`` counts; log-probabilities from which ``N`` and ``o`` may stand there."""

_TOKEN = re.compile(r"\S+")
_NUMBER = re.compile(r"(?=.*\d)[\dA-ZloIθΘøØ\W]+|\W*[lθΘ]\W*")
"""Digits, capitals and signs; or an ``l`` or theta by itself, which is no word, except before an apostrophe."""
_DECIMALS = re.compile(r"[.,]\d\d?(?!\d)")


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
            elif text[at] in THETAS:
                yield at, AMONG if near_digit else LONE_ZERO
            elif (
                (text[at] == "o" and near_digit)
                or (text[at] == "O" and (before.rstrip("O")[-1:].isdigit() or (not before and _DECIMALS.match(after))))
                or (text[at] in STROKED and before[-1:].isdigit())
                or (text[at] == "I" and before[-1:].isdigit() and after[:1].isdigit())
            ):
                yield at, AMONG


def spelt_out(reading: BoxReading) -> BoxReading:
    """The reading with ``No`` for each ``№`` in whose place the posterior holds these two letters as well.

    Where the sign is taken to be impossible, what the blank has before it only because of the sign goes to the ``N``.
    """
    posterior = reading.posterior
    if not {NUMERO, "N", "o"} <= set(posterior.alphabet):
        return reading
    sign, n, o = (1 + posterior.alphabet.index(symbol) for symbol in (NUMERO, "N", "o"))
    log_probs = posterior.log_probs.astype(np.float32)
    changed = False
    for span in posterior.spans():
        if span.text != NUMERO or not span.start:
            continue
        first = max(0, span.start - APART)
        at = first + int(np.argmax(log_probs[first : span.start, n]))
        if log_probs[at, n] < N_LEAST or log_probs[span.start : span.end, o].max() < O_LEAST:
            continue
        changed = True
        for frames, gone, kept in ((slice(at, at + 1), 0, n), (slice(span.start, span.end), sign, o)):
            log_probs[frames, kept] = np.minimum(np.logaddexp(log_probs[frames, gone], log_probs[frames, kept]), 0.0)
            log_probs[frames, gone] = posterior.floor
    if not changed:
        return reading
    spelt = CtcPosterior(log_probs.astype(np.float16), posterior.alphabet, posterior.floor, posterior.known)
    return BoxReading(reading.quad, spelt, reading.width)
