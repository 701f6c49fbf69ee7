"""Which words follow which: pairs of words of a language, counted in free text.

Vietnamese syllables that differ in their accents alone (``về``, ``vé``, ``ve``) are mostly all listed and all common; what
stands before and behind tells which was meant. A pair's probability is interpolated with absolute discounting (Ney, Essen and
Kneser, 1994): the part of the pairs' mass that is held back goes to words by their own frequency, so that the text counted
weighs no more than it should. ``python -m training.pairs`` makes the counts, and says of which texts.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from ocrect.words.lexicon import UNSEEN, Lexicon

LANGUAGES = frozenset({"vi"})
"""Those with counts."""

EDGE = ""
"""What stands before the first word, and behind the last one, of a sentence or of a part between signs."""

DISCOUNT = 0.75
_EDGES = 0.15  # of the words of parts of sentences an edge stands before so many
_BILLION = 9.0


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Counts of pairs of lower-case words, in rows of the first word.

    ``starts`` ``(words + 1,)`` are the bounds of each word's row in ``seconds`` (numbers of words, ascending) and ``counts``;
    ``totals`` and ``kinds`` ``(words,)``: how often it stands before a word, and before how many different ones, rare ones too.
    """

    words: dict[str, int] = field(repr=False)
    starts: NDArray[np.int64]
    seconds: NDArray[np.uint16]
    counts: NDArray[np.uint16]
    totals: NDArray[np.int64]
    kinds: NDArray[np.int64]

    def log_prob(self, before: str, word: str, lexicon: Lexicon) -> float:
        """log P(word | before) in nats; log P(word) where nothing is known of ``before``."""
        alone = self.log_prob_alone(word, lexicon)
        first = self.words.get(before.lower())
        if first is None or not self.totals[first]:
            return alone
        total, held_back = int(self.totals[first]), DISCOUNT * int(self.kinds[first])
        seen = max(self._count(first, word.lower()) - DISCOUNT, 0.0)
        return log((seen + held_back * exp(alone)) / total)

    @staticmethod
    def log_prob_alone(word: str, lexicon: Lexicon) -> float:
        """log P(word) in nats, by the word list."""
        return log(_EDGES) if word == EDGE else log(10) * (max(lexicon.zipf(word), UNSEEN) - _BILLION)

    def _count(self, first: int, word: str) -> int:
        number = self.words.get(word)
        if number is None:
            return 0
        row = self.seconds[self.starts[first] : self.starts[first + 1]]
        place = int(np.searchsorted(row, number))
        return int(self.counts[self.starts[first] + place]) if place < len(row) and row[place] == number else 0


@lru_cache(maxsize=4)
def pairs(language: str) -> Pairs | None:
    """The counts of a language (ISO 639-1), or ``None`` where there are none."""
    if language not in LANGUAGES:
        return None
    with np.load(io.BytesIO(files("ocrect.words").joinpath(f"pairs-{language}.npz").read_bytes()), allow_pickle=False) as held:
        words = held["words"].tobytes().decode("utf-8").split("\n")
        numbers = {word: number for number, word in enumerate(words)}
        return Pairs(
            numbers,
            held["starts"].astype(np.int64),
            held["seconds"],
            held["counts"],
            held["totals"].astype(np.int64),
            held["kinds"].astype(np.int64),
        )
