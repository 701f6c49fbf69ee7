"""Proposer "lexicon": for each doubtful word the words it may have been, joined and split ones among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise

from ocrect.correction import Edit
from ocrect.document import Line
from ocrect.lexicon import Lexicon, lexicon, posterior
from ocrect.locked import locked_tokens
from ocrect.plugins import Context, Proposer
from ocrect.settings import Settings

MOST_RIVALS = 4
LIKELY = 0.2
"""P(meant | read) from which a known word's rival is proposed too: ``tho`` is a word, but ``the`` is what it mostly was."""

_WORD = re.compile(r"(?<![\w#&|!@])[^\W\d_]+(?:['’-][^\W\d_]+)*(?![\w#&|!@])")


def build(settings: Settings) -> Proposer:
    """The proposer, with the user's dictionary."""
    return partial(propose, dictionary=settings.dictionary)


def propose(lines: Sequence[Line], context: Context, /, *, dictionary: str = "") -> list[list[Edit]]:
    """For each line up to four rivals for each doubtful word, best first, and joins of two pieces of a word."""
    words = lexicon(context.language, dictionary)
    if not words.values:
        return [[] for _ in lines]
    return [list(_edits(line.text, words)) for line in lines]


def _edits(text: str, words: Lexicon) -> Iterator[Edit]:
    locked = [(token.start, token.end) for token in locked_tokens(text)]
    free = [m for m in _WORD.finditer(text) if not any(m.start() < end and start < m.end() for start, end in locked)]
    for first, second in pairwise(free):
        if text[first.end() : second.start()] == " ":
            yield from _join(first, second, words)
    for match in free:
        yield from _rivals(match, words)


def _join(first: re.Match[str], second: re.Match[str], words: Lexicon) -> Iterator[Edit]:
    """One word for two pieces, at least one of which is none: ``In voice`` only where the pieces say so."""
    if words.known(first.group()) and words.known(second.group()):
        return
    joined = first.group() + second.group()
    if second.group()[:1].islower() == joined[-1:].islower() and len(joined) >= 4 and words.known(joined):
        yield Edit(first.start(), second.end(), f"{first.group()} {second.group()}", joined)


def _rivals(match: re.Match[str], words: Lexicon) -> Iterator[Edit]:
    read = match.group()
    is_known = words.known(read)
    for candidate in words.candidates(read)[:MOST_RIVALS]:
        if not is_known or posterior(read, candidate.text, words) >= LIKELY:
            yield Edit(match.start(), match.end(), read, candidate.text)
