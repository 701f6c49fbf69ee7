"""Proposer "confusions": repairs of numbers that cannot be what they look like, or not on this page, and of words with a digit
or sign read in a letter's place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from ocrect.numbers.notation import (
    by_skeleton,
    date_scores,
    decimal_mark,
    impossible_dates,
    lettered_numbers,
    misread_at,
    misread_euros,
    reads_as_digits,
    restyled,
    skeleton,
    with_euros,
    without_mark,
)
from ocrect.numbers.tokens import locked_tokens, repairs
from ocrect.plugins import Context, Proposer
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.settings import Settings
from ocrect.words.confusions import rewrites
from ocrect.words.lexicon import Lexicon, lexicon, like

MOST_RIVALS, MOST_DATES = 4, 2
"""Edits proposed at most for one number or word, and for one impossible date."""

_MIXED = re.compile(r"(?<![\w#&|!~])(?=[\w#&|!~]*[^\W\d_])(?=[\w#&|!~]*[0-9#&|!~])[\w#&|!~]{2,30}(?![\w#&|!~])")

_STRAY = re.compile(r"(?<![\w.,'’])(?P<head>[^\W\d_]+)[.,~^*•](?P<tail>[a-zà-ÿ]+)(?![\w.,'’])")
"""A sign inside a word that is none of its spelling: a speck of dirt."""


def build(settings: Settings) -> Proposer:
    """The proposer, with the user's dictionary."""
    return partial(propose, dictionary=settings.dictionary)


def propose(lines: Sequence[Line], context: Context, /, *, dictionary: str = "") -> list[list[Edit]]:
    """For each line the repairs of its malformed tokens, then of its words with a sign in them."""
    words = lexicon(context.language, dictionary)
    texts = context.texts or tuple(line.text for line in lines)
    page = _Page(misread_euros(texts, in_euros=True), decimal_mark(texts), by_skeleton(texts))
    return [list(dict.fromkeys([*_numbers(line, page), *_mixed(line.text, words)])) for line in lines]


class _Page(NamedTuple):
    """How a page writes its numbers: the digit read for its euro sign, the sign before the cents, its words with digits."""

    euro: str
    mark: str
    words: Mapping[str, frozenset[str]]


def _numbers(line: Line, page: _Page) -> Iterator[Edit]:
    text = line.text
    versions = [*with_euros(text, page.euro), *restyled(text, page.mark), *without_mark(text, page.mark)]
    versions += lettered_numbers(text)
    versions += [(at, at + 1, "@") for at in misread_at(text)]
    versions += [(start, end, date) for start, end in impossible_dates(text) for date in _likely_dates(line, start, end)]
    for start, end, version in versions:
        yield Edit(start, end, text[start:end], version)
    for token in locked_tokens(text):
        for version in repairs(token)[:MOST_RIVALS]:
            yield Edit(token.start, token.end, token.text, version)
    for word in re.finditer(r"\S+", text) if page.words else ():
        for other in sorted(page.words.get(skeleton(word.group()), ())):
            if reads_as_digits(word.group(), other):
                yield Edit(word.start(), word.end(), word.group(), other)


def _likely_dates(line: Line, start: int, end: int) -> list[str]:
    """The dates a sign away from the text there that the image makes likeliest; none where there is no image."""
    scored = sorted((-score, date) for date, score in date_scores(line, start, end).items())
    return [date for _, date in scored[:MOST_DATES]]


def _mixed(text: str, words: Lexicon) -> Iterator[Edit]:
    """``th#`` for ``the``, ``8he`` for ``She``, ``ti.mely`` for ``timely``: words one listed confusion away, then near ones."""
    for match in _MIXED.finditer(text):
        read = match.group()
        if words.known(read.strip("#&|!~")):
            continue
        versions = {like(_letters(read), v.lower()) for v in rewrites(read) if v.isalpha() and words.known(v)}
        best = sorted(versions, key=words.zipf, reverse=True)
        best += [like(_letters(read), c.text.lower()) for c in words.candidates(read) if " " not in c.text]
        for version in dict.fromkeys(best[:MOST_RIVALS]):
            yield Edit(match.start(), match.end(), read, version)
    for match in _STRAY.finditer(text):
        joined = match["head"] + match["tail"]
        if words.known(joined) and not (words.known(match["head"]) and words.known(match["tail"])):
            yield Edit(match.start(), match.end(), match.group(), joined)


def _letters(read: str) -> str:
    """The case pattern of a word whose first character may be the misread one: ``8he`` began with a capital."""
    tall = read[0] in "0123456789&" and read[1:].islower()
    return ("X" if tall else "") + "".join(filter(str.isalpha, read))
