"""A sign behind two decimals that was read as another one: what the rules for the euro and the percent sign share."""

from __future__ import annotations

from collections.abc import Callable

from ocrect.numbers.grammar import MINUS, NUMBER, START


def behind_cents(signs: str) -> str:
    """The pattern of a number with two decimals and one of ``signs`` behind it."""
    return f"{START}{MINUS}{NUMBER}(?<=[.,][0-9][0-9])[{signs}](?=[\\s;,]|$)"


def last_as(sign: str) -> Callable[[str], tuple[str, ...]]:
    """The repair that has ``sign`` for the last one."""
    return lambda text: (text[:-1] + sign,)
