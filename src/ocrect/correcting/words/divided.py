"""Words that the end of a printed line divided: ``expe-`` above ``rienced``, and ``expe rienced`` in a text that has lost both
the hyphen and the line.

Where a text still has its lines, two pieces inside one are a word with a spurious space. Where the whole text runs on as one
line they stood at a line's end nearly always, and the hyphen was lost: what the page prints is ``expe- rienced``.
"""

from __future__ import annotations

import re

from ocrect import bars
from ocrect.correcting.case import Case
from ocrect.record.document import Line
from ocrect.words.lexicon import Lexicon

RUN_ON = 250
"""Characters of a line that no page prints: those of several have run on."""

_LEAST_PIECE, _UNLISTED = 2, 1.0
"""Letters of a piece, and the Zipf value at which one is weighed that is no word."""

_CUT = re.compile(r"[^\W\d_]+(?=[-¬=\xad]\s*$)")
"""The half of a word before a line's end."""

_REST = re.compile(r"\s*([^\W\d_]+)")
"""The other half."""

_PIECES = re.compile(r"([^\W\d_]+)- ([^\W\d_]+)")


def runs_on(line: Line) -> bool:
    """True for a line without an image that holds the lines of a whole text."""
    return line.evidence is None and line.box is None and len(line.text) > RUN_ON


def are_divided(head: str, tail: str, words: Lexicon) -> bool:
    """True for pieces that are far likelier one word than two that happen to meet (:data:`ocrect.bars.DIVIDED`)."""
    if min(len(head), len(tail)) < _LEAST_PIECE or not (tail.islower() or (head + tail).isupper()):
        return False
    return words.known(head + tail) and odds(head, tail, words) >= bars.DIVIDED


def odds(head: str, tail: str, words: Lexicon) -> float:
    """How many times likelier ``head`` and ``tail`` are one word than two, to the base of 10, by their frequencies alone."""
    apart = sum(max(words.zipf(piece), _UNLISTED) for piece in (head, tail))
    return words.zipf(head + tail) - (apart - 9.0)


def divided(case: Case) -> float | None:
    """The :func:`odds` of an edit that puts back the hyphen of a divided word; ``None`` for any other edit."""
    edit, found = case.edit, _PIECES.fullmatch(case.edit.after)
    if found is None or not runs_on(case.line):
        return None
    head, tail = found[1], found[2]
    is_one = edit.before == f"{head} {tail}" and are_divided(head, tail, case.lexicon)
    return odds(head, tail, case.lexicon) if is_one else None


def tears_a_divided_word(case: Case) -> bool:
    """True where the edit changes one half of a word that is a known one together with the half beside it, and would be none
    or a rarer one: ``Träu-`` above ``men`` as ``Trau-``.
    """
    read, edited, words = case.line.text, case.edited, case.lexicon
    above, below = case.about.above, case.about.below
    wholes = ((_whole(read, below), _whole(edited, below)), (_whole(above, read), _whole(above, edited)))
    return any(words.known(was) and was != becomes and words.zipf(becomes) <= words.zipf(was) for was, becomes in wholes)


def _whole(upper: str, lower: str) -> str:
    """The word that a hyphen at the end of a line divides; empty where there is none, or the line below begins with none."""
    head, tail = _CUT.search(upper), _REST.match(lower)
    return head.group() + tail[1] if head and tail and tail[1][0].islower() else ""
