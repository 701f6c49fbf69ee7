"""An amount below one that lost the sign before its cents: ``060`` beside ``1.20``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocrect.numbers.figures import figures
from ocrect.numbers.forms.rule import Form, Found
from ocrect.numbers.forms.style import Style
from ocrect.numbers.rule import Example

_LAST = re.compile(r"(?<=\d )0(\d\d)\s*$")
"""Three digits at the end of a line, right behind another number."""


def _find(text: str, style: Style) -> Iterator[Found]:
    match = _LAST.search(text) if style.mark else None
    if match and any(figure.cents and figure.end == match.start() - 1 for figure in figures(text)):
        yield Found(match.start(), match.end(1), (f"0{style.mark}{match[1]}",))


_PAGE = ("Tea 1.20", "Milk 2.35", "Ice 12.00", "Sum 1,115.55")

RULE = Form(
    name="lost-point",
    says="Three digits of which the first is 0, behind an amount and at the end of its line, may have lost the page's sign "
    "before the cents. The image or the page's sums must tell.",
    set_on="2 of 60 receipts of SROIE, 2 right",
    find=_find,
    cases=(
        Example("TEA 1.20 060", "060", "0.60", page=_PAGE, proved=False),
        Example("CODE 060", page=_PAGE),  # no amount beside it
        Example("TEA 1.20 060"),  # no page
        Example("TEA 1.20 0600", page=_PAGE),
        Example("TILL 1.20 001 Ann", page=_PAGE),
    ),
)
