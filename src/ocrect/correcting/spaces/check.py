"""Check "spacing": is there a gap on the page where the edit puts a space?

It speaks only of edits that put spaces and do nothing else, on lines whose posterior tells
(:mod:`ocrect.correcting.spaces.gaps`). The score is the log-odds of the least likely of the spaces, in nats.
"""

from __future__ import annotations

from collections.abc import Sequence

from ocrect.correcting.spaces.gaps import Gap, line_gaps, new_spaces
from ocrect.plugins import Check, Context
from ocrect.record.correction import Edit, Finding
from ocrect.record.document import Line
from ocrect.settings import Settings

NAME = "spacing"


def build(settings: Settings) -> Check:
    """The check; it has no settings."""
    del settings
    return check


def check(line: Line, edit: Edit, context: Context, /) -> Finding:
    """Support where a gap is seen at each new space; silence where one is not, or where the edit does something else."""
    del context
    places = new_spaces(edit)
    if not places:
        return Finding(NAME, None, "it does not only put spaces", witness="image")
    seen = gaps_at(line, places)
    if len(seen) < len(places):
        return Finding(NAME, None, "no gap is seen there", witness="image")
    least = min(seen, key=lambda gap: gap.log_odds)
    apart = f"the characters stand {least.pitch:.1f} times as far apart as others on the line"
    likely = all(gap.is_likely for gap in seen)
    reason = f"{apart}, log odds of a space {least.log_odds:+.1f}{'' if likely else ': neither for nor against'}"
    return Finding(NAME, True if likely else None, reason, least.log_odds, "image")


def may_hold(line: Line, edit: Edit) -> bool:
    """True where ``edit`` only puts spaces and each has a gap, likely or not: then the image is no witness against them."""
    places = new_spaces(edit)
    return bool(places) and len(gaps_at(line, places)) == len(places)


def gaps_at(line: Line, places: Sequence[int]) -> list[Gap]:
    """The gaps of the line's evidence at these positions of its text, as far as it has them."""
    return [gap for gap in line_gaps(line) if gap.at in places]
