"""Check "image": does the engine's evidence allow this edit?

It goes by the score of the edit (:mod:`ocrect.correcting.score`), in nats a character. The image supports an edit only where it
makes it clearly likelier than what was read: the engine's own runner-up readings are likely by nature, so a lower bar would
accept them on their own word. It opposes an edit below a bar that depends on the kind of edit. Between the two it has nothing
to say, and other witnesses decide.
"""

from __future__ import annotations

from ocrect import bars
from ocrect.correcting.case import Case, Check
from ocrect.correcting.spaces.gaps import may_hold
from ocrect.record.correction import Edit, Finding
from ocrect.settings import Settings

NAME = "image"


def build(settings: Settings) -> Check:
    """The check; it has no settings."""
    del settings
    return check


def check(case: Case, /) -> Finding:
    """What the line's own evidence says about the edit; nothing where it has none or cannot write the edit."""
    if case.line.evidence is None:
        return _finding(None, "there is no image evidence for this line", None)
    if case.looks_alike:
        return _finding(None, f"no image tells {case.edit.before!r} from {case.edit.after!r}", 0.0)
    if case.score is None:
        return _finding(None, f"the engine cannot say how likely {case.edit.after!r} is: it does not know a symbol of it", None)
    value, difference = case.score
    words = _words(case.edit, difference)
    if value < bars.IMAGE_OPPOSES[case.kind]:
        opposed = not case.fact(may_hold)
        return _finding(False if opposed else None, words if opposed else f"{words}, but leaves a gap there", value)
    if value < bars.IMAGE_SUPPORTS:
        return _finding(None, f"{words}: neither for nor against", value)
    if case.moves_number_marks:
        return _finding(None, f"{words}, but signs inside a number need another witness", value)
    return _finding(True, words, value)


def _words(edit: Edit, difference: float) -> str:
    likelier, other = (edit.after, edit.before) if difference >= 0 else (edit.before, edit.after)
    return f"the image makes {likelier!r} {abs(difference):.1f} nats likelier than {other!r}"


def _finding(supports: bool | None, reason: str, value: float | None) -> Finding:
    return Finding(NAME, supports, reason, value, witness="image", weight=value or 0.0, weighed=True)
