"""A word with digits that stands elsewhere on the page, here with letters for some of them: ``50OA`` for ``500A``; or with a
small letter for a capital of the same shape: ``USw-G2`` for ``USW-G2``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocrect.numbers.forms.rule import Claim, Form, Found, Proof
from ocrect.numbers.forms.style import LEAST_CHARACTERS, SHAPED, Style, skeleton
from ocrect.numbers.grammar import TAXED
from ocrect.numbers.rule import Example
from ocrect.words.confusions import DIGITS

_WORD = re.compile(r"\S+")
_MEASURED = re.compile(r"\d+(?:[.,]\d+)?(?:GB?|[lL])")
"""A number with its unit (``500G``): the letters are none of its digits, as those of a tax code are not."""

_FEWEST_DIGITS = 2
"""Digits of a word of which letters may be digits."""


def _find(text: str, style: Style) -> Iterator[Found]:
    for word in _WORD.finditer(text) if style.words else ():
        others = sorted(style.words.get(skeleton(word.group()), ()))
        versions = tuple(other for other in others if _reads_as_digits(word.group(), other))
        if versions:
            yield Found(word.start(), word.end(), versions)


def _reads_as_digits(before: str, after: str) -> bool:
    """True where ``after`` is ``before`` with letters read as the digits that they are taken for, in a word with two digits, or
    with a capital for a small letter of its shape.
    """
    if before == after or len(before) != len(after) or len(before) < LEAST_CHARACTERS:
        return False
    if _MEASURED.fullmatch(before) or TAXED.fullmatch(before):
        return False
    changed = [(b, a) for b, a in zip(before, after, strict=True) if a != b]
    if all(b in SHAPED and a == b.upper() for b, a in changed):
        return True
    return sum(map(str.isdecimal, before)) >= _FEWEST_DIGITS and all(a in DIGITS.get(b, "") for b, a in changed)


def _prove(claim: Claim) -> Proof | None:
    elsewhere = {word for text in claim.style.elsewhere(claim.line) for word in text.split()}
    if claim.version in elsewhere and claim.read not in elsewhere:
        return Proof(f"{claim.version!r} stands elsewhere on the page, and {claim.read!r} nowhere")
    return None


RULE = Form(
    name="repeated",
    says="A word with two digits and more, in which letters are read for digits, is the word that stands elsewhere on the page "
    "with these digits, if it stands nowhere else with the letters. So is a code with a small letter for a capital of its "
    "shape.",
    set_on="SROIE, FR3 and scans (1, 1 and 4 pages): 7 right, 0 wrong",
    find=_find,
    prove=_prove,
    cases=(
        Example("PEN 50OA", "50OA", "500A", page=("PEN 500A",)),
        Example("PEN 50OA", "50OA", "500A", page=("PEN 500A", "CAP 50OA"), proved=False),
        Example("drill hole USw-G2", "USw-G2", "USW-G2", page=("in USW-G2 and",)),
        Example("hole USw-G2, hole USW-G3", page=("in USW-G3 and",)),
        Example("hole usw-g2", page=("in USW-G2",)),
        Example("PEN 50OA"),
        Example("PEN 501A", page=("PEN 500A",)),
        Example("500G", page=("5006",)),  # a unit
        Example("10GB", page=("106B",)),
        Example("1.50S", page=("1.505",)),  # the code of a tax
        Example("11.60T", page=("11.607",)),
        Example("RM2.70S", page=("RM2.705",)),
    ),
)
