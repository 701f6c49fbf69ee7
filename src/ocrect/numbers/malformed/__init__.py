"""Tokens that cannot be what they look like, a file each, in the order in which they are looked for."""

from __future__ import annotations

from ocrect.numbers.malformed import account, euro_sign, glued_time, lettered, misgrouped, pack_size, percent_sign
from ocrect.numbers.rule import Malformed

MALFORMED: tuple[Malformed, ...] = (
    account.RULE,
    glued_time.RULE,
    pack_size.RULE,
    euro_sign.RULE,
    percent_sign.RULE,
    misgrouped.RULE,
    lettered.RULE,
)
