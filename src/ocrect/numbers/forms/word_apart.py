"""A space between digits and a word: ``2018total`` is ``2018 total``."""

from __future__ import annotations

from ocrect.numbers.forms.rule import LEAST_LETTERS, Cut, Parting
from ocrect.numbers.rule import Example


def _parts(cut: Cut) -> str:
    for word in cut.letters:
        if len(word) >= LEAST_LETTERS and cut.words.known(word):
            return f"{word!r} is a word"
        if word in cut.style.alone:
            return f"{word!r} stands by itself elsewhere on the page"
    return ""


RULE = Parting(
    name="word-apart",
    says="Letters beside digits that are a listed word of three letters and more, or stand by themselves elsewhere on the "
    "page, are a word.",
    set_on="SROIE (7 of 60 receipts), scans (3 of 124): 37 right, 1 wrong",
    parts=_parts,
    cases=(
        Example("in 2018total", "2018total", "2018 total"),
        Example("QTY4711", "QTY4711", "QTY 4711", page=("QTY: 3",)),
        Example("XQZ4711", "XQZ4711", "XQZ 4711", proved=False),
    ),
)
