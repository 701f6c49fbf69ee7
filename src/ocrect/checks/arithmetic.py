"""Check "arithmetic": do the amounts of the page add up better, or worse, with the edit?

It knows quantity × price = amount on one line, and totals: a line's last amount that is the sum of those of the lines just
above it (net and tax included). An edit that makes such an equation hold is supported, one that breaks it opposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import combinations

from ocrect.correction import Edit, Finding, apply, around
from ocrect.document import Line
from ocrect.locked import locked_tokens
from ocrect.numerals import decimal_of
from ocrect.plugins import Check, Context
from ocrect.settings import Settings

NAME = "arithmetic"
_CENT = Decimal("0.01")
_MOST_NUMBERS, _MOST_ROWS = 12, 40


def build(settings: Settings) -> Check:
    """The check; it has no settings."""
    del settings
    return check


def check(line: Line, edit: Edit, context: Context, /) -> Finding:
    """What the page's equations say; silence where the edit changes no amount or no equation."""
    before, after = around(line.text, edit)
    if _numbers(before) == _numbers(after):
        return Finding(NAME, None, "no amount changes")
    edited = apply(line.text, [edit])
    held, holds = _equations(line, line.text, context.lines), _equations(line, edited, context.lines)
    if holds - held and not held - holds:
        return Finding(NAME, True, f"with it {min(holds - held)}")
    if held - holds:
        return Finding(NAME, False, f"without it {min(held - holds)}")
    return Finding(NAME, None, "no sum or product of the page tells")


def _equations(line: Line, text: str, lines: Sequence[Line]) -> set[str]:
    """The equations that hold around ``line`` if it reads ``text``, in words."""
    found = set(_products(_numbers(text)))
    index = next((i for i, other in enumerate(lines) if other.id == line.id), None)
    if index is None:
        return found
    near = range(max(0, index - _MOST_ROWS), min(len(lines), index + _MOST_ROWS))
    rows = [(i, _last_amount(text if i == index else lines[i].text)) for i in near]
    amounts = [(i, amount) for i, amount in rows if amount is not None]
    place = next((k for k, (i, _) in enumerate(amounts) if i == index), None)
    return found | (set(_sums([amount for _, amount in amounts], place)) if place is not None else set())


def _products(numbers: Sequence[Decimal]) -> list[str]:
    """``a × b = c`` for numbers of one line in this order, none of them 0 or 1."""
    numbers = numbers[:_MOST_NUMBERS]
    return [
        f"{a} × {b} = {c}"
        for a, b, c in combinations(numbers, 3)
        if a not in (0, 1) and b not in (0, 1) and c and abs(a * b - c) < _CENT / 2
    ]


def _sums(amounts: Sequence[Decimal], place: int) -> list[str]:
    """Totals of two or more amounts in a row right above them, which the amount at ``place`` is part of."""
    found = []
    for total in range(max(place, 2), len(amounts)):
        running = Decimal(0)
        for first in range(total - 1, -1, -1):
            running += amounts[first]
            if total - first >= 2 and (first <= place) and running == amounts[total] != 0:
                found.append(" + ".join(map(str, amounts[first:total])) + f" = {amounts[total]}")
    return found


@lru_cache(maxsize=512)
def _numbers(text: str) -> tuple[Decimal, ...]:
    """The values of the well-formed numbers and amounts of a line."""
    return tuple(Decimal(decimal_of(t.text)) for t in locked_tokens(text) if _countable(t.kind, t.text, t.well_formed))


def _countable(kind: str, text: str, well_formed: bool) -> bool:
    digits = sum(c.isdecimal() and c.isascii() for c in text)
    plain = not any(c in text for c in "/:'’=") and not any(c.isnumeric() and not c.isdecimal() for c in text)
    return well_formed and kind in ("number", "amount", "dose") and 0 < digits <= 12 and plain


def _last_amount(text: str) -> Decimal | None:
    """The line's last number if it is written with two decimals."""
    amounts = _numbers(text)
    return amounts[-1] if amounts and amounts[-1].as_tuple().exponent == -2 else None
