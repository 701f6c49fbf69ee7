"""Paths, addresses and words with digits in them: where the check "locked" hears readers that do not know the page's letters.

They are tokens of letters and digits like the codes of an invoice, but their words can be known and their signs are regular,
and such readers read them better than the page's own one. This is part of the check "locked".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ocrect.correcting.case import Case
from ocrect.correcting.readers.heard import strangers_believed
from ocrect.numbers.tokens import LockedToken, differs, locked_tokens
from ocrect.record.correction import around, whole_words

_ADDRESSES, _WORDS, _PARTS = frozenset({"url", "email"}), frozenset({"code", "word"}), frozenset({"number", "roman"})
_SIGN, _SMALL = re.compile("[/_@]"), re.compile("[a-z]{3}")


def read_by_strangers(case: Case) -> str:
    """How many readers that do not know the page's letters vouch for the edit, which changes locked tokens; empty: too few.

    One is enough for an address or a path that keeps its digits, for a word in which digits were read, and for a sign taken for
    a degree; for other parts of a path two must agree. Neither may turn one number into another
    (:func:`ocrect.correcting.readers.foreign.keeps_numbers`), and amounts, dates and codes that are no part of a path are not
    theirs.
    """
    needed = _readers_needed(*around(case.line.text, case.edit)) if case.line.second_readings else 0
    if not needed:
        return ""
    readers = case.fact(strangers_believed)
    return f"{'another reader has' if readers == 1 else 'two others have'} {case.edit.after!r}" if readers >= needed else ""


def _readers_needed(before: str, after: str) -> int:
    """How many readers must have what ``before`` is to become; none: no number of them is enough."""
    changed, stood, stand = differs(before, after), locked_tokens(before), locked_tokens(after)
    old = [token for token in changed if token in stood]
    new = [token for token in changed if token in stand]
    kinds, new_kinds = {token.kind for token in changed}, {token.kind for token in new}
    is_word = new_kinds <= _ADDRESSES and kinds <= _ADDRESSES | _WORDS
    is_path = _are_in_paths(after, new)
    if is_word or (is_path and _are_in_paths(before, old) and _digits(old) == _digits(new)):
        return 1
    if not new and all(_is_no_degree(before, token) for token in old):
        return 1
    return 2 if is_path and kinds <= _ADDRESSES | _WORDS | _PARTS else 0


def _are_in_paths(text: str, tokens: Sequence[LockedToken]) -> bool:
    """True where the words around the tokens have a slash, an underscore or an at sign, and a run of small letters."""
    words = (whole_words(text, token.start, token.end) for token in tokens)
    return all(_SIGN.search(text, *span) and _SMALL.search(text, *span) for span in words)


def _digits(tokens: Sequence[LockedToken]) -> str:
    return "".join(c for token in tokens for c in token.text if c.isdecimal())


def _is_no_degree(text: str, token: LockedToken) -> bool:
    """True for a degree sign that stands behind no number."""
    return token.text == "°" and not text[: token.start].rstrip()[-1:].isdecimal()
