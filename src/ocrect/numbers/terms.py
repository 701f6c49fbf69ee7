"""A number in its place on the page, a relation of several, and which numbers are one another but for a digit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import ceil, floor
from typing import NamedTuple

from ocrect.numbers.figures import Figure

CENT = Decimal("0.01")
_HUNDRED = Decimal(100)


class Term(NamedTuple):
    """A number in its place."""

    line: int
    figure: Figure

    @property
    def value(self) -> Decimal:
        return self.figure.value

    @property
    def shown(self) -> str:
        return self.figure.shown

    @property
    def place(self) -> tuple[int, int]:
        return self.line, self.figure.start


class Relation(NamedTuple):
    """Terms, what each of them alone would have to be (``None``: nothing tells), and in words what does not hold."""

    terms: tuple[Term, ...]
    wanted: tuple[Decimal | None, ...]
    words: str
    slack: Decimal = Decimal(0)
    rate: Decimal | None = None
    """Of which the first term is the net amount and the second the tax: a tax in cents fits many a net amount."""

    def holds(self, *, nearly: bool = False) -> bool:
        """True where some term is what it has to be; ``nearly``: within the slack of what is rounded."""
        pairs = zip(self.terms, self.wanted, strict=True)
        most = self.slack if nearly else 0
        return any(wanted is not None and abs(term.value - wanted) <= most for term, wanted in pairs)


Group = list[Relation]
"""Alternatives of one place of the page: it is satisfied where one of them holds."""


def is_one_digit(figure: Figure, value: Decimal) -> bool:
    """True where ``value``, written with as many decimals, is the number with one other digit, or without its lost point."""
    if (value < 0) is not (figure.value < 0) or value == figure.value:
        return False
    if not figure.cents and not figure.percent and value * _HUNDRED == figure.value >= _HUNDRED:
        return True
    values = (abs(figure.value), abs(value))
    before, after = (f"{v:.2f}" if figure.cents else f"{v.normalize():f}" for v in values)
    return len(before) == len(after) and sum(a != b for a, b in zip(before, after, strict=True)) == 1


def added(parts: Sequence[Term], total: Term, slack: Decimal = Decimal(0)) -> Relation:
    """``a + b + … = total``."""
    missing = total.value - sum(t.value for t in parts)
    words = f"{' + '.join(t.shown for t in parts)} is {total.value - missing}, not {total.shown}"
    if len(parts) == 1:
        words = f"{parts[0].shown} is all of the total, not {total.shown}"
    return Relation((*parts, total), (*(t.value + missing for t in parts), total.value - missing), words, slack)


def may_add(parts: Sequence[Term], total: Term) -> bool:
    """False where the total is one of its parts too, and others are not 0: it stands there twice, and was never their sum."""
    return all(part.value != total.value for part in parts) or sum(part.value for part in parts) == total.value


def to_cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def others(value: Decimal, least: Decimal, most: Decimal) -> Iterator[Decimal]:
    """What an amount above zero is with one other digit, from ``least`` to ``most``: the digit goes up or down by what is
    missing.
    """
    digits = f"{value:.2f}".replace(".", "")
    for place, digit in enumerate(digits, start=1):
        worth = CENT.scaleb(len(digits) - place)
        for more in range(ceil((least - value) / worth), floor((most - value) / worth) + 1):
            if more and 0 <= int(digit) + more <= 9:
                yield value + more * worth


def with_one_digit(value: Decimal) -> Iterator[Decimal]:
    text = f"{value:.2f}"
    for at, digit in enumerate(text):
        if digit.isdecimal():
            yield from (Decimal(text[:at] + other + text[at + 1 :]) for other in "0123456789" if other != digit)
