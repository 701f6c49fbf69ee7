"""Check "doubt": a number, amount, date or code that the image can hardly tell from another one is for a person to see.

Such an edit is opposed by the check of locked tokens and stays so; the support found here makes it a case for review
instead of one more rejected proposal, so that what is doubtful is visible and nothing is fixed in silence.
"""

from __future__ import annotations

from ocrect.correcting.image import line_score
from ocrect.correcting.locked import check as locked
from ocrect.plugins import Check, Context
from ocrect.record.correction import Edit, Finding
from ocrect.record.document import Line
from ocrect.settings import Settings

NAME = "doubt"
HARDLY = -1.0
"""Nats a character: from here up the image hardly prefers what was read."""


def build(settings: Settings) -> Check:
    """The check; it has no settings."""
    del settings
    return check


def check(line: Line, edit: Edit, context: Context, /) -> Finding:
    """Support where the edit changes a locked token and the image hardly tells the two apart; silence elsewhere."""
    scored = line_score(line, edit)
    if scored is None or scored[0] < HARDLY:
        return Finding(NAME, None, "the image prefers what was read", witness="image")
    if locked.check(line, edit, context).supports is not False:  # asked last: few edits come so far
        return Finding(NAME, None, "no locked token is in doubt", witness="image")
    words = f"the image hardly tells {edit.before!r} from {edit.after!r} ({scored[0]:+.1f} nats a character)"
    return Finding(NAME, True, words, scored[0], "image")
