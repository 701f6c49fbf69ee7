"""Proposer "posterior": for each word that the recogniser doubts, the words of the list that its posterior holds, and for one
that is not listed the page's other words as well; for a word of letters and digits the numbers that it holds; for a word of
mixed capitals what it is in one case; for signs of dirt inside a word or between two what stands there without them; a listed
word without marks that its language hardly writes; for a full stop before a small letter a comma; single quotes for double
ones; a word in capitals in a line of capitals.

The words come from the posterior itself, in one pass: each frame run of the word as read may be another symbol that the
recogniser saw there, nothing, or two; the word list cuts off what begins no word (a lexicon-constrained beam, as in Graves and
Schmidhuber, "Offline handwriting recognition with multidimensional recurrent neural networks", 2008). Nothing is enumerated
that the image does not hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np

from ocrect import bars
from ocrect.correcting.words import shape
from ocrect.correcting.words.habits import mended_as_elsewhere, piled_quotes
from ocrect.correcting.words.mixtures import numbers_seen
from ocrect.evidence import CtcPosterior, Symbol, fold
from ocrect.letters import capital, small, without_accents
from ocrect.plugins import Context, Proposer
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.settings import Settings
from ocrect.words import usage
from ocrect.words.lexicon import WORD, Lexicon, as_listed, begin_so, like

BEAM, MOST = 24, 3
"""Beginnings of words kept at each symbol, and words proposed for one read."""

SHORTEST_NAME = 4
"""Letters of an unlisted word of the page that another one may have been."""

LEAST_STOPPED = 5
"""Letters of a word behind which a full stop is no abbreviation's (``Dept. of``)."""

MOSTLY = 0.7
"""Share of capitals in a line from which its other words are looked for in capitals, too."""

LONGEST = 30
"""Characters of a token that is looked at."""

_TOKEN = re.compile(r"\S+")
_OPENING = re.compile(r"^(?P<quote>['‘])(?=[^\W\d_])")
_CLOSING = re.compile(r"(?<=[^\W\d_.,;:])[.,;:!?]?(?P<quote>['’])[.,;:!?)]*$")
_DOUBLE = {"'": '"', "‘": "“", "’": "”"}
_STOP, _PAUSES = ".", ",;"
_SPECK = re.compile(r"(?<=[^\W\d_]{2})[.,:;'’*~^·•\"“”`-](?=[^\W\d_]{2})")


def build(settings: Settings) -> Proposer:
    """The proposer; it has no settings."""
    del settings
    return propose


def propose(lines: Sequence[Line], context: Context, /) -> list[list[Edit]]:
    """For each line the edits of its doubtful words, likeliest first."""
    below = [line.text for line in lines[1:]] + [""]
    known = Vocabulary(context.words, context.fact(_names))
    return [list(dict.fromkeys(_edits(line, known, text))) for line, text in zip(lines, below, strict=True)]


class Vocabulary(NamedTuple):
    """The words that a token may be: those of the list, and the page's others, sorted and in lower case."""

    words: Lexicon
    names: tuple[str, ...]


def _names(context: Context) -> tuple[str, ...]:
    """The unlisted words of the page that are no misread ones: names, mostly."""
    language = context.words.language
    found = {as_listed(word, language) for text in context.texts for word in WORD.findall(text) if len(word) >= SHORTEST_NAME}
    names = (word for word in found if not context.words.known(word) and not mended_as_elsewhere(word, context))
    return tuple(sorted(names))


def _edits(line: Line, known: Vocabulary, below: str) -> Iterator[Edit]:
    words = known.words
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
        found = [*_in_one_case(word, words.language)] if letters > 1 else []
        if doubtful:
            found += _in_capitals(word, line.text[: token.start()] + line.text[token.end() :], words.language)
            found += _in_double_quotes(evidence, inside)
            found += numbers_seen(evidence, symbols, token.start(), token.end())
        if doubtful and letters > 1 and sum(map(str.isdecimal, word)) < letters:
            found += _listed(evidence, symbols, token.start(), token.end(), known)
        found += _without_specks(word, words)
        found += _without_strange_marks(word, words)
        if (line.text[token.end() :] or f" {below}")[1:2].islower() and letters >= LEAST_STOPPED:
            found += _without_stop(evidence, symbols[token.end() - 1], word)
        for version in dict.fromkeys(found):
            if version != word:
                yield Edit(token.start(), token.end(), word, version)


def _in_one_case(token: str, language: str) -> Iterator[str]:
    """``HoRToN`` as ``HORTON`` and ``Horton``."""
    if shape.has_odd_capitals(token):
        yield capital(token, language)
        yield token[:1] + small(token[1:], language)
        yield small(token, language)


