"""An amount that is not written as the page writes all others: ``7,50`` among amounts with points."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocrect.numbers.forms.rule import Claim, Form, Found, Proof
from ocrect.numbers.forms.style import Style
from ocrect.numbers.rule import Example
from ocrect.numbers.vocabulary import BEFORE

_AMOUNT = re.compile(
    rf"(?<![\w.,:/-])(?P<money>{BEFORE} ?)?(?P<whole>\d{{1,3}}(?:[.,]\d{{3}})+|\d{{1,6}})"
    r"(?P<mark>[.,:])(?P<cents>\d\d)(?![\w%]|[.,:/-]\d)"
)
"""An amount, and its sign before the cents: with a currency, or of up to six digits or groups of three before the sign."""

MINUTES = 60
"""``0.71`` is no time and no date."""

_GROUPS = {".": ",", ",": "."}


def _find(text: str, style: Style) -> Iterator[Found]:
    """What may be a date or a time (``24.12``, ``20.45`` among amounts with commas, ``119:10``) is left alone unless a currency
    stands before, or the page has that amount as it writes others; so is an amount written the other way throughout
    (``1.250,00`` among ``1,250.00``): another country's, not misread in all its signs.
    """
    mark = style.mark
    group = _GROUPS.get(mark, "")
    for match in _AMOUNT.finditer(text) if mark else ():
        whole, read = match["whole"], match["mark"]
        rights = re.sub("[.,]", group, whole)
        if (whole, read) == (rights, mark) or (read == ":" and (len(whole) > 3 or not match["money"])):
            continue
        meant = f"{rights}{mark}{match['cents']}"
        if mark == "," and not match["money"] and _may_be_date(whole, match["cents"]) and meant not in style.amounts:
            continue
        if read == group and set(whole) & set(".,") == {mark}:
            continue
        yield Found(match.start("whole"), match.end(), (meant,))


def _may_be_date(whole: str, cents: str) -> bool:
    """True for what may be a day and a month, or a time, with a point between; and for a number of a section."""
    return len(whole) <= 2 and not (whole == "0" and int(cents) >= MINUTES)


def _prove(claim: Claim) -> Proof:
    return Proof(f"the page writes its amounts with {claim.style.mark!r} before the cents")


_POINTS = ("Tea 1.20", "Milk 2.35", "Ice 12.00", "Sum 1,115.55")
_COMMAS = ("Ware 10,50", "Ware 11,50", "Ware 12,50", "Ware 13,50", "Ware 14,50")

RULE = Form(
    name="decimal-mark",
    says="A page with four amounts and more of which nearly all have one sign before the cents has it before all; the other "
    "sign groups thousands.",
    set_on="FR3 (10 of 98 French receipts), SROIE (2 of 60): 10 right, 0 wrong; four of 580 other pages: 4 right, 0 wrong",
    find=_find,
    prove=_prove,
    bar="punctuation",
    cases=(
        Example("Tin 7,50", "7,50", "7.50", page=_POINTS),
        Example("Tin 1.107.50", "1.107.50", "1,107.50", page=_POINTS),
        Example("Tin RM5:00", "5:00", "5.00", page=_POINTS),
        Example("Tin UAH 5,20", "5,20", "5.20", page=_POINTS),
        Example("Ware 124.12", "124.12", "124,12", page=_COMMAS),
        Example("EUR 1.250.00", "1.250.00", "1.250,00", page=_COMMAS, share=0.3),
        Example("Tin 7,50"),  # nothing tells
        Example("At 5:00", page=_POINTS),  # it may be a time
        Example("Psalm 119:10", page=_POINTS),
        Example("Tin 7,500", page=_POINTS),  # thousands
        Example("Tin 7.50", page=_POINTS),
        Example("Summe 12.50", "12.50", "12,50", page=_COMMAS),  # as elsewhere on the page
        Example("MwSt 0.71", "0.71", "0,71", page=_COMMAS),
        Example("am 24.12 um", page=_COMMAS),  # it may be a date
        Example("bis 20.45", page=_COMMAS),  # or a time
        Example("USD 1,250.00", page=_COMMAS),  # of another country
    ),
)
