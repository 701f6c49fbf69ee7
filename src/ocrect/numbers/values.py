"""What the written forms of numbers, dates, times, IBANs and card numbers stand for. Nothing here looks for them in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from ocrect.numbers.vocabulary import MONEY, MONTHS

_IBAN_LENGTHS: Mapping[str, int] = {
    **{"AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27},
    **{"GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27},
    **{"MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "TR": 26, "UA": 29, "AE": 23},
}


def iban_length(country: str) -> int:
    """Characters of an IBAN of that country (two capital letters); 0 where there is none. From the SWIFT IBAN registry."""
    return _IBAN_LENGTHS.get(country, 0)


def iban_holds(compact: str) -> bool:
    """True where length and check digits are right (ISO 13616: the rearranged number is 1 modulo 97)."""
    if (
        len(compact) != iban_length(compact[:2])
        or not compact.isascii()
        or not compact.isalnum()
        or not compact[2:4].isdecimal()
    ):
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def card_holds(digits: str) -> bool:
    """True for 15 or 16 digits of a card's range that fulfil Luhn's check (ISO/IEC 7812)."""
    if len(digits) not in (15, 16) or digits[0] not in "23456":
        return False
    doubled = sum(sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (doubled + sum(int(d) for d in digits[-1::-2])) % 10 == 0


def ean_holds(digits: str) -> bool:
    """True for 13 digits whose last one is the check digit of an article number (EAN-13: weights 1 and 3, modulo 10)."""
    if len(digits) != 13 or not (digits.isascii() and digits.isdecimal()):
        return False
    return sum(int(d) * (3 if place % 2 else 1) for place, d in enumerate(digits)) % 10 == 0


def decimal_of(text: str) -> str:
    """``1.234,56``, ``1,234.56``, ``1 234,56`` or ``1'234.56`` as ``1234.56``.

    A single comma or point with exactly three digits behind it groups thousands, unless a zero stands before it. Vulgar
    fractions (``2½``) are added up.
    """
    fraction = unicodedata.numeric(text[-1]) if text and not text[-1].isdecimal() and text[-1].isnumeric() else 0.0
    plain = re.sub("[^0-9.,]", "", text)
    marks = [c for c in plain if c in ".,"]
    if marks:
        whole, _, decimals = plain.rpartition(marks[-1])
        lone = len(set(marks)) == 1
        grouping = lone and len(decimals) == 3 and whole not in ("0", "") and not whole.startswith("0")
        grouping = grouping or (lone and len(marks) > 1)
        whole = re.sub("[.,]", "", whole) or "0"
        plain = whole + decimals if grouping else f"{whole}.{decimals}"
    if fraction:
        return f"{float(plain or 0) + fraction:g}"
    return plain


def money_code(mark: str) -> str:
    """The ISO 4217 code of a currency sign, name or code; the mark itself where it is unknown."""
    mark = mark.strip(" \u00a0\u202f\u2009.-−")
    return MONEY.get(mark, mark)


def iso_date(text: str) -> str | None:
    """The date as ISO 8601 (year and month, or month and day, where only they are written); ``None`` for no such day.

    ``03/04/2023`` may be March or April: it stays as written. With points or words the day comes first.
    """
    numbers = [int(n) for n in re.findall("[0-9]+", text)]
    month = next((m for word in re.findall(r"[^\W\d_]+", text.lower()) if (m := MONTHS.get(word, 0))), 0)
    if month:
        return _worded(numbers, month, text)
    if len(numbers) != 3:
        return None
    a, b, c = numbers
    if re.match("[0-9]{4}", text):
        return _day(a, b, c)
    year = c if c > 99 else 2000 + c
    day_first, month_first = _day(year, b, a), _day(year, a, b)
    if day_first and month_first and day_first != month_first and "/" in text:
        return text
    return day_first or month_first


def _worded(numbers: list[int], month: int, text: str) -> str | None:
    year = next((n for n in numbers if n > 31), 0)
    day = next((n for n in numbers if n <= 31), 0)
    if year and not day:
        return f"{year:04}-{month:02}"
    if not year:
        return f"{month:02}-{day:02}" if 1 <= day <= 31 else text
    return _day(year, month, day)


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def iso_time(text: str) -> str | None:
    """The time of day as ``HH:MM`` or ``HH:MM:SS``; ``None`` where there is no such time."""
    parts = [int(n) for n in re.findall("[0-9]+", text)]
    hours, rest = parts[0], parts[1:] or [0]
    if re.search("[pP]", text) and hours < 12:
        hours += 12
    if hours > 24 or any(part > 59 for part in rest):
        return None
    return ":".join(f"{part:02}" for part in [hours, *rest])
