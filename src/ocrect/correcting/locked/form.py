"""What proves a change of a number besides the image and the page's sums: how the page writes numbers, and the calendar.

This is part of the check "locked", which asks it where the image leaves room for an edit. Each proof is narrow, for one form of
misreading; that one stands alone among its rivals is part of it.
"""

from __future__ import annotations

import re
from collections import Counter
from math import inf

from ocrect import bars
from ocrect.correcting.case import Case
from ocrect.correcting.spaces.gaps import may_hold, spaces_put
from ocrect.evidence import log_sum
from ocrect.numbers.notation import (
    date_scores,
    dates_near,
    decimal_mark,
    decimal_marks,
    impossible_dates,
    lettered_numbers,
    misread_at,
    reads_as_digits,
    restyled,
)
from ocrect.plugins import Context
from ocrect.record.correction import around

NEAR = 60
"""Characters before and behind an edit in which its number is looked for."""

_ORDINAL = re.compile(r"\s*\d{1,2}[.)](?=\d{3,}-\d{3,})")


def proof(case: Case, value: float) -> str:
    """How its form proves the edit, in words; empty where it does not. ``value`` is the image's score, nats a character."""
    return (
        _in_style(case, value)
        or _dated(case, value)
        or _rate(case, value)
        or _of_digits(case, value)
        or _repeated(case, value)
        or _ordinal(case)
    )


def keeps_style(case: Case) -> bool:
    """False where the edit writes an amount otherwise than the page does, and it was not so before."""
    mark = _mark(case)
    before, after = (Counter(decimal_marks(text)) for text in around(case.line.text, case.edit))
    return not mark or not set(after - before) - {mark}


def _mark(case: Case) -> str:
    """The sign before the cents on the line's page."""
    return case.context.fact(page_mark) if case.context.lines else decimal_mark((case.line.text,))


def page_mark(context: Context) -> str:
    """The sign before the cents on the page."""
    return decimal_mark(context.texts)


def _in_style(case: Case, value: float) -> str:
    """The amount is written as all others on the page only with the edit."""
    if value < bars.IMAGE_OPPOSES["punctuation"] or _without_signs(case.edit.before) != _without_signs(case.edit.after):
        return ""
    mark = _mark(case)
    before, after = around(case.line.text, case.edit, NEAR)
    for start, end, version in restyled(before, mark):
        if _with(before, start, end, version) == after:
            return f"the page writes its amounts with {mark!r} before the cents"
    return ""


def _dated(case: Case, value: float) -> str:
    """No date becomes the only one that the image leaves room for, or one that stands elsewhere on the page."""
    if value < bars.IMAGE_OPPOSES["digits"] or case.line.evidence is None:
        return ""
    before, after = around(case.line.text, case.edit, NEAR)
    offset = max(0, case.edit.start - NEAR)
    for start, end in impossible_dates(before):
        made = (date for date in dates_near(before[start:end]) if _with(before, start, end, date) == after)
        date = next(made, "")
        scores = date_scores(case.line, offset + start, offset + end) if date else {}
        rivals = [score for rival, score in scores.items() if rival != date]
        if date not in scores or max(rivals, default=-inf) >= scores[date]:
            continue
        if not rivals or scores[date] - log_sum(rivals) >= bars.DATE_ALONE:
            return f"{before[start:end]!r} is no date, and {date!r} the likeliest by far"
        if any(date in other.text for other in case.context.lines if other.id != case.line.id):
            return f"{before[start:end]!r} is no date, and {date!r} stands elsewhere on the page"
    return ""


def _rate(case: Case, value: float) -> str:
    """``06%`` becomes ``@6%``: no rate begins with a 0 before another digit."""
    if value < bars.IMAGE_OPPOSES["digits"]:
        return ""
    before, after = around(case.line.text, case.edit, NEAR)
    if any(_with(before, place, place + 1, "@") == after for place in misread_at(before)):
        return "no rate begins with a 0 before another digit"
    return ""


def _of_digits(case: Case, value: float) -> str:
    """Letters become the digits that a dose, a year or the number of a page or plate has in their places."""
    if value < bars.IMAGE_OPPOSES["digits"]:
        return ""
    before, after = around(case.line.text, case.edit, NEAR)
    for start, end, version in lettered_numbers(before):
        if _with(before, start, end, version) == after:
            return f"a number stands there, and {before[start:end]!r} is none"
    return ""


def _repeated(case: Case, value: float) -> str:
    """A word whose letters become digits by listed confusions, and stands so elsewhere on the page, as read never."""
    if value < bars.IMAGE_OPPOSES["digits"]:
        return ""
    _, before, after = case.words
    if not reads_as_digits(before, after):
        return ""
    elsewhere = {word for other in case.context.lines if other.id != case.line.id for word in other.text.split()}
    if after in elsewhere and before not in elsewhere:
        return f"{after!r} stands elsewhere on the page, and {before!r} nowhere"
    return ""


def _ordinal(case: Case) -> str:
    """A gap behind the number of an item, at the head of a line before its code: ``1.8105-0032`` is ``1. 8105-0032``."""
    places = case.fact(spaces_put)
    match = _ORDINAL.match(case.line.text)
    if match and places == (match.end(),) and case.fact(may_hold):
        return f"{case.line.text[: match.end()].strip()!r} counts the items, and a gap may be behind it"
    return ""


def _with(text: str, start: int, end: int, version: str) -> str:
    return text[:start] + version + text[end:]


def _without_signs(text: str) -> str:
    return "".join(filter(str.isalnum, text))
