"""What a reader that does not know the page's letters is a witness for: words, paths and code without such letters.

A Vietnamese line is read by a Vietnamese recogniser, which reads the English words in it worse than an English one does. The
English one in turn reads every Vietnamese word without its accents, or as another word, so its word counts only against what
is no Vietnamese word, and by itself only where it reads English ones, words that stand elsewhere on the page, or an address
where none can be as it stands. This is part of the check "second-engine".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ocrect import bars
from ocrect.correcting.readers.agreement import BULLET, bare
from ocrect.evidence import fold
from ocrect.words.confusions import distance
from ocrect.words.lexicon import WORD, Lexicon, lexicon

_RUN, _DIGITS, _LETTERS = re.compile(r"[^\W_]+"), re.compile(r"\d+"), re.compile(r"[^\W\d_]+")
_CLOSING = {")": "(", "]": "[", "}": "{"}
_SCHEME = re.compile("[a-z]{3,5}:/")
_ADDRESS = re.compile(
    r"[(<\[]?(?:https?|ftp|git|ssh|svn)://[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6}(?:[/?#:][\w.~%/#?=&+:@,;*()-]{0,400})?[)\]>.,;:]{0,3}"
)
_ENDING = ".,;:"
_AROUND = ".,;:!?()[]{}$<>\"'“”‘’"
_CAPITAL_INSIDE = re.compile(r"[a-z][A-Z]")


def counts(before: str, after: str, words: Lexicon, page: frozenset[str], *, agreed: bool, first: bool) -> bool:
    """True where ``after``, read by one reader that does not know the page's letters or by two (``agreed``), is to be believed.

    ``before`` and ``after`` are whole words; ``words`` are those of the line's language, ``page`` those that the page's own
    reader has read on it (:func:`names`), and ``first`` says that nothing stands before them on the line.
    """
    if first and after == BULLET:
        return _is_no_word(before)
    read, proposed = WORD.findall(before), WORD.findall(after)
    if not proposed or not fold(after).isascii() or not _is_misread(read, words) or len(after.split()) > len(before.split()):
        return False
    if _has_accents(before) and min(map(len, proposed)) < bars.STRANGER_SHORTEST:
        return False
    if not keeps_numbers(before, after, words) or not _keeps_signs(before, after):
        return False
    if agreed and not _only_accents_go(before, read, proposed, words):
        return True
    return (
        _is_mended(before, after)
        or (after.strip(_AROUND) in page and before.strip(_AROUND) != after.strip(_AROUND))
        or _only_capitals_go(before, after)
        or _is_english(before, read, proposed, words)
    )


@lru_cache(maxsize=4)
def names(texts: tuple[str, ...]) -> frozenset[str]:
    """The words of :data:`~ocrect.bars.STRANGER_SHORTEST` letters and more on a page that have no accents, without
    the signs around them.
    """
    found = (word.strip(_AROUND) for text in texts for word in text.split())
    return frozenset(word for word in found if len(word) >= bars.STRANGER_SHORTEST and word.isascii())


def _keeps_signs(before: str, after: str) -> bool:
    """True where a sign that stood by itself is there as well, and more changes than the sign at the end."""
    alone = "".join(word for word in before.split() if not any(map(str.isalnum, word)))
    return set(fold(alone)) <= set(fold(after)) and before.rstrip(_ENDING) != after.rstrip(_ENDING)


def keeps_numbers(before: str, after: str, words: Lexicon) -> bool:
    """True where the digits stay as they are, but for those inside what turns out to be a word: ``deve1opers``, ``insta11``.

    Such a word is a listed one, or has :data:`~ocrect.bars.STRANGER_LONG` letters and had the digits between them:
    not ``x11``, ``l10n`` or ``sha1``.
    """
    left = _DIGITS.findall(after)
    lost = []
    for run in _RUN.finditer(before):
        own = _DIGITS.findall(run.group())
        if left[: len(own)] == own:
            left = left[len(own) :]
        else:
            lost.append(run)
    new = {word for word in _LETTERS.findall(after) if len(word) >= bars.STRANGER_SHORTEST} - set(_RUN.findall(before))
    return not left and all(any(_was_a_word(before, run, word, words) for word in new) for run in lost)


def _was_a_word(before: str, run: re.Match[str], word: str, words: Lexicon) -> bool:
    """True where the letters and digits of ``run`` in ``before`` are all or a part of ``word``, misread.

    Where digits only go, and nothing comes for them (``debian11``, ``debian``), they were a number.
    """
    if (
        run.group().isdecimal()
        or _DIGITS.sub("", run.group()).lower() == word.lower()
        or distance(run.group(), word) > bars.STRANGER_FARTHEST * len(word)
    ):
        return False
    between = run.group()[-1].isalpha() or before[run.end() : run.end() + 2].strip(" ").isalpha()
    return (
        words.known(word)
        or lexicon("en").known(word)
        or (len(word) >= bars.STRANGER_LONG and between and run.group()[0].isalpha())
    )


def _is_mended(before: str, after: str) -> bool:
    """True where an address or a bracket that cannot be as it stands becomes one that can, and digits and most letters stay."""
    if _digits(before) != _digits(after) or _crossed(after) or distance(_bare(before), _bare(after)) > bars.STRANGER_MENDED:
        return False
    if _SCHEME.search(after):
        return bool(_ADDRESS.fullmatch(after)) and not _ADDRESS.fullmatch(before)
    return _crossed(before) and _bare(after).startswith(_bare(before))


def _crossed(text: str) -> bool:
    """True where brackets close that another kind opened, or two kinds that none opened, one right behind the other."""
    opened: list[str] = []
    last = ""
    for c in text:
        if c in _CLOSING.values():
            opened.append(c)
        elif c in _CLOSING and (opened.pop() != _CLOSING[c] if opened else last in _CLOSING and last != c):
            return True
        last = c
    return False


def _only_accents_go(before: str, read: Sequence[str], proposed: Sequence[str], words: Lexicon) -> bool:
    """True where a word, by itself or listed, loses its accents: these readers see none."""
    new = set(map(str.lower, proposed))
    return any(
        _has_accents(word) and bare(word) in new and (words.known(word) or word == before.strip(_AROUND)) for word in read
    )


def _is_english(before: str, read: Sequence[str], proposed: Sequence[str], words: Lexicon) -> bool:
    """True where English words come that can be no Vietnamese ones that lost their accents."""
    new = [word for word in proposed if word not in read]
    lost_accents = _has_accents(before) and any(bare(word) in _without_accents(words) for word in proposed)
    return (
        bool(new)
        and not lost_accents
        and all(len(word) >= bars.STRANGER_SHORTEST and lexicon("en").known(word) for word in new)
    )


def _only_capitals_go(before: str, after: str) -> bool:
    """True for ``XutiLs- dev`` and ``xutils-dev``: capitals inside words became small, and nothing else changed but spaces."""
    together = "".join(before.split())
    gone = _CAPITAL_INSIDE.search(together) and not _CAPITAL_INSIDE.search(after)
    return bool(gone) and together.lower() == "".join(after.split()).lower()


def _is_no_word(text: str) -> bool:
    """True for a sign, or a sign and one character more: ``*`` or ``°Ö``, but no digit."""
    return 0 < len(text) < 3 and text != BULLET and not text[0].isalnum() and not text[-1].isdecimal()


def _is_misread(read: Sequence[str], words: Lexicon) -> bool:
    """True where some word is none of the language's, or has a capital behind a small letter: ``MakefiLe``."""
    strange = (not words.known(word) or _CAPITAL_INSIDE.search(word) for word in read)
    return not read or any(strange)


def _bare(text: str) -> str:
    """The letters and digits of a text."""
    return "".join(filter(str.isalnum, text))


def _digits(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


def _has_accents(text: str) -> bool:
    return any(c.isalpha() and not c.isascii() for c in text)


@lru_cache(maxsize=2)
def _without_accents(words: Lexicon) -> frozenset[str]:
    """What is left of the listed words that have accents: one of these was hardly printed without them."""
    return frozenset(bare(word) for word in words.values if not word.isascii())
