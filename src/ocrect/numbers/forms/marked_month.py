"""A month with a mark that no month has, between a day and a year: ``01Auğ2018``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocrect.letters import without_accents
from ocrect.numbers.forms.rule import Claim, Form, Found, Proof
from ocrect.numbers.forms.style import Style
from ocrect.numbers.rule import Example
from ocrect.numbers.vocabulary import MONTHS

_DATED = re.compile(r"(?<![^\W_])[0-9]{1,2}(?P<gap>[ ./-]?)(?P<month>[^\W\d_]{3,9})(?P=gap)(?:[12][0-9])?[0-9]{2}(?![^\W_])")


def _find(text: str, style: Style) -> Iterator[Found]:
    del style
    for match in _DATED.finditer(text):
        month, plain = match["month"], without_accents(match["month"])
        if month != plain and month.lower() not in MONTHS and plain.lower() in MONTHS:
            yield Found(*match.span("month"), (plain,))


def _prove(claim: Claim) -> Proof:
    return Proof(f"a month stands between a day and a year, and {claim.read!r} is none")


RULE = Form(
    name="marked-month",
    says="A month that is one without its marks, between a day and a year, has none.",
    set_on="an unseen bank statement: 2 of 6 mended, 4 the image opposes",
    find=_find,
    prove=_prove,
    bar="",
    cases=(
        Example("01Auğ2018 Cheque 4986", "Auğ", "Aug"),
        Example("on 12-Şep-21 we", "Şep", "Sep"),
        Example("am 02.März.2019 und"),
        Example("le 4 août 2018"),
        Example("12 Auğe 2018"),
    ),
)
