"""Check "image": does the engine's evidence allow this edit?

The score of an edit, in nats a character, is ``S = 1/2 * D / n + 1/2 * min(D_a / n_a)``. D is log P(line with the edit) minus
log P(line as read), n the number of characters changed, and D_a, n_a the same for each of the edit's smallest changes made
alone: the second half keeps a likely change from carrying an unlikely one past the check. Where whole words come or go,
D is not divided: a long invented word would be cheap by the letter.

The image supports an edit only where it makes it clearly likelier than what was read: the engine's own runner-up readings are
likely by nature, so a lower bar would accept them on their own word. It opposes an edit below a bar that depends on the
kind of edit. Between the two it has nothing to say, and other witnesses decide. The bars come from ``bench/image_evidence.py``.
"""

from __future__ import annotations

import re

from ocrect.correcting.spaces import check as spacing
from ocrect.evidence import Evidence, fold
from ocrect.plugins import Check, Context
from ocrect.record.correction import Edit, EditKind, Finding, apply, atoms, kind_of, words_around
from ocrect.record.document import Line
from ocrect.settings import Settings

NAME = "image"


SUPPORTS = 0.5
"""Nats a character: from here on the image supports an edit. At 0 it is true and false corrections, and readings of the
engine's n-best where it was right, of letters 0.8, 0.1, 0.2 %, of digits none; at -0.5 letters 17, 0.3, 5 %. Between 0 and 0.5
an engine's next best reading is no better than its best: on 60 receipts one such edit put a word right and two wrong."""

OPPOSES: dict[EditKind, float] = {
    "letters": -5.0,
    "accents": -4.0,
    "digits": -3.5,
    "case": -3.5,
    "punctuation": -2.5,
    "spaces": -2.5,
}
"""Nats a character: below this the image opposes. True corrections that stay above it: letters 95 %, accents 86 %, digits
80 %, case 90 %, punctuation 52 %. False changes of rightly read text that do: 2.7, 3.5, 0.5, 0.4, 3.0, and spaces 0.0 %."""


def build(settings: Settings) -> Check:
    """The check; it has no settings."""
    del settings
    return check


def check(line: Line, edit: Edit, context: Context, /) -> Finding:
    """What the line's own evidence says about ``edit``; nothing where it has none or cannot write the edit."""
    del context
    if line.evidence is None:
        return _finding(None, "there is no image evidence for this line", None)
    if fold(apply(line.text, [edit])) == fold(line.text):
        return _finding(None, f"no image tells {edit.before!r} from {edit.after!r}", 0.0)
    scored = score(line.evidence, line.text, edit)
    if scored is None:
        return _finding(None, f"the engine cannot say how likely {edit.after!r} is: it does not know a symbol of it", None)
    value, difference = scored
    words = _words(edit, difference)
    if value < OPPOSES[kind_of(edit)]:
        opposed = not spacing.may_hold(line, edit)
        return _finding(False if opposed else None, words if opposed else f"{words}, but leaves a gap there", value)
    if value < SUPPORTS:
        return _finding(None, f"{words}: neither for nor against", value)
    if changes_number_marks(line.text, edit):
        return _finding(None, f"{words}, but signs inside a number need another witness", value)
    return _finding(True, words, value)


def line_score(line: Line, edit: Edit) -> tuple[float, float] | None:
    """:func:`score` on the line's own evidence; ``None`` also where it has none."""
    return score(line.evidence, line.text, edit) if line.evidence is not None else None


def score(evidence: Evidence, text: str, edit: Edit) -> tuple[float, float] | None:
    """The score S of ``edit`` on ``text`` and its D, both in nats; ``None`` where the evidence cannot tell."""
    changes = atoms(edit)
    texts = [text, apply(text, [edit])]
    if len(changes) > 1:
        texts += [apply(text, [change]) for change in changes]
    read, edited, *alone = evidence.log_likelihood(texts)
    if read is None or edited is None:
        return None
    difference = edited - read
    if _moves_words(edit):
        return difference, difference
    differences = [d - read for d in alone if d is not None] if alone else [difference]
    if len(differences) != len(changes):
        return difference / sum(map(_width, changes)), difference
    worst = min(d / _width(change) for d, change in zip(differences, changes, strict=True))
    return 0.5 * difference / sum(map(_width, changes)) + 0.5 * worst, difference


def changes_number_marks(text: str, edit: Edit) -> bool:
    """True where the edit changes a separator, sign, currency or space inside the numbers of the words it touches."""
    _, before, after = words_around(text, edit)
    return _marks(before) != _marks(after)


def _marks(text: str) -> list[str]:
    """The signs of the tokens that hold digits, in order, and a space for each two such tokens in a row."""
    marks: list[str] = []
    follows = False
    for token in fold(text).split():
        numeric = any(c.isdigit() for c in token)
        marks += [" "] if numeric and follows else []
        marks += re.findall(r"[^\w\s]", token.rstrip(".,;:!?)]}\"'")) if numeric else []
        follows = numeric
    return marks


def _moves_words(edit: Edit) -> bool:
    """True where a whole word comes or goes, and not only a space."""
    if not edit.before.strip() or not edit.after.strip():
        return bool(edit.before.strip() or edit.after.strip())
    sides = (side for change in atoms(edit) for side in (change.before, change.after))
    return any(side.strip() and side != "".join(side.split()) for side in sides)


def _width(change: Edit) -> int:
    return max(len(change.before), len(change.after))


def _words(edit: Edit, difference: float) -> str:
    likelier, other = (edit.after, edit.before) if difference >= 0 else (edit.before, edit.after)
    return f"the image makes {likelier!r} {abs(difference):.1f} nats likelier than {other!r}"


def _finding(supports: bool | None, reason: str, value: float | None) -> Finding:
    return Finding(NAME, supports, reason, value, witness="image")
