"""Letters in a dose, before its unit: ``l000 mg``, ``O.5 mL``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocrect.numbers.forms.digits import digits_stand_there
from ocrect.numbers.rule import Example
from ocrect.numbers.vocabulary import DOSED

_DOSE = re.compile(rf"(?<![\w.,/-])(?:[0-9OolI]{{1,5}}[.,])?[0-9OolI]{{1,5}}(?=\s?{DOSED}(?!\w))")
_ZERO = re.compile("[Oo][.,]")


def _doses(text: str) -> Iterator[re.Match[str]]:
    """Those with a digit besides, or a zero before the point."""
    return (m for m in _DOSE.finditer(text) if any(map(str.isdecimal, m.group())) or _ZERO.match(m.group()))


RULE = digits_stand_there(
    name="dose",
    says="Letters before the unit of a drug are the digits that they look like, where there is a digit besides, or a zero "
    "before a point.",
    set_on="nothing yet: no page of the development sets has one",
    experimental=True,
    matches=_doses,
    cases=(
        Example("take l000 mg daily", "l000", "1000"),
        Example("inject O.5 mL slowly", "O.5", "0.5"),
        Example("1O mg in the evening", "1O", "10"),
        Example("2O IU", "2O", "20"),
        Example("5 l of milk, lO mg, B2O mg/l"),
    ),
)
