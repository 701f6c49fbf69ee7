"""Thousands that lost a digit: ``5.000.00,00``, of which every group between points has three."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ocrect.numbers.forms.rule import Form, Found
from ocrect.numbers.forms.style import Style
from ocrect.numbers.rule import Example

_GROUPED = re.compile(r"(?<![\w.,:/-])\d{1,3}(?=([.,]))(?:\1\d{1,3}){2,6}(?!\1)[.,]\d\d(?![\w]|[.,:/-]\d)")
_GROUP = 3


def _find(text: str, style: Style) -> Iterator[Found]:
    """A number with one sign before its thousands and the other before its cents, and a group that is too short.

    A list in India has groups of two before the last one.
    """
    del style
    for match in _GROUPED.finditer(text):
        bounds = [i for i, c in enumerate(match.group()) if not c.isdecimal()]
        short = [(start, end) for start, end in pairwise(bounds) if end - start - 1 < _GROUP]
        if len(short) == 1 and short[0][1] == bounds[-1]:
            yield Found(match.start(), match.end(), tuple(_filled(match.group(), *short[0])))


def _filled(number: str, start: int, end: int) -> Iterator[str]:
    """The number with each digit at each place of the group that lacks one."""
    versions = (f"{number[:at]}{digit}{number[at:]}" for at in range(start + 1, end + 1) for digit in "0123456789")
    yield from dict.fromkeys(versions)


RULE = Form(
    name="short-group",
    says="An amount with one sign before its thousands and the other before its cents, of which the last group has two digits, "
    "lacks one: which, only the image and the page's sums can tell.",
    set_on="a list of payments of another project (1 page); 0 on 184 development pages",
    find=_find,
    ranked=True,
    impossible="lacks a digit of its thousands",
    cases=(
        Example("paid $ 5.000.00,00", "5.000.00,00", "5.000.000,00", proved=False),
        Example("paid 1,250,00.50", "1,250,00.50", "1,250,300.50", proved=False),
        Example("paid 5.000.000,00"),
        Example("paid 12,34,567.00"),  # lakhs
        Example("§ 3.1.12,45"),
        Example("1.500.00"),  # one sign for both
        Example("10.10.10.10"),
        Example("5.000,00"),
    ),
)
