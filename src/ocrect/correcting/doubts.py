"""What of a page is in doubt once it is corrected: numbers that contradict one another.

They are found by :mod:`ocrect.numbers.contradictions`. A doubt changes nothing: it stands beside the text, with or without a
proposal, for those who use the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocrect.numbers.contradictions import contradictions
from ocrect.record.correction import Edit
from ocrect.record.document import Doubt, Line


def doubted(lines: Sequence[Line]) -> list[Line]:
    """The lines of a page with their doubts, in the order of the text and each place once."""
    found: list[dict[tuple[int, int], str]] = [{} for _ in lines]
    for contradiction in contradictions([line.corrected for line in lines]):
        for part in contradiction.parts:
            accepted = lines[part.line].accepted
            place = as_read(part.start, accepted), as_read(part.end, accepted, end=True)
            found[part.line].setdefault(place, contradiction.reason)
    return [
        replace(line, doubts=tuple(Doubt(start, end, reason) for (start, end), reason in sorted(places.items())))
        for line, places in zip(lines, found, strict=True)
    ]


def as_read(at: int, edits: Sequence[Edit], *, end: bool = False) -> int:
    """The place in the text as read of a place in the corrected text; inside an edit its start, or with ``end`` its end."""
    moved = 0
    for edit in edits:
        start = edit.start + moved
        if at <= start:
            break
        if at < start + len(edit.after) or (end and at == start + len(edit.after)):
            return edit.end if end else edit.start
        moved += len(edit.after) - len(edit.before)
    return at - moved
