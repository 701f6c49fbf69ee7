"""Proposer "spacing": the spaces that the line's evidence holds though the engine did not write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ocrect.correction import Edit
from ocrect.document import Line
from ocrect.evidence import CtcPosterior
from ocrect.plugins import Context, Proposer
from ocrect.settings import Settings
from ocrect.spacing import Gap, gaps

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
    if not isinstance(line.evidence, CtcPosterior) or line.evidence.text != line.text:
        return
    found = gaps(line.evidence)
    for word in _WORD.finditer(line.text) if found else ():
        inside = [gap for gap in found if word.start() < gap.at < word.end()]
        likely = [gap for gap in inside if gap.is_likely]
        for chosen in (likely, *([gap] for gap in inside)):
            if chosen:
                yield Edit(word.start(), word.end(), word.group(), _spaced(word, chosen))


def _spaced(word: re.Match[str], chosen: Sequence[Gap]) -> str:
    bounds = [0, *(gap.at - word.start() for gap in chosen), len(word.group())]
    return " ".join(word.group()[start:end] for start, end in pairwise(bounds))
