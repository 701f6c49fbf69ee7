"""Where a space would part a number, code, phone number or coordinate, and what proves beside the gap that these are two.

A gap on the page alone proves nothing there: type of one width, narrow figures and a speck leave gaps inside numbers, and
``US$170`` is no ``US$1 70``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ocrect.numbers.tokens import LockedToken, has_known_form, locked_tokens
from ocrect.numbers.values import ean_holds
from ocrect.words.lexicon import Lexicon

LEAST_LETTERS = 3
"""Letters of a listed word that stands apart from the digits beside it: shorter ones are as likely parts of a code."""

REACH = 60
"""Characters before and behind the place that are looked at: words are shorter."""

_LETTERS_BEFORE, _LETTERS_BEHIND = re.compile(r"[^\W\d_]+$"), re.compile(r"[^\W\d_]+")
_TAXED_BEFORE, _TAX_BEHIND = re.compile(r"[.,]\d\d$"), re.compile(r"[A-Z]{1,2}(?![^\W_])")
_TIMES = re.compile("[xX×]")
_COORDINATE = re.compile(r"\d{1,3}°\s?\d[\d.,'’′\"”″ ]*")
_OF_DIGITS = frozenset({"number", "amount", "percent", "dose", "date", "time"})
_NEVER = frozenset({"iban", "card", "tax-id", "url", "email", "misgrouped", "phone"})
"""Kinds of tokens that no witness parts."""

_CENTS = re.compile(r"\d[.,]\d\d$")
_FULL_DATE = re.compile(r"(?:\d{1,2}[./-]){2}\d{4}|\d{4}(?:[./-]\d{1,2}){2}")


def parts_a_token(text: str, at: int) -> bool:
    """True where a space before ``text[at]`` falls inside what is or could be one number, code, phone number or coordinate.

    The sign × between or beside digits is none of a code's letters.
    """
    if any(match.start() < at < match.end() for match in _COORDINATE.finditer(text)):
        return True
    token = _around(text, at)
    if token is None or token.kind == "word":
        return False
    return not (_is_times(text, at) or _is_times(text, at - 1))


def proof(text: str, at: int, words: Lexicon, page: Sequence[str]) -> str:
    """What besides a gap says that a space before ``text[at]`` parts two tokens and not one, in words; empty: nothing does.

    Of a token of letters and digits: that it stays the number that it is, with its unit or currency apart; the code of a tax
    behind an amount; a listed word, or letters that stand by themselves elsewhere on the ``page``. Of digits that are no number
    as they stand: a date, time or amount, or an article number (EAN-13, by its check digit), that is whole by itself.
    """
    if any(match.start() < at < match.end() for match in _COORDINATE.finditer(text)):
        return ""
    token = _around(text, at)
    if token is None or token.kind in _NEVER:
        return ""
    left, right = text[:at], text[at:]
    if _stays(text, at, token):
        return f"{token.text!r} stays what it is"
    if letters := _letters(left, right):
        return _of_letters(left, right, letters, words, page)
    return "" if has_known_form(token.text) and not token.text.isdecimal() else _of_digits(text, at, token)


def _stays(text: str, at: int, token: LockedToken) -> bool:
    """True where the token with the space in it has the same value, and no space comes between its digits."""
    if text[at - 1].isdecimal() and text[at].isdecimal():
        return False
    found = locked_tokens(f"{text[token.start : at]} {text[at : token.end]}")
    return len(found) == 1 and (found[0].kind, found[0].value) == (token.kind, token.value)


def _of_letters(left: str, right: str, letters: tuple[str, ...], words: Lexicon, page: Sequence[str]) -> str:
    """The proof for a place with letters on one side or both."""
    tax = _TAX_BEHIND.match(right)
    if tax and _TAXED_BEFORE.search(left):
        return f"{tax.group()!r} behind an amount is the code of a tax"
    alone = _alone(tuple(page))
    for word in letters:
        if len(word) >= LEAST_LETTERS and words.known(word):
            return f"{word!r} is a word"
        if word in alone:
            return f"{word!r} stands by itself elsewhere on the page"
    return ""


def _of_digits(text: str, at: int, token: LockedToken) -> str:
    """The proof for a place between digits, with or without signs between them."""
    head, tail = text[token.start : at], text[at : token.end]
    if head.isdecimal() and tail.isdecimal():
        holds = ean_holds(head) and not ean_holds(head + tail)
        return f"the check digit of the article number {head!r} is right" if holds else ""
    pieces = [piece.strip("-–") for piece in (head, tail)]
    if not all(_is_one(piece) for piece in pieces) or not tail[0].isalnum():
        return ""
    whole = next((piece for piece in pieces if _FULL_DATE.fullmatch(piece)), "") or (_CENTS.search(pieces[0]) and pieces[0])
    return f"{whole!r} is whole by itself" if whole else ""


def _is_one(piece: str) -> bool:
    """True where all of ``piece`` is one number, amount, rate, date or time."""
    found = locked_tokens(piece)
    return len(found) == 1 and found[0].text == piece and found[0].well_formed and found[0].kind in _OF_DIGITS


def _around(text: str, at: int) -> LockedToken | None:
    """The token that has characters before and behind that place."""
    return next((token for token in locked_tokens(text) if token.start < at < token.end), None)


def _letters(left: str, right: str) -> tuple[str, ...]:
    """The runs of letters that end and begin at a place."""
    found = (_LETTERS_BEFORE.search(left[-REACH:]), _LETTERS_BEHIND.match(right[:REACH]))
    return tuple(match.group() for match in found if match)


def _is_times(text: str, at: int) -> bool:
    """True for an x that stands for ×: beside a digit, and beside no letter."""
    if not (0 <= at < len(text) and _TIMES.match(text[at])):
        return False
    beside = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    return any(map(str.isdecimal, beside)) and not any(map(str.isalpha, beside))


@lru_cache(maxsize=16)
def _alone(page: tuple[str, ...]) -> frozenset[str]:
    """The runs of letters that are words by themselves on a page, with or without a sign behind."""
    return frozenset(word.rstrip(".:;,") for text in page for word in text.split() if word.rstrip(".:;,").isalpha())
