"""A space between a number and its unit or currency: ``500ml`` is ``500 ml``."""

from __future__ import annotations

from ocrect.numbers.forms.rule import Cut, Parting
from ocrect.numbers.rule import Example
from ocrect.numbers.tokens import locked_tokens


def _parts(cut: Cut) -> str:
    """The token with the space in it has the same value, and no space comes between its digits."""
    if cut.head[-1:].isdecimal() and cut.tail[:1].isdecimal():
        return ""
    found = locked_tokens(f"{cut.head} {cut.tail}")
    stays = len(found) == 1 and (found[0].kind, found[0].value) == (cut.token.kind, cut.token.value)
    return f"{cut.token.text!r} stays what it is" if stays else ""


RULE = Parting(
    name="unit-apart",
    says="A space that leaves the number what it is, with its unit or currency apart, may be there.",
    set_on="one receipt of SROIE, one scan; that the value stays is its proof",
    parts=_parts,
    cases=(
        Example("take 500mg daily", "500mg", "500 mg"),
        Example("Sum RM12.50", "RM12.50", "RM 12.50"),
        Example("Sum PHP12.50", "PHP12.50", "PHP 12.50"),
        Example("US$170", "US$170", "US$1 70", proved=False),
    ),
)
