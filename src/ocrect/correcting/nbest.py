"""Proposer "nbest": the other readings that the line's own evidence holds, where the engine was in doubt.

It invents nothing and costs no model, but a reading that is likely to the engine is not a second witness for itself: the
checks that do not look at the image have to choose.
"""

from __future__ import annotations

from collections.abc import Sequence

from ocrect import bars
from ocrect.evidence import Reading
from ocrect.plugins import Context, Proposer
from ocrect.record.correction import Edit, edits
from ocrect.record.document import Line
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
    first, *others = line.evidence.alternatives(READINGS)
    known = set(edits(line.text, _tidy(first)))  # where the line's text is not the evidence's: no other reading, no proposal
    doubted = (other for other in others if _difference(first, other) >= bars.NBEST_DOUBT)
    found = (edit for reading in doubted for edit in edits(line.text, _tidy(reading)) if edit not in known)
    return list(dict.fromkeys(found))[:MOST_EDITS]


def _tidy(reading: Reading) -> str:
    return " ".join(reading.text.split())


def _difference(first: Reading, other: Reading) -> float:
    """Nats by which ``other`` is behind; 0 where the engine gives no likelihood."""
    if first.log_likelihood is None or other.log_likelihood is None:
        return 0.0
    return other.log_likelihood - first.log_likelihood
