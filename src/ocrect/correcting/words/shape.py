"""The shape of words: capitals where they belong, letters or digits and not both, signs at a word's ends, brackets in pairs."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\S+")
_BARE = re.compile(r"^\W+|\W+$")
_SIGN_INSIDE = re.compile(r"[^\W_][^\w\s'’./&-][^\W_]|[^\W\d_][.,:;][^\W\d_]")
_PAIRS = {")": "(", "]": "[", "}": "{", "”": "“"}


def bare(token: str) -> str:
    """A token without the signs around it."""
    return _BARE.sub("", token)


def has_odd_capitals(word: str) -> bool:
    """True for ``NoticE`` and ``BARNABAs``: neither small, nor a capital first, nor all capitals, nor as ``McLean``."""
    letters = [c for c in word if c.isalpha()]
    if len(letters) < 2 or all(c.isupper() for c in letters):
        return False
    return any(_is_odd(part) for part in re.findall(r"[^\W\d_]+", re.sub(r"['’][^\W\d_]{1,2}\b", "", word)))


def _is_odd(part: str) -> bool:
    if part.isupper() or part.islower() or len(part) < 2:
        return False
    inner = part[1:]
    return not inner.islower() and not re.fullmatch(r"(?:Mc|Mac|De|Le|Van|O)?[^\W\d_][^\W\d_]*", part[:3] + part[3:].lower())


def mixes(word: str) -> bool:
    """True for ``l984`` and ``cal1``: digits and letters in one run."""
    return any(re.search(r"\d", run) and re.search(r"[^\W\d_]", run) for run in re.findall(r"[^\W_]+", word))


def has_sign_inside(token: str) -> bool:
    """True for ``ground,water`` and ``ti.mely``: a sign between letters that is none of a word's."""
    return bool(_SIGN_INSIDE.search(token))


def is_odd(token: str) -> bool:
    """True for ``NoticE``, ``l984`` and ``ground,water``: few tokens are printed so."""
    return has_odd_capitals(token) or has_sign_inside(token) or mixes(token)


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
