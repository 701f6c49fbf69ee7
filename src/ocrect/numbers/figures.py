"""The numbers of a text as values that can be added and multiplied.

Counted is what can be nothing but a number or an amount, and a malformed one that has a single repair; no dates, times, codes.
Tills print the code of its tax right behind an amount: of ``11.60SR`` the amount counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from ocrect.numbers.tokens import LockedToken, locked_tokens, repairs
from ocrect.numbers.values import decimal_of

MOST_DIGITS = 12
"""Digits of the longest number that is counted: longer ones are codes."""

_WITH_CENTS = re.compile(r"[.,]\d\d\D*$")
_TAXED = re.compile(r"(?P<amount>(?:[A-Z]{2,3}|[$€£])?[0-9]{1,9}[.,][0-9]{2})[A-Z]{1,2}")
_RANGE = re.compile(r"\d\s?[-−–_]\s?\d")
_NOT_PLAIN = re.compile("[/:'’=½⅓⅔¼¾⅛⅜⅝⅞]")
_THREE_DECIMALS = re.compile(r"(?<![\d.,])(\d{1,3})[.,](\d{3})(?![\d.,])")
_NEGATIVE = re.compile(r"\s*[-−]|[^\d-]*[-−](?=\d)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a text: its value, whether it has two decimals or is a percentage.

    ``start`` and ``end`` are its token's place in the text; figures are equal wherever they stand.

    ``fine`` is what it is worth if a lone sign with three digits behind it does not group thousands: ``2.170`` a litre.
    """

    value: Decimal
    cents: bool = False
    percent: bool = False
    fine: Decimal | None = None
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

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
        if not 0 < digits <= MOST_DIGITS or _NOT_PLAIN.search(written) or _RANGE.search(written):
            continue
        value = Decimal(decimal_of(written))
        if _NEGATIVE.match(written):
            value = -value
        if token.kind == "percent":
            yield Figure(value, percent=True, start=token.start, end=token.end)
            continue
        fine = _THREE_DECIMALS.search(written)
        worth = Decimal(f"{fine[1]}.{fine[2]}") if fine else None
        yield Figure(value, bool(_WITH_CENTS.search(written)), fine=worth, start=token.start, end=token.end)


def _written(token: LockedToken) -> str:
    """The number as it is written, or as its only repair writes it; empty where it is none."""
    if token.kind in ("number", "amount", "dose", "percent"):
        if token.well_formed:
            return token.text
        versions = repairs(token)
        return versions[0] if len(versions) == 1 else ""
    taxed = _TAXED.fullmatch(token.text) if token.kind == "code" else None
    return taxed["amount"] if taxed else ""
