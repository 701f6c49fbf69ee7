"""What the words beside a place say for a word there, where pairs of words are counted (:mod:`ocrect.words.pairs`).

On a bad scan the neighbours are misread as well: ``phố biền`` is *phổ biến*, and neither half says so of the other as it was
read. So each word of a line is all that the image allows it to be, and the line is a hidden Markov model: states are words, the
image emits, pairs are the transitions. The forward-backward algorithm (Rabiner, 1989, *A tutorial on hidden Markov models*,
section III) sums over all readings of the words before and behind.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log

from ocrect.correcting.case import LineFacts
from ocrect.evidence import log_sum
from ocrect.letters import without_accents
from ocrect.record.document import Line
from ocrect.words.lexicon import WORD, Lexicon, like
from ocrect.words.pairs import EDGE, Pairs, pairs

MOST = 4.0
"""Nats that the words beside a place are worth at most: what was counted in one kind of text never outweighs an image that is
sure.
"""

_STATES = 8
"""Readings of a word besides the one read: the likeliest by image and frequency."""

_FAR = -14.0
"""Nats below the word as read from which the image rules a reading out."""

_Weights = dict[str, float]
"""What a word may be, in lower case, with nats that are comparable among them."""


@dataclass(frozen=True, slots=True)
class Company:
    """The words of a line beside one another. ``before`` has, by where a word ends, what the image and all words before it make
    of its readings, frequency included; ``behind``, by where a word starts, what the image and all words behind it do, without.
    """

    text: str
    counted: Pairs
    words: Lexicon
    before: dict[int, _Weights] = field(default_factory=dict)
    behind: dict[int, _Weights] = field(default_factory=dict)

    def gain(self, start: int, end: int, text: str) -> float:
        """By how much likelier the words beside ``self.text[start:end]`` make ``text`` there than it is by itself, in nats."""
        tokens = text.lower().split()
        if not tokens:
            return 0.0
        gain = self.led_to(start, tokens[0]) - self._alone(tokens[0]) + self.leads_on(end, tokens[-1])
        return max(-MOST, min(MOST, gain))

    def led_to(self, start: int, word: str) -> float:
        """log P(``word`` that starts there | the image of the line before it)."""
        beside = self._beside(self.text[:start][::-1], self.before.get(start - 1))
        if not beside:
            return self._alone(word)
        return log_sum([nats + self._follows(one, word) for one, nats in beside.items()]) - log_sum([*beside.values()])

    def leads_on(self, end: int, word: str) -> float:
        """log P(the image of the line behind ``word``, which ends there | ``word``) - log P(that image)."""
        beside = self._beside(self.text[end:], self.behind.get(end + 1))
        if not beside:
            return 0.0
        expected = log_sum([nats + self._alone(one) for one, nats in beside.items()])
        return log_sum([nats + self._follows(word, one) for one, nats in beside.items()]) - expected

    @staticmethod
    def _beside(rest: str, readings: _Weights | None) -> _Weights:
        """What stands beside a place from which ``rest`` leads away: a word's readings, or an edge where a sign stands; nothing
        where a number does, or the line ends.
        """
        if not rest.strip() or rest[:2].isspace():
            return {}
        if readings is not None and rest[0] == " ":
            return readings
        return {} if rest.lstrip()[0].isnumeric() else {EDGE: 0.0}

    def _follows(self, before: str, word: str) -> float:
        return self.counted.log_prob(before, word, self.words)

    def _alone(self, word: str) -> float:
        return self.counted.log_prob_alone(word, self.words)


def company(about: LineFacts) -> Company | None:
    """What stands beside what in a line; ``None`` where no pairs are counted, or no image tells what its words may be."""
    counted = pairs(about.context.words.language)
    if counted is None or about.line.evidence is None:
        return None
    made = Company(about.line.text, counted, about.context.words)
    states = list(_states(about))
    for start, end, seen in states:
        made.before[end] = {word: nats + made.led_to(start, word) for word, nats in seen.items()}
    for start, end, seen in reversed(states):
        made.behind[start] = {word: nats + made.leads_on(end, word) for word, nats in seen.items()}
    return made


def _states(about: LineFacts) -> Iterator[tuple[int, int, _Weights]]:
    """Each word of the line: where it starts and ends, and what it may be but for its accents, with the image's nats against it
    as read.
    """
    text, words = about.line.text, about.context.words
    for found in WORD.finditer(text):
        start, end = found.span()
        read = found.group()
        plain = read.lower()
        others = [one for one in _spelled(words).get(without_accents(plain), ()) if one != plain]
        nats = _nats(about.line, start, end, [like(read, one, words.language) for one in others])
        near = {one: value for one, value in zip(others, nats, strict=True) if value is not None and value > _FAR}
        best = heapq.nlargest(_STATES, near, key=lambda one: near[one] + log(10) * words.zipf(one))
        yield start, end, {plain: 0.0} | {one: near[one] for one in best}


def _nats(line: Line, start: int, end: int, words: Sequence[str]) -> list[float | None]:
    """How much likelier the image is with each of ``words`` at a place than with what was read there, in nats."""
    if line.evidence is None or not words:
        return [None] * len(words)
    read, *found = line.evidence.log_likelihood([line.text, *(line.text[:start] + one + line.text[end:] for one in words)])
    return [None if nats is None or read is None else nats - read for nats in found]


@lru_cache(maxsize=4)
def _spelled(words: Lexicon) -> dict[str, list[str]]:
    """The listed words by what is left of them without accents."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for listed in words.by_length.values():
        for word in listed:
            found[without_accents(word)].append(word)
    return dict(found)
