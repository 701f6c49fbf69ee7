"""What a person need not be asked: a question that hardly ever finds an error costs more than it is worth.

Of 63 questions about words with digits on the tuning half and receipts 41 held an error, but none of the 5 about what stands on
the page again as it was read, and its rival nowhere; of three about capitals none. On two unseen sets (some 216 pages) 25 fewer
are put about numbers, of which by their text 2 held an error, and 42 about capitals.
"""

from __future__ import annotations

import re
from collections import Counter

from ocrect.correcting.case import Case
from ocrect.plugins import Context

_RUN = re.compile(r"[^\W_]+(?:[.,]\d+)*")
"""Letters and digits, with the signs inside a number: ``55,384`` and ``C9`` of ``C9(6)``."""

_GROUPED = re.compile(r"(?<![\w.,])\d{1,3}([.,])(?=\d{3}(?:[.,]|(?![\w.,])))")
"""The first sign of a number before three digits."""

_DECIMALS = re.compile(r"\d[.,:]\d{2,3}(?!\d)")


def answered(case: Case) -> str:
    """Why nobody is asked about the edit; empty where a person may be.

    So it is with capitals, which cost a reader nothing; and in a word with digits with what the page has again as it was read,
    and nowhere as it would be, with another sign between thousands than the page's, and with one that parts digits of which no
    amount comes (``60`` as ``6.0``).
    """
    if case.kind == "case":
        return "nobody is asked about capitals"
    _, before, after = case.words
    if not any(map(str.isnumeric, before)):
        return ""
    if _stands_again(case):
        return "the page has it again as it was read, and nowhere so"
    if _leaves_the_groups(case):
        return "the page has another sign between thousands"
    return "it would be no amount" if _parts_digits(before, after) else ""


def _stands_again(case: Case) -> bool:
    count = case.context.fact(_runs)
    old, new = (set(_RUN.findall(side)) for side in case.words[1:])
    return bool(old - new) and all(count[run] > 1 for run in old - new) and not any(count[run] for run in new - old)


def _leaves_the_groups(case: Case) -> bool:
    """True where one sign before three digits becomes another one that the page has there less often."""
    count = case.context.fact(_signs_of_groups)
    old, new = (Counter(_GROUPED.findall(side)) for side in case.words[1:])
    gone, come = old - new, new - old
    return bool(gone and come) and max(count[sign] for sign in come) < min(count[sign] - 1 for sign in gone)


def _parts_digits(before: str, after: str) -> bool:
    if before != "".join(c for c in after if c not in ".,:") or not before.isdecimal():
        return False
    return not _DECIMALS.search(after)


def _runs(context: Context) -> Counter[str]:
    return Counter(run for text in context.texts for run in _RUN.findall(text))


def _signs_of_groups(context: Context) -> Counter[str]:
    return Counter(sign for text in context.texts for sign in _GROUPED.findall(text))
