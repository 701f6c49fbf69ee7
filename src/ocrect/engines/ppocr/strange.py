"""Words of a script that the recogniser does not know, which it reads as words in Latin letters that do not stand there.

It has no letters for Greek, Hebrew, Armenian, Georgian, Thai, Devanagari, Arabic and most of Cyrillic, and no symbol to say so:
what it gives is the likest Latin letters. But it is in doubt on nearly every frame, not only here and there as on worn print
(the entropy of its posterior: Hendrycks and Gimpel, A baseline for detecting misclassified and out-of-distribution examples,
2017), and what comes out has letter sequences that no word of the page's language has, or fewer letters than there is ink.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.lines import box_around
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.evidence import Symbol
from ocrect.letters import without_accents
from ocrect.record.document import Unread
from ocrect.words.language import FALLBACK
from ocrect.words.lexicon import lexicon

UNSURE, BRIDGE = 0.85, 2
"""A word is in doubt below this mean confidence; so are words of so few signs between two such."""

LISTED, STRANGER = 3, 3
"""A listed word of so many letters is in the page's language; of so many, half of them Greek, a word is in none."""

INKED = 0.3
"""A frame counts where the blank is less likely than 1 - this."""

LONG, SIGNS, DIFFERENT, DIGITS, MINGLED = 18, 3, 4, 0.25, 2
"""A stretch has at least so many frames (three heights of its line) and signs, of which so many differ (unless there are few
for its width), and at most this part digits; or more, if they stand among letters in so many words and the doubt is much."""

DOUBT, CONFIDENCE, ODD, BOTH = 0.8, 0.78, 0.2, 1.2
"""Its entropy in nats per frame is at least the first and its mean confidence below the second; the third part of its letter
triples is in no word of the language, and that part and the entropy sum to the fourth."""

SPARSE = 4.0
"""Or it has a sign for so many frames only; print has one for two or three.

On 13,300 lines of scans, receipts, faxes, handwriting and small print 17 stretches were beyond these bars, most misread."""

LEGIBLE, QUARTER = 0.1, 0.25
"""Only on a page of which this part of the lines is read with less doubt, in nats per frame, does doubt tell of a script: on
bad copies all words are in doubt (the surest quarter of strong scans of a Vietnamese manual .13 to .31, of 38 other pages up to
.08).
"""

MANY, CLEAN = 2, 0.93
"""Where a page has so many such stretches, and half of its lines are surer than this, shorter and surer ones are of them,"""

SHORT, SOME_DOUBT, MUCH_DOUBT = 9, 0.6, 1.0
"""of so many frames and the first entropy; the second is much."""

SMALLEST = 18.0
"""and in lines of so many pixels: in lower ones letters are enlarged nearly threefold for the recogniser, and some doubt tells
of small print. (Letters of 9 points at 150 dpi stand in lines of 22; on one photograph 9 places of small blurred Latin letters,
in lines of 11 to 16, were taken for another script for being beside such ones.)
"""

LINE_LONG, HIGHER = 3.0, 1.6
"""So is a line that could not be read at all, so many times longer than high and at most so many times higher or lower."""

COMMON, OCCURRENCES = 3.0, 2
"""Triples of letters are those that so many words of this Zipf value have."""


class Parted(NamedTuple):
    """What was read in the page's letters, and the places of other ones, with what was made of them."""

    rest: list[BoxReading]
    strange: list[Unread]


@dataclass(frozen=True, eq=False)
class _Word:
    symbols: tuple[Symbol, ...]
    nats: float
    frames: int

    @cached_property
    def text(self) -> str:
        return "".join(symbol.text for symbol in self.symbols)

    @cached_property
    def is_greek(self) -> bool:
        letters = [symbol for symbol in self.text if symbol.isalpha()]
        return len(letters) >= STRANGER and 2 * sum(map(_is_greek, letters)) >= len(letters)

    def is_listed(self, languages: Sequence[str]) -> bool:
        word = self.text.strip(".,;:!?()[]\"'“”‘’-").lower()
        return len(word) >= LISTED and word.isalpha() and any(lexicon(language).known(word) for language in languages)

    def is_doubtful(self, languages: Sequence[str]) -> bool:
        sure = sum(symbol.confidence for symbol in self.symbols) / len(self.symbols)
        return self.is_greek or (sure < UNSURE and not self.is_listed(languages))


