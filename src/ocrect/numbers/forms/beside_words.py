"""Letters for digits where the words beside them say that a number stands there: ``Equation 4-l``, ``l percent``, ``Fig. 2I``.

English words: a part of the rule in :mod:`ocrect.numbers.forms.ones`.
"""

from __future__ import annotations

import re

from ocrect.numbers.grammar import START
from ocrect.numbers.vocabulary import MONTH

_MIXED = "(?=[0-9lIoO]*[0-9])(?=[0-9lIoO]*[lIoO])[0-9lIoO]{2,5}"
_ONES = f"(?:{_MIXED}|l[lo]?)"
"""Digits with letters among them, or a small ``l`` by itself: a capital one is a Roman numeral."""

_END = r"(?![^\W_]|[-/'’][^\W_]|[.,:][0-9l])"
NUMBERED = (
    r"\b(?:[Ff]igures?|[Ff]igs?[.]|[Tt]ables?|[Ss]ections?|[Cc]hapters?|[Pp]ages?|[Pp]p?[.]|Nos?[.]|[Ii]tems?|[Vv]ols?[.]|V[.]|"
    r"[Vv]olumes?|[Aa]rticles?|[Ee]quations?|[Ee]qs?[.]|[Rr]evisions?|[Rr]ev[.]|[Ss]tations?|[Rr]eferences?|[Rr]efs?[.]|[Pp]lates?|"
    r"[Ss]teps?|[Nn]otes?|[Aa]ttachments?|[Ee]nclosures?|[Ee]xhibits?)"
)
"""Ends in a word that has a number behind it."""

_UNIT = (
    "(?:per ?cent|[mb]illion|thousand|hundred|years?|months?|weeks?|days?|hours?|minutes?|seconds?|miles?|feet|foot|ft|"
    "inch(?:es)?|yards?|[cmk]m|[km]g|gallons?|pounds?|lbs?|tons?|CFR|times)"
)
_NORMS = "norm|loss|regul|penal|dist|error|space"
"""What an l1 and an l2 are in mathematics."""

BESIDE = re.compile(
    "|".join(
        (
            rf"{NUMBERED} (?:[0-9]{{1,3}}[-.]|[A-HJ-NP-Z]-)?(?P<numbered>{_ONES})(?:(?=[a-z]{_END})|(?=[-–][0-9l])|{_END})",
            rf"{START}(?<![.,/'’-])(?P<counted>{_ONES})(?=[ -](?:{_UNIT}|m)\b)",
            rf"{START}(?P<weighed>l)(?=-[gm] )",
            rf"{START}(?P<first>[il]?l|o)(?= (?:to|through) [0-9l]+\b)",
            r"(?<=[0-9], )(?P<listed>[0-9]?l[0-9]?)(?=,? (?:and )?[0-9])",
            rf"\[(?P<cited>{_MIXED})\]",
            rf"{START}(?<![.,-])(?P<power>[li]0-[0-9l]{{1,2}})(?![0-9])",
            rf"\b(?:than|the|other|for|all) (?P<many>l[0-9])(?= (?!{_NORMS})[a-z]{{4,}}s\b)",
            rf"{START}(?P<clause>l{{1,2}}[0-9]|[0-9]l[0-9l]|[0-9]{{2}}l)(?=\([a-z0-9]\))",
            rf"{START}(?<![.,/-])(?P<year>(?=[1lI].[0-9oO]?[0-9])[1lI][5-9][0-9lIoO]{{2}}|1[0-9]{{2}}[oOi])(?=[a-d]?{_END})",
            rf"{START}(?P<inside>[0-9]{{1,3}}l[0-9]{{2,4}}|ll[0-9]{{2,4}}|[0-9]{{2}}ll){_END}",
            r"(?<=the )(?P<ordinal>I(?=st\b)|[23]i(?=st\b)|[lI][0-9](?=th\b))",
            rf"\b(?=[A-Z])(?i:{MONTH})[.]? (?P<of_month>[lIi])(?=[-–] ?(?:[A-Z][a-z]{{2}}|[0-9])|, ?[12l][0-9l]{{3}}\b)",
            rf"{START}(?P<grouped>[1-9][0-9]{{0,2}},[0-9]{{2}}l)(?=[.,;]? .{{0,12}}[0-9]{{3}},[0-9]{{3}}\b)",
            rf"{START}(?<![.,-])(?P<share>(?=[0-9ilo]{{0,2}}[ilo])[0-9ilo]{{1,3}}[0-9])(?= ?%)",
            rf"{START}(?P<day>[lI][0-9])(?=[., ]{{1,2}}(?i:{MONTH})\b)",
        )
    )
)
"""What stands there is the last named group, whose name says why."""
