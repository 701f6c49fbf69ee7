"""A space between an amount and the code of its tax: ``5.80S`` is ``5.80 S``."""

from __future__ import annotations

import re

from ocrect.numbers.forms.rule import Cut, Parting
from ocrect.numbers.grammar import TAX
from ocrect.numbers.rule import Example

_CENTS_BEFORE, _CODE_BEHIND = re.compile(r"[.,]\d\d"), re.compile(rf"{TAX}(?![^\W_])")


def _parts(cut: Cut) -> str:
    code = _CODE_BEHIND.match(cut.text, cut.at)
    cents = _CENTS_BEFORE.fullmatch(cut.text, max(0, cut.at - 3), cut.at)
    return f"{code.group()!r} behind an amount is the code of a tax" if code and cents else ""


RULE = Parting(
    name="tax-code",
    says="One or two capitals behind the cents of an amount are the code of its tax, and a word by themselves.",
    set_on="SROIE (3 of 60 receipts; 12 have such codes): 7 right, 0 wrong",
    parts=_parts,
    cases=(
        Example("TEA 5.80S", "5.80S", "5.80 S"),
        Example("TEA 11.60T", "11.60T", "11.60 T"),
        Example("TEA RM5.80SR", "RM5.80SR", "RM5.80 SR"),
        Example("TEA 5.8S", "5.8S", "5.8 S", proved=False),
    ),
)
