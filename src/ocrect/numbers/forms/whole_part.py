"""A space between two numbers of which one is a date or an amount whole by itself: ``12.50-3.00`` is ``12.50 -3.00``."""

from __future__ import annotations

import re

from ocrect.numbers.forms.rule import Cut, Parting
from ocrect.numbers.rule import Example
from ocrect.numbers.tokens import locked_tokens

_KINDS = frozenset({"number", "amount", "percent", "dose", "date", "time"})
_CENTS = re.compile(r"\d[.,]\d\d$")
_FULL_DATE = re.compile(r"(?:\d{1,2}[./-]){2}\d{4}|\d{4}(?:[./-]\d{1,2}){2}")


def _parts(cut: Cut) -> str:
    if not cut.is_of_digits or (cut.head.isdecimal() and cut.tail.isdecimal()):
        return ""
    pieces = [piece.strip("-–") for piece in (cut.head, cut.tail)]
    if not all(_is_one(piece) for piece in pieces) or not cut.tail[0].isalnum():
        return ""
    whole = next((piece for piece in pieces if _FULL_DATE.fullmatch(piece)), "") or (_CENTS.search(pieces[0]) and pieces[0])
    return f"{whole!r} is whole by itself" if whole else ""


def _is_one(piece: str) -> bool:
    """True where all of ``piece`` is one number, amount, rate, date or time."""
    found = locked_tokens(piece)
    return len(found) == 1 and found[0].text == piece and found[0].well_formed and found[0].kind in _KINDS


RULE = Parting(
    name="whole-part",
    says="Of a run of digits and signs that is no number as it stands, a date with the year in full, or an amount with its "
    "cents before another number, is whole by itself.",
    set_on="SROIE (6 places): 6 right, 0 wrong",
    parts=_parts,
    cases=(
        Example("25/10/2017-10:30", "25/10/2017-10:30", "25/10/2017- 10:30"),
        Example("1.2310.50", "1.2310.50", "1.23 10.50"),
        Example("471-4941", "471-4941", "471-494 1", proved=False),
    ),
)
