"""A euro sign behind an amount, read as a bracket or a letter: ``0.89(``."""

from __future__ import annotations

from ocrect.numbers.malformed.behind_cents import behind_cents, last_as
from ocrect.numbers.rule import Example, Malformed
from ocrect.words.confusions import EURO_SUFFIXES

RULE = Malformed(
    name="euro-sign",
    says="A bracket, `c`, `C`, `e` or `E` behind cents is a euro sign, on a page that names the euro and no other currency.",
    set_on="FR3 (16 of 98 French receipts): 118 right, 0 wrong",
    kind="amount",
    pattern=behind_cents(EURO_SUFFIXES),
    repairs=last_as("€"),
    currency="EUR",
    cases=(
        Example("PAIN 0.89(", "0.89(", "0.89€", page=("TOTAL 4.50 €",)),
        Example("-2,50C", "-2,50C", "-2,50€", page=("Summe EUR 12,00",)),
        Example("PAIN 0.89(", "0.89(", "0.89€", page=("TOTAL $4.50",), proved=False),
        Example("PAIN 0.89(", "0.89(", "0.89€", proved=False),
        Example("see 0.89 (net)"),
    ),
)
