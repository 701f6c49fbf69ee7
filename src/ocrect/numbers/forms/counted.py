"""The number of a page, plate or figure with letters for digits: ``plate l``, ``page l2``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocrect.numbers.forms.digits import a_number_stands_there, in_digits
from ocrect.numbers.forms.rule import Form, Found
from ocrect.numbers.forms.style import Style
from ocrect.numbers.rule import Example

_NUMBER = re.compile(r"(?<=[\w.] )(?:l[0-9lO]{0,3}|[1-9][0-9]{0,2}[lO][0-9lO]{0,2})(?![\w'’/-]|[.,]\w)")
_COUNTED = re.compile(
    r"\b(?:plates?|pages?|pp?\.|figs?\.|figures?|tables?|vols?\.|volumes?|chapters?|sections?|nos?\.) $", re.IGNORECASE
)
_LONGEST = 12
"""Characters of the longest of these words and the space behind it."""


def _find(text: str, style: Style) -> Iterator[Found]:
    """A capital I by itself is a Roman numeral."""
    del style
    return in_digits(m for m in _NUMBER.finditer(text) if _COUNTED.search(text, max(0, m.start() - _LONGEST), m.start()))


RULE = Form(
    name="counted",
    says="Behind `page`, `plate`, `fig.`, `vol.`, `no.` and the like, a small `l`, and letters among digits, are digits.",
    set_on="1 of 124 scans",
    experimental=True,
    find=_find,
    prove=a_number_stands_there,
    impossible="is no number",
    cases=(
        Example("see plate l and", "l", "1"),
        Example("on page l2 of", "l2", "12"),
        Example("vol. 1O of", "1O", "10"),
        Example("plate I and l'eau, page l'un, the l is tall, go to l."),
    ),
)
