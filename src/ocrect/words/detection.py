"""The language of a text among all that are known here, without being told.

A naive Bayes classifier over words (Cavnar and Trenkle, N-gram-based text categorization, 1994, showed that the most frequent
words and endings of a language tell it; here frequencies of whole words, :mod:`wordfreq`'s). A word counts also in its bare
form, without accents: an engine that lacks a language's letters reads them without, and ``nguoi``, ``khong``, ``duoc`` are
Vietnamese all the same. Languages in one script only are compared; the script is that of most letters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

from ocrect.letters import without_accents
from ocrect.words import scripts
from ocrect.words.lexicon import LISTED_AS, UNDETERMINED, words_in

LEAST_ZIPF, FLOOR = 3.7, 3.0
"""Words rarer than the first Zipf value are not looked up; one that is not listed counts as if it had the second."""

BARE = 1.5
"""Nats that a word costs which is listed only without its accents."""

MARGIN, LEAST_LISTED, LEAST_WORDS = 3.0, 0.3, 3
"""A text is in a language that is so many nats likelier than the next one, if at least this part of its words are listed, and
so many;"""

CLEAR_MARGIN, LEAST_LISTED_CLEARLY = 10.0, 0.15
"""or if it is so many nats likelier and at least this part is listed: a list of options, an inflected language."""

PRIOR = {"en": 4.0}
"""Nats by which a language is likelier before a word is read: names and English trade words stand on pages anywhere."""

MOST_WORDS = 4000
"""Words of a text that are looked at: the first ones."""

_NAT = log(10)


@dataclass(frozen=True, slots=True)
class Found:
    """The language of a text (ISO 639-1), :data:`UNDETERMINED` where it is not sure, and its script.

    ``words`` were looked at; ``listed`` is the part of them in the likeliest language's list, 0..1.
    """

    language: str
    script: str
    words: int
    listed: float


def detect(texts: Iterable[str], among: frozenset[str] = frozenset()) -> Found:
    """The language of texts that belong together, ``among`` those named (all, where none is)."""
    return _detect(tuple(texts), among)


@lru_cache(maxsize=256)
def _detect(texts: tuple[str, ...], among: frozenset[str]) -> Found:
    script = scripts.of_text("".join(texts))
    languages = [code for code in scripts.LANGUAGES.get(script, ()) if not among or code in among]
    if len(scripts.LANGUAGES.get(script, ())) == 1 and languages:
        return Found(languages[0], script, sum(len(words_in(text)) for text in texts), 1.0)
    found = [_plain(word) for text in texts for word in words_in(text)][:MOST_WORDS]
    if not languages or len(found) < LEAST_WORDS:
        return Found(UNDETERMINED, script, len(found), 0.0)
    nats, listed = _table(script).scores(found, languages)
    nats += [PRIOR.get(language, 0.0) for language in languages]
    order = np.argsort(-nats)
    best = int(order[0])
    ahead = nats[best] - nats[order[1]] if len(order) > 1 else MARGIN
    share = float(listed[best]) / len(found)
    bars = ((MARGIN, LEAST_LISTED), (CLEAR_MARGIN, LEAST_LISTED_CLEARLY))
    is_sure = listed[best] >= LEAST_WORDS and any(ahead >= margin and share >= least for margin, least in bars)
    return Found(languages[best] if is_sure else UNDETERMINED, script, len(found), share)


def log_odds(text: str, language: str, other: str) -> float:
    """By how many nats a text is likelier in ``language`` than in ``other``, of one script; 0 where they are of two."""
    script = scripts.WRITTEN_IN.get(language, "")
    if not script or scripts.WRITTEN_IN.get(other) != script or language == other:
        return 0.0
    nats, _ = _table(script).scores([_plain(word) for word in words_in(text)], [language, other])
    return float(nats[0] - nats[1])


CLEARLY_OTHER_WORDS, CLEARLY_OTHER_MARGIN = 20, 30.0
"""A text of so many words is not in the languages named where another one is so many nats likelier."""


def clearly_not(texts: tuple[str, ...], named: tuple[str, ...]) -> str:
    """The language that texts are in, where that is clearly none of those ``named``; else, or where one is not known, empty."""
    found = detect(texts)
    if found.language in (UNDETERMINED, *named) or found.words < CLEARLY_OTHER_WORDS:
        return ""
    if any(language not in scripts.WRITTEN_IN for language in named):
        return ""
    text = " ".join(texts)
    rivals = [language for language in named if scripts.WRITTEN_IN[language] == found.script]
    return found.language if all(log_odds(text, found.language, rival) >= CLEARLY_OTHER_MARGIN for rival in rivals) else ""


class _Table:
    """Zipf values of the words of the languages of one script: a row for each word as it is, and one for its bare form."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self._columns = {language: n for n, language in enumerate(languages)}
        lists = [list(_frequent(LISTED_AS.get(language, language))) for language in languages]
        words = [word for found in lists for word, _ in found]
        values = np.array([value for found in lists for _, value in found], np.float32)
        columns = np.repeat(np.arange(len(languages)), [len(found) for found in lists])
        self._exact, self._exact_rows = _packed(words, columns, values)
        self._bare, self._bare_rows = _packed(list(map(bare_form, words)), columns, values)

    def scores(self, found: list[str], languages: list[str]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Of each language the log-likelihood of the words (nats, up to one constant), and how many of them are listed."""
        columns = [self._columns[language] for language in languages]
        nats, listed = np.zeros(len(columns)), np.zeros(len(columns), np.int64)
        for word in found:
            exact = self._exact_rows[self._exact.get(word, -1), columns]
            bare = self._bare_rows[self._bare.get(bare_form(word), -1), columns]
            value = np.maximum(exact * _NAT, np.where(bare > 0, bare * _NAT - BARE, 0.0))
            nats += np.maximum(value, FLOOR * _NAT)
            listed += value > 0
        return nats, listed


@lru_cache(maxsize=16)
def _table(script: str) -> _Table:
    return _Table(scripts.LANGUAGES[script])


def _packed(
    words: Sequence[str], columns: NDArray[np.int64], values: NDArray[np.float32]
) -> tuple[dict[str, int], NDArray[np.float32]]:
    """Words to rows of an array, each with its highest value in a column; the last row, for what is not listed, is zero."""
    rows: dict[str, int] = {}
    places = np.array([rows.setdefault(word, len(rows)) for word in words], np.int64)
    packed = np.zeros((len(rows) + 1, int(columns.max(initial=-1)) + 1), np.float32)
    np.maximum.at(packed, (places, columns), values)
    return rows, packed


def _frequent(language: str) -> Iterable[tuple[str, float]]:
    """The frequent words of two letters and more with their Zipf values, from wordfreq's small list."""
    import wordfreq

    for centibels, words in enumerate(wordfreq.get_frequency_list(language, "small")):
        value = 9 - centibels / 100
        if value < LEAST_ZIPF:
            break
        for word in words:
            if len(word) > 1 and word.isalpha():
                yield unicodedata.normalize("NFC", word), value
    wordfreq.get_frequency_list.cache_clear()


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word).replace("’", "'").lower()


_TWO_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"})


@lru_cache(maxsize=65_536)
def bare_form(word: str) -> str:
    """A word in small letters without its accents and strokes."""
    return word if word.isascii() else without_accents(word.translate(_TWO_LETTERS))
