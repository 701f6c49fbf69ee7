"""A percent sign behind two decimals, read as a Z: ``10.00Z``."""

from __future__ import annotations

from ocrect.numbers.grammar import MINUS, NUMBER, START
from ocrect.numbers.rule import Example, Malformed
from ocrect.words.confusions import PERCENT_SUFFIXES


def _repairs(text: str) -> tuple[str, ...]:
    return (text[:-1] + "%",)


RULE = Malformed(
    name="percent-sign",
    says="A `Z` behind two decimals is a percent sign.",
    set_on="FR3 (4 of 98 French receipts): 5 right, 0 wrong",
    kind="percent",
    pattern=f"{START}{MINUS}{NUMBER}(?<=[.,][0-9][0-9])[{PERCENT_SUFFIXES}](?=[\\s;,]|$)",
    repairs=_repairs,
    cases=(
        Example("TVA 10.00Z", "10.00Z", "10.00%"),
        Example("5,50Z;", "5,50Z", "5,50%"),
        Example("10Z and 10.00ZR"),
    ),
)
