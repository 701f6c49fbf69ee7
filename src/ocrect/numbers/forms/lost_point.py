"""An amount below one that lost the sign before its cents: ``060`` beside ``1.20``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocrect.numbers.figures import figures
from ocrect.numbers.forms.rule import Form, Found
from ocrect.numbers.forms.style import Style
from ocrect.numbers.rule import Example

_THREE_DIGITS = re.compile(r"(?<![\w.,:/-])0(?=\d\d(?![\w.,:/-]))")


def _find(text: str, style: Style) -> Iterator[Found]:
    if style.mark and any(figure.cents for figure in figures(text)):
        for match in _THREE_DIGITS.finditer(text):
            yield Found(match.start(), match.end() + 2, (f"0{style.mark}{text[match.end() : match.end() + 2]}",))


_PAGE = ("Tea 1.20", "Milk 2.35", "Ice 12.00", "Sum 1,115.55")

RULE = Form(
    name="lost-point",
    says="Three digits of which the first is 0, in a line with an amount, may have lost the page's sign before the cents. The "
    "image or the page's sums must tell.",
    set_on="SROIE",
    find=_find,
    cases=(
        Example("TEA 1.20 060", "060", "0.60", page=_PAGE, proved=False),
        Example("CODE 060", page=_PAGE),  # no amount beside it
        Example("TEA 1.20 060"),  # no page
        Example("TEA 1.20 0600 A060", page=_PAGE),
    ),
)
