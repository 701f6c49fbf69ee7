"""Check "spacing": is there a gap on the page where the edit puts a space?

It speaks only of edits that put spaces and do nothing else, on lines whose posterior tells
(:mod:`ocrect.correcting.spaces.gaps`). The score is the log-odds of the least likely of the spaces, in nats.
"""

from __future__ import annotations

from ocrect import bars
from ocrect.correcting.case import Case, Check
from ocrect.correcting.spaces.gaps import as_seen, gaps_seen, spaces_put
from ocrect.numbers.forms.parting import parts_a_token
from ocrect.record.correction import Finding
from ocrect.settings import Settings

NAME = "spacing"


def build(settings: Settings) -> Check:
    """The check; it has no settings."""
    del settings
    return check


def check(case: Case, /) -> Finding:
    """Support where a gap is seen at each new space, and inside what could be one token a sure one; silence where one is not,
    or where the edit does something else.
    """
    places, seen = case.fact(spaces_put), case.fact(gaps_seen)
    if not places:
        return Finding(NAME, None, "it does not only put spaces", witness="image", weighed=True)
    if len(seen) < len(places):
        return Finding(NAME, None, "no gap is seen there", witness="image", weighed=True)
    text = case.line.text
    likely = all(gap.log_odds >= bars.GAP_SURE if parts_a_token(text, gap.at) else gap.is_likely for gap in seen)
    least = min(seen, key=lambda gap: gap.log_odds)
    return Finding(NAME, True if likely else None, as_seen(least), least.log_odds, "image", weighed=True)
