"""Proposer "confusions": words with a digit or sign read in a letter's place, by the listed confusions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from ocrect.plugins import Context, Proposer
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.settings import Settings
from ocrect.words.confusions import rewrites
from ocrect.words.lexicon import Lexicon, as_listed, lexicon, like

MOST_RIVALS = 4
"""Edits proposed at most for one word."""

_MIXED = re.compile(r"(?<![\w#&|!~])(?=[\w#&|!~]*[^\W\d_])(?=[\w#&|!~]*[0-9#&|!~])[\w#&|!~]{2,30}(?![\w#&|!~])")

_STRAY = re.compile(r"(?<![\w.,'’])(?P<head>[^\W\d_]+)[.,~^*•](?P<tail>[a-zà-ÿ]+)(?![\w.,'’])")
"""A sign inside a word that is none of its spelling: a speck of dirt."""


def build(settings: Settings) -> Proposer:
    """The proposer, with the user's dictionary."""
    return partial(propose, dictionary=settings.dictionary)


def propose(lines: Sequence[Line], context: Context, /, *, dictionary: str = "") -> list[list[Edit]]:
    """For each line the repairs of its words with a sign in them."""
    words = lexicon(context.language, dictionary)
    return [list(dict.fromkeys(_mixed(line.text, words))) for line in lines]


def _mixed(text: str, words: Lexicon) -> Iterator[Edit]:
    """``th#`` for ``the``, ``8he`` for ``She``, ``ti.mely`` for ``timely``: words one listed confusion away, then near ones."""
    for match in _MIXED.finditer(text):
        read = match.group()
        if words.known(read.strip("#&|!~")):
            continue
        versions = {
            like(_letters(read), as_listed(v, words.language), words.language)
            for v in rewrites(read)
            if v.isalpha() and words.known(v)
        }
        best = sorted(versions, key=words.zipf, reverse=True)
        best += [
            like(_letters(read), as_listed(c.text, words.language), words.language)
            for c in words.candidates(read)
            if " " not in c.text
        ]
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
