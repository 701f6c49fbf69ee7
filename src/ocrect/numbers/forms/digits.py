"""Letters that are digits in the place of a number: what the rules for doses, years, counts and decimals share."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ocrect.numbers.forms.rule import Claim, Found, Proof

_MEANT = str.maketrans("OolI", "0011")


def in_digits(matches: Iterable[re.Match[str]]) -> Iterator[Found]:
    """What was matched with its letters as the digits that they look like; nothing where it has none of these."""
    for match in matches:
        repair = match.group().translate(_MEANT)
        if repair != match.group():
            yield Found(match.start(), match.end(), (repair,))


def a_number_stands_there(claim: Claim) -> Proof:
    """The proof of each of them: its neighbours tell."""
    return Proof(f"a number stands there, and {claim.read!r} is none")