class _Stretch(NamedTuple):
    """Words ``first`` to ``last`` (exclusive) of a reading, all in doubt."""

    words: Sequence[_Word]
    first: int
    last: int

    @property
    def symbols(self) -> list[Symbol]:
        return [symbol for word in self.words[self.first : self.last] for symbol in word.symbols]

    @property
    def frames(self) -> int:
        symbols = self.symbols
        return symbols[-1].end - symbols[0].start

    @property
    def doubt(self) -> float:
        """The mean entropy of its frames, nats."""
        words = self.words[self.first : self.last]
        return sum(word.nats for word in words) / max(1, sum(word.frames for word in words))

    @property
    def is_of_numbers(self) -> bool:
        """True where a good part are digits: the letters of Georgian are read as such, but among letters and in much doubt."""
        words = [word.text for word in self.words[self.first : self.last]]
        mingled = [any(map(str.isdigit, word)) and any(map(str.isalpha, word)) for word in words]
        signs, digits = sum(map(len, words)), [sum(map(str.isdigit, word)) for word in words]
        if sum(digits) <= DIGITS * signs:
            return False
        alone = sum(many for many, is_so in zip(digits, mingled, strict=True) if not is_so)
        return alone > DIGITS * signs or sum(mingled) < MINGLED or self.doubt < MUCH_DOUBT

    def is_strange(self, languages: Sequence[str]) -> bool:
        symbols = self.symbols
        words = self.words[self.first : self.last]
        if any(word.is_greek for word in words) and 2 * sum(word.is_greek for word in words) >= len(words):
            return True
        sure = sum(symbol.confidence for symbol in symbols) / len(symbols)
        if self.frames < LONG or self.doubt < DOUBT or sure >= CONFIDENCE or self.is_of_numbers or len(symbols) < SIGNS:
            return False
        if not any(symbol.text.isalpha() for symbol in symbols):
            return False
        if self.frames >= SPARSE * len(symbols):
            return True
        odd = min(oddness(" ".join(word.text for word in words), language) for language in languages)
        is_varied = len({symbol.text.lower() for symbol in symbols if symbol.text.isalnum()}) >= DIFFERENT
        return is_varied and odd >= ODD and odd + self.doubt >= BOTH

    def is_in_doubt(self) -> bool:
        """True for what is strange where others on its page are."""
        return self.frames >= SHORT and self.doubt >= SOME_DOUBT and not self.is_of_numbers


def parted(readings: Sequence[BoxReading], languages: Sequence[str]) -> Parted:
    """The readings of a page without their words in a script that is not known; ``languages`` are the page's, if known."""
    known = [language for language in languages if lexicon(language).values] or [FALLBACK]
    found = [list(_stretches(reading, known)) for reading in readings]
    strange = [[stretch for stretch in stretches if stretch.is_strange(known)] for stretches in found]
    if not any(strange) or np.quantile([_doubt(reading) for reading in readings], QUARTER) > LEGIBLE:
        return Parted(list(readings), [])
    is_clean = float(np.median([reading.confidence for reading in readings] or [0.0])) >= CLEAN
    if is_clean and sum(map(len, strange)) >= MANY:
        strange = [
            [one for one in stretches if one in sure or (reading.height >= SMALLEST and one.is_in_doubt())]
            for reading, stretches, sure in zip(readings, found, strange, strict=True)
        ]
    rest: list[BoxReading] = []
    unread: list[Unread] = []
    for reading, stretches in zip(readings, strange, strict=True):
        kept, cut = _without(reading, stretches)
        rest += kept
        unread += cut
    return Parted(rest, unread)


