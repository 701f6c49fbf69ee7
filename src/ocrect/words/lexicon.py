"""The words of a language and how frequent they are, and which of them a misread word may have been.

Frequencies are wordfreq's (R. Speer, 2022): Zipf values, the base-10 logarithm of occurrences per billion words, about 3
for ``invoice`` and 7.7 for ``the``. Candidates are ranked by the noisy channel of Kernighan, Church and Gale (1990): the
word's frequency times the probability that the engine would write it so (:mod:`ocrect.words.confusions`).
"""

from __future__ import annotations

import logging
import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import exp, log

from ocrect import textfile
from ocrect.letters import capital, small
from ocrect.words.confusions import distance, rewrites, rewrites_twice
from ocrect.words.near import Bucket, near

_logger = logging.getLogger("ocrect")

UNDETERMINED = "und"
"""ISO 639-2's code for a language that is not known; there is no word list for it."""

LISTED_AS = {"no": "nb", "hr": "sh", "tl": "fil"}
"""Languages that wordfreq names by another code."""

FLOOR = 2.0
"""Words rarer than this Zipf value are not kept: most of them are misspellings."""

CANDIDATE, CANDIDATE_LONG, LONG = 2.7, 2.3, 7
"""The least Zipf value of a word that is proposed for another: of any, and of one of seven letters and more."""

UNSEEN, UNSEEN_NAME = 0.5, 2.0
"""Zipf value at which an unlisted word is weighed against its rivals; capitalised ones are often names."""

CLEAN = exp(-4.0)
"""Share of misread words that is taken for granted on any page."""

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

EXPLAINED = 0.9
"""Weighed edit distance below which the listed confusions explain a misreading."""

MOST_REWRITES = 4000
"""Texts that a word becomes by two listed confusions, of which at most so many are looked up."""

_USER = 4.5
_NAT = log(10)
_BY_LENGTH = {1: 5.6, 2: 4.9, 3: 3.8, 4: 3.1}
_KNOWN = 2.6
_SPLIT = 4.5
"""The least Zipf value of both words into which a run of letters is split."""

_LEAST_PART = 4
"""Letters of a part of a compound, and of a part of a hyphened word that is taken for a misreading: shorter ones are prefixes
and names."""

_END_OF_LINE = 1.0
"""Nats that a hyphen left over from a line's end costs: of 67 hyphens of English books and newspapers with a piece beside them
that is no word, and a word without them, 59 were no part of it."""

