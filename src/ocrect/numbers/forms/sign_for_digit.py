"""A currency sign that was a digit: ``€05.034`` is no amount, but 605.034 is one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocrect.numbers.forms.rule import Form, Found
from ocrect.numbers.forms.style import Style
from ocrect.numbers.rule import Example

_GROUPED = re.compile(r"(?<![\w.,])([€$])0\d{1,2}(?:([.,])\d{3})(?:\2\d{3})*(?![.,]?\d)")
_DIGITS = {"€": "6", "$": "58"}
"""Signs and the digits that are read for them."""


def _find(text: str, style: Style) -> Iterator[Found]:
    """Thousands behind a zero, which nobody writes."""
    del style
    for match in _GROUPED.finditer(text):
        rest = match.group()[1:]
        yield Found(match.start(), match.end(), tuple(digit + rest for digit in _DIGITS[match[1]]))


RULE = Form(
    name="sign-for-digit",
    says="A currency sign before a zero that leads groups of thousands was a digit: which one is for the image, and for the "
    "page's sums.",
    set_on="1 of 107 pages of invoices and receipts, which has the amount again in its total",
    find=_find,
    impossible="is no number",
    cases=(
        Example("POWER 605.034 €05.034", "€05.034", "605.034", proved=False),
        Example("Sum $05,034,000", "$05,034,000", "505,034,000", proved=False),
        Example("€0.345 and $05.99 and €00.50"),
        Example("A€05.034"),
    ),
)
