"""Proposer "spacing": spaces that the line's evidence holds, or another engine has, though this one did not write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from ocrect.correction import Edit
from ocrect.document import Line
from ocrect.plugins import Context, Proposer
from ocrect.settings import Settings
from ocrect.spacing import line_gaps

_WORD = re.compile(r"\S+")


def build(settings: Settings) -> Proposer:
    """The proposer; it has no settings."""
    del settings
    return propose


def propose(lines: Sequence[Line], context: Context, /) -> list[list[Edit]]:
    """For each line, word by word, an edit with all the spaces that are likely in it, and one for each single place."""
    del context
    return [list(dict.fromkeys(_edits(line))) for line in lines]


def _edits(line: Line) -> Iterator[Edit]:
    own = line_gaps(line)
    for word in _WORD.finditer(line.text):
        for other in line.second_readings:
            places = [at for at in _read_with_spaces(line.text, other.text) if word.start() < at < word.end()]
            yield from _parted(word, places)
        inside = [gap for gap in own if word.start() < gap.at < word.end()]
        for chosen in ([gap.at for gap in inside if gap.is_likely], *([gap.at] for gap in inside)):
            yield from _parted(word, chosen)


@lru_cache(maxsize=64)
def _read_with_spaces(text: str, other: str) -> tuple[int, ...]:
    """The positions in ``text`` where ``other`` has a space, and the same characters on both its sides without one."""
    inked = [i for i, c in enumerate(text) if not c.isspace()]
    theirs = [i for i, c in enumerate(other) if not c.isspace()]
    blocks = SequenceMatcher(None, [text[i] for i in inked], [other[i] for i in theirs], autojunk=False).get_matching_blocks()
    same = [(inked[a + n], theirs[b + n]) for a, b, size in blocks for n in range(size)]
    return tuple(at for (left, there), (at, here) in pairwise(same) if at == left + 1 and here == there + 2)


def _parted(word: re.Match[str], places: Sequence[int]) -> Iterator[Edit]:
    """The edit that puts spaces at these places of the text; none where there are none."""
    if places:
        bounds = [0, *(at - word.start() for at in places), len(word.group())]
        spaced = " ".join(word.group()[start:end] for start, end in pairwise(bounds))
        yield Edit(word.start(), word.end(), word.group(), spaced)