_LINKS = ("", "s", "n", "en", "es", "e", "er")
_STEM, _TAIL, _LONGEST = 3.2, 3.0, 40
"""The least Zipf value of a compound's stems and of its last word, and letters of its longest part."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that may have been meant; ``score`` in nats: log frequency plus log probability of the misreading."""

    text: str
    score: float


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Words (:func:`as_listed`) with their Zipf values, the proposable ones by length. Empty for a language without a list."""

    language: str
    values: dict[str, float] = field(repr=False)
    by_length: dict[int, list[str]] = field(repr=False)

    def zipf(self, word: str) -> float:
        """The Zipf value; 0 for a word that is not listed."""
        return self.values.get(as_listed(word, self.language), 0.0)

    def known(self, word: str) -> bool:
        """True for a word frequent enough for its length (short rare ones are mostly misreadings), or made of known parts.

        Words with digits are never known; parts are what hyphens and apostrophes join, and in German what compounds join.
        """
        word = as_listed(word, self.language)
        if not word or any(c.isnumeric() for c in word):
            return False
        if self.values.get(word, 0.0) >= _BY_LENGTH.get(len(word), _KNOWN if len(word) < 7 else FLOOR):
            return True
        parts = [part for part in word.replace("'", "-").split("-") if part]
        if len(parts) > 1:
            return all(self._part(part) for part in parts)
        return self.language == "de" and len(word) >= 8 and self._compound(word)

    def begins(self, beginning: str) -> bool:
        """True where a listed word begins so, itself as listed."""
        return begin_so(_sorted(self), beginning)

    def may_begin(self, beginning: str) -> bool:
        """True where a known word may begin so: a listed one, or one made of parts, which compounds have without a mark."""
        if self.language == "de" or self.begins(beginning):
            return True
        part = max(beginning.rfind("-"), beginning.rfind("'")) + 1
        return part > 0 and self.begins(beginning[part:])

    def with_a_letter_between(self, head: str, tail: str) -> list[str]:
        """The words that may be proposed and are ``head`` and ``tail``, as listed, with one letter between them."""
        made = (f"{head}{letter}{tail}" for letter in _alphabet(self))
        return [word for word in made if self.values.get(word, 0.0) >= _least(word)]

    def _part(self, part: str) -> bool:
        return len(part) == 1 or self.values.get(part, 0.0) >= max(3.0, _BY_LENGTH.get(len(part), 0.0))

    def _compound(self, word: str) -> bool:
        """True for a German compound of two or more words of at least four letters, with the usual links.

        From the end to the beginning each place is looked at once, with heads of up to :data:`_LONGEST` letters.
        """
        ends_well = [False] * len(word)
        for start in range(len(word) - _LEAST_PART, -1, -1):
            is_word = 0 < start >= len(word) - _LONGEST and self.values.get(word[start:], 0.0) >= _TAIL
            cuts = range(start + _LEAST_PART, min(start + _LONGEST, len(word) - _LEAST_PART) + 1)
            ends_well[start] = is_word or any(ends_well[cut] and self._head(word[start:cut]) for cut in cuts)
        return ends_well[0]

    def _head(self, head: str) -> bool:
        stems = (head.removesuffix(link) for link in _LINKS if head.endswith(link))
        return any(len(stem) >= _LEAST_PART and self.values.get(stem, 0.0) >= _STEM for stem in stems)

    def candidates(self, word: str) -> tuple[Candidate, ...]:
        """Listed words within a misreading or two of ``word``, best first, in its case pattern; ``word`` is not among them."""
        return _candidates(self, word)


def as_listed(word: str, language: str) -> str:
    """``word`` as wordfreq's lists have it: composed, with straight apostrophes, its case folded (``ß`` to ``ss``, ``ς`` to
    ``σ``); :func:`like` undoes that.
    """
    return small(unicodedata.normalize("NFC", word).replace("’", "'"), language).casefold()


def begin_so(sorted_words: Sequence[str], beginning: str) -> bool:
    """Whether one of these words begins so."""
    at = bisect_left(sorted_words, beginning)
    return at < len(sorted_words) and sorted_words[at].startswith(beginning)


@lru_cache(maxsize=4)
def _sorted(words: Lexicon) -> list[str]:
    return sorted(words.values)


@lru_cache(maxsize=4)
def _alphabet(words: Lexicon) -> list[str]:
    """The letters of the listed words."""
    return sorted(filter(str.isalpha, {letter for word in words.values for letter in word}))


@lru_cache(maxsize=16)
def lexicon(language: str, dictionary: str = "") -> Lexicon:
    """The lexicon of a language (ISO 639-1) together with the words of a user's UTF-8 list, a word a line.

    Raises:
        SettingsError: the list cannot be read.
    """
    values = dict(_listed(language))
    for word in _user_words(dictionary):
        plain = as_listed(word, language)
        values[plain] = max(_USER, values.get(plain, 0.0))
    by_length: defaultdict[int, list[str]] = defaultdict(list)
    for word, value in values.items():
        if word.replace("'", "").isalpha() and value >= _least(word):
            by_length[len(word)].append(word)
    return Lexicon(language, values, dict(by_length))


def _listed(language: str) -> Iterator[tuple[str, float]]:
    """Words and Zipf values of wordfreq's best list, most frequent first."""
    import wordfreq

    code = LISTED_AS.get(language, language)
    if code not in wordfreq.available_languages("best"):
        _tell_unlisted(language)
        return
    for centibels, words in enumerate(wordfreq.get_frequency_list(code, "best")):
        value = 9 - centibels / 100
        if value < FLOOR:
            break
        for word in words:
            yield word, value
    wordfreq.get_frequency_list.cache_clear()


