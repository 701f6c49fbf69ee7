"""An ``l`` among digits: ``198l``, ``l.0``, ``3.l.5``, ``2-l4``, ``Table lo``. No code and no volume is written so: it is a 1.

With an image the reader has asked the pixels the same already (:mod:`ocrect.engines.ppocr.numerals`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocrect.numbers.forms.digits import digits_stand_there
from ocrect.numbers.grammar import START
from ocrect.numbers.rule import Example

_YEAR = "(?=[0-9]{0,3}l)[1l][5-9][0-9l]{2}"
_COUNT = "l[0-9]{2,6}|l,[0-9]{3}(?:,[0-9]{3})*|l[.][0-9]{1,4}"
_PART = "(?:[0-9]{1,2}|l[0-9]?|[0-9]l[0-9])"
_SECTION = f"(?=[0-9.]*l)[0-9]{{1,2}}(?:[.]{_PART}){{1,4}}"
_LONE = "l[0-9ol]"
_LOOK = re.compile(
    f"{START}(?:(?:{_YEAR}|{_COUNT}|{_SECTION}|{_LONE})(?![^\\W_]|[.,:/’'-][0-9l])"
    f"|[0-9]{{1,3}}-l[0-9l](?=[a-z]?(?![^\\W_]))"
    "|[0-9]*lst\\b|l[0-9]th\\b|l[0-9](?=-[a-z]{3}))"
)
_NAMED = re.compile(
    r"\b(?:[Ff]igures?|[Ff]igs?[.]|[Tt]ables?|[Ss]ections?|[Cc]hapters?|[Pp]ages?|pp?[.]|Nos?[.]|[Ii]tems?|[Vv]ol[.]|"
    r"Jan(?:uary)?|Feb(?:ruary)?|March|April|May|June|July|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|"
    r"Dec(?:ember)?)[.]?[ \n]$|[0-9] (?:and|or|to) $"
)
"""Ends in a word, or a number and a word, that has a number behind it."""
_REACH = 12


def _matches(text: str) -> Iterator[re.Match[str]]:
    """Two signs alone, ``l2`` or ``lo``, are a number only behind a word that has one."""
    for match in _LOOK.finditer(text):
        before = text[max(0, match.start() - _REACH) : match.start()]
        if not re.fullmatch(_LONE, match.group()) or text[match.end() : match.end() + 1] == "-" or _NAMED.search(before):
            yield match


RULE = digits_stand_there(
    name="l-among-digits",
    says="In a text without an image, an `l` is a 1 where neither a code nor a volume is written so: in years, before digits "
    "and points, in numbers of sections, behind a dash, in ordinals, and behind a word that has a number.",
    set_on="another system's text of scans (8 of 31 pages), right each time",
    matches=_matches,
    blind=True,
    cases=(
        Example("in 198l the", "198l", "1981"),
        Example("l96l is", "l96l", "1961"),
        Example("l000 Independence Avenue", "l000", "1000"),
        Example("at l.0 day", "l.0", "1.0"),
        Example("see 3.l.5 for", "3.l.5", "3.1.5"),
        Example("Tuff 8.l Objectives", "8.l", "8.1"),
        Example("figure 2-l4 is", "2-l4", "2-14"),
        Example("from 2-lla on", "2-ll", "2-11"),
        Example("Table lo shows", "lo", "10"),
        Example("tables 9 and l3", "l3", "13"),
        Example("July l9, 1932", "l9", "19"),
        Example("the l2th of", "l2th", "12th"),
        Example("the 3lst of", "3lst", "31st"),
        Example("a l0-year period", "l0", "10"),
        Example("27l of water, 2l, 1.5l, 16lb and the l2 norm"),
        Example("l15n, x86-l, 1l-bottle, 2-l bottle"),
    ),
)
