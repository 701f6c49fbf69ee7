"""Listed words that are few letters from another one, found without a look at every word.

Each word is marked by the letters that stand in it once, and by those that stand in it twice. A letter lost or added changes
one mark at most, a letter exchanged two. So words whose marks differ more are farther away, and of some ten thousand words of a
length a few hundred are left to be compared letter by letter. None that is near is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

Marks = NDArray[np.uint64]
"""A word's marks: bit k where a letter of number k stands in it, bit 32 + k where two do."""

_LETTERS = 32
"""Numbers of letters: the code point by this. Those that share one are taken for the same, which only lets more words pass."""


class Bucket(NamedTuple):
    """Words of one length, and their marks."""

    length: int
    words: Sequence[str]
    marks: Marks

    @classmethod
    def of(cls, words: Sequence[str], length: int) -> Bucket:
        """The bucket of these words of ``length`` letters."""
        return cls(length, words, marks(words, length))


def marks(words: Sequence[str], length: int) -> Marks:
    """The marks of words, all of ``length`` letters."""
    codes = np.frombuffer("".join(words).encode("utf-32-le"), dtype=np.uint32).reshape(len(words), length)
    once = np.zeros(len(words), dtype=np.uint64)
    twice = np.zeros_like(once)
    for column in codes.T:
        letters = np.uint64(1) << (column % _LETTERS).astype(np.uint64)
        twice |= once & letters
        once |= letters
    return once | twice << np.uint64(_LETTERS)


def near(word: str, buckets: Iterable[Bucket], reach: int) -> Iterator[str]:
    """The words of some buckets that ``reach`` edits at most make of ``word``, itself among them where it is listed."""
    own = marks([word], len(word))
    for bucket in buckets:
        differ = 2 * reach - abs(bucket.length - len(word))
        few = [bucket.words[place] for place in np.flatnonzero(np.bitwise_count(bucket.marks ^ own) <= differ).tolist()]
        for match, _, _ in process.extract(word, few, scorer=Levenshtein.distance, score_cutoff=reach, limit=None):
            yield match
