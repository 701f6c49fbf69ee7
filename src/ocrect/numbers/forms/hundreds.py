"""A round number with every digit read as a letter: ``IOO`` for 100, ``lOOO`` for 1000. Typewriters have one type for both."""

from __future__ import annotations

import re

from ocrect.numbers.forms.digits import digits_stand_there
from ocrect.numbers.grammar import START
from ocrect.numbers.rule import Example

_ROUND = re.compile(rf"{START}(?<![.,/'’&-])[Il][IlO]{{0,3}}OO(?![^\W_]|[-'’&][^\W_]|[.,][OlI0-9])")

RULE = digits_stand_there(
    name="hundreds",
    says="An `I` or `l` and two letters `O` and more, by themselves, are a round number: no word is written so.",
    set_on="French typescripts (1 of 9), English periodicals (1 of 120): 2 right, 0 wrong",
    matches=_ROUND.finditer,
    cases=(
        Example("maximum IOO vers", "IOO", "100"),
        Example("ASSURING £lOO Whole", "lOO", "100"),
        Example("some lOOO of", "lOOO", "1000"),
        Example("IO, IOI CITY, IOOF, BIOO, IOO-A, OO"),
    ),
)
