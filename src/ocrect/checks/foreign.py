"""What a reader that does not know the page's letters is a witness for: words, paths and code without such letters.

A Vietnamese line is read by a Vietnamese recogniser, which reads the English words in it worse than an English one does. The
English one in turn reads every Vietnamese word without its accents, or as another word, so its word counts only against what
is no Vietnamese word, and by itself only where it reads English ones. This is part of the check "second-engine".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ocrect.agreement import BULLET, bare
from ocrect.evidence import fold
from ocrect.lexicon import WORD, Lexicon, lexicon

SHORTEST = 4
"""Letters of an English word that one reader's word is enough for."""

_CAPITAL_INSIDE = re.compile(r"[a-z][A-Z]")


def counts(before: str, after: str, readings: Sequence[str], words: Lexicon, *, first: bool) -> bool:
    """True where ``after``, read by one reader or more that do not know the page's letters, is to be believed.

    ``before`` and ``after`` are whole words, ``readings`` what each second reader has in their place; ``words`` are those of
    the line's language, and ``first`` says that nothing stands before them on the line.
    """
    if first and after == BULLET:
        return _is_lone_sign(before)
    read, proposed = WORD.findall(before), WORD.findall(after)
    if not proposed or not fold(after).isascii() or not _is_misread(read, words) or len(after.split()) > len(before.split()):
        return False
    if _has_accents(before) and min(map(len, proposed)) < SHORTEST:
        return False
    if sum(fold(reading) == fold(after) for reading in readings) > 1:
        return True
    return _digits(before) == _digits(after) and (
        _only_capitals_go(before, after) or _is_english(before, read, proposed, words)
    )


def _is_english(before: str, read: Sequence[str], proposed: Sequence[str], words: Lexicon) -> bool:
    """True where English words come that can be no Vietnamese ones that lost their accents."""
    new = [word for word in proposed if word not in read]
    lost_accents = _has_accents(before) and any(bare(word) in _without_accents(words) for word in proposed)
    return bool(new) and not lost_accents and all(len(word) >= SHORTEST and lexicon("en").known(word) for word in new)


def _only_capitals_go(before: str, after: str) -> bool:
    """True for ``XutiLs- dev`` and ``xutils-dev``: capitals inside words became small, and nothing else changed but spaces."""
    together = "".join(before.split())
    gone = _CAPITAL_INSIDE.search(together) and not _CAPITAL_INSIDE.search(after)
    return bool(gone) and together.lower() == "".join(after.split()).lower()


def _is_lone_sign(text: str) -> bool:
    return len(text) == 1 and not text.isalnum() and text != BULLET


def _is_misread(read: Sequence[str], words: Lexicon) -> bool:
    """True where some word is none of the language's, or has a capital behind a small letter: ``MakefiLe``."""
    strange = (not words.known(word) or _CAPITAL_INSIDE.search(word) for word in read)
    return not read or any(strange)


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


def _has_accents(text: str) -> bool:
    return any(c.isalpha() and not c.isascii() for c in text)


@lru_cache(maxsize=2)
def _without_accents(words: Lexicon) -> frozenset[str]:
    """What is left of the listed words that have accents: one of these was hardly printed without them."""
    return frozenset(bare(word) for word in words.values if not word.isascii())
