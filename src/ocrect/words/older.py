"""Older spellings: words that print before a language's reforms has so, and no engine misread.

French wrote *oi* for ``ai`` and plurals without their ``t`` until the Academy's dictionary of 1835 (``étoit``, ``enfans``);
German *th*, *ey* and *c* until the conference of 1901, and inflected with an ``e`` more (``gehöret``, ``im Zaune``); Dutch
doubled vowels and wrote *sch* until 1947 (``loopen``, ``turksche``); English had ``publick`` and ``shew``.
"""

from __future__ import annotations

import re

from ocrect.words.lexicon import Lexicon, as_listed

_REFORMS = {
    language: tuple((re.compile(old), new) for old, new in rules)
    for language, rules in {
        "fr": (("oi(?=s|t|ent|bl|d)", "ai"), ("oî(?=t)", "aî"), ("(?<=[ae]n)s$", "ts"), ("^tems$", "temps")),
        "de": (
            ("th", "t"),
            ("ey", "ei"),
            ("(?<=...)e(?=s?t$)", ""),
            ("(?<=....)es?$", ""),
            ("i(?=r(?:en|t)$)", "ie"),
            ("c", "k"),
        ),
        "nl": (("oo", "o"), ("ee", "e"), ("sch", "s")),
        "en": (("ick$", "ic"), ("shew", "show"), ("(?<=..)'d$", "ed")),
    }.items()
}
"""What each language wrote, as a pattern of a word in small letters, and what it writes since."""


_SHORTEST, LEAST = 4, 2
"""Letters of a word that tells, and different words of a page in older spelling from which all its spelling is: of 32 pages in
these languages the six of 1730 to 1940 have two to sixteen, and no modern one more than one.
"""


def newer(word: str, words: Lexicon) -> str:
    """The listed word that ``word``, which is none, is in older spelling, in small letters; empty where it is none."""
    rules = _REFORMS.get(words.language, ())
    if not rules or len(word) < _SHORTEST or words.known(word):
        return ""
    plain = as_listed(word, words.language)
    found = (old.sub(new, plain) for old, new in rules if old.search(plain))
    return next((version for version in found if words.known(version)), "")
