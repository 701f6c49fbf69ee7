"""An @ before a rate, read as a 0: ``GST 06%``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocrect.numbers.forms.rule import Claim, Form, Found, Proof
from ocrect.numbers.forms.style import Style
from ocrect.numbers.rule import Example

_ZERO = re.compile(r"(?<![\d.,@])(?<!@ )0(?=\d{1,2}%)")
"""With decimals as well it is filled up to its width: ``Z 00.0%`` above ``S 06.0%``."""


def _find(text: str, style: Style) -> Iterator[Found]:
    del style
    return (Found(match.start(), match.end(), ("@",)) for match in _ZERO.finditer(text))


def _prove(claim: Claim) -> Proof:
    del claim
    return Proof("no rate without decimals begins with a 0 before another digit")


RULE = Form(
    name="rate-at",
    says="A 0 before another digit of a rate without decimals is the sign @: no rate begins so.",
    set_on="SROIE (4 of 60 receipts; 28 have @ before a rate): 6 right, 0 wrong",
    find=_find,
    prove=_prove,
    cases=(
        Example("GST 06%", "0", "@", share=0.1),
        Example("SR 010%", "0", "@", share=0.1),
        Example("0.60% and 10.06%"),
        Example("GST @06% @ 06%"),
        Example("Z 00.0% and S 06.0%"),  # filled up to their width
    ),
)
