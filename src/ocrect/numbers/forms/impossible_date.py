"""A date that cannot be, one sign away from one that can: ``25/10/20:7``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from math import inf

from ocrect import bars
from ocrect.evidence import log_sum
from ocrect.numbers.forms.rule import Claim, Form, Found, Proof, version_scores
from ocrect.numbers.forms.style import Style
from ocrect.numbers.rule import Example
from ocrect.numbers.values import iso_date

_LIKE_A_DATE = re.compile(r"(?<![\w./-])(?=\d{1,4}[./:-]\d)[\d./:-]{1,11}(?:[€£$%&@#*?!|][\d./:-]{0,6})?(?![\w/]|[.:-]\d)")
_DATE = re.compile(r"(\d\d)([./-])(\d\d)\2((?:19|20)\d\d)|((?:19|20)\d\d)([./-])(\d\d)\6(\d\d)")
_UNFILLED = re.compile(r"\d{1,2}([./-])\d{1,2}\1(?:19|20)\d\d|(?:19|20)\d\d([./-])\d{1,2}\2\d{1,2}")
"""A date whose day or month may have one digit: ``19/7/2022``. Who fills the first with a zero fills both; many fill the second
alone (``1/06/2016``), and Vietnamese offices all days, but no month from March on (``08/6/2010``).
"""

_SIGNS = "0123456789./-"
_OTHER_CALENDAR = re.compile(r"(?<!\d)(?:1[34]|2[45])\d\d(?!\d)")
"""A year of the Islamic and the Persian calendar, or of the Buddhist one."""

_NUMBERED = re.compile(r"(?:\b[Nn](?:[°º⁰*]|[or]\b\.?|[uú]mm?(?:er|ero|ber|éro)\b)|№|#)\s?:?\s?$")
"""What comes before a number of a decree, an invoice: ``n°2012-1115``, ``No: 12/10/1/15``, ``numer 12/10/1/15``."""

_DAY = re.compile(r"\bng[àa]y\b\D{0,12}$", re.IGNORECASE)
"""The Vietnamese word for a day before a date: ``ngày 08/6/2010``, ``Ngày bán: 08/6/2010``."""

_LABEL = 16
"""Characters of such a label or word with what stands between it and the date, at most."""

_FOUR_PARTS = re.compile(r"\d+([.-])\d+\1\d+\1\d+")
"""An address of a network, or a code: a digit of a date is read as a slash, but not as a point or a hyphen."""

_DIGITS = 8
"""Digits of a date with the year in full and two for day and month."""

_YEARS = re.compile(r"(?:1[5-9]|20)\d\d[-/](?:1[5-9]|20)\d\d")
"""From one year to another."""


def _find(text: str, style: Style) -> Iterator[Found]:
    """What looks like a date with the year in full and is none: ``14/05/201``, ``21/88/2007``, ``20/03/201€``."""
    del style
    for match in _LIKE_A_DATE.finditer(text):
        found = _without_stop(match.group())
        sizes = [len(part) for part in re.split("[./:-]", found)]
        has_year = 8 <= len(found) <= 11 and sum(sizes) in (7, 8, 9) and 2 <= len(sizes) <= 4 and set(found) & set("./-")
        if _FOUR_PARTS.fullmatch(found) or _YEARS.fullmatch(found) or _OTHER_CALENDAR.search(found):
            continue
        before = max(0, match.start() - _LABEL), match.start()
        if _NUMBERED.search(text, *before):
            continue
        is_day = _DAY.search(text, *before) is not None
        if has_year and not _is_written(found, fills_days=is_day) and (dates := _dates_near(found)):
            yield Found(match.start(), match.start() + len(found), dates)


def _without_stop(text: str) -> str:
    """``text`` without the point or colon behind all the digits of a date, which is its sentence's: ``10.04.2026.``"""
    bare = text.rstrip(".:-/")
    return bare if sum(map(str.isdecimal, bare)) == _DIGITS else text


