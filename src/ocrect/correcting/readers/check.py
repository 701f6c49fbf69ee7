"""Check "second-engine": what did another engine read at that place?

The two err differently, but each errs, so the other one's word counts only where the first one's evidence leaves room for it:
by a bar for digits, spaces and accents (:data:`BARS`), for a space also by a gap that is seen
(:mod:`ocrect.correcting.spaces.gaps`), and for all else where a word of the list takes the place of one that is not listed.
That it read the same as the first one speaks against an edit, unless its own evidence is in doubt there.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache, partial
from typing import NamedTuple

from ocrect.correcting.image import OPPOSES, line_score
from ocrect.correcting.readers import foreign
from ocrect.correcting.readers.agreement import agreed, strangers
from ocrect.correcting.spaces import check as spacing
from ocrect.evidence import fold
from ocrect.plugins import Check, Context
from ocrect.record.correction import Edit, EditKind, Finding, kind_of, whole_words, words_around
from ocrect.record.document import Line, SecondReading
from ocrect.settings import Settings
from ocrect.words.lexicon import WORD, Lexicon, lexicon

NAME = "second-engine"
BARS: dict[EditKind, float] = {"digits": -2.5, "spaces": -1.5, "accents": -1.5}
"""Nats a character that the line's own evidence must leave to an edit for another engine's word to count, by kind. Set on 60
receipts read by PP-OCR with Tesseract as the other: of the digits above the bar 7 became right and 1 wrong, below it 10 and
305; of the spaces 51 and 7. Letters, signs and case were no better than chance at any bar: there the lexicon must agree. A
digit that it supports goes to review: the check ``locked`` takes no second engine's word for one.
"""

CONVINCED = 3.0
"""Nats by which the other engine's evidence must prefer the edit where the line's own evidence cannot score it."""

SHORT = 3
"""Letters up to which a word with a capital may be a name or an abbreviation (``Jln``, ``TEO``), whatever others read."""

DOUBT = -2.5
"""Nats: an edit that the other engine makes at most this much less likely than its own reading is one it doubts itself."""


def build(settings: Settings) -> Check:
    """The check, with the user's dictionary."""
    return partial(check, dictionary=settings.dictionary)


def check(line: Line, edit: Edit, context: Context, /, *, dictionary: str = "") -> Finding:
    """Support where some second reading has exactly the edit and is to be believed, opposition where one has the text as it
    was, else silence.
    """
    if not line.second_readings:
        return Finding(NAME, None, "no other engine has read this line", witness="image")
    words = lexicon(context.language, dictionary)
    by_strangers = _strangers_readings(line, context)
    findings = [_judge(line, edit, second, words) for second in line.second_readings if second not in by_strangers]
    findings += _by_strangers(line, edit, by_strangers, words, context)
    return next(finding for wanted in (True, False, None) for finding in findings if finding.supports is wanted)


def foreign_readers(line: Line, edit: Edit, context: Context) -> int:
    """How many readers that do not know the page's letters are to be believed about ``edit``: none, one, or two that agree."""
    readings = _strangers_readings(line, context)
    if not any(finding.supports for finding in _by_strangers(line, edit, readings, lexicon(context.language), context)):
        return 0
    return 2 if _both_read(line.text, edit, readings) else 1


def _strangers_readings(line: Line, context: Context) -> list[SecondReading]:
    """The line's readings by engines that do not know the letters of its page."""
    unsure = strangers(context.lines or (line,))
    return [second for second in line.second_readings if second.engine in unsure]


def _judge(line: Line, edit: Edit, second: SecondReading, words: Lexicon) -> Finding:
    place = _place(line.text, edit, second.text)
    if fold(place.before) == fold(place.after):
        return Finding(NAME, None, f"no image tells {edit.before!r} from {edit.after!r}", witness="image")
    reads = f"{second.engine} reads {place.other!r}"
    if fold(place.other) not in (fold(place.before), fold(place.after)):
        return Finding(NAME, None, f"{reads}, which is neither", witness="image")
    difference = _difference(second, place)
    nats = 0.0 if difference is None else difference
    if fold(place.other) == fold(place.after):
        counts = _counts(line, edit, place, difference, words)
        return Finding(NAME, True if counts else None, f"{reads} too", nats, "image")
    if difference is not None and difference >= DOUBT:
        return Finding(NAME, None, f"{reads}, in doubt: {place.after!r} is {-difference:.1f} nats behind", nats, "image")
    return Finding(NAME, False, f"{reads} as well", nats, "image")


