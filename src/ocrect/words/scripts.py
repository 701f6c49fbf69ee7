"""Scripts, by the letters of a text, and the languages that are written in them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache

LATIN = "Latin"

LANGUAGES = {
    LATIN: (
        *("en", "de", "fr", "es", "it", "pt", "nl", "da", "sv", "no", "fi", "is", "pl", "cs", "sk", "sl", "hr", "hu", "ro"),
        *("lt", "lv", "tr", "ca", "id", "ms", "tl", "vi"),
    ),
    "Cyrillic": ("ru", "uk", "bg", "mk"),
    "Greek": ("el",),
    "Hebrew": ("he",),
    "Arabic": ("ar", "fa", "ur"),
    "Devanagari": ("hi",),
    "Bengali": ("bn",),
    "Tamil": ("ta",),
    "Hangul": ("ko",),
    "Japanese": ("ja",),
    "Han": ("zh",),
}
"""Of each script, the languages that are told apart: those with a word list."""

WRITTEN_IN = {language: script for script, languages in LANGUAGES.items() for language in languages}

_NAMES = {
    "LATIN": LATIN,
    "CYRILLIC": "Cyrillic",
    "GREEK": "Greek",
    "HEBREW": "Hebrew",
    "ARABIC": "Arabic",
    "DEVANAGARI": "Devanagari",
    "BENGALI": "Bengali",
    "TAMIL": "Tamil",
    "HANGUL": "Hangul",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "CJK": "Han",
}
"""The first word of a letter's name in Unicode."""

KANA = 0.05
"""Chinese characters are Japanese where at least this part of the letters are kana."""


def of_text(text: str) -> str:
    """The script that most letters of a text are of; empty where it has none that is known."""
    found = Counter(filter(None, map(_of_letter, text)))
    if not found:
        return ""
    if found["Japanese"] >= KANA * (found["Japanese"] + found["Han"]) > 0:
        found["Japanese"] += found.pop("Han", 0)
    return found.most_common(1)[0][0]


@lru_cache(maxsize=4096)
def _of_letter(letter: str) -> str:
    return _NAMES.get(unicodedata.name(letter, "").split(" ")[0], "") if letter.isalpha() else ""
