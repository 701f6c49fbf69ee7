"""A year whose first digit was read as a letter: ``l984``."""

from __future__ import annotations

import re

from ocrect.numbers.forms.digits import digits_stand_there
from ocrect.numbers.rule import Example

_YEAR = re.compile(r"(?<![\w.,/-])[lI][89]\d\d(?![\w/-]|[.,]\d)")


RULE = digits_stand_there(
    name="year",
    says="`l` or `I` before an 8 or 9 and two digits, by itself, is the 1 of a year.",
    set_on="2 of 124 scans, 2 right",
    matches=_YEAR.finditer,
    cases=(
        Example("printed in l984 by", "l984", "1984"),
        Example("since I876.", "I876", "1876"),
        Example("ISO 1984, l984/5, Il984"),
        Example("l784"),
    ),
)