@lru_cache(maxsize=64)
def _tell_unlisted(language: str) -> None:
    """Say once that the words of a language are not judged."""
    if language != UNDETERMINED:
        _logger.warning("there is no word list for the language %r: no word of it is judged", language)


def _user_words(dictionary: str) -> Iterable[str]:
    return textfile.read(dictionary, "the dictionary", "Give a UTF-8 list of words.").split() if dictionary else ()


def words_in(text: str) -> list[str]:
    """The words of two letters and more; one letter is hardly ever a word that tells anything."""
    return [word for word in WORD.findall(text) if len(word) > 1]


def posterior(word: str, meant: str, words: Lexicon, misread: float = CLEAN) -> float:
    """P(meant | word) among the candidates and the word as it stands, 0..1; ``misread`` is the share of misread words."""
    candidates = words.candidates(word)
    listed = words.zipf(word)
    if not listed:
        listed = UNSEEN_NAME if word[:1].isupper() and not word.isupper() else UNSEEN
    weights = {candidate.text: exp(candidate.score) for candidate in candidates}
    return weights.get(meant, 0.0) / (sum(weights.values()) + exp(_NAT * listed) * CLEAN / misread)


@lru_cache(maxsize=64)
def noise(texts: tuple[str, ...], words: Lexicon) -> float:
    """Share of the words that were misread, at least :data:`CLEAN`: of those in small letters, which are hardly names, the
    unlisted ones that a listed confusion makes listed words. Old spelling (``downe``) is not counted.
    """
    found = [word for text in texts for word in words_in(text) if word.islower()]
    misread = sum(not words.known(word) and _is_confused(word, words) for word in found)
    return max(CLEAN, min(0.5, misread / (len(found) + 20)))


def _is_confused(word: str, words: Lexicon) -> bool:
    return any(distance(word, candidate.text) < EXPLAINED for candidate in words.candidates(word)[:3])


@lru_cache(maxsize=8192)
def _candidates(words: Lexicon, word: str) -> tuple[Candidate, ...]:
    plain = as_listed(word, words.language)
    if "-" in plain:
        return tuple(_hyphened(words, word))
    if not 2 <= len(plain) <= 40 or not _mostly_letters(plain):
        return ()
    found = {other for other in _near(words, word, plain) if other != plain}
    cased = {other: like(word, other, words.language) for other in found}
    scored = [Candidate(meant, _NAT * words.values[other] + channel(word, meant)) for other, meant in cased.items()]
    scored += _splits(words, word)
    return tuple(sorted(scored, key=lambda c: (-c.score, c.text))[:12])


def _hyphened(words: Lexicon, word: str) -> Iterator[Candidate]:
    """What a hyphened word may have been: without the hyphen, where it was the end of a line (``philan-thropy``,
    ``col-leotor``), or with another word in the place of its only part that is none (``Bond-strcet``).
    """
    parts = word.split("-")
    unlisted = [part for part in parts if not words.known(part)]
    joined = "".join(parts)
    if unlisted and len(parts) == 2 and words.known(joined) and parts[1].islower():
        yield Candidate(joined, _NAT * words.zipf(joined) - _END_OF_LINE)
    elif unlisted and len(parts) == 2 and _is_confused(joined, words):
        near = (candidate for candidate in _candidates(words, joined) if distance(joined, candidate.text) < EXPLAINED)
        yield from (Candidate(candidate.text, candidate.score - _END_OF_LINE) for candidate in near)
    elif len(unlisted) == 1 and len(unlisted[0]) >= _LEAST_PART:
        at = parts.index(unlisted[0])
        for candidate in _candidates(words, unlisted[0]):
            yield Candidate("-".join([*parts[:at], candidate.text, *parts[at + 1 :]]), candidate.score)


