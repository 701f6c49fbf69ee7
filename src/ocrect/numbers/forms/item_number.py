"""A space behind the number of an item, at the head of a line before its code: ``1.8105-0032`` is ``1. 8105-0032``."""

from __future__ import annotations

import re

from ocrect.numbers.forms.rule import Cut, Parting
from ocrect.numbers.rule import Example

_ITEM = re.compile(r"\s*\d{1,2}[.)](?=\d{3,}-\d{3,})")


def _parts(cut: Cut) -> str:
    match = _ITEM.match(cut.text)
    if match is None or match.end() != cut.at:
        return ""
    return f"{cut.text[: cut.at].strip()!r} counts the items"


RULE = Parting(
    name="item-number",
    says="One or two digits with a point or bracket at the head of a line, before a code with a hyphen, count the items.",
    set_on="SROIE (5 of 60 receipts, all of one shop): 5 right, 0 wrong",
    parts=_parts,
    any_gap=True,
    cases=(
        Example("1.8105-0032", "1.8105-0032", "1. 8105-0032"),
        Example("12.2000-0240 pens", "12.2000-0240", "12. 2000-0240"),
        Example("1.8105-0032", "1.8105-0032", "1.81 05-0032", proved=False),
        Example("x 1.8105-0032", "1.8105-0032", "1. 8105-0032", proved=False),
    ),
)
