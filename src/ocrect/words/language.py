"""Which of a user's languages a line is in, by the words that it has and by the page that it stands on."""

from __future__ import annotations

from functools import lru_cache

from ocrect.words.lexicon import UNDETERMINED, Lexicon, lexicon, words_in

TELLING, FREQUENT, LEAST_FREQUENT, MOST_UNLISTED = 20, 5.5, 0.08, 0.45
"""A page of at least 20 words is not in a language of which fewer than 8 % are frequent words (Zipf 5.5) and more than 45 % not
listed. Of English receipts 9 % and more are frequent English words, of French receipts and German and Dutch prose up to 7 %.
"""

PAGE_COUNTS = 3.0
"""Words of the line that the whole page counts as."""


@lru_cache(maxsize=1024)
def identify(line: str, page: tuple[str, ...], languages: tuple[str, ...]) -> str:
    """The one of ``languages`` (ISO 639-1) that a line is in; :data:`UNDETERMINED` where the page is clearly in none of them.

    It is the one whose words of the line are the most frequent. A language without a list is ruled out by no page, and
    hardly ever taken beside one that has a list and is not ruled out.
    """
    likely = [language for language in languages if not _is_foreign(page, lexicon(language))]
    if len(likely) < 2:
        return likely[0] if likely else UNDETERMINED
    found = words_in(line)

    def frequency(language: str) -> float:
        words = lexicon(language)
        return sum(map(words.zipf, found)) + PAGE_COUNTS * _mean_zipf(page, words)

    return max(likely, key=frequency)


@lru_cache(maxsize=64)
def _is_foreign(page: tuple[str, ...], words: Lexicon) -> bool:
    found = [word for line in page for word in words_in(line)]
    if len(found) < TELLING or not words.values:
        return False
    frequent = sum(words.zipf(word) >= FREQUENT for word in found)
    unlisted = sum(not words.known(word) for word in found)
    return frequent < LEAST_FREQUENT * len(found) and unlisted > MOST_UNLISTED * len(found)


@lru_cache(maxsize=64)
def _mean_zipf(page: tuple[str, ...], words: Lexicon) -> float:
    values = [words.zipf(word) for line in page for word in words_in(line)]
    return sum(values) / max(1, len(values))
