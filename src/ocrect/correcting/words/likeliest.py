"""Check "word": which word stands there, by the image and the word list together?

Bayes' rule over the words that the one read may be (:meth:`ocrect.words.lexicon.Lexicon.candidates`), the one proposed and the
one read: each weighs P(image | line with it) · P(word), the first by the line's evidence, the second by frequency, beside what
stands there where pairs of words are counted (:mod:`ocrect.correcting.words.company`). The score is the log odds of the
proposed word against all the others together, in nats. The image by itself nearly always prefers what was
read, by as little as it is sure; the list by itself does not know which of its words was printed. Together they do.

A recogniser is surer of its letters than it is right, so that the odds come out too low for what is proposed, and the bars
lie lower than even odds where what was read is no word at all. Set on drawn lines read by PP-OCR (``python -m bench
adversarial``, seeds 1 and 2): 66 % of the true corrections of letters are supported, 0.6 % of wrong repairs of misread words,
and 6 of 12,653 changes of what was right. How often the word stands on the page elsewhere was tried as well, and tells no more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import exp, inf, log
from typing import NamedTuple

from ocrect import bars
from ocrect.correcting.case import Case, Check, Words
from ocrect.correcting.words.company import company
from ocrect.correcting.words.listed import is_abbreviation, seems_a_name
from ocrect.evidence import log_sum
from ocrect.letters import without_accents
from ocrect.record.correction import Edit, Finding
from ocrect.settings import Settings
from ocrect.words.lexicon import UNSEEN, UNSEEN_NAME, WORD, Lexicon, channel

NAME = "word"
UNLISTED = {1: 5.0, 2: 4.0, 3: 3.0, 4: 1.5}
"""Zipf values of unlisted words by length: the short ones are abbreviations, and there are many. Longer ones: ``UNSEEN``."""

_SHORT = 3
_MOST = 16.0
_BILLION = 9.0  # Zipf values are logarithms of occurrences in so many words, to the base of 10


_BORDER = re.compile(r"[^\w\s'’-]")
"""A sign that parts two words."""

_CUT_SHORT = re.compile(r"[.][,;:)]")
"""Behind a word that is cut short: ``op. cit.,``."""


def build(settings: Settings) -> Check:
    """The check; it has no settings."""
    del settings
    return check


def check(case: Case, /) -> Finding:
    """Support where the proposed word is likelier than all others; silence elsewhere, and about what is no listed word."""
    found = case.fact(_weighed)
    if isinstance(found, str):
        return Finding(NAME, None, found, weighed=True)
    place, odds = found.place, found.odds
    times = f"{exp(min(abs(odds), _MOST)):,.0f} times {'likelier' if odds >= 0 else 'less likely'}"
    against = f"{place.before!r}{_others(found.rivals)}"
    reason = f"by the image and by how common it is {place.after!r} is {times} than {against} ({odds:+.1f} nats)"
    cut = _CUT_SHORT.match(case.line.text, place.end) is not None
    enough = odds >= _needed(place, case.lexicon, name=found.name, cut=cut) and found.is_first
    return Finding(NAME, True if enough else None, reason, odds, weighed=True)


def _others(rivals: int) -> str:
    return f" and {rivals} other words together" if rivals > 1 else " and one other word together" if rivals else ""


class _Weighed(NamedTuple):
    """The log-odds of the word proposed against the one read and ``rivals`` others together; whether it is before all of these;
    whether the one read may be a name.
    """

    place: _Place
    odds: float
    rivals: int
    is_first: bool
    name: bool


def word_odds(case: Case) -> float:
    """Log-odds of the proposed word against the one read and all others together, in nats; 0 where the question is none."""
    found = case.fact(_weighed)
    return 0.0 if isinstance(found, str) else max(-_MOST, min(_MOST, found.odds))


def lead(case: Case) -> float:
    """Nats by which the proposed word is likelier than any other listed one that the one read may be, by the image, by how
    common each is beside its neighbours, and by how words are misread; the most where there is none, or none is looked for.
    """
    found = case.fact(_seen)
    if found is None or found.weights[1] is None:
        return _MOST
    place = found.place
    likely = {
        text: weight + channel(place.before, text)
        for text, weight in zip(found.texts[1:], found.weights[1:], strict=True)
        if weight is not None and (text == place.after or text.casefold() != place.after.casefold())
    }
    own = likely.pop(place.after)
    return max(-_MOST, min(_MOST, own - max(likely.values(), default=-inf)))


class _Seen(NamedTuple):
    """The word read, the one proposed and the others that the one read may be, with log P(image | text) + log P(text) of each,
    up to a constant, in nats (``None``: the evidence cannot score it); whether the one read may be a name.
    """

    place: _Place
    texts: tuple[str, ...]
    weights: tuple[float | None, ...]
    name: bool


def _seen(case: Case) -> _Seen | None:
    """What the image and the word list make of the words; ``None`` where the edit is not about one that an image shows."""
    words, place = case.lexicon, _place(case)
    if case.line.evidence is None or place is None or not words.values:
        return None
    name = seems_a_name(case, place.before)
    others = [c.text for c in words.candidates(place.before) if c.text not in (place.before, place.after)]
    gains = [0.0, *case.about.gains([place.to(text) for text in (place.after, *others)])]
    texts = (place.before, place.after, *others)
    priors = _priors(case, place, texts, name=name)
    weights = tuple(None if gain is None else gain + prior for gain, prior in zip(gains, priors, strict=True))
    return _Seen(place, texts, weights, name)


def _weighed(case: Case) -> _Weighed | str:
    """The words weighed against one another, or why they cannot be."""
    found, words = case.fact(_seen), case.lexicon
    if found is None:
        return "it is not about one word that an image shows"
    place = found.place
    letters = _letters(place.before)
    if not letters or (letters != place.before and words.known(letters)):
        return "a sign beside a word, or by itself, is no misread letter"
    if not all(map(words.known, place.after.split())):
        return f"{place.after!r} is no listed word"
    read, proposed, *others = found.weights
    if read is None or proposed is None:
        return "the engine cannot write one of the words"
    rivals = [weight for weight in others if weight is not None]
    odds = proposed - log_sum([read, *rivals])
    return _Weighed(place, odds, len(rivals), proposed >= log_sum(rivals), found.name)


def _needed(place: _Place, words: Lexicon, *, name: bool, cut: bool) -> float:
    """Log odds from which what was read is given up; ``cut``: with a full stop that ends no sentence. A short one of these may
    be cut from any word.
    """
    read = place.before
    if cut and len(read) <= _SHORT:
        return inf
    if is_abbreviation(read) or cut or (name and len(read) <= _SHORT):
        return bars.WORD_SURE_ABBREVIATION
    if words.known(read) and without_accents(read).lower() == without_accents(place.after).lower():
        return bars.WORD_SURE_ACCENT
    if len(read) <= _SHORT:
        return bars.WORD_SURE_SHORT
    return bars.WORD_SURE_NAME if name else bars.WORD_SURE if words.known(read) else bars.WORD_CLEAR


class _Place(NamedTuple):
    """``text[start:end]`` reads ``before`` and would read ``after``, one word each, or two that were glued."""

    start: int
    end: int
    before: str
    after: str

    def to(self, word: str) -> Edit:
        """The edit that writes ``word`` there."""
        return Edit(self.start, self.end, self.before, word)


def _place(case: Case) -> _Place | None:
    """The edit widened to the word, without what stays around it; ``None`` where its letters do not change."""
    start, before, after = _changing(case)
    found = list(WORD.finditer(after))
    if not found or len(found) > 2 or (len(found) == 2 and after[found[0].end() : found[1].start()] != " "):
        return None
    head, tail = after[: found[0].start()], after[found[-1].end() :]
    if any(map(str.isnumeric, after)) or not (before.startswith(head) and before[len(head) :].endswith(tail)):
        return None
    stays = len(before) - len(tail)
    read, proposed = before[len(head) : stays], after[len(head) : len(after) - len(tail)]
    if not read or re.search(r"\s", read) or _letters(read) == _letters(proposed) != read:
        return None
    return _Place(start + len(head), start + stays, read, proposed)


def _changing(case: Case) -> Words:
    """The words that change, without those that a sign joins to them: ``Allit``, ``Suit`` of ``Allit(RM)``, ``Suit(RM)``."""
    start, before, after = case.words
    first, last = case.edit.start - start, len(before) - (case.edit.end - start)
    head = max((m.end() for m in _BORDER.finditer(before, 0, first)), default=0)
    tail = max((len(before) - m.start() for m in _BORDER.finditer(before, len(before) - last)), default=0)
    return Words(start + head, before[head : len(before) - tail], after[head : len(after) - tail])


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text))


def _priors(case: Case, place: _Place, texts: Sequence[str], *, name: bool) -> list[float]:
    """log P(text) of each text at the place, beside what stands there, in nats."""
    beside = case.about.fact(company)
    gains = (beside.gain(place.start, place.end, text) if beside else 0.0 for text in texts)
    return [_prior(text, case.lexicon, name=name) + gain for text, gain in zip(texts, gains, strict=True)]


def _prior(text: str, words: Lexicon, *, name: bool) -> float:
    """log P(text) in nats: that of its words, one after the other."""
    unseen = UNSEEN_NAME if name else UNSEEN
    values = (max(words.zipf(word), unseen, UNLISTED.get(len(word), 0.0)) for word in text.split())
    return log(10) * sum(value - _BILLION for value in values)
