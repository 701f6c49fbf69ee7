"""Proposer "second-engine": what another engine read otherwise, word by word."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from ocrect.agreement import BULLET, differences, strangers
from ocrect.correction import Edit, edits
from ocrect.document import Line, SecondReading
from ocrect.evidence import fold
from ocrect.plugins import Context, Proposer
from ocrect.settings import Settings


def build(settings: Settings) -> Proposer:
    """The proposer; it has no settings."""
    del settings
    return propose


def propose(lines: Sequence[Line], context: Context, /) -> list[list[Edit]]:
    """The edits that lead from each line's text to its second readings, each once.

    Of a reader that does not know the page's letters only words without such letters are taken.
    """
    unsure = strangers(context.lines or lines)
    return [list(dict.fromkeys(e for second in line.second_readings for e in _edits(line, second, unsure))) for line in lines]


def _edits(line: Line, second: SecondReading, unsure: Container[str]) -> Iterator[Edit]:
    if second.engine in unsure:
        return (edit for edit in differences(line.text, second.text) if fold(edit.after).isascii() or edit.after == BULLET)
    return iter(edits(line.text, second.text))
