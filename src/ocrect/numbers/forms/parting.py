"""Where a space would part a number, code, phone number or coordinate, and which rule says that these are two.

A gap on the page alone proves nothing there: type of one width, narrow figures and a speck leave gaps inside numbers, and
``US$170`` is no ``US$1 70``.
"""

from __future__ import annotations

import re

from ocrect.numbers.tokens import LockedToken, locked_tokens

_TIMES = re.compile("[xX×]")
_COORDINATE = re.compile(r"\d{1,3}°\s?\d[\d.,'’′\"”″ ]*")
_NEVER = frozenset({"iban", "card", "tax-id", "url", "email", "misgrouped", "phone"})
"""Kinds of tokens that no witness parts."""


def parts_a_token(text: str, at: int) -> bool:
    """True where a space before ``text[at]`` falls inside what is or could be one number, code, phone number or coordinate.

    The sign × between or beside digits is none of a code's letters.
    """
    if _in_coordinate(text, at):
        return True
    token = _around(text, at)
    if token is None or token.kind == "word":
        return False
    return not (_is_times(text, at) or _is_times(text, at - 1))


def token_to_part(text: str, at: int) -> LockedToken | None:
    """The token that a space before ``text[at]`` would part; ``None`` where there is none, or one that nothing parts."""
    token = None if _in_coordinate(text, at) else _around(text, at)
    return None if token is None or token.kind in _NEVER else token


def _in_coordinate(text: str, at: int) -> bool:
    return any(match.start() < at < match.end() for match in _COORDINATE.finditer(text))


def _around(text: str, at: int) -> LockedToken | None:
    """The token that has characters before and behind that place."""
    return next((token for token in locked_tokens(text) if token.start < at < token.end), None)


def _is_times(text: str, at: int) -> bool:
    """True for an x that stands for ×: beside a digit, and beside no letter."""
    if not (0 <= at < len(text) and _TIMES.match(text[at])):
        return False
    beside = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    return any(map(str.isdecimal, beside)) and not any(map(str.isalpha, beside))