def _by_strangers(line: Line, edit: Edit, readings: Sequence[SecondReading], words: Lexicon, context: Context) -> list[Finding]:
    """What the word of readers is worth that do not know the page's letters: see :mod:`ocrect.correcting.readers.foreign`."""
    both = _both_read(line.text, edit, readings)
    first = not line.text[: edit.start].strip()
    names = " and ".join(reading.engine for reading in readings[:2])
    page = foreign.names(context.texts)
    findings = []
    for second in readings:
        place = _place(line.text, edit, second.text)
        reads = f"{names} read {place.after!r}" if both else f"{second.engine} reads {place.other!r}"
        if fold(place.before) == fold(place.after) or not (both or fold(place.other) == fold(place.after)):
            findings.append(Finding(NAME, None, f"{reads}, but does not know all letters of the page", witness="image"))
        elif foreign.counts(place.before, place.after, words, page, agreed=both, first=first):
            reason = f"{reads}, and {place.before!r} is no word of the language"
            findings.append(Finding(NAME, True, reason, 0.0, "image"))
        else:
            findings.append(Finding(NAME, None, f"{reads} too, but no reader knows all letters of the page", witness="image"))
    return findings


def _both_read(text: str, edit: Edit, readings: Sequence[SecondReading]) -> bool:
    """True where two of ``readings`` agree on the words that ``edit`` of ``text`` makes, and none has the old ones."""
    if len(readings) < 2 or any(_has_old(text, edit, reading.text) for reading in readings):
        return False
    common = agreed(text, readings[0].text, readings[1].text)
    place = _place(text, edit, common.text)
    return fold(place.other) == fold(place.after) and common.holds(place.offset, place.offset + len(place.other))


def _counts(line: Line, edit: Edit, place: _Place, difference: float | None, words: Lexicon) -> bool:
    """Whether the other engine's word is to be believed here."""
    scored = line_score(line, edit)
    if scored is None:
        return difference is not None and difference >= CONVINCED
    if spacing.may_hold(line, edit):
        return True
    kind = kind_of(edit)
    if kind in BARS:
        return scored[0] >= BARS[kind]
    old, new = WORD.findall(place.before), WORD.findall(place.after)
    if any(len(word) <= SHORT and word[:1].isupper() for word in old):
        return False
    return scored[0] > OPPOSES[kind] and bool(new) and all(map(words.known, new)) and not all(map(words.known, old))


def _has_old(text: str, edit: Edit, reading: str) -> bool:
    """True where ``reading`` has the words as they were, before ``edit`` of ``text``."""
    place = _place(text, edit, reading)
    return fold(place.other) == fold(place.before)


class _Place(NamedTuple):
    """The words around an edit: as they were, as edited, as the other engine has them, and where in its reading."""

    before: str
    after: str
    other: str
    offset: int


def _place(text: str, edit: Edit, reading: str) -> _Place:
    """Widen the edit to whole words and find, by aligning the characters, the words that ``reading`` has there."""
    start, before, after = words_around(text, edit)
    end = start + len(before)
    left, right = len(reading), 0
    for tag, i, j, k, m in _opcodes(text, reading):
        if i <= start < j:
            left = k + (start - i if tag == "equal" else 0)
        if i < end <= j:
            right = m - (j - end if tag == "equal" else 0)
    left, right = whole_words(reading, min(left, right), max(left, right))
    return _Place(before, after, reading[left:right], left)


@lru_cache(maxsize=64)
def _opcodes(text: str, reading: str) -> tuple[tuple[str, int, int, int, int], ...]:
    """How the characters of the two correspond; asked for by every edit of a line."""
    return tuple(SequenceMatcher(None, text, reading, autojunk=False).get_opcodes())


def _difference(second: SecondReading, place: _Place) -> float | None:
    """log P(its reading with the edit) - log P(its reading with the text as it was), in nats; ``None``: it cannot tell."""
    if second.evidence is None:
        return None
    head, tail = second.text[: place.offset], second.text[place.offset + len(place.other) :]
    read, edited = second.evidence.log_likelihood([head + place.before + tail, head + place.after + tail])
    return None if read is None or edited is None else edited - read
