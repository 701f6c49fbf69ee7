"""The numbers of a text as values that can be added and multiplied, how a page writes its amounts, and dates that cannot be.

Counted is what can be nothing but a number or an amount, and a malformed one that has a single repair; no dates, times, codes.
Tills print the code of its tax right behind an amount: of ``11.60SR`` the amount counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from ocrect.confusions import DIGITS
from ocrect.locked import LockedToken, locked_tokens, repairs
from ocrect.numerals import decimal_of, iso_date

MOST_DIGITS = 12

_WITH_CENTS = re.compile(r"[.,]\d\d\D*$")
_TAXED = re.compile(r"(?P<amount>(?:[A-Z]{2,3}|[$€£])?[0-9]{1,9}[.,][0-9]{2})[A-Z]{1,2}")
_RANGE = re.compile(r"\d\s?[-−–_]\s?\d")
_FINE = re.compile(r"(?<![\d.,])(\d{1,3})[.,](\d{3})(?![\d.,])")
_NEGATIVE = re.compile(r"\s*[-−]|[^\d-]*[-−](?=\d)")
_MARKED = re.compile(r"(?<![\w.,])[$€£]?\d{1,3}(?:[.,' ]?\d{3})*([.,])\d\d(?![\w]|[.,]\d)")

SHORTEST = 4
"""Characters of a word that is known again by its digits."""

FEWEST = 4
"""Amounts that must be written in one way for it to be the page's."""

MOST_OTHERS = 0.25
"""Amounts written otherwise for each one of these, at most: they may be the misread ones."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a text: its value, whether it has two decimals or is a percentage.

    ``fine`` is what it is worth if a lone sign with three digits behind it does not group thousands: ``2.170`` a litre.
    """

    value: Decimal
    cents: bool = False
    percent: bool = False
    fine: Decimal | None = None

    @property
    def shown(self) -> str:
        return f"{self.value}%" if self.percent else str(self.value)


@lru_cache(maxsize=1024)
def figures(text: str) -> tuple[Figure, ...]:
    """The numbers of ``text``, left to right."""
    return tuple(_figures(text))


def _figures(text: str) -> Iterator[Figure]:
    for token in locked_tokens(text):
        written = _written(token)
        digits = sum(c.isdecimal() and c.isascii() for c in written)
        if not 0 < digits <= MOST_DIGITS or any(c in written for c in "/:'’=½⅓⅔¼¾⅛⅜⅝⅞") or _RANGE.search(written):
            continue
        value = Decimal(decimal_of(written))
        if _NEGATIVE.match(written):
            value = -value
        if token.kind == "percent":
            yield Figure(value, percent=True)
            continue
        fine = _FINE.search(written)
        yield Figure(value, bool(_WITH_CENTS.search(written)), fine=Decimal(f"{fine[1]}.{fine[2]}") if fine else None)


def _written(token: LockedToken) -> str:
    """The number as it is written, or as its only repair writes it; empty where it is none."""
    if token.kind in ("number", "amount", "dose", "percent"):
        if token.well_formed:
            return token.text
        versions = repairs(token)
        return versions[0] if len(versions) == 1 else ""
    taxed = _TAXED.fullmatch(token.text) if token.kind == "code" else None
    return taxed["amount"] if taxed else ""


def decimal_marks(text: str) -> list[str]:
    """The signs before the cents of the amounts of ``text``, in order."""
    return [match[1] for match in _MARKED.finditer(text)]


@lru_cache(maxsize=64)
def decimal_mark(texts: Sequence[str]) -> str:
    """The sign that stands before the cents in nearly all amounts of a page; empty where there are few, or both ways occur."""
    marks = Counter(mark for text in texts for mark in decimal_marks(text))
    (mark, count), *others = [*marks.most_common(), (".", 0)]
    return mark if count >= FEWEST and sum(n for _, n in others) <= MOST_OTHERS * count else ""


_RESTYLED = re.compile(
    r"(?<![\w.,:/-])(?P<money>(?:[$€£]|RM|EUR|USD|GBP|CHF) ?)?(?P<whole>\d{1,3}(?:[.,]\d{3})+|\d{1,6})"
    r"(?P<mark>[.,:])(?P<cents>\d\d)(?![\w%]|[.,:/-]\d)"
)


