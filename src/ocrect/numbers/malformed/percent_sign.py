"""A percent sign behind two decimals, read as a Z: ``10.00Z``."""

from __future__ import annotations

from ocrect.numbers.malformed.behind_cents import behind_cents, last_as
from ocrect.numbers.rule import Example, Malformed
from ocrect.words.confusions import PERCENT_SUFFIXES

RULE = Malformed(
    name="percent-sign",
    says="A `Z` behind two decimals is a percent sign.",
    set_on="FR3 (4 of 98 French receipts): 5 right, 0 wrong",
    kind="percent",
    pattern=behind_cents(PERCENT_SUFFIXES),
    repairs=last_as("%"),
    cases=(
        Example("TVA 10.00Z", "10.00Z", "10.00%"),
        Example("5,50Z;", "5,50Z", "5,50%"),
        Example("10Z and 10.00ZR"),
    ),
)