def _in_capitals(token: str, rest: str, language: str) -> Iterator[str]:
    """``And`` as ``AND`` in a line of which the rest is mostly in capitals."""
    share = shape.share_of_capitals(rest)
    if share is not None and share >= MOSTLY and sum(map(str.isalpha, token)) > 1 and capital(token, language) != token:
        yield capital(token, language)


def _in_double_quotes(evidence: CtcPosterior, symbols: Sequence[Symbol]) -> Iterator[str]:
    """``‘What`` as ``“What`` and ``so’`` as ``so”``, as far as the recogniser saw that, ``‘“Yes`` as ``“Yes`` (no page opens
    both), and both ends of a token (``‘No!’’``) together. ``’Till`` has lost letters.
    """
    token = "".join(symbol.text for symbol in symbols)
    found = list(piled_quotes(token))
    for match in filter(None, (_OPENING.search(token), _CLOSING.search(token))):
        start, end = match.span("quote")
        read = symbols[start]
        own = float(evidence.log_probs[read.start : read.end].max(initial=evidence.floor))
        if any(fold(text) == '"' and nats - own > bars.STOP_FARTHEST for text, nats in _seen(evidence, read.start, read.end)):
            found.append((start, end, _DOUBLE[read.text]))
    for chosen in (*([one] for one in found), sorted(found)):
        version = token
        for start, end, quote in reversed(chosen):
            version = version[:start] + quote + version[end:]
        yield version


def _without_stop(evidence: CtcPosterior, last: Symbol, token: str) -> Iterator[str]:
    """``cesium.`` before a small letter as ``cesium,`` and ``cesium;``, as far as the recogniser saw that there."""
    if last.text == _STOP:
        own = float(evidence.log_probs[last.start : last.end].max(initial=evidence.floor))
        seen = [text for text, nats in _seen(evidence, last.start, last.end) if nats - own > bars.STOP_FARTHEST]
        yield from (token[:-1] + text for text in seen if text in _PAUSES)


def _without_specks(token: str, words: Lexicon) -> Iterator[str]:
    """``seven'orders`` as ``seven orders`` and ``ground,water`` as ``ground, water``: two words with a sign of dirt, or with a
    sign behind which the space is lost.
    """
    for speck in _SPECK.finditer(token):
        head, tail = token[: speck.start()], token[speck.end() :]
        if words.known(shape.bare(head)) and words.known(shape.bare(tail)):
            yield f"{head}{speck.group()} {tail}" if speck.group() in ".,:;" else f"{head} {tail}"
        elif words.known(shape.bare(head + tail)):
            yield head + tail


def _without_strange_marks(token: str, words: Lexicon) -> Iterator[str]:
    """``ạnd`` as ``and``: a listed word without the marks of letters that its language hardly writes, of which a recogniser of
    many languages is sure.
    """
    plain = "".join(without_accents(c) if usage.cost(c, (words.language,)) >= usage.MOST else c for c in token)
    if plain != token and len(shape.bare(plain)) > 1 and words.known(shape.bare(plain)):
        yield plain


def _listed(evidence: CtcPosterior, symbols: Sequence[Symbol], start: int, end: int, known: Vocabulary) -> Iterator[str]:
    """The words that the posterior holds in the place of ``symbols[start:end]``, with the signs around the word."""
    token = "".join(symbol.text for symbol in symbols[start:end])
    core = shape.bare(token)
    head = token.index(core)
    first, last = start + head, start + head + len(core)
    if len(core) < 2:
        return
    language = known.words.language
    names = () if known.words.known(core) else known.names
    beams: dict[str, float] = {"": 0.0}
    for at in range(first, last):
        grown: dict[str, float] = {}
        choices = [(as_listed(seen, language), nats) for seen, nats in _choices(evidence, symbols, at)]
        for text, cost in beams.items():
            for symbol, nats in choices:
                longer, value = text + symbol, cost + nats
                if value > grown.get(longer, bars.POSTERIOR_FARTHEST):
                    grown[longer] = value
        likeliest = sorted(grown.items(), key=lambda item: -item[1])
        beams = dict(islice((one for one in likeliest if known.words.begins(one[0]) or begin_so(names, one[0])), BEAM))
    found = [item for item in beams.items() if known.words.known(item[0]) or item[0] in names]
    found.sort(key=lambda item: -item[1] - known.words.zipf(item[0]))
    for text, _ in found[: MOST + 1]:
        if text != as_listed(core, language):
            yield token[:head] + like(core, text, language) + token[head + len(core) :]


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
