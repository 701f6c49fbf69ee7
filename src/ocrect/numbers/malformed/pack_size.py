"""The size of a pack with letters for its last zeros: ``3X4OOML``."""

from __future__ import annotations

import re

from ocrect.numbers.grammar import START
from ocrect.numbers.rule import Example, Malformed
from ocrect.numbers.vocabulary import SOLD

_LETTERS = re.compile("[Oo](?=[Oo]*[A-Za-z]+$)")


def _repairs(text: str) -> tuple[str, ...]:
    return (_LETTERS.sub("0", text),)


RULE = Malformed(
    name="pack-size",
    says="The letter O between a number and the unit of weight or volume right behind it is a zero.",
    set_on="SROIE (1 of 60 receipts); the same letters as in letters-in-a-number, for which 13 pages speak",
    kind="packed",
    pattern=f"{START}(?:[0-9]{{1,4}}[xX])?[0-9]{{1,4}}[Oo]{{1,3}}{SOLD}(?![^\\W_])",
    repairs=_repairs,
    cases=(
        Example("OIL 3X4OOML", "3X4OOML", "3X400ML"),
        Example("RICE 5Okg", "5Okg", "50kg"),
        Example("JAM 5Og", "5Og", "50g"),
        Example("CO2OG and H2OL"),
    ),
)
