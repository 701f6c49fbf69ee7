"""A person's initial that was read as a digit: ``E. 6. Frost`` for ``E. G. Frost``, ``Davis, 6. H.`` for ``Davis, G. H.``"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocrect.numbers.forms.rule import Claim, Form, Found, Proof
from ocrect.numbers.forms.style import Style
from ocrect.numbers.rule import Example

_MEANT = {"2": "Z", "5": "S", "6": "G", "8": "B"}
"""Digits that look like one capital alone."""

_INITIAL = re.compile(
    r"(?:^|[,&] |\b(?:and|by) )(?:[A-Z]\. )+[2568](?=\. [A-Z][a-z]{2})"
    r"|[a-z]{2}, [2568](?=\. (?:[A-Z]\.(?![^\W_])|[A-Z][a-z]+,))"
)
"""Between an initial and a surname, or behind a surname and its comma before another initial or a surname."""


def _find(text: str, style: Style) -> Iterator[Found]:
    del style
    for match in _INITIAL.finditer(text):
        at = match.end() - 1
        yield Found(at, at + 1, (_MEANT[text[at]],))


def _prove(claim: Claim) -> Proof:
    return Proof(f"an initial stands there, and {claim.read!r} is none")


RULE = Form(
    name="initial",
    says="A digit with a full stop between an initial and a surname, or behind a surname and its comma before another "
    "initial, is the initial that it looks like.",
    set_on="scans (2 of 76 pages, lists of references): 3 right, 0 wrong",
    find=_find,
    prove=_prove,
    cases=(
        Example("J. L. Anderson, E. 6. Frost, and", "6", "G"),
        Example("Davis, 6. H., 1980, Structural", "6", "G"),
        Example("w. R. Daniels, 8. R. Erdal", "8", "B"),
        Example("see App. A. 6. Results of it"),
        Example("in Boston, 5. A new street"),
        Example("FIG. 4. THE STEPS, 6. the end"),
        Example("see section S. 6. The end"),
        Example("pp. 5. 6. Smith and the end"),
    ),
)
