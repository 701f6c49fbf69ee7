"""The number of a page, plate or figure with letters for digits: ``plate l``, ``page l2``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocrect.numbers.forms.digits import digits_stand_there
from ocrect.numbers.rule import Example

_NUMBER = re.compile(r"(?<=[\w.] )(?:l[0-9lO]{0,3}|[1-9][0-9]{0,2}[lO][0-9lO]{0,2})(?![\w'’/-]|[.,]\w)")
_COUNTED = re.compile(
    r"\b(?:plates?|pages?|pp?\.|figs?\.|figures?|tables?|vols?\.|volumes?|chapters?|sections?|nos?\.) $", re.IGNORECASE
)
_LONGEST = 12
"""Characters of the longest of these words and the space behind it."""


def _counted(text: str) -> Iterator[re.Match[str]]:
    """Those behind such a word; a capital I by itself is a Roman numeral."""
    return (m for m in _NUMBER.finditer(text) if _COUNTED.search(text, max(0, m.start() - _LONGEST), m.start()))


RULE = digits_stand_there(
    name="counted",
    says="Behind `page`, `plate`, `fig.`, `vol.`, `no.` and the like, a small `l`, and letters among digits, are digits.",
    set_on="1 of 124 scans",
    experimental=True,
    matches=_counted,
    cases=(
        Example("see plate l and", "l", "1"),
        Example("on page l2 of", "l2", "12"),
        Example("vol. 1O of", "1O", "10"),
        Example("plate I and l'eau, page l'un, the l is tall, go to l."),
    ),
)
