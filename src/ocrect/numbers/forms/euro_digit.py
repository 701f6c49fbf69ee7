"""A euro sign behind amounts, read as a digit throughout a page: ``6.906 14.706 3.606``."""

from __future__ import annotations

from collections.abc import Iterator

from ocrect.numbers.forms.rule import Claim, Form, Found, Proof
from ocrect.numbers.forms.style import Style, numbers_of_three_decimals
from ocrect.numbers.rule import Example

DIGITS = "64"
"""Digits that a euro sign behind an amount is read as; one of thousands (0, 5) would prove nothing."""

LEAST, LEAST_ALONE = 3, 5
"""Numbers of three decimals that must agree: on a page in euros, and where nothing else says that it is. By chance one page in
100, and in 10,000, has so many and all end in the same digit."""


def _find(text: str, style: Style) -> Iterator[Found]:
    digit, count = style.last_digits
    if digit and digit in DIGITS and count >= LEAST:
        for match in numbers_of_three_decimals(text):
            yield Found(match.start(), match.end(), (match.group()[:-1] + "€",))


def _prove(claim: Claim) -> Proof | None:
    digit, count = claim.style.last_digits
    if count < LEAST_ALONE and not claim.style.is_in("EUR"):
        return None
    return Proof(f"all numbers of three decimals on the page end in {digit}: its euro sign, misread")


RULE = Form(
    name="euro-digit",
    says="Where all numbers of three decimals on a page end in 6, or all in 4, and the page is in euros, this digit is the "
    "euro sign. It counts where there is no image; with one, the image tells.",
    set_on="FR3 (3 of 98 French receipts): 21 right, 0 wrong",
    find=_find,
    prove=_prove,
    bar="",
    blind=True,
    cases=(
        Example("CAFE 6.906", "6.906", "6.90€", page=("THE 3.606", "TOTAL 10.506", "Reglement en Euro")),
        Example("CAFE 6.906", "6.906", "6.90€", page=("THE 3.606", "TOTAL 10.506"), proved=False),
        Example("A 6,904", "6,904", "6,90€", page=("B 1,204", "C 1,304", "D 2,504", "E 4,004")),
        Example("CAFE 6.906", page=("THE 3.605", "TOTAL 10.506")),
        Example("1.500", page=("2.500", "3.500", "4.500", "9.500")),  # thousands
    ),
)
