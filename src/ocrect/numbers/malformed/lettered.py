"""Letters in a number: ``$1O0.00``. No code is written so, and the listed confusions make it well-formed."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice, product

from ocrect.numbers.grammar import LIKE, MINUS, SPACE, START, TAXED, has_known_form
from ocrect.numbers.rule import Example, Malformed
from ocrect.numbers.vocabulary import CODE, SIGN
from ocrect.words.confusions import DIGITS

MOST_VERSIONS = 64
"""Ways to read the letters of one number that are tried."""

_PATTERN = (
    f"{START}(?=\\S{{0,20}}[0-9]|{SIGN}|{LIKE}{{1,9}}[.,]{LIKE}{{2}}{SPACE}?(?:{SIGN}|Eur|EUR))"
    f"(?P<before>{MINUS}(?:{SIGN}{SPACE}?|{CODE}(?={LIKE}{{1,9}}[.,][0-9]))?)"
    f"(?P<body>{LIKE}(?:{LIKE}|[.,:/-](?={LIKE})){{0,24}}?)"
    f"(?P<after>(?:{SPACE}?(?:{SIGN}|{CODE}|Eur|%))?)(?![^\\W_]|[.,:/-]{LIKE})"
)
_LEADING = "OolIZS"
_INSIDE = re.compile("[0-9][Ool]+[0-9]")
_BEFORE, _AFTER = re.compile(f"{MINUS}{CODE}"), re.compile(f"{SPACE}?(?:{CODE}|Eur|EUR)$")
_MEANT_LITRES = re.compile("[0-9]+[.,][0-9]I")
_BILLIONS = re.compile("[0-9,]+[.,][0-9]{2}b")
_MEANT_DOLLAR = re.compile("S[0-9OolI,]+\\.[0-9OolI]{2}")


def _holds(match: re.Match[str]) -> bool:
    """True for a number with letters in it that no code is written with, and that the listed confusions make well-formed."""
    body, money = match["body"], bool(re.search("[^-−+± ]", match["before"]) or match["after"].strip())
    if body.replace(".", "").replace(",", "").isdecimal() or not any(c.isalpha() or c in "|!" for c in body):
        return False
    separated = re.search("[.,:/-]", body) is not None
    if money and _BILLIONS.fullmatch(body):  # ``$1.93b``: with a digit there it would have three decimals
        return False
    if TAXED.fullmatch(body) or (not separated and sum(map(str.isdecimal, body)) < sum(map(str.isalpha, body))):
        return False
    if not any(c.isdecimal() for c in body) and not (money and re.search("[.,].{2}$", body)):
        return False
    if not (separated or money or _INSIDE.search(body)):
        return False
    if not match["before"].strip(" -−+±") and not (body[0].isdecimal() or _leads(body, money)):
        return False
    if not (money or body[-1].isdecimal() or body[-1] in "Oo" or (body[-1] in "lI" and re.search("[.,]..$", body))):
        return False
    if not (separated or money) and set(filter(str.isalpha, body)) - set("Ool"):
        return False
    return bool(_repairs(match.group()))


def _leads(body: str, money: bool) -> bool:
    """True where the first letter of ``body`` may be a misread digit: ``O,84`` but not the section ``B.12``."""
    if body[0] not in _LEADING:
        return False
    if len(body) > 1 and body[1] in ".,:/-":
        return body[0] in "Ool" and (money or len(re.split("[.,]", body)[-1]) == 2)
    return True


@lru_cache(maxsize=1024)
def _repairs(text: str) -> tuple[str, ...]:
    before, after = _BEFORE.match(text), _AFTER.search(text)
    start, end = before.end() if before else 0, after.start() if after else len(text)
    choices = [DIGITS.get(c, c) for c in text[start:end]]
    found = [text[:start] + "".join(chosen) + text[end:] for chosen in islice(product(*choices), MOST_VERSIONS)]
    if _MEANT_DOLLAR.fullmatch(text):
        found += ["$" + repaired[1:] for repaired in found]
    if _MEANT_LITRES.fullmatch(text):
        found.append(text[:-1] + "l")
    return tuple(dict.fromkeys(f for f in found if has_known_form(f)))


RULE = Malformed(
    name="letters-in-a-number",
    says="A number, amount, date or time with letters in the places of digits, as no code is written, is the well-formed one "
    "that the listed confusions make of it.",
    set_on="FR3 (4 of 98 French receipts), SROIE (3 of 60), scans (5 of 124): 16 right, 0 wrong",
    kind="number",
    pattern=_PATTERN,
    holds=_holds,
    repairs=_repairs,
    impossible=True,
    cases=(
        Example("Total $1O0.00", "$1O0.00", "$100.00"),
        Example("Sum RMO.28", "RMO.28", "RM0.28"),
        Example("USD1O0.00", "USD1O0.00", "USD100.00"),
        Example("l2,5O €", "l2,5O €", "12,50 €"),
        Example("on 2O23-07-l5", "2O23-07-l5", "2023-07-15"),
        Example("O,84", "O,84", "0,84"),
        Example("1Z.64", "1Z.64", "12.64"),
        Example("lO.OOEur", "lO.OOEur", "10.00Eur"),
        Example("at 12:3O", "12:3O", "12:30"),
        Example("in 2O16", "2O16", "2016"),
        Example("S0.00", "S0.00", "$0.00", proved=False),  # or 50.00
        Example("1,0I", "1,0I", "1,0l", proved=False),  # or 1,01
        Example("2O23-13-15"),  # no such month
        Example("RM11.60S and 5.00SR"),  # codes of taxes
        Example("11.60T"),
        Example("Sales were $1.93b"),  # billions
        Example("Tip $lb3"),  # handwriting: more is guessed than read
        Example("H2OL, INV0O12, B.12"),
    ),
)
