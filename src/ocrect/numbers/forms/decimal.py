"""A decimal number that begins with the letter l: ``l.0``."""

from __future__ import annotations

import re

from ocrect.numbers.forms.digits import digits_stand_there
from ocrect.numbers.rule import Example

_DECIMAL = re.compile(r"(?<![\w.,/-])l\.\d{1,3}(?![\w/-]|[.,]\d)")


RULE = digits_stand_there(
    name="decimal",
    says="A small `l` before a point and digits, by itself, is a 1.",
    set_on="nothing yet: no page of the development sets has one",
    experimental=True,
    matches=_DECIMAL.finditer,
    cases=(
        Example("factor l.0 is", "l.0", "1.0"),
        Example("about l.125 of", "l.125", "1.125"),
        Example("l.0.3, B.12, I.1, www.l.10.com"),
    ),
)
