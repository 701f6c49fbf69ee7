"""How well-formed dates, times, amounts, rates, doses and numbers are written, as patterns, and what each stands for."""

from __future__ import annotations

import re

from ocrect.numbers.values import card_holds, decimal_of, iso_date, iso_time, money_code
from ocrect.numbers.vocabulary import BEFORE, CODE, MONTH, NAME, SIGN, UNIT

SPACE = "[ \u00a0\u202f\u2009]"
START = r"(?<![^\W_])"
LIKE = "[0-9OoQDUlIiSsZzGbBgqTA|!]"
"""A digit, or a letter or sign that is read for one."""

END = r"(?![^\W_])(?![.,:/'’–-][0-9])(?![.,:][OoQDlISBZ]{1,3}(?![^\W_]))"
NUMBER = (
    "(?:[0-9]{1,3}(?:(?:,[0-9]{3}){1,6}|(?:\\.[0-9]{3}){1,6}|(?:['’][0-9]{3}){1,6}|(?:" + SPACE + "[0-9]{3}){1,6}|"
    "(?:,[0-9]{2}){1,5},[0-9]{3})(?:[.,][0-9]{1,6})?|[0-9]{1,18}(?:[.,][0-9]{1,8})?|(?<![0-9])[.,][0-9]{2,4})"
    "[½⅓⅔¼¾⅛⅜⅝⅞]?"
)
MINUS = "(?:(?<![^\\s(])[-−+±]" + SPACE + "?)?"
TAX = "[A-Z]{1,2}"
"""The code of a tax, which tills print right behind an amount."""

TAXED = re.compile(f"(?P<amount>{BEFORE}?{SPACE}?[0-9]{{1,9}}[.,][0-9]{{2}}){TAX}")
"""An amount and the code of its tax: ``11.60SR``, ``RM2.70T``. The letters are none of its digits."""

_PRICE = r"[0-9]{1,6}[.,][0-9]{2}(?![^\W_])"
TIMES = f"[xX](?={_PRICE})"
"""A mark of multiplication right before an amount: ``1 x29.99``. It is none of its digits."""

_BEHIND_TIMES = f"(?<={START}[xX])(?={_PRICE})"
_AMOUNT = (
    f"{MINUS}{BEFORE}{SPACE}?[-−]?{NUMBER}-?{END}"
    f"|{MINUS}{NUMBER}-?{SPACE}{{0,2}}(?:{SIGN}(?![-−]?[0-9])|(?:{CODE}|{NAME})(?![^\\W_])|[Mm]io\\.?{SPACE}(?:€|EUR))"
)
_DATE = (
    "[0-9]{4}-[0-9]{2}-[0-9]{2}(?=T[0-9]{2}:|(?![^\\W_]))|[0-9]{4}(?P<ymd>[./])[0-9]{1,2}(?P=ymd)[0-9]{1,2}(?![^\\W_])"
    "|[0-9]{1,2}(?P<dmy>[./-])[0-9]{1,2}(?P=dmy)(?:[0-9]{4}|[0-9]{2})(?![^\\W_])(?![./-][0-9])"
    f"|[0-9]{{1,2}}(?:st|nd|rd|th|er|º|\\.)?[ -]{{1,2}}(?i:{MONTH})(?:,?[ -]{{1,2}}[0-9]{{4}})?(?![^\\W_])"
    f"|[0-9]{{1,2}}(?i:{MONTH})[0-9]{{4}}(?![^\\W_])"
    f"|(?i:{MONTH}) [0-9]{{1,2}}(?:st|nd|rd|th)?(?:,? [0-9]{{4}})?{END}"
    f"|(?i:{MONTH}) [0-9]{{4}}{END}"
    "|[Nn]gày [0-9]{1,2} tháng [0-9]{1,2} năm [0-9]{4}(?![^\\W_])"
)
PATTERNS = {
    "date": f"{START}(?:{_DATE})",
    "time": f"{START}[0-9]{{1,2}}(?:[:hH][0-5][0-9](?::[0-5][0-9])?(?:{SPACE}?[ap]\\.?m\\b)?|{SPACE}?(?:Uhr|[ap]m)\\b){END}",
    "amount": f"{START}(?:{_AMOUNT})",
    "percent": f"{START}{MINUS}{NUMBER}{SPACE}?[%‰]",
    "dose": f"{START}{MINUS}{NUMBER}{SPACE}?{UNIT}{END}",
    "number": f"(?:{START}|{_BEHIND_TIMES}){MINUS}{NUMBER}(?:[kM](?![^\\W_]))?{END}|(?<![^\\W_])[½⅓⅔¼¾⅛⅜⅝⅞](?![^\\W_])",
}
"""Kind of token → pattern."""

_LEADING = re.compile(r"(?<![\d.])0+(?=\d)")
"""Zeros that an amount or a rate could do without; those of a number may be a code's."""

_WELL_FORMED = {kind: re.compile(pattern) for kind, pattern in PATTERNS.items()}


def value_of(kind: str, found: str) -> str | None:
    """The canonical value of a token of that kind; ``None`` for a date, time or card number that cannot be."""
    if kind == "date":
        return iso_date(found)
    if kind == "time":
        return iso_time(found)
    if kind == "phone":
        return re.sub("[^0-9+]", "", found)
    if kind in ("url", "email", "currency"):
        return found
    if kind == "card":
        compact = re.sub("[ -]", "", found)
        return compact if card_holds(compact) else None
    number = re.search(NUMBER, found)
    amount = decimal_of(number.group() if number else found)
    if number and re.search("[-−]", found[: number.start()] + found[number.end() : number.end() + 1]):
        amount = "-" + amount
    rest = (found[: number.start()] + found[number.end() :]).strip(" \u00a0\u202f\u2009-−+±") if number else ""
    if kind in ("amount", "percent"):
        amount = _LEADING.sub("", amount)
        return amount + rest if kind == "percent" else f"{amount} {money_code(rest)}"
    return f"{amount} {rest}".rstrip()


def has_known_form(text: str) -> bool:
    """True where all of ``text`` is one well-formed date, time, amount, rate, dose or number, and no run of unknown form."""
    return any(pattern.fullmatch(text) and value_of(kind, text) is not None for kind, pattern in _WELL_FORMED.items())
