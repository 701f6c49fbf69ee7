"""How much likelier the line's image is with an edit than as read.

The score, in nats a character, is ``S = 1/2 * D / n + 1/2 * min(D_a / n_a)``. D is log P(line with the edit) minus log P(line
as read), n the number of characters changed, and D_a, n_a the same for each of the edit's smallest changes made alone: the
second half keeps a likely change from carrying an unlikely one past a bar. Where whole words come or go, D is not divided: a
long invented word would be cheap by the letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ocrect.evidence import CtcPosterior, Symbol, fold
from ocrect.record.correction import Edit, atoms, words_around
from ocrect.record.document import Line


class Score(NamedTuple):
    """The score S and the difference D of an edit, both in nats: S is by the character, D for the whole line."""

    value: float
    difference: float


def scores(gains: Callable[[Sequence[Edit]], Sequence[float | None]], wanted: Sequence[Edit]) -> list[Score | None]:
    """The score of each edit, with one question to ``gains``: D of edits made alone (``None``: the evidence cannot tell)."""
    parts = [(edit, *changes) if len(changes := atoms(edit)) > 1 else (edit,) for edit in wanted]
    found = iter(gains([part for together in parts for part in together]))
    return [_score(edit, *(next(found) for _ in together)) for edit, together in zip(wanted, parts, strict=True)]


def _score(edit: Edit, difference: float | None, *alone: float | None) -> Score | None:
    """From D of the edit, and of each of its changes where it has several."""
    if difference is None:
        return None
    if _moves_words(edit):
        return Score(difference, difference)
    changes = atoms(edit)
    differences = [d for d in alone if d is not None] if alone else [difference]
    if len(differences) != len(changes):
        return Score(difference / sum(map(_width, changes)), difference)
    worst = min(d / _width(change) for d, change in zip(differences, changes, strict=True))
    return Score(0.5 * difference / sum(map(_width, changes)) + 0.5 * worst, difference)


def confidences(line: Line) -> list[float]:
    """How sure the engine is of each character of the line, 0..1: its own word on it, or on the word that it is part of; empty
    where the engine gives none.
    """
    if isinstance(line.evidence, CtcPosterior) and line.evidence.text == line.text:
        return line.evidence.confidences()
    found = [1.0] * len(line.text) if line.words else []
    for word in line.words:
        found[word.start : word.end] = [word.confidence] * (word.end - word.start)
    return found


def ahead(line: Line, symbols: Sequence[Symbol], change: Edit) -> float | None:
    """How far the change is before all else that was seen in its place besides what was read, in nats; negative: behind it.

    A recogniser is surer of what it read on one page than on another, but of what is second and third it is as sure there:
    the two are compared on the frames of each sign (``symbols``, those of the line's text). ``None`` where signs come for a
    different number of others, or the evidence is none of frames.
    """
    evidence = line.evidence
    if not isinstance(evidence, CtcPosterior) or len(symbols) != len(line.text):
        return None
    if len(change.before) == len(change.after):
        frames = [(symbols[change.start + k].start, symbols[change.start + k].end) for k in range(len(change.before))]
        found = [_ahead(evidence, *frames[k], read, change.after[k]) for k, read in enumerate(change.before)]
    elif not change.after:
        found = [_ahead(evidence, s.start, s.end, s.text, "") for s in symbols[change.start : change.end]]
    elif not change.before and len(change.after) == 1:
        start = symbols[change.start - 1].end if change.start else 0
        end = symbols[change.start].start if change.start < len(symbols) else evidence.frames
        found = [_ahead(evidence, start, end, "", change.after)] if end > start else [-MOST_AHEAD]
    else:
        return None
    return min(found)


MOST_AHEAD = 6.0
"""Nats by which what is seen in one place may differ."""


def _ahead(evidence: CtcPosterior, start: int, end: int, read: str, after: str) -> float:
    """By how much ``after`` (empty: nothing) is likelier on these frames than any other symbol but ``read``, in nats."""
    best = evidence.log_probs[start:end].max(axis=0).astype(np.float64)
    others, own = evidence.floor, evidence.floor
    if not after:
        own = float(evidence.log_probs[start:end, 0].min())
    for column in np.argsort(-best[1:])[:4]:
        symbol = fold(evidence.alphabet[column])
        if symbol == fold(after):
            own = float(best[column + 1])
        elif symbol != fold(read):
            others = max(others, float(best[column + 1]))
    return max(-MOST_AHEAD, min(MOST_AHEAD, own - others))


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
