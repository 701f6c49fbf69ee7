"""An account number (IBAN) with a letter and a digit taken for each other: its check digits tell which."""

from __future__ import annotations

import re

from ocrect.numbers.grammar import SPACE
from ocrect.numbers.rule import Example, Malformed
from ocrect.numbers.values import iban_holds
from ocrect.words.confusions import DIGITS

_SWAPS = {**{letter: digits[0] for letter, digits in DIGITS.items()}, "0": "O", "1": "I", "5": "S", "8": "B", "2": "Z"}


def _repairs(text: str) -> tuple[str, ...]:
    """Versions with one letter and digit taken for each other that fulfil the check digits (ISO 13616)."""
    versions = (text[:i] + _SWAPS[c] + text[i + 1 :] for i, c in enumerate(text) if c in _SWAPS)
    return tuple(dict.fromkeys(v for v in versions if iban_holds(re.sub(SPACE, "", v))))


RULE = Malformed(
    name="account-number",
    says="An IBAN whose check digits are wrong, and right with one letter and digit exchanged, is that one.",
    set_on="ISO 13616: one number in 97 has right check digits by chance",
    kind="iban",
    repairs=_repairs,
    cases=(
        Example("DE89 37O4 0044 0532 0130 00", "DE89 37O4 0044 0532 0130 00", "DE89 3704 0044 0532 0130 00"),
        Example("IBAN GB82 WE5T 1234 5698 7654 32", "GB82 WE5T 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32"),
        Example("DE88 3704 0044 0532 0130 00"),  # a wrong digit: any other one may be meant
        Example("DE89 3704 0044 0532 0130 00"),
    ),
)
