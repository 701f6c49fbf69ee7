"""Which language each line of a page is in: one of those that the user named, or any that is known here.

It is told by the words that the line has and by the page that it stands on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from ocrect.words.detection import detect, log_odds
from ocrect.words.lexicon import UNDETERMINED, Lexicon, lexicon, words_in

TELLING, FREQUENT, LEAST_FREQUENT, MOST_UNLISTED = 20, 5.5, 0.08, 0.45
"""A page of at least 20 words is not in a language of which fewer than 8 % are frequent words (Zipf 5.5) and more than 45 % not
listed. Of English receipts 9 % and more are frequent English words, of French receipts and German and Dutch prose up to 7 %.
"""

PAGE_COUNTS = 3.0
"""Words of the line that the whole page counts as."""

FALLBACK, FEW = "en", 8
"""The language of a page of fewer words, in Latin letters, that tell none."""

OTHER_WORDS, OTHER_MARGIN = 4, 8.0
"""A line of so many words is in another language than its page where that one is so many nats likelier."""


def languages_of(lines: Sequence[str], named: Sequence[str] = ()) -> list[str]:
    """The language of each line (ISO 639-1), of those ``named`` or, where none is, of all; or :data:`UNDETERMINED`."""
    page = tuple(lines)
    if named:
        return [identify(line, page, tuple(named)) for line in lines]
    found = detect(page)
    language = found.language
    if language == UNDETERMINED and found.words < FEW and found.script in ("", "Latin"):
        language = FALLBACK
    return [_own(line, language) for line in lines]


def main_language(languages: Sequence[str]) -> str:
    """The language of most of the lines for which one is known; :data:`UNDETERMINED` where none is."""
    known = Counter(language for language in languages if language not in ("", UNDETERMINED))
    return known.most_common(1)[0][0] if known else UNDETERMINED


def _own(line: str, page: str) -> str:
    """The language of a line on a page in ``page``."""
    found = detect((line,))
    is_other = found.language not in (UNDETERMINED, page) and found.words >= OTHER_WORDS
    if not is_other or (page != UNDETERMINED and log_odds(line, found.language, page) < OTHER_MARGIN):
        return page
    return found.language


@lru_cache(maxsize=1024)
def identify(line: str, page: tuple[str, ...], languages: tuple[str, ...]) -> str:
    """The one of ``languages`` (ISO 639-1) that a line is in; :data:`UNDETERMINED` where the page is clearly in none of them.

    It is the one whose words of the line are the most frequent. A language without a list is ruled out by no page, and
    hardly ever taken beside one that has a list and is not ruled out.
    """
    likely = [language for language in languages if not _is_in_another_language(page, lexicon(language))]
    if len(likely) < 2:
        return likely[0] if likely else UNDETERMINED
    found = words_in(line)

    def frequency(language: str) -> float:
        words = lexicon(language)
        return sum(map(words.zipf, found)) + PAGE_COUNTS * _mean_zipf(page, words)

    return max(likely, key=frequency)


@lru_cache(maxsize=64)
def _is_in_another_language(page: tuple[str, ...], words: Lexicon) -> bool:
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
