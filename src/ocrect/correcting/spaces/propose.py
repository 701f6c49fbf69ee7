"""Proposer "spacing": spaces that the line's evidence holds, or another engine has, though this one did not write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import LCSseq

from ocrect.correcting.case import LineFacts
from ocrect.correcting.rules import found
from ocrect.correcting.spaces.gaps import Gap, line_gaps
from ocrect.plugins import Context, Proposer
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.settings import Settings

_WORD = re.compile(r"\S+")


def build(settings: Settings) -> Proposer:
    """The proposer; it has no settings."""
    del settings
    return propose


def propose(lines: Sequence[Line], context: Context, /) -> list[list[Edit]]:
    """For each line, word by word, an edit with all the spaces that are likely in it, and one for each single place.

    Where a number that may have to be repaired is part of a word, each space beside it is an edit by itself: both can be made.
    """
    page = context if context.lines else replace(context, lines=lines)
    doubtful = ([(one.start, one.end) for _, one in LineFacts(line, page).fact(found)] for line in lines)
    return [list(dict.fromkeys(_edits(line, spans))) for line, spans in zip(lines, doubtful, strict=True)]


def _edits(line: Line, doubtful: Sequence[tuple[int, int]]) -> Iterator[Edit]:
    own = line_gaps(line)
    for word in _WORD.finditer(line.text):
        if any(word.start() <= start and end <= word.end() and (start, end) != word.span() for start, end in doubtful):
            yield from _beside(line, word, own, doubtful)
            continue
        for other in line.second_readings:
            places = [at for at in _read_with_spaces(line.text, other.text) if word.start() < at < word.end()]
            yield from _parted(word, places)
        inside = [gap for gap in own if word.start() < gap.at < word.end()]
        for chosen in ([gap.at for gap in inside if gap.is_likely], *([gap.at] for gap in inside)):
            yield from _parted(word, chosen)


def _beside(line: Line, word: re.Match[str], own: Sequence[Gap], doubtful: Sequence[tuple[int, int]]) -> Iterator[Edit]:
    """The likely spaces of a word that are not within a number in doubt, each with the character that is no part of it."""
    places = {gap.at for gap in own if gap.is_likely}
    places.update(at for other in line.second_readings for at in _read_with_spaces(line.text, other.text))
    for at in sorted(places):
        if not word.start() < at < word.end() or any(start < at < end for start, end in doubtful):
            continue
        behind = any(end == at for _, end in doubtful)
        first, last = (at, at + 1) if behind else (at - 1, at)
        read = line.text[first:last]
        yield Edit(first, last, read, f" {read}" if behind else f"{read} ")


@lru_cache(maxsize=64)
def _read_with_spaces(text: str, other: str) -> tuple[int, ...]:
    """The positions in ``text`` where ``other`` has a space, and the same characters on both its sides without one."""
    inked = [i for i, c in enumerate(text) if not c.isspace()]
    theirs = [i for i, c in enumerate(other) if not c.isspace()]
    blocks = LCSseq.opcodes([text[i] for i in inked], [other[i] for i in theirs]).as_matching_blocks()
    same = [(inked[b.a + n], theirs[b.b + n]) for b in blocks for n in range(b.size)]
    return tuple(at for (left, there), (at, here) in pairwise(same) if at == left + 1 and here == there + 2)


def _parted(word: re.Match[str], places: Sequence[int]) -> Iterator[Edit]:
    """The edit that puts spaces at these places of the text; none where there are none."""
    if places:
        bounds = [0, *(at - word.start() for at in places), len(word.group())]
        spaced = " ".join(word.group()[start:end] for start, end in pairwise(bounds))
        yield Edit(word.start(), word.end(), word.group(), spaced)
