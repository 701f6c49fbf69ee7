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
from ocrect.correcting.case import Case, LineFacts
from ocrect.correcting.readers import foreign
from ocrect.correcting.readers.agreement import agreed, strangers
from ocrect.correcting.spaces.gaps import may_hold
from ocrect.evidence import fold
from ocrect.plugins import Context
from ocrect.record.correction import whole_words
from ocrect.record.document import SecondReading
from ocrect.words.lexicon import WORD


class Heard(NamedTuple):
    """What one engine says about an edit: for it, against it, or neither, why, and by how many nats where it has evidence."""

    supports: bool | None
    reason: str
    nats: float | None = None


class Readings(NamedTuple):
    """A line's second readings: by engines that know the letters of its page, and by strangers to them."""

    known: tuple[SecondReading, ...]
    strangers: tuple[SecondReading, ...]


def heard(case: Case) -> tuple[Heard, ...]:
    """What each other engine that has read the line says about the edit."""
    known = case.about.fact(readings).known
    return (*(_known(case, second) for second in known), *case.fact(heard_from_strangers))


def is_believed(case: Case) -> bool:
    """True where some other engine has the edit and is to be believed."""
    return any(said.supports for said in case.fact(heard))


def strangers_believed(case: Case) -> int:
    """How many strangers to the page's letters are to be believed about the edit: none, one, or two that agree."""
    if not any(said.supports for said in case.fact(heard_from_strangers)):
        return 0
    return 2 if case.fact(_both_read) else 1


def readings(about: LineFacts) -> Readings:
    """The line's second readings, sorted out."""
    context = about.context
    unsure = context.fact(page_strangers) if context.lines else strangers((about.line,))
    found = about.line.second_readings
    return Readings(
        tuple(second for second in found if second.engine not in unsure),
        tuple(second for second in found if second.engine in unsure),
    )


def page_strangers(context: Context) -> frozenset[str]:
    """The engines that do not know the letters of the page."""
    return strangers(context.lines)


def heard_from_strangers(case: Case) -> tuple[Heard, ...]:
    """What the word of readers is worth that do not know the page's letters: see :mod:`ocrect.correcting.readers.foreign`."""
    unsure = case.about.fact(readings).strangers
    if not unsure:
        return ()
    both = case.fact(_both_read)
    first = not case.line.text[: case.edit.start].strip()
    names = " and ".join(reading.engine for reading in unsure[:2])
    page = case.context.fact(_page_names)
    found = []
    for second in unsure:
        place = _place(case, second.text)
        reads = f"{names} read {place.after!r}" if both else f"{second.engine} reads {place.other!r}"
        if fold(place.before) == fold(place.after) or not (both or fold(place.other) == fold(place.after)):
            found.append(Heard(None, f"{reads}, but does not know all letters of the page"))
        elif foreign.counts(place.before, place.after, case.lexicon, page, agreed=both, first=first):
            found.append(Heard(True, f"{reads}, and {place.before!r} is no word of the language", 0.0))
        else:
            found.append(Heard(None, f"{reads} too, but no reader knows all letters of the page"))
    return tuple(found)


def _page_names(context: Context) -> frozenset[str]:
    return foreign.names(context.texts)


def _known(case: Case, second: SecondReading) -> Heard:
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


def _both_read(case: Case) -> bool:
    """True where two strangers agree on the words that the edit makes, and none has the old ones."""
    unsure = case.about.fact(readings).strangers
    if len(unsure) < 2 or any(_has_old(case, reading.text) for reading in unsure):
        return False
    common = agreed(case.line.text, unsure[0].text, unsure[1].text)
    place = _place(case, common.text)
    return fold(place.other) == fold(place.after) and common.holds(place.offset, place.offset + len(place.other))


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


def _has_old(case: Case, reading: str) -> bool:
    """True where ``reading`` has the words as they were, before the edit."""
    place = _place(case, reading)
    return fold(place.other) == fold(place.before)


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
