"""Proposer "second-engine": what another engine read otherwise, word by word."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from ocrect.correcting.readers.agreement import BULLET, agreed, differences, strangers
from ocrect.correcting.readers.heard import page_strangers
from ocrect.evidence import fold
from ocrect.plugins import Context, Proposer
from ocrect.record.correction import Edit, edits
from ocrect.record.document import Line
from ocrect.settings import Settings


def build(settings: Settings) -> Proposer:
    """The proposer; it has no settings."""
    del settings
    return propose


def propose(lines: Sequence[Line], context: Context, /) -> list[list[Edit]]:
    """The edits that lead from each line's text to its second readings, each once.

    Of a reader that does not know the page's letters only words without such letters are taken, and where there are two also
    what both read but space differently.
    """
    unsure = context.fact(page_strangers) if context.lines else strangers(lines)
    return [list(dict.fromkeys(_edits(line, unsure))) for line in lines]


def _edits(line: Line, unsure: Container[str]) -> Iterator[Edit]:
    foreign = [second.text for second in line.second_readings if second.engine in unsure]
    both = [agreed(line.text, *foreign[:2]).text] if len(foreign) > 1 else []
    for reading in both + foreign:
        yield from (edit for edit in differences(line.text, reading) if fold(edit.after).isascii() or edit.after == BULLET)
    for second in line.second_readings:
        if second.engine not in unsure:
            yield from edits(line.text, second.text)
