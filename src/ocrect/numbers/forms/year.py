"""A year whose first digit was read as a letter: ``l984``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocrect.numbers.forms.digits import a_number_stands_there, in_digits
from ocrect.numbers.forms.rule import Form, Found
from ocrect.numbers.forms.style import Style
from ocrect.numbers.rule import Example

_YEAR = re.compile(r"(?<![\w.,/-])[lI][89]\d\d(?![\w/-]|[.,]\d)")


def _find(text: str, style: Style) -> Iterator[Found]:
    del style
    return in_digits(_YEAR.finditer(text))


RULE = Form(
    name="year",
    says="`l` or `I` before an 8 or 9 and two digits, by itself, is the 1 of a year.",
    set_on="2 of 124 scans, 2 right",
    find=_find,
    prove=a_number_stands_there,
    impossible="is no number",
    cases=(
        Example("printed in l984 by", "l984", "1984"),
        Example("since I876.", "I876", "1876"),
        Example("ISO 1984, l984/5, Il984"),
        Example("l784"),
    ),
)
