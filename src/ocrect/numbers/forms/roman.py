"""A Roman numeral with a small ``l`` for its I: ``(IIl)``, ``Title Il``, ``Vlll``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocrect.numbers.forms.beside_words import NUMBERED
from ocrect.numbers.forms.rule import Claim, Form, Found, Proof
from ocrect.numbers.forms.style import Style
from ocrect.numbers.grammar import START
from ocrect.numbers.rule import Example
from ocrect.numbers.tokens import locked_tokens

_BEHIND = rf"(?:{NUMBERED}|\b(?:[Tt]itle|[Pp]arts?|[Pp]hases?|[Aa]ppendix|[Cc]lass|[Tt]ype|[Gg]rades?|[Bb]ook|[Ss]tages?|War))"
_END = r"(?![^\W_]|['’-][^\W_])"
_NUMERAL = re.compile(
    rf"{START}(?<!['’-])(?:(?=[IVXl]*l)(?=l*[IVX]l*[IVX])[IVXl]{{3,8}}|[VX]l{{2,3}}|l[VX]){_END}"
    rf"|{_BEHIND} (?P<numbered>[IVX]l){_END}"
)
"""Two capitals and more with an ``l`` among them, or one that begins no word so (``Ill`` does); behind a word that has a
number ``Il`` is no word, either.
"""


def _find(text: str, style: Style) -> Iterator[Found]:
    del style
    for match in _NUMERAL.finditer(text):
        start, end = match.span(match.lastgroup or 0)
        meant = text[start:end].replace("l", "I")
        if [token.kind for token in locked_tokens(meant)] == ["roman"]:
            yield Found(start, end, (meant,))


def _prove(claim: Claim) -> Proof:
    return Proof(f"{claim.read!r} is no word, and a Roman numeral with an I for its l")


RULE = Form(
    name="roman",
    says="Capitals of a Roman numeral with a small `l` among them are one; two letters (`Il`) behind a word that has a number.",
    set_on="scans (1 of 124), another system's text of these (1 more): 2 right, 0 wrong",
    find=_find,
    prove=_prove,
    bar="letters",
    cases=(
        Example("uranium (IIl), then", "IIl", "III"),
        Example("Chapter Vlll of", "Vlll", "VIII"),
        Example("on lV. and", "lV", "IV"),
        Example("see XIl, 4", "XIl", "XII"),
        Example("under Title Il are", "Il", "II"),
        Example("in World War Il, and", "Il", "II"),
        Example("Ill will, Il est, l'IVl, IIlX, XlX-1, Xl and Vl, IlVI"),
    ),
)
