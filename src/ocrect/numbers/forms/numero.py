"""The sign of a numero that was read as a raised zero: ``n⁰ 1629`` for ``n° 1629``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocrect.numbers.forms.rule import Claim, Form, Found, Proof
from ocrect.numbers.forms.style import Style
from ocrect.numbers.rule import Example

_NUMERO = re.compile(r"(?<![^\W_])[Nn](⁰)(?=:? ?[0-9])")


def _find(text: str, style: Style) -> Iterator[Found]:
    del style
    for match in _NUMERO.finditer(text):
        yield Found(match.start(1), match.end(1), ("°",))


def _prove(claim: Claim) -> Proof:
    del claim
    return Proof("a number follows, and an n to the power of naught is 1")


RULE = Form(
    name="numero",
    says="A raised zero behind an n before a number is the sign of a numero.",
    set_on="unseen invoices (4 pages in French and Portuguese): 4 right, 0 wrong",
    find=_find,
    prove=_prove,
    bar="",
    cases=(
        Example("NFC-e n⁰ 1629 Série 1", "⁰", "°"),
        Example("Facture N⁰: 12", "⁰", "°"),
        Example("where n⁰ = 1 holds"),
        Example("at 20⁰ 5 miles"),
    ),
)
