"""Proposer "nbest": the other readings that the line's own evidence holds, where the engine was in doubt.

It invents nothing and costs no model, but a reading that is likely to the engine is not a second witness for itself: the
checks that do not look at the image have to choose.
"""

from __future__ import annotations

from collections.abc import Sequence

from ocrect.correction import Edit, edits
from ocrect.document import Line
from ocrect.plugins import Context, Proposer
from ocrect.settings import Settings

READINGS = 8
MOST_EDITS = 12
"""Edits proposed for one line; the likeliest readings come first."""


def build(settings: Settings) -> Proposer:
    """The proposer; it has no settings."""
    del settings
    return propose


def propose(lines: Sequence[Line], context: Context, /) -> list[list[Edit]]:
    """The edits that lead from each line's text to its alternative readings, likeliest reading first, each once."""
    del context
    return [_edits(line) for line in lines]


def _edits(line: Line) -> list[Edit]:
    if line.evidence is None:
        return []
    own, *others = (" ".join(reading.text.split()) for reading in line.evidence.alternatives(READINGS))
    known = set(edits(line.text, own))  # where the line's text is not the evidence's: no other reading, so no proposal
    found = (edit for text in others for edit in edits(line.text, text) if edit not in known)
    return list(dict.fromkeys(found))[:MOST_EDITS]