def is_like_them(reading: BoxReading, strange: Sequence[Unread]) -> bool:
    """True for a line that could not be read on a page with such words, if it is as high as they are and long."""
    if len(strange) < MANY or not reading.symbols or reading.length < LINE_LONG * reading.height:
        return False
    usual = float(np.median([place.box.height for place in strange]))
    return usual / HIGHER <= reading.height <= usual * HIGHER


def _without(reading: BoxReading, stretches: Sequence[_Stretch]) -> tuple[list[BoxReading], list[Unread]]:
    """The parts of a reading between stretches, and these with the ink beside them that made no symbol."""
    if not stretches:
        return [reading], []
    rest: list[BoxReading] = []
    unread: list[Unread] = []
    begin = 0
    for stretch in stretches:
        before = stretch.words[stretch.first - 1].symbols[-1].end if stretch.first else 0
        after = stretch.words[stretch.last].symbols[0].start if stretch.last < len(stretch.words) else reading.posterior.frames
        if stretch.first and before > begin:
            rest.append(reading.part(begin, before, min(before, reading.width)))
        text = " ".join(word.text for word in stretch.words[stretch.first : stretch.last])
        unread.append(Unread(box_around(reading.place(before, after)), "unknown-script", text))
        begin = after
    if begin < reading.width:
        rest.append(reading.part(begin, reading.posterior.frames, reading.width))
    return [part for part in rest if part.symbols], unread


def _stretches(reading: BoxReading, languages: Sequence[str]) -> Iterator[_Stretch]:
    """The longest stretches of words in doubt, with short words between them."""
    if all(symbol.confidence >= UNSURE and not _is_greek(symbol.text) for symbol in reading.symbols):
        return
    words = list(_words(reading))
    doubtful = [word.is_doubtful(languages) for word in words]
    at = [i for i, is_so in enumerate(doubtful) if is_so]
    first = 0
    for i, here in enumerate(at):
        following = at[i + 1] if i + 1 < len(at) else None
        if following is None or any(len(word.symbols) > BRIDGE for word in words[here + 1 : following]):
            yield _Stretch(words, at[first], here + 1)
            first = i + 1


def _words(reading: BoxReading) -> Iterator[_Word]:
    nats, inked = _entropies(reading)
    for is_space, group in groupby(reading.symbols, key=lambda symbol: symbol.text.isspace()):
        if is_space:
            continue
        symbols = tuple(group)
        busy = inked[symbols[0].start : symbols[-1].end]
        yield _Word(symbols, float(nats[symbols[0].start : symbols[-1].end][busy].sum()), int(busy.sum()))


def _entropies(reading: BoxReading) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """The entropy of each frame in nats ``(frames,)``, and on which there is ink."""
    log_probs = reading.posterior.log_probs.astype(np.float32)
    probs = np.exp(log_probs)
    return -(probs * log_probs).sum(axis=1), 1.0 - probs[:, 0] > INKED


def _doubt(reading: BoxReading) -> float:
    """The mean entropy of a line's frames with ink, nats."""
    nats, inked = _entropies(reading)
    return float(nats[inked].mean()) if inked.any() else 0.0


def oddness(text: str, language: str) -> float:
    """The part of a text's letter triples, with the ends of words, that no usual word of the language has; 0 for no list."""
    known = _triples(language)
    found = [triple for word in re.findall(r"[^\W_]+", text) for triple in _of(word.lower())]
    return sum(triple not in known for triple in found) / len(found) if known and found else 0.0


@lru_cache(maxsize=16)
def _triples(language: str) -> frozenset[str]:
    usual = (word for word, zipf in lexicon(language).values.items() if zipf >= COMMON and word.isalpha())
    counts = Counter(triple for word in usual for triple in _of(word))
    return frozenset(triple for triple, times in counts.items() if times >= OCCURRENCES)


def _of(word: str) -> list[str]:
    plain = f" {without_accents(word)} "
    return [plain[i : i + 3] for i in range(len(plain) - 2)]


@lru_cache(maxsize=4096)
def _is_greek(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("GREEK ")
