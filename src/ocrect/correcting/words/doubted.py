"""Proposer "posterior": for each word that the recogniser doubts, the listed words that its posterior holds; for a word
of letters and digits the numbers that it holds; for a word of mixed capitals what it is in one case; for signs of dirt inside
a word or between two what stands there without them.

The words come from the posterior itself, in one pass: each frame run of the word as read may be another symbol that the
recogniser saw there, nothing, or two; the word list cuts off what begins no word (a lexicon-constrained beam, as in Graves and
Schmidhuber, "Offline handwriting recognition with multidimensional recurrent neural networks", 2008). Nothing is enumerated
that the image does not hold.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from ocrect import bars
from ocrect.correcting.words import shape
from ocrect.correcting.words.mixtures import numbers_seen
from ocrect.evidence import CtcPosterior, Symbol
from ocrect.plugins import Context, Proposer
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.settings import Settings
from ocrect.words.lexicon import Lexicon, like

BEAM, MOST = 24, 3
"""Beginnings of words kept at each symbol, and words proposed for one read."""

LONGEST = 30
"""Characters of a token that is looked at."""

_TOKEN = re.compile(r"\S+")
_SPECK = re.compile(r"(?<=[^\W\d_]{2})[.,:;'’*~^·•\"“”`-](?=[^\W\d_]{2})")


def build(settings: Settings) -> Proposer:
    """The proposer; it has no settings."""
    del settings
    return propose


def propose(lines: Sequence[Line], context: Context, /) -> list[list[Edit]]:
    """For each line the edits of its doubtful words, likeliest first."""
    return [list(dict.fromkeys(_edits(line, context.words))) for line in lines]


def _edits(line: Line, words: Lexicon) -> Iterator[Edit]:
    evidence = line.evidence
    if not isinstance(evidence, CtcPosterior) or evidence.text != line.text or not words.values:
        return
    symbols = evidence.spans()
    for token in _TOKEN.finditer(line.text):
        inside = symbols[token.start() : token.end()]
        word = token.group()
        letters = sum(map(str.isalpha, word))
        if len(word) > LONGEST or not letters:
            continue
        doubtful = min(symbol.confidence for symbol in inside) < bars.POSTERIOR_DOUBTFUL
        found = [*_in_one_case(word)] if letters > 1 else []
        if doubtful:
            found += numbers_seen(evidence, symbols, token.start(), token.end())
        if doubtful and letters > 1 and sum(map(str.isdecimal, word)) < letters:
            found += _listed(evidence, symbols, token.start(), token.end(), words)
        found += _without_specks(word, words)
        for version in dict.fromkeys(found):
            if version != word:
                yield Edit(token.start(), token.end(), word, version)


def _in_one_case(token: str) -> Iterator[str]:
    """``HoRToN`` as ``HORTON`` and ``Horton``."""
    if shape.has_odd_capitals(token):
        yield token.upper()
        yield token[:1] + token[1:].lower()
        yield token.lower()


def _without_specks(token: str, words: Lexicon) -> Iterator[str]:
    """``ground,water`` as ``ground water`` and ``ground, water``: two words with a sign of dirt, or a space lost behind one."""
    for speck in _SPECK.finditer(token):
        head, tail = token[: speck.start()], token[speck.end() :]
        if words.known(shape.bare(head)) and words.known(shape.bare(tail)):
            yield f"{head} {tail}"
            if speck.group() in ".,:;":
                yield f"{head}{speck.group()} {tail}"
        elif words.known(shape.bare(head + tail)):
            yield head + tail


def _listed(evidence: CtcPosterior, symbols: Sequence[Symbol], start: int, end: int, words: Lexicon) -> Iterator[str]:
    """The listed words that the posterior holds in the place of ``symbols[start:end]``, with the signs around the word."""
    token = "".join(symbol.text for symbol in symbols[start:end])
    core = shape.bare(token)
    head = token.index(core)
    first, last = start + head, start + head + len(core)
    if len(core) < 2:
        return
    sorted_words = _sorted(words)
    beams: dict[str, float] = {"": 0.0}
    for at in range(first, last):
        following: dict[str, float] = {}
        for text, cost in beams.items():
            for symbol, nats in _choices(evidence, symbols, at):
                longer = text + symbol.lower()
                value = cost + nats
                if value > following.get(longer, bars.POSTERIOR_FARTHEST) and _begins(sorted_words, longer):
                    following[longer] = value
        beams = dict(sorted(following.items(), key=lambda item: -item[1])[:BEAM])
    listed = sorted((item for item in beams.items() if words.known(item[0])), key=lambda item: -item[1] - words.zipf(item[0]))
    for text, _ in listed[: MOST + 1]:
        if text != core.lower():
            yield token[:head] + like(core, text) + token[head + len(core) :]


@lru_cache(maxsize=4)
def _sorted(words: Lexicon) -> list[str]:
    return sorted(words.values)


def _begins(sorted_words: Sequence[str], beginning: str) -> bool:
    """Whether some listed word begins so."""
    at = bisect_left(sorted_words, beginning)
    return at < len(sorted_words) and sorted_words[at].startswith(beginning)


def _choices(evidence: CtcPosterior, symbols: Sequence[Symbol], at: int) -> list[tuple[str, float]]:
    """What may stand in the place of a symbol as read, in nats behind it: itself, others seen on its frames, nothing; and each
    of these with what is seen between it and the next one.
    """
    symbol = symbols[at]
    own = float(evidence.log_probs[symbol.start : symbol.end].max(initial=evidence.floor))
    seen = _seen(evidence, symbol.start, symbol.end)
    found = [(symbol.text, 0.0)]
    found += [(text, value - own) for text, value in seen if text != symbol.text]
    blank = float(evidence.log_probs[symbol.start : symbol.end, 0].min(initial=0.0))
    found.append(("", blank - own))
    behind = symbols[at + 1].start if at + 1 < len(symbols) else symbol.end
    extra = [(text, value) for text, value in _seen(evidence, symbol.end, behind) if text != symbol.text and text.isalpha()]
    found += [(symbol.text + text, value) for text, value in extra]
    return [(text, nats) for text, nats in found if nats > bars.POSTERIOR_FARTHEST]


def _seen(evidence: CtcPosterior, start: int, end: int) -> list[tuple[str, float]]:
    """The likeliest symbols on some frames, each with its best log-probability there, in nats."""
    if end <= start:
        return []
    best = evidence.log_probs[start:end, 1:].max(axis=0).astype(np.float64)
    places = np.flatnonzero(best > bars.POSTERIOR_FARTHEST)
    places = places[np.argsort(-best[places])][:6]
    return [(evidence.alphabet[place], float(best[place])) for place in places if not evidence.alphabet[place].isspace()]
