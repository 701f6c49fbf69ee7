"""A date and a time without the space between them: ``16/02/201812:04:58``."""

from __future__ import annotations

import re

from ocrect.numbers.grammar import START
from ocrect.numbers.rule import Example, Malformed
from ocrect.numbers.values import iso_date, iso_time

_BETWEEN = re.compile("(?<=[./-][0-9]{4})")


def _holds(match: re.Match[str]) -> bool:
    """True where the two are a date and a time that there are."""
    clock = match["clock"]
    return iso_date(match.group().removesuffix(clock)) is not None and iso_time(clock) is not None


def _repairs(text: str) -> tuple[str, ...]:
    return (_BETWEEN.sub(" ", text),)


RULE = Malformed(
    name="glued-time",
    says="A date with the year in full and a time right behind it are two, where there are such a day and time.",
    set_on="SROIE (5 of 60 receipts): 5 right, 0 wrong",
    kind="glued",
    pattern=(
        f"{START}[0-9]{{1,2}}(?P<glue>[./-])[0-9]{{1,2}}(?P=glue)(?:19|20)[0-9]{{2}}"
        "(?P<clock>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?![^\\W_]|[.,:/-][0-9])"
    ),
    holds=_holds,
    repairs=_repairs,
    cases=(
        Example("16/02/201812:04:58", "16/02/201812:04:58", "16/02/2018 12:04:58"),
        Example("on 18-03-201811:23", "18-03-201811:23", "18-03-2018 11:23"),
        Example("16/02/201862:04"),  # no such time
        Example("32/02/201812:04"),
        Example("16/02/2018123"),
    ),
)
