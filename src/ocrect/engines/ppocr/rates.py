"""``@`` on receipts: before a rate, ``GST@6%``, where small type makes a 0 of it, and before the price of one, ``2 @ 6.90``,
where it becomes a currency or a Greek letter. No rate has a 0 before its first digit, and no such sign stands before a price.
"""

from __future__ import annotations

import re

from ocrect.engines.ppocr.recognise import BoxReading, with_sign

AT = "@"
LIKELIER = 7.0
"""Nats by which the 0 may be likelier. On 30 receipts it was at most 6.3 where ``@`` is printed, and no less than 10.9 on the
second digit of such rates, a 0 indeed.
"""

_BEFORE_RATE = re.compile(r"(?<![\d.,])0(?=\d{1,2}(?:[.,]\d{1,2})? ?%)")

_BEFORE_PRICE = re.compile(r"(?<![\w.,])\d{1,4} ?(?:[A-Za-z]{1,5}\.? ?)?([₫ΦφØø©®])(?= ?\d+[.,]\d\d(?![\d.,]))")
"""Behind a count, with or without what is counted; a dong has no hundredths, and stands behind its amount."""


def with_ats(reading: BoxReading) -> BoxReading:
    """The reading with ``@`` for the 0 before each rate, as far as the pixels allow it, and for what is no sign of a price."""
    return with_sign(with_sign(reading, AT, _BEFORE_RATE, LIKELIER), AT, _BEFORE_PRICE)