@lru_cache(maxsize=256)
def _dates_near(text: str) -> tuple[str, ...]:
    """The dates with days and months of two digits and the year in full that are one sign away from ``text``, each once."""
    versions: dict[str, None] = {}
    for i in range(len(text) + 1):
        if i < len(text):
            versions[text[:i] + text[i + 1 :]] = None
            versions.update((text[:i] + sign + text[i + 1 :], None) for sign in _SIGNS)
        versions.update((text[:i] + sign + text[i:], None) for sign in _SIGNS)
    return tuple(version for version in versions if version != text and _is_date(version))


def _is_date(text: str) -> bool:
    """True for a day that there is, from 1900 to 2099, written in digits, two for day and month each."""
    return _DATE.fullmatch(text) is not None and iso_date(text) is not None


def _is_written(text: str, *, fills_days: bool) -> bool:
    """True for a day that there is, from 1900 to 2099, written in digits, two for day and month each, or as few as need be.

    Where the writer ``fills_days``, two for the day alone, too.
    """
    parts = re.split("[./-]", text)
    is_even = len(parts[0]) == 1 or not (min(map(len, parts)) == 1 and any(part.startswith("0") for part in parts))
    is_even |= fills_days and [*map(len, parts)] == [2, 1, 4]
    return is_even and _UNFILLED.fullmatch(text) is not None and iso_date(text) is not None


def _prove(claim: Claim) -> Proof | None:
    """It is the only date that the image leaves room for, or the likeliest one and one that stands elsewhere on the page."""
    scores = version_scores(claim.line, claim.found)
    date, read = claim.version, claim.read
    rivals = [score for rival, score in scores.items() if rival != date]
    if date not in scores or max(rivals, default=-inf) >= scores[date]:
        return None
    if not rivals or scores[date] - log_sum(rivals) >= bars.DATE_ALONE:
        return Proof(f"{read!r} is no date, and {date!r} the likeliest by far")
    if any(date in text for text in claim.style.elsewhere(claim.line)):
        return Proof(f"{read!r} is no date, and {date!r} stands elsewhere on the page")
    return None


RULE = Form(
    name="impossible-date",
    says="What looks like a date with the year in full, and is none, is the date one sign away that the image makes likelier "
    "than all others together, or the likeliest one if it stands elsewhere on the page.",
    set_on="3 of 60 receipts of SROIE",
    find=_find,
    prove=_prove,
    ranked=True,
    impossible="is no date",
    cases=(
        Example("DD: 25/10/20:7", "25/10/20:7", "25/10/2017", share=0.1),
        Example("DD: 25/10/20:7", "25/10/20:7", "25/10/2017", page=("Date: 25/10/2017",), share=0.1),
        Example("on 21/88/2007", "21/88/2007", "21/08/2007", share=0.1),
        Example("on 20/03/201€,", "20/03/201€", "20/03/2016", share=0.1),
        Example("sum 20.03.2€"),
        Example("29/12/1439"),  # another calendar
        Example("1397/05/31"),
        Example("10.12.20.15"),  # a code
        Example("le décret n°2012-1115 du"),
        Example("Invoice No: 12/10/1/15"),
        Example("Faktura numer 12/10/1/15"),
        Example("Invoice number: 12/10/1/15"),
        Example("20-19-01-15"),
        Example("in 1909-1910"),  # years
        Example("due on 10.04.2026."),  # the end of its sentence
        Example("from 10.04.2026: none"),
        Example("Issue date: 19/7/2022"),  # a month of one digit
        Example("2022-7-19 and 3.12.2021."),
        Example("Ref: 1/06/2016 10:28"),  # a day of one digit
        Example("của ngày 08/6/2010."),  # the day alone is filled
        Example("NGÀY BÁN: 08/6/2010 10:28"),
        Example("ngày 2/08/2010 và 08/6/2010", "08/6/2010", "08/06/2010", proved=False),
        Example("ngày 08/66/2010", "08/66/2010", "08/06/2010", share=0.1),
        Example("Ref: 01/6/2016", "01/6/2016", "01/06/2016", proved=False),
        Example("on 2012-03-9", "2012-03-9", "2012-03-19", proved=False),  # filled once
        Example("on 21/88/2007.", "21/88/2007", "21/08/2007", share=0.1),
        Example("DD: 25/10/2013", page=("Date: 25/10/2018",)),  # a date that can be
    ),
)