def restyled(text: str, mark: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and repair of each amount of ``text`` that is not written as the page writes its own, with ``mark``.

    What may be a date or a time (``24.12`` among amounts with commas, ``2:10``) is left alone unless a currency stands before.
    """
    group = {".": ",", ",": "."}.get(mark, "")
    for match in _RESTYLED.finditer(text) if mark else ():
        whole, read = match["whole"], match["mark"]
        rights = re.sub("[.,]", group, whole)
        if (whole, read) == (rights, mark) or (read == ":" and len(whole) > 3):
            continue
        if len(whole) <= 2 and not match["money"] and (read == ":" or mark == ","):
            continue
        start = match.start("whole")
        yield start, match.end(), f"{rights}{mark}{match['cents']}"


_UNDATED = re.compile(r"(?<![\w./-])(?=\d{1,4}[./:-]\d)[\d./:-]{8,11}(?![\w/]|[.:-]\d)")
_DATED = re.compile(r"(\d\d)([./-])(\d\d)\2((?:19|20)\d\d)|((?:19|20)\d\d)([./-])(\d\d)\6(\d\d)")
_SIGNS = "0123456789"


def impossible_dates(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of what looks like a date with the year in full and is none: ``20/03/201``, ``21/88/2007``."""
    for match in _UNDATED.finditer(text):
        found = match.group()
        sizes = [len(part) for part in re.split("[./:-]", found)]
        full = sum(sizes) in (7, 8, 9) and 2 <= len(sizes) <= 4 and set(found) & set("./-")
        if full and not is_date(found) and next(dates_near(found), ""):
            yield match.span()


def dates_near(text: str) -> Iterator[str]:
    """The dates with days and months of two digits and the year in full that are one sign away from ``text``, each once."""
    versions: dict[str, None] = {}
    for i in range(len(text) + 1):
        if i < len(text):
            versions[text[:i] + text[i + 1 :]] = None
            versions.update((text[:i] + sign + text[i + 1 :], None) for sign in _SIGNS + "./-")
        versions.update((text[:i] + sign + text[i:], None) for sign in _SIGNS + "./-")
    return (version for version in versions if version != text and is_date(version))


def is_date(text: str) -> bool:
    """True for a day that there is, from 1900 to 2099, written in digits."""
    return _DATED.fullmatch(text) is not None and iso_date(text) is not None


_AT = re.compile(r"(?<![\d.,])0(?=\d{1,2}(?:\.\d{1,2})?%)")


def misread_at(text: str) -> Iterator[int]:
    """Where a 0 stands before a rate that it cannot belong to, as in ``GST 06%``: it may be an @."""
    return (match.start() for match in _AT.finditer(text))


def skeleton(word: str) -> str:
    """``word`` with each letter that is read for a digit as this digit: what ``50OA`` and ``500A`` share."""
    return "".join(DIGITS.get(c, c)[0] for c in word)


def reads_as_digits(before: str, after: str) -> bool:
    """True where ``after`` is ``before`` with letters read as the digits that they are taken for, in a word with two digits."""
    return (
        before != after
        and len(before) == len(after) >= SHORTEST
        and sum(map(str.isdecimal, before)) >= 2
        and all(a == b or a in DIGITS.get(b, "") for b, a in zip(before, after, strict=True))
    )


_LOST = re.compile(r"(?<![\w.,:/-])0(?=\d\d(?![\w.,:/-]))")


def without_mark(text: str, mark: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and repair of each ``060`` beside an amount, on a page whose amounts have ``mark`` before the cents."""
    if mark and any(figure.cents for figure in figures(text)):
        for match in _LOST.finditer(text):
            cents = text[match.end() : match.end() + 2]
            yield match.start(), match.end() + 2, f"0{mark}{cents}"


def in_doubt(text: str, mark: str) -> list[tuple[int, int]]:
    """Start and end of what cannot be the number, amount or date that it looks like, or not on a page that writes ``mark``."""
    spans = [(token.start, token.end) for token in locked_tokens(text) if repairs(token)]
    spans += [(start, end) for start, end, _ in (*restyled(text, mark), *without_mark(text, mark))]
    return [*spans, *impossible_dates(text), *((at, at + 1) for at in misread_at(text))]
