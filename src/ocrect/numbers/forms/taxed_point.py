"""A net amount that lost the sign before its cents, which the rate and the tax in its line tell: ``6% 774 0.46`` is 7.74."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from ocrect.numbers.figures import figures
from ocrect.numbers.forms.rule import Claim, Form, Found, Proof
from ocrect.numbers.forms.style import Style
from ocrect.numbers.rule import Example

_MARK = re.compile(r"[.,](?=\d\d(?!\d))")
"""The sign before the cents."""

_CENT, _HUNDRED = Decimal("0.01"), Decimal(100)
_SHORTEST, _LONGEST = 3, 7
"""Digits of an amount with cents and without their sign."""
_LEAST_TAX = Decimal("0.10")
"""Of a few cents of tax many nets have the same."""


def _find(text: str, style: Style) -> Iterator[Found]:
    del style
    found = figures(text)
    rates = [figure.value for figure in found if figure.percent and figure.value]
    for net, tax in pairwise(found):
        read = text[net.start : net.end]
        if not (read.isdecimal() and _SHORTEST <= len(read) <= _LONGEST and tax.cents and tax.value >= _LEAST_TAX):
            continue
        worth = Decimal(read) / _HUNDRED
        if any((worth * rate / _HUNDRED).quantize(_CENT, ROUND_HALF_UP) == tax.value for rate in rates):
            mark = _MARK.findall(text[tax.start : tax.end])[-1]
            yield Found(net.start, net.end, (f"{read[:-2]}{mark}{read[-2:]}",))


def _prove(claim: Claim) -> Proof:
    return Proof(f"the tax beside it is that of {claim.version!r} by the rate in the line")


RULE = Form(
    name="taxed-point",
    says="Digits before a tax, in a line with its rate, are the amount with cents that has this tax.",
    set_on="receipts that nothing was set on (1 of 25); by chance one number in 100 agrees with a tax of three digits",
    find=_find,
    prove=_prove,
    bar="punctuation",
    impossible="is no number",
    cases=(
        Example("SR=GST @6% 774 0.46", "774", "7.74", proved=False),
        Example("SR 6.00% 12345 7.41", "12345", "123.45", proved=False),
        Example("MwSt 19% 12050 22,90", "12050", "120,50", proved=False),
        Example("SR 6% 774 0.47"),
        Example("SR 6% 7.74 0.46"),
        Example("774 0.46"),
        Example("SR 6% 150 0.09"),
    ),
)
