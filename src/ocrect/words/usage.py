"""How usual a letter is in a language, by the words of its list, each counted as often as it is used.

A recogniser that knows the letters of many languages has met all of them about as often: on a smudged English page it takes an
``O`` for an ``Ô``. Bayes' rule sets that right: what it makes of the pixels is weighed by how often the page's language writes
the letter.
"""

from __future__ import annotations

import string
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from math import log

from ocrect.words.lexicon import lexicon

USUAL = 1e-4
"""A letter is usual in a language in which it is at least this part of all letters."""

MOST = 4.0
"""Nats that a letter costs at most: names and words of other languages stand on pages anywhere."""


UNLISTED = {"de": "ß", "fr": "ÿ"}
"""Letters of a language that its list lacks: it writes ``ss`` for ``ß``, and ``ÿ`` stands in names alone (L'Haÿ, Louÿs)."""

SIGNS = {"₫": "vi"}
"""Signs that the print of one language alone has: a smudged ``g`` or ``&`` is read as ``₫`` on receipts of any."""

EXPECTED, MARKS_LEFT = 10.0, 0.2
"""Letters with marks from which their lack tells something; and the part of them, by the language's list, below which a text is
written without. Of 13 Vietnamese receipts two had 0 % of what their list has, the others 45 % and more.
"""

INSIDE = 4.0
"""Nats that a capital with a mark costs behind a small letter of its word: ``Moÿ`` is likelier than ``MoŸ``."""


def cost(letter: str, languages: Sequence[str]) -> float:
    """Nats by which a letter is less likely in ``languages`` (ISO 639-1) than a usual one; 0 for what is no Latin letter and no
    sign of one language, for the letters from a to z, and where nothing is known of a language.
    """
    if letter in SIGNS and languages:
        return 0.0 if SIGNS[letter] in languages else MOST
    if not _is_marked(letter) or not languages:
        return 0.0
    shares = [_shares(language) for language in languages]
    if not all(shares):
        return 0.0
    small = unicodedata.normalize("NFC", letter.lower())
    if any(small in UNLISTED.get(language, "") for language in languages):
        return 0.0
    most = max(share.get(small, 0.0) for share in shares)
    return min(log(USUAL / most), MOST) if 0 < most < USUAL else 0.0 if most else MOST


def leaves_off_marks(texts: Sequence[str], language: str) -> bool:
    """True where text of a language with many marks is written without them: many tills print none (``Gia goc``), though some
    are read there.
    """
    letters = [letter for text in texts for letter in text if letter.isalpha()]
    expected = len(letters) * sum(share for letter, share in _shares(language).items() if _is_marked(letter))
    return expected >= EXPECTED and sum(map(_is_marked, letters)) < MARKS_LEFT * expected


def is_capital_inside(before: str, letter: str) -> bool:
    """True for a capital with a mark behind a small letter: an accent, which alone tells little of the letter's size."""
    return before.islower() and letter.isupper() and _is_marked(letter)


@lru_cache(maxsize=4096)
def _is_marked(letter: str) -> bool:
    """True for a Latin letter that is none of the 26."""
    return letter not in string.ascii_letters and letter.isalpha() and unicodedata.name(letter, "").startswith("LATIN ")


@lru_cache(maxsize=64)
def _shares(language: str) -> dict[str, float]:
    """The part that each letter is of a language's letters; empty where it has no list of words."""
    counts: defaultdict[str, float] = defaultdict(float)
    for word, zipf in lexicon(language).values.items():
        frequency = 10**zipf
        for letter in word:
            counts[letter] += frequency
    total = sum(counts.values())
    return {letter: count / total for letter, count in counts.items()}
