"""What other engines have read where an edit is, and whether they are to be believed about it.

Two engines err differently, but each errs, so the other one's word counts only where the first one's evidence leaves room for
it: by a bar for digits, spaces and accents, for a space also by a gap that is seen (:mod:`ocrect.correcting.spaces.gaps`), and
for all else where a word of the list takes the place of one that is not listed. That it read the same as the first one speaks
against an edit, unless its own evidence is in doubt there.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple

from ocrect import bars
from ocrect.correcting.case import Case
from ocrect.correcting.spaces.gaps import may_hold
from ocrect.evidence import fold
from ocrect.record.correction import whole_words
from ocrect.record.document import SecondReading
from ocrect.words.lexicon import WORD


class Heard(NamedTuple):
    """What one engine says about an edit: for it, against it, or neither, why, and by how many nats where it has evidence."""

    supports: bool | None
    reason: str
    nats: float | None = None


def heard(case: Case) -> tuple[Heard, ...]:
    """What each other engine that has read the line says about the edit."""
    return tuple(_said(case, second) for second in case.line.second_readings)


def is_believed(case: Case) -> bool:
    """True where some other engine has the edit and is to be believed."""
    return any(said.supports for said in case.fact(heard))


def _said(case: Case, second: SecondReading) -> Heard:
    place = _place(case, second.text)
    if fold(place.before) == fold(place.after):
        return Heard(None, f"no image tells {case.edit.before!r} from {case.edit.after!r}")
    reads = f"{second.engine} reads {place.other!r}"
    if fold(place.other) not in (fold(place.before), fold(place.after)):
        return Heard(None, f"{reads}, which is neither")
    difference = _difference(second, place)
    nats = 0.0 if difference is None else difference
    if fold(place.other) == fold(place.after):
        return Heard(True if _counts(case, place, difference) else None, f"{reads} too", nats)
    if difference is not None and difference >= bars.READER_DOUBT:
        return Heard(None, f"{reads}, in doubt: {place.after!r} is {-difference:.1f} nats behind", nats)
    return Heard(False, f"{reads} as well", nats)


def _counts(case: Case, place: _Place, difference: float | None) -> bool:
    """Whether the other engine's word is to be believed here."""
    if case.score is None:
        return difference is not None and difference >= bars.READER_CONVINCED
    if case.fact(may_hold):
        return True
    if case.kind in bars.READER_ROOM:
        return case.score.value >= bars.READER_ROOM[case.kind]
    old, new = WORD.findall(place.before), WORD.findall(place.after)
    if any(len(word) <= bars.READER_SHORT and word[:1].isupper() for word in old):
        return False
    known = case.lexicon.known
    return case.score.value > bars.IMAGE_OPPOSES[case.kind] and bool(new) and all(map(known, new)) and not all(map(known, old))


class _Place(NamedTuple):
    """The words around an edit: as they were, as edited, as the other engine has them, and where in its reading."""

    before: str
    after: str
    other: str
    offset: int


def _place(case: Case, reading: str) -> _Place:
    """Find, by aligning the characters, the words that ``reading`` has where the edit's words are."""
    start, before, after = case.words
    end = start + len(before)
    left, right = len(reading), 0
    for tag, i, j, k, m in _opcodes(case.line.text, reading):
        if i <= start < j:
            left = k + (start - i if tag == "equal" else 0)
        if i < end <= j:
            right = m - (j - end if tag == "equal" else 0)
    left, right = whole_words(reading, min(left, right), max(left, right))
    return _Place(before, after, reading[left:right], left)


@lru_cache(maxsize=64)
def _opcodes(text: str, reading: str) -> Sequence[tuple[str, int, int, int, int]]:
    """How the characters of the two correspond; asked for by every edit of a line."""
    return tuple(SequenceMatcher(None, text, reading, autojunk=False).get_opcodes())


def _difference(second: SecondReading, place: _Place) -> float | None:
    """log P(its reading with the edit) - log P(its reading with the text as it was), in nats; ``None``: it cannot tell."""
    if second.evidence is None:
        return None
    head, tail = second.text[: place.offset], second.text[place.offset + len(place.other) :]
    read, edited = second.evidence.log_likelihood([head + place.before + tail, head + place.after + tail])
    return None if read is None or edited is None else edited - read
