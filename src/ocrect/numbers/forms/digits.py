"""Letters that are digits in the place of a number: what the rules for doses, years, counts and decimals share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from ocrect.numbers.forms.rule import Claim, Form, Found, Proof
from ocrect.numbers.forms.style import Style
from ocrect.numbers.rule import Example

_MEANT = str.maketrans("OolIi", "00111")


def digits_stand_there(
    name: str,
    says: str,
    set_on: str,
    matches: Callable[[str], Iterable[re.Match[str]]],
    cases: tuple[Example, ...],
    *,
    experimental: bool = False,
    blind: bool = False,
) -> Form:
    """The rule that the letters of what ``matches`` in a text are the digits that they look like: its neighbours tell.

    A match is its last named group, or the whole where it has none.
    """

    def find(text: str, style: Style) -> Iterator[Found]:
        del style
        for match in matches(text):
            read = match[match.lastgroup or 0]
            repair = read.translate(_MEANT)
            if repair != read:
                yield Found(*match.span(match.lastgroup or 0), (repair,))

    return Form(
        name=name,
        says=says,
        set_on=set_on,
        cases=cases,
        experimental=experimental,
        bar="" if blind else "digits",
        blind=blind,
        find=find,
        prove=_prove,
        impossible="is no number",
    )


def _prove(claim: Claim) -> Proof:
    return Proof(f"a number stands there, and {claim.read!r} is none")