def _mostly_letters(word: str) -> bool:
    """True for ``c0mpany`` and ``th#``, but not for ``B12``."""
    others = sum(not c.isalpha() and c != "'" for c in word)
    return not others or (others <= 2 and len(word) > 2 * others)


def channel(read: str, meant: str, misread: float = CLEAN) -> float:
    """log P(read | meant) in nats: ``misread`` is the share of misread words, and each unit of the weighed edit distance takes
    4.5 nats.
    """
    return log(misread) - 4.5 * min(distance(read, meant), distance(read.lower(), meant.lower()))


def _near(words: Lexicon, word: str, plain: str) -> Iterator[str]:
    """Listed words one or two listed confusions, or one to three edits, away."""
    once = rewrites(plain)
    cased = rewrites(word) if word != plain else (version for version in once if "ß" in version)
    once += [as_listed(version, words.language) for version in cased]
    twice = rewrites_twice(once, MOST_REWRITES) if len(plain) >= 3 else []
    for version in words.values.keys() & {*once, *twice}:
        if words.values[version] >= _least(version) and version.isalpha():
            yield version
    reach = 1 if len(plain) < 5 else 2 if len(plain) < 9 else 3
    lengths = range(len(plain) - reach, len(plain) + reach + 1)
    yield from near(plain, [_bucket(words, length) for length in lengths if length in words.by_length], reach)


@lru_cache(maxsize=256)
def _bucket(words: Lexicon, length: int) -> Bucket:
    return Bucket.of(words.by_length[length], length)


def _least(word: str) -> float:
    return _BY_LENGTH.get(len(word), CANDIDATE if len(word) < LONG else CANDIDATE_LONG)


def _splits(words: Lexicon, word: str) -> Iterator[Candidate]:
    """Two words that lost the space between them, both frequent; each part's case stays as read."""
    if as_listed(word, words.language) in words.values or len(word) < 5:
        return
    for cut in range(2, len(word) - 1):
        values = [words.zipf(part) for part in (word[:cut], word[cut:])]
        if min(values) >= _SPLIT:
            yield Candidate(f"{word[:cut]} {word[cut:]}", _NAT * (sum(values) - 9.0) - 5.0)


def _sharp(read: str, word: str) -> str:
    """``word`` with each ``ß`` for ``ss`` that brings it nearer to what was read, in small letters."""
    from rapidfuzz.distance import Levenshtein

    for place in re.finditer("ss", word):
        sharp = f"{word[: place.start()]}ß{word[place.end() :]}"
        if Levenshtein.distance(read, sharp) < Levenshtein.distance(read, word):
            return _sharp(read, sharp)
    return word


def like(pattern: str, word: str, language: str) -> str:
    """A listed ``word`` as it is written, in the case of ``pattern``: all capitals, a capital first, or none; capitals are
    those of ``language``. What folding took is put back: the end of Greek words, and ``ß`` where the pattern has it but
    no ``ss``, or in German has one other letter for both (``StraBe`` is *Straße*; a Swiss page has two there). The English
    pronoun has its capital (``l'd`` is *I'd*).
    """
    if language == "el" and word.endswith("σ"):
        word = f"{word[:-1]}ς"
    if "ß" in pattern and "ss" not in pattern:
        word = word.replace("ss", "ß")
    elif language == "de":
        word = _sharp(pattern.lower(), word)
    letters = [c for c in pattern if c.isalpha()]
    if len(letters) > 1 and sum(c.isupper() for c in letters) > len(letters) / 2:
        return capital(word, language)
    is_pronoun = language == "en" and word.startswith(("i'", "i’"))
    return capital(word[:1], language) + word[1:] if is_pronoun or pattern[:1].isupper() else word
