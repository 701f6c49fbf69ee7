"""The shape of words: capitals where they belong, letters or digits and not both, signs at a word's ends, brackets in pairs."""

from __future__ import annotations

import re
from itertools import pairwise

_TOKEN = re.compile(r"\S+")
_BARE = re.compile(r"^\W+|\W+$")
_ABBREVIATION = re.compile(r"(?<![^\W\d_])[^\W\d_](?:\.[^\W\d_])+(?![^\W\d_])")
_SIGN_INSIDE = re.compile(r"[^\W_][^\w\s'’./&-][^\W_]|[^\W\d_][.,:;][^\W\d_]")
_PREFIX = re.compile(r"^(?:Mc|Mac|De|Di|Du|La|Le|Van|O|Fitz)(?=[^\W\d_])")
_SCOTTISH = re.compile(r"^Ma?c(?=[^\W\d_])")
_LED_SMALL = re.compile(r"[a-z]{1,2}[A-Z]{2,}s?|(?:[kmµμnpdch](?:V|W|A|Hz|J|N|Pa|Wh|VA|Ah|B|F|H|S|T|K)|pH|eV)")
_ENDS_IN_CAPITALS = re.compile(r"[A-Z][a-z]{2,}[A-Z]{2,4}")
_AS_CAPITALS = frozenset("ckopsuvwxyz")
"""Small letters of the shape of their capitals: only their size says which they are."""
_LEAST_ODD, _LONGEST_PLURAL, _LEAST_JOINED = 4, 5, 3
"""Letters: the fewest of a word with odd capitals (units and abbreviations are shorter), the most of a plural like ``PCBs``,
and the fewest of each word in ``TaxNumber``."""

_FEWEST = 6
"""Letters of a line from which their case tells how it is set."""

_PAIRS = {")": "(", "]": "[", "}": "{", "”": "“"}


def bare(token: str) -> str:
    """A token without the signs around it."""
    return _BARE.sub("", token)


def has_odd_capitals(word: str) -> bool:
    """True for ``NoticE`` and ``BARNABAs``: words that are neither lower, title nor upper case, nor like ``McLean``, ``kWh``,
    ``PCBs`` or ``TaxNumber``.
    """
    return any(_is_odd(part) for part in re.findall(r"[^\W\d_]+", re.sub(r"['’][^\W\d_]{1,2}\b", "", word)))


def _is_odd(part: str) -> bool:
    if len(part) < _LEAST_ODD or part.isupper() or not any(map(str.isupper, part)) or part[1:].islower():
        return False
    inner = _PREFIX.sub("", part)
    is_name = inner[:1].isupper() and inner[1:].islower()
    return not is_name and not _is_joined(part) and not (len(part) <= _LONGEST_PLURAL and part[:-1].isupper())


def _is_joined(part: str) -> bool:
    """True for words of three letters and more written together, each with a capital, and for a name that ends in capitals,
    of which no eye takes all small letters for capitals: ``TaxNumber``, ``OpenAI``, but not ``CoVER``.
    """
    if _ENDS_IN_CAPITALS.fullmatch(part) and not _AS_CAPITALS.issuperset(c for c in part if c.islower()):
        return True
    starts = [at for at, c in enumerate(part) if c.isupper()]
    return starts[0] == 0 and all(b - a >= _LEAST_JOINED for a, b in pairwise([*starts, len(part)]))


def is_led_small(word: str) -> bool:
    """True for ``iDEAL``, ``eBAY`` and ``mRNA``: a small letter or two before capitals, as names and terms of their own, and
    for units (``kV``, ``mAh``).
    """
    return _LED_SMALL.fullmatch(bare(word)) is not None


def mixes_case(word: str) -> bool:
    """True for ``ExC`` and ``LeVel``, but not for ``Exc``, ``EXC``, ``exc`` and ``McLean``."""
    runs = (_SCOTTISH.sub("", run) for run in re.findall(r"[^\W\d_]+", word))
    return any(not (run.islower() or run.isupper() or run.istitle()) for run in runs if run)


def share_of_capitals(text: str) -> float | None:
    """The share of capitals among the letters of a text; ``None`` for fewer than :data:`_FEWEST`."""
    letters = [c for c in text if c.isalpha() and c.upper() != c.lower()]
    return sum(map(str.isupper, letters)) / len(letters) if len(letters) >= _FEWEST else None


def mixes(word: str) -> bool:
    """True for ``l984`` and ``cal1``: digits and letters in one run."""
    return any(re.search(r"\d", run) and re.search(r"[^\W\d_]", run) for run in re.findall(r"[^\W_]+", word))


def has_sign_inside(token: str) -> bool:
    """True for ``ground,water`` and ``ti.mely``: a sign between letters that is none of a word's."""
    return bool(_SIGN_INSIDE.search(token))


def is_odd(token: str) -> bool:
    """True for ``NoticE``, ``l984`` and ``ground,water``: few tokens are printed so."""
    return has_odd_capitals(token) or has_sign_inside(token) or mixes(token)


def abbreviations(text: str) -> list[tuple[int, int]]:
    """Where single letters with points between them stand, first and behind the last: ``S.A``, ``e.V``."""
    return [found.span() for found in _ABBREVIATION.finditer(text)]


def unpaired(text: str) -> int:
    """How many brackets of a text open or close alone."""
    opened: list[str] = []
    alone = 0
    for c in text:
        if c in _PAIRS.values():
            opened.append(c)
        elif c in _PAIRS:
            if opened and opened[-1] == _PAIRS[c]:
                opened.pop()
            else:
                alone += 1
    return alone + len(opened)


def tokens(text: str) -> list[str]:
    """What spaces part."""
    return _TOKEN.findall(text)
