"""Check "spacing": is there a gap on the page where the edit puts a space?

It speaks only of edits that put spaces and do nothing else, on lines whose posterior tells (:mod:`ocrect.spacing`). The
score is the log-odds of the least likely of the spaces, in nats.
"""

from __future__ import annotations

from collections.abc import Iterator

from ocrect.correction import Edit, Finding, atoms
from ocrect.document import Line
from ocrect.evidence import CtcPosterior
from ocrect.plugins import Check, Context
from ocrect.settings import Settings
from ocrect.spacing import Gap, gaps

NAME = "spacing"


def build(settings: Settings) -> Check:
    """The check; it has no settings."""
    del settings
    return check


def check(line: Line, edit: Edit, context: Context, /) -> Finding:
    """Support where a gap is seen at each new space; silence where one is not, or where the edit does something else."""
    del context
    places = list(_new_spaces(edit))
    if not places:
        return Finding(NAME, None, "it does not only put spaces", witness="image")
    found = _gaps(line)
    seen = [found[place] for place in places if place in found]
    if len(seen) < len(places):
        return Finding(NAME, None, "no gap is seen there", witness="image")
    least = min(seen, key=lambda gap: gap.log_odds)
    apart = f"the characters stand {least.pitch:.1f} times as far apart as others on the line"
    return Finding(NAME, True if least.is_likely else None, apart, least.log_odds, "image")


def _new_spaces(edit: Edit) -> Iterator[int]:
    """The places of the new spaces, in the line's text as read; none where the edit changes anything besides."""
    changes = atoms(edit)
    if all(change.before == "" and change.after == " " for change in changes):
        yield from (change.start for change in changes)


def _gaps(line: Line) -> dict[int, Gap]:
    if not isinstance(line.evidence, CtcPosterior) or line.evidence.text != line.text:
        return {}
    return {gap.at: gap for gap in gaps(line.evidence)}
