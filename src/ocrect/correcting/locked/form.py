"""What proves a change of a number besides the image and the page's sums: how the page writes numbers, and the calendar.

This is part of the check "locked", which asks it where the image leaves room for an edit. Each proof is narrow, for one form of
misreading; that one stands alone among its rivals is part of it.
"""

from __future__ import annotations

import re
from collections import Counter
from math import inf

from ocrect.correcting.image import OPPOSES
from ocrect.correcting.spaces import check as spacing
from ocrect.correcting.spaces.gaps import new_spaces
from ocrect.evidence import log_sum
from ocrect.numbers.notation import (
    date_scores,
    dates_near,
    decimal_mark,
    decimal_marks,
    impossible_dates,
    misread_at,
    reads_as_digits,
    restyled,
    without_mark,
)
from ocrect.plugins import Context
from ocrect.record.correction import Edit, around, words_around
from ocrect.record.document import Line

NEAR = 60
"""Characters before and behind an edit in which its number is looked for."""

ALONE = 3.0
"""Nats by which a date must be likelier than all other dates a sign away together: 20 to 1."""

_ORDINAL = re.compile(r"\s*\d{1,2}[.)](?=\d{3,}-\d{3,})")


def proof(line: Line, edit: Edit, context: Context, value: float) -> str:
    """How its form proves the edit, in words; empty where it does not. ``value`` is the image's score, nats a character."""
    return (
        _in_style(line, edit, context, value)
        or _dated(line, edit, context, value)
        or _rate(line, edit, value)
        or _repeated(line, edit, context, value)
        or _ordinal(line, edit)
    )


def keeps_style(line: Line, edit: Edit, context: Context) -> bool:
    """False where the edit writes an amount otherwise than the page does, and it was not so before."""
    mark = _mark(line, context)
    before, after = (Counter(decimal_marks(text)) for text in around(line.text, edit))
    return not mark or not set(after - before) - {mark}


def parts_cents(line: Line, edit: Edit, context: Context) -> bool:
    """True where the edit puts a space into ``060`` among amounts: the gap is where the sign before the cents was."""
    mark = _mark(line, context)
    places = new_spaces(edit)
    return bool(places) and any(start < at < end for start, end, _ in without_mark(line.text, mark) for at in places)


def _mark(line: Line, context: Context) -> str:
    """The sign before the cents on the line's page."""
    return decimal_mark(context.texts or (line.text,))


def _in_style(line: Line, edit: Edit, context: Context, value: float) -> str:
    """The amount is written as all others on the page only with the edit."""
    if value < OPPOSES["punctuation"] or _without_signs(edit.before) != _without_signs(edit.after):
        return ""
    mark = _mark(line, context)
    before, after = around(line.text, edit, NEAR)
    for start, end, version in restyled(before, mark):
        if _with(before, start, end, version) == after:
            return f"the page writes its amounts with {mark!r} before the cents"
    return ""


def _dated(line: Line, edit: Edit, context: Context, value: float) -> str:
    """No date becomes the only one that the image leaves room for, or one that stands elsewhere on the page."""
    if value < OPPOSES["digits"] or line.evidence is None:
        return ""
    before, after = around(line.text, edit, NEAR)
    offset = max(0, edit.start - NEAR)
    for start, end in impossible_dates(before):
        made = (date for date in dates_near(before[start:end]) if _with(before, start, end, date) == after)
        date = next(made, "")
        scores = date_scores(line, offset + start, offset + end) if date else {}
        rivals = [score for rival, score in scores.items() if rival != date]
        if date not in scores or max(rivals, default=-inf) >= scores[date]:
            continue
        if not rivals or scores[date] - log_sum(rivals) >= ALONE:
            return f"{before[start:end]!r} is no date, and {date!r} the likeliest by far"
        if any(date in other.text for other in context.lines if other.id != line.id):
            return f"{before[start:end]!r} is no date, and {date!r} stands elsewhere on the page"
    return ""


def _rate(line: Line, edit: Edit, value: float) -> str:
    """``06%`` becomes ``@6%``: no rate begins with a 0 before another digit."""
    if value < OPPOSES["digits"]:
        return ""
    before, after = around(line.text, edit, NEAR)
    if any(_with(before, place, place + 1, "@") == after for place in misread_at(before)):
        return "no rate begins with a 0 before another digit"
    return ""


def _repeated(line: Line, edit: Edit, context: Context, value: float) -> str:
    """A word whose letters become digits by listed confusions, and stands so elsewhere on the page, as read never."""
    if value < OPPOSES["digits"]:
        return ""
    _, before, after = words_around(line.text, edit)
    if not reads_as_digits(before, after):
        return ""
    elsewhere = {word for other in context.lines if other.id != line.id for word in other.text.split()}
    if after in elsewhere and before not in elsewhere:
        return f"{after!r} stands elsewhere on the page, and {before!r} nowhere"
    return ""


def _ordinal(line: Line, edit: Edit) -> str:
    """A gap behind the number of an item, at the head of a line before its code: ``1.8105-0032`` is ``1. 8105-0032``."""
    places = new_spaces(edit)
    match = _ORDINAL.match(line.text)
    if match and places == (match.end(),) and spacing.may_hold(line, edit):
        return f"{line.text[: match.end()].strip()!r} counts the items, and a gap may be behind it"
    return ""


def _with(text: str, start: int, end: int, version: str) -> str:
    return text[:start] + version + text[end:]


def _without_signs(text: str) -> str:
    return "".join(filter(str.isalnum, text))
