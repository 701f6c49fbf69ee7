"""Thousands and cents after the same sign, as in ``1.500.00``: one of the signs was misread."""

from __future__ import annotations

import re

from ocrect.numbers.rule import Example, Malformed

_MISGROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*\1\d{2}(?![\d.,]*\d)")
_PARTS = re.compile(r"(.*)([.,])(\d{2}\D*)", re.DOTALL)
_OTHER = {".": ",", ",": "."}


def is_misgrouped(number: str) -> bool:
    """True for a number or amount with the same sign before thousands and cents."""
    return _MISGROUPED.search(number) is not None


def _repairs(text: str) -> tuple[str, ...]:
    """Both ways to write it: ``1,500.00`` and ``1.500,00``."""
    parts = _PARTS.fullmatch(text)
    assert parts is not None, "a misgrouped number has cents"
    head, sign, cents = parts.groups()
    return (head.replace(sign, _OTHER[sign]) + sign + cents, head + _OTHER[sign] + cents)


RULE = Malformed(
    name="misgrouped",
    says="An amount with the same sign before thousands and cents is one of two: a proof beside it tells which (the page's "
    "sums, or how it writes its other amounts).",
    set_on="SROIE (1 of 60 receipts); both readings are only proposed",
    kind="misgrouped",
    repairs=_repairs,
    impossible=True,
    cases=(
        Example("Sum 1.500.00", "1.500.00", "1,500.00", proved=False),
        Example("Sum 1.500.00", "1.500.00", "1.500,00", proved=False),
        Example("Sum $12,345,67", "$12,345,67", "$12,345.67", proved=False),
        Example("1,500.00 and 1.500.000"),
    ),
)
