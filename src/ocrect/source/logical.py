"""Right-to-left text of a PDF in logical order, by where its signs stand.

Some files hold it in the order in which it is read, others in the order in which it stands from left to right; the places of
the signs are the same. A few show it mirrored (the program that made them knew no right-to-left script): letters that only end
a word, and the article that only begins one, tell them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TypeVar

from ocrect.record.document import Box

Item = TypeVar("Item")

_LAST = "ةىךםןףץ"  # Arabic and Hebrew letters that stand at a word's end alone
_ARTICLE = "ال"


def is_rtl(text: str) -> bool:
    """True where most letters of ``text`` are written from right to left."""
    kinds = [unicodedata.bidirectional(char) for char in text]
    return sum(kind in ("R", "AL") for kind in kinds) > sum(kind == "L" for kind in kinds)


def ordered(items: Sequence[Item], text: Callable[[Item], str], box: Callable[[Item], Box | None]) -> list[Item]:
    """Signs of a word, or words of a line, in logical order; those without a box follow the one before them.

    What is not written from right to left keeps its own order among the rest: numbers, and words of other scripts.
    """
    if not any(is_rtl(text(item)) for item in items):
        return list(items)
    groups: list[list[Item]] = []
    for item in items:
        if groups and (box(item) is None or unicodedata.category(text(item)[:1] or " ") == "Mn"):
            groups[-1].append(item)
        else:
            groups.append([item])

    def left(group: list[Item]) -> float:
        first = box(group[0])
        return first.left if first else 0.0

    if not is_rtl("".join(text(item) for item in items)):  # the others lead: only what is between them turns round
        turned = _runs(groups, text, rtl=True)
        return [item for is_run, run in turned for group in _by_place(run, left, descending=is_run) for item in group]
    from_right = sorted(groups, key=left, reverse=True)
    turned = _runs(from_right, text, rtl=False)
    return [item for is_run, run in turned for group in (list(reversed(run)) if is_run else run) for item in group]


def _runs(groups: Iterable[list[Item]], text: Callable[[Item], str], *, rtl: bool) -> list[tuple[bool, list[list[Item]]]]:
    """Groups in a row that are (``rtl``), or are not, written from right to left, each with whether it is such a run."""
    found = groupby(groups, key=lambda group: is_rtl("".join(text(item) for item in group)) is rtl)
    return [(is_run, list(run)) for is_run, run in found]


def _by_place(run: list[list[Item]], left: Callable[[list[Item]], float], *, descending: bool) -> list[list[Item]]:
    return sorted(run, key=left, reverse=True) if descending else run


def is_mirrored(words: Iterable[str]) -> bool:
    """True where more words begin with what only ends one, and end with what only begins one, than the other way round."""
    wrong = right = 0
    for word in words:
        if len(word) > 2 and is_rtl(word):
            wrong += (word[0] in _LAST) + word.endswith(_ARTICLE[::-1])
            right += (word[-1] in _LAST) + word.startswith(_ARTICLE)
    return wrong > right
