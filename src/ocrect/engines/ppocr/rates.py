"""The ``@`` before a rate on receipts, ``GST@6%``: small type makes a 0 of it. No rate has a 0 before its first digit."""

from __future__ import annotations

import re

from ocrect.engines.ppocr.recognise import BoxReading, with_sign

AT = "@"
LIKELIER = 7.0
"""Nats by which the 0 may be likelier. On 30 receipts it was at most 6.3 where ``@`` is printed, and no less than 10.9 on the
second digit of such rates, a 0 indeed.
"""

_BEFORE = re.compile(r"(?<![\d.,])0(?=\d{1,2}(?:[.,]\d{1,2})? ?%)")


def with_ats(reading: BoxReading) -> BoxReading:
    """The reading with ``@`` for the 0 before each rate, as far as the pixels allow it."""
    return with_sign(reading, AT, _BEFORE, LIKELIER)
