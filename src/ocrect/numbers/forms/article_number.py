"""A space behind an article number, whose check digit is right: ``40063813339315`` is ``4006381333931 5``."""

from __future__ import annotations

from ocrect.numbers.forms.rule import Cut, Parting
from ocrect.numbers.rule import Example
from ocrect.numbers.values import ean_holds


def _parts(cut: Cut) -> str:
    if not (cut.is_of_digits and cut.head.isdecimal() and cut.tail.isdecimal()):
        return ""
    holds = ean_holds(cut.head) and not ean_holds(cut.head + cut.tail)
    return f"the check digit of the article number {cut.head!r} is right" if holds else ""


RULE = Parting(
    name="article-number",
    says="Thirteen digits whose last one is the check digit of an article number (EAN-13) are one number, and what is behind "
    "them another.",
    set_on="EAN-13 (one number in 10 is right by chance); 6 receipts of SROIE have such numbers, 14 of FR3; 1 right",
    parts=_parts,
    cases=(
        Example("40063813339312", "40063813339312", "4006381333931 2"),
        Example("40063813339322", "40063813339322", "4006381333932 2", proved=False),
        Example("400638133393", "400638133393", "400638 133393", proved=False),
    ),
)
