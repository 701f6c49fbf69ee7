"""A decimal number that begins with the letter l: ``l.0``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocrect.numbers.forms.digits import a_number_stands_there, in_digits
from ocrect.numbers.forms.rule import Form, Found
from ocrect.numbers.forms.style import Style
from ocrect.numbers.rule import Example

_DECIMAL = re.compile(r"(?<![\w.,/-])l\.\d{1,3}(?![\w/-]|[.,]\d)")


def _find(text: str, style: Style) -> Iterator[Found]:
    del style
    return in_digits(_DECIMAL.finditer(text))


RULE = Form(
    name="decimal",
    says="A small `l` before a point and digits, by itself, is a 1.",
    set_on="nothing yet: no page of the development sets has one",
    experimental=True,
    find=_find,
    prove=a_number_stands_there,
    impossible="is no number",
    cases=(
        Example("factor l.0 is", "l.0", "1.0"),
        Example("about l.125 of", "l.125", "1.125"),
        Example("l.0.3, B.12, I.1, www.l.10.com"),
    ),
)
