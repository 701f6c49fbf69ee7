"""The code of a tax behind an amount, read as a digit of it: ``6,290`` for ``6,29C`` on a till that has such codes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations

from ocrect.numbers.figures import figures
from ocrect.numbers.forms.rule import Claim, Form, Found, Proof
from ocrect.numbers.forms.style import Style, numbers_of_three_decimals
from ocrect.numbers.rule import Example
from ocrect.numbers.values import decimal_of
from ocrect.words.confusions import DIGITS

_READ_FOR = {**DIGITS, "C": "0", "V": "7"}
"""Letter → the digits that it is read for behind digits."""

_CENT = Decimal("0.01")


def _find(text: str, style: Style) -> Iterator[Found]:
    """What ends its line, where a code would stand: a quantity with three decimals stands before its price."""
    for match in numbers_of_three_decimals(text):
        letters = [code for code in style.tax_codes if match[1] in _READ_FOR.get(code, "")]
        if len(letters) == 1 and not text[match.end() :].strip():
            yield Found(match.start(), match.end(), (match.group()[:-1] + letters[0],))


def _prove(claim: Claim) -> Proof | None:
    """By the amounts before it in the line."""
    worth = Decimal(decimal_of(claim.version[:-1]))
    before = [figure.fine or figure.value for figure in figures(claim.line.text[: claim.found.start])]
    products = [(a * b).quantize(_CENT, ROUND_HALF_UP) for a, b in combinations(before[-4:], 2)]
    if worth not in [value for value in before if value != value.to_integral_value()] + products:
        return None
    return Proof(f"the page has codes of taxes behind its amounts, and the line makes {claim.version[:-1]}")


_TILL = ("Sok 1 x2,99 2,99C", "Zel 1 x17,99 17,99A")

RULE = Form(
    name="tax-digit",
    says="Where amounts of a page have the code of a tax right behind them, the third decimal of a number at a line's end that "
    "looks like one is this code: in doubt, and proved where the line makes the amount without it.",
    set_on="receipts that nothing was set on (1 of 40 has such codes read so, in 3 rows)",
    find=_find,
    prove=_prove,
    impossible="has three decimals where the page has the codes of taxes",
    cases=(
        Example("Pieczona 1 x6.29 6,290", "6,290", "6,29C", page=_TILL),
        Example("Banany 0,85 x6,99 5,940", "5,940", "5,94C", page=_TILL),
        Example("Pasztet 5,490", "5,490", "5,49C", page=_TILL, proved=False),
        Example("Mleko 2 x 3,49 6,985", page=_TILL),  # no code of the page looks so
        Example("Mleko 1,000 x 3,49", page=_TILL),  # a quantity
        Example("Mleko 1 x6.29 6,290", page=("Sok 1 x2,99 2,99", "Zel 17,99")),
    ),
)
