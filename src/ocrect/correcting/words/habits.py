"""What is misread again and again on a page: one font, one press, one scan, so that an engine's slips repeat.

Of each doubtful word that is none of the list the likeliest listed one tells what was misread for what; what the other words of
the page say so of the same signs is a witness for an edit that no list knows: ``Wolfsderg`` beside ``Ladoratory``. And where
full stops stand before small letters all over a page its commas are misread.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from math import inf, log1p

from ocrect import bars
from ocrect.correcting.case import Case
from ocrect.correcting.score import confidences
from ocrect.evidence import fold
from ocrect.plugins import Context
from ocrect.record.correction import Edit, atoms
from ocrect.words.lexicon import WORD, Lexicon, as_listed, like, posterior
from ocrect.words.older import newer

_SHORTEST = 4
"""Letters of a word that tells: shorter ones have many neighbours."""

AGAIN = 2
"""Other words of the page that are misread in one way, from which that is a habit."""

AT_ONCE, MOST_MENDED = 2, 4
"""Signs of a word that are exchanged together, and words proposed for one."""

_LIKELY = 0.5
"""P(meant | misread) from which an unlisted word tells what it was misread for."""

_DOUBLED = frozenset({("‘", "“"), ("‘", '"'), ("'", "“"), ("'", '"'), ("'", "”"), ("’", "”"), ("’", '"')})
_HALVED = frozenset({(double, single) for single, double in _DOUBLED})
_PILED = re.compile(r"^(?:['‘’]{2}|['‘][\"“])(?=\w)|(?<![\s\d'‘’\"“”])(?P<closing>['’]{2}|[\"”]['’])(?=[.,;:!?)]*$)")
"""Two strokes of a double quote, each read as a quote, or one of them read twice: quotes within quotes are the other way round.
"""

_OPENING = re.compile(r"(?<!\S)[\"“]+\w")
_STOPPED = re.compile(r"[^\W\d_]{4,}\. (?=[a-zà-ÿ])")


def repeated(case: Case) -> float:
    """How many other words of the page are misread as this one is, by the least of its changes, as log(1 + n)."""
    others = case.context.fact(_misread)
    language = case.context.words.language
    own = {as_listed(word, language) for word in WORD.findall(case.words.before)}
    counts = [len(others.get(signs, frozenset()) - own) for atom in case.atoms for signs in _pairs(atom, language)]
    return log1p(min(counts, default=0))


def mended_as_elsewhere(word: str, context: Context) -> tuple[str, ...]:
    """The listed words that an unlisted one is where signs of it, in up to :data:`AT_ONCE` places, were misread as
    :data:`AGAIN` other words of the page have them: ``betweer`` beside ``concerrs`` and ``rew``, however sure the engine is.
    """
    language = context.words.language
    own = as_listed(word, language)
    if len(own) < _SHORTEST or context.words.known(word):
        return ()
    asked = context.fact(_asked)
    if own not in asked:
        asked[own] = tuple(islice(_mended(own, context), MOST_MENDED))
    return tuple(like(word, version, language) for version in asked[own])


def _asked(context: Context) -> dict[str, tuple[str, ...]]:
    """What the words that were asked about may be, by the words; :func:`mended_as_elsewhere` adds to it."""
    del context
    return {}


def _mended(own: str, context: Context) -> Iterator[str]:
    """The listed words that an unlisted one may be, those with fewer exchanges first."""
    habits: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for (read, meant), others in context.fact(_misread).items():
        if read and len(others - {own}) >= AGAIN:
            habits[read[0]].append((read, meant))
    found: defaultdict[int, set[str]] = defaultdict(set)
    for version, exchanges in _exchanged(own, habits, context.words) if habits else ():
        found[exchanges].add(version)
    told = {own}
    for exchanges in range(1, AT_ONCE + 1):
        yield from sorted(version for version in found[exchanges] - told if context.words.known(version))
        told |= found[exchanges]


def _exchanged(word: str, habits: Mapping[str, Sequence[tuple[str, str]]], words: Lexicon) -> Iterator[tuple[str, int]]:
    """The word with signs exchanged in up to :data:`AT_ONCE` places, and in how many, by ``habits``, which stand by the first
    letter that is read. Where the list tells how words begin what begins none is given up at once.
    """
    grown = [("", 0, 0)]
    while grown:
        beginning, at, exchanges = grown.pop()
        if at == len(word) or exchanges == AT_ONCE:
            if words.may_begin(whole := beginning + word[at:]):
                yield whole, exchanges
            continue
        longer = [(beginning + word[at], at + 1, exchanges)]
        longer += [
            (beginning + meant, at + len(read), exchanges + 1)
            for read, meant in habits.get(word[at], ())
            if word.startswith(read, at)
        ]
        grown += [one for one in longer if words.may_begin(one[0])]


def stops_for_commas(case: Case) -> float:
    """log(1 + n) for the n full stops before small letters on the page where one becomes a comma, and no capital follows."""
    changes = {(atom.before, atom.after) for atom in case.atoms}
    following = next((c for c in case.line.text[case.edit.end :] if c.isalnum()), "")
    return log1p(case.context.fact(_stopped)) if changes == {(".", ",")} and not following.isupper() else 0.0


def quotes_of_the_page(case: Case) -> float:
    """Where a single quote at an end of a word becomes a double one, log(1 + n) for the n words of the page that double
    ones open: its speech is set in them. The negative where a double one becomes single; else 0.

    One of the two strokes is lost more often than one is seen that is not there, so single ones say nothing.
    """
    _, before, after = case.words
    if any(fold(after) == fold(before[:start] + one + before[end:]) for start, end, one in piled_quotes(before)):
        return log1p(case.context.fact(doubles_opened))
    changes = {(atom.before, atom.after) for atom in case.atoms}
    sign = 1.0 if changes <= _DOUBLED else -1.0 if changes <= _HALVED else 0.0
    return sign * log1p(case.context.fact(doubles_opened)) if sign else 0.0


def piled_quotes(token: str) -> Iterator[tuple[int, int, str]]:
    """Start and end of two quotes at an end of a token that are the strokes of one, and that one: ``‘“Yes``, ``so,’’``,
    ``so,"’``.
    """
    for piled in _PILED.finditer(token):
        curves, double = ("’”", "”") if piled["closing"] else ("‘“", "“")
        yield *piled.span(), double if set(piled.group()) & set(curves) else '"'


def doubles_opened(context: Context) -> int:
    """How many words of the page double quotes open."""
    return sum(len(_OPENING.findall(text)) for text in context.texts)


def _misread(context: Context) -> dict[tuple[str, str], frozenset[str]]:
    """The doubtful unlisted words of the page, by what was read and meant in each."""
    language = context.words.language
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for word in _doubtful(context):
        best = () if newer(word, context.words) else context.words.candidates(word)[:1]
        if best and " " not in best[0].text and posterior(word, best[0].text, context.words, inf) >= _LIKELY:
            for signs in (pair for atom in atoms(Edit(0, len(word), word, best[0].text)) for pair in _pairs(atom, language)):
                found[signs].add(as_listed(word, language))
    return {signs: frozenset(words) for signs, words in found.items()}


def _doubtful(context: Context) -> Iterator[str]:
    for line in context.lines:
        sure = confidences(line) if line.evidence is not None else []
        for match in WORD.finditer(line.text) if sure else ():
            doubted = min(sure[match.start() : match.end()]) < bars.LISTED_DOUBTFUL
            if doubted and len(match.group()) >= _SHORTEST and not context.words.known(match.group()):
                yield match.group()


def _pairs(atom: Edit, language: str) -> list[tuple[str, str]]:
    """What was read for what, sign by sign where as many come as go."""
    before, after = as_listed(atom.before, language), as_listed(atom.after, language)
    return list(zip(before, after, strict=True)) if len(before) == len(after) else [(before, after)]


def _stopped(context: Context) -> int:
    return max(0, sum(len(_STOPPED.findall(text)) for text in context.texts) - 1)
