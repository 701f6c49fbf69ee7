"""Proposer "second-engine": what another engine read otherwise, word by word."""

from __future__ import annotations

from collections.abc import Sequence

from ocrect.plugins import Context, Proposer
from ocrect.record.correction import Edit, edits
from ocrect.record.document import Line
from ocrect.settings import Settings


def build(settings: Settings) -> Proposer:
    """The proposer; it has no settings."""
    del settings
    return propose


def propose(lines: Sequence[Line], context: Context, /) -> list[list[Edit]]:
    """The edits that lead from each line's text to its second readings, each once."""
    del context
    return [
        list(dict.fromkeys(edit for second in line.second_readings for edit in edits(line.text, second.text))) for line in lines
    ]
