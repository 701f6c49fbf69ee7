"""The corrected words of a line on the page: a word split, joined, grown, emptied or put in has its box too.

Every character has a place: that of its glyph, or its share of its word, or of the line. An edit's smallest changes
(:func:`ocrect.record.correction.atoms`) put their new characters, in equal shares, where the old ones stood; what is put in
where nothing stood takes the gap there, or shares the room of the character beside it. A word's box is around its characters'.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ocrect.record.correction import atoms
from ocrect.record.document import Box, Line, Word

_LEAST_GAP = 0.5
"""Least width of a gap, in pixels, that a word may be put into."""


@dataclass(frozen=True, slots=True)
class _Axis:
    """The direction in which a line is read: across or down the page, forward where coordinates grow."""

    down: bool
    forward: bool

    @staticmethod
    def of(line: Line) -> _Axis:
        """By the order of the glyphs or words, by the baseline where there is but one, else by the script."""
        boxes = [glyph.box for glyph in line.glyphs] or [word.box for word in line.words]
        points = [((box.left + box.right) / 2, (box.top + box.bottom) / 2) for box in boxes]
        if len(points) < 2 and line.baseline is not None and not _is_leftwards(line.text):
            points = list(line.baseline)
        across = sum(b[0] - a[0] for a, b in pairwise(points))
        down = sum(b[1] - a[1] for a, b in pairwise(points))
        if abs(down) > abs(across):
            return _Axis(True, down > 0)
        return _Axis(False, across > 0 if across else not _is_leftwards(line.text))

    def towards(self, text: str) -> _Axis:
        """The same for a run of ``text``: a name in Latin letters on an Arabic line is read to the right."""
        strong = _direction(text)
        return self if self.down or not strong else _Axis(False, strong == "right")

    def span(self, box: Box) -> tuple[float, float]:
        """Where ``box`` begins and ends along the line, growing as one reads."""
        low, high = (box.top, box.bottom) if self.down else (box.left, box.right)
        return (low, high) if self.forward else (-high, -low)

    def part(self, box: Box, start: float, end: float) -> Box:
        """``box`` cut to ``start``…``end`` along the line, in the coordinates of :meth:`span`."""
        low, high = (start, end) if self.forward else (-end, -start)
        return Box(box.left, low, box.right, high) if self.down else Box(low, box.top, high, box.bottom)

    def shares(self, box: Box, count: int) -> list[Box]:
        """``box`` in ``count`` equal parts in reading order."""
        start, end = self.span(box)
        step = (end - start) / count
        return [self.part(box, start + i * step, end if i + 1 == count else start + (i + 1) * step) for i in range(count)]


@dataclass(frozen=True, slots=True)
class _Sign:
    """A character of the corrected text, its place, and the span of the engine's text that it stands for.

    ``kept``: it is the engine's own, in the place that it had.
    """

    text: str
    box: Box
    start: int
    end: int
    kept: bool = False


def words(line: Line) -> tuple[Word, ...]:
    """The words of ``line.corrected`` with their places: those that stand between its spaces, in its order.

    ``start`` and ``end`` are offsets into the corrected text. A word that no edit touches keeps the engine's box. The
    confidence is the lowest of the engine's words that it was made of; the line's, where it was made of none. Boxes lie
    within the line's, and where the engine's do not overlap, nor do these. Empty where the line has no box.
    """
    if line.box is None:
        return ()
    signs = _signs(line, _Axis.of(line), line.box)
    known = {(word.start, word.end): word for word in line.words}
    return tuple(_word(line, signs[m.start() : m.end()], m, known) for m in re.finditer(r"\S+", line.corrected))


def _word(line: Line, signs: Sequence[_Sign], found: re.Match[str], known: dict[tuple[int, int], Word]) -> Word:
    start, end = min(sign.start for sign in signs), max(sign.end for sign in signs)
    own = known.get((start, end))
    if own is not None and all(sign.kept for sign in signs):
        return Word(found[0], own.box, own.confidence, *found.span())
    made_of = [word.confidence for word in line.words if word.start < end and start < word.end]
    confidence = min(made_of, default=line.confidence or 0.0)
    return Word(found[0], Box.around([sign.box for sign in signs]), confidence, *found.span())


def _signs(line: Line, axis: _Axis, whole: Box) -> list[_Sign]:
    """The characters of the corrected text, spaces too."""
    places = _places(line, axis, whole)
    signs: list[_Sign] = []
    position = 0
    for start, end, after in _changes(line):
        signs += (_Sign(line.text[i], places[i], i, i + 1, kept=True) for i in range(position, start))
        signs += _put(line, (start, end, after), signs, places, axis)
        position = end
    signs += (_Sign(line.text[i], places[i], i, i + 1, kept=True) for i in range(position, len(line.text)))
    return signs


def _changes(line: Line) -> Iterator[tuple[int, int, str]]:
    """The smallest changes in text order: start, end and the new text.

    What is put in before a word's first letter, or before the line's, takes that character along: it stands at its place.
    """
    accepted = line.accepted
    changes = sorted((a.start, a.end, a.after) for edit in accepted for a in atoms(edit))
    if not changes:
        return
    following = [start for start, _, _ in changes[1:]] + [len(line.text)]
    first = len(line.text) - len(line.text.lstrip())
    for (start, end, after), limit in zip(changes, following, strict=True):
        begins = start <= first or (line.text[start - 1].isspace() and not after[-1:].isspace())
        if start == end < limit and begins and not line.text[end].isspace():
            yield start, end + 1, after + line.text[end]
        else:
            yield start, end, after


def _put(line: Line, change: tuple[int, int, str], before: list[_Sign], places: Sequence[Box], axis: _Axis) -> list[_Sign]:
    """The characters of one change. Takes the last letter off the signs ``before`` where they must share its room."""
    start, end, after = change
    assert line.box is not None
    if not after.strip():
        return [_Sign(c, line.box, start, end) for c in after]
    stood = [places[i] for i in range(start, end) if not line.text[i].isspace()]
    room = Box.around(stood) if stood else None
    if room is None and (not before or before[-1].text.isspace() or after[0].isspace()):
        room = _gap(line, end, before, places, axis)
    if room is None:
        taken = _taken(before)
        room = taken[0].box if taken else line.box
        after = "".join(sign.text for sign in taken) + after
        start = taken[0].start if taken else start
    return [_Sign(c, box, start, end) for c, box in zip(after, axis.towards(after).shares(room, len(after)), strict=True)]


def _taken(signs: list[_Sign]) -> list[_Sign]:
    """The last letter of ``signs`` and the spaces behind it, taken off."""
    last = next((i for i in range(len(signs) - 1, -1, -1) if not signs[i].text.isspace()), len(signs))
    taken = signs[last:]
    del signs[last:]
    return taken


def _gap(line: Line, end: int, before: Sequence[_Sign], places: Sequence[Box], axis: _Axis) -> Box | None:
    """The room between what stands before a place and what stands behind it, at ``end``; ``None`` where there is hardly any."""
    assert line.box is not None
    low, high = axis.span(line.box)
    last = next((sign for sign in reversed(before) if not sign.text.isspace()), None)
    if last is not None:
        low = axis.span(last.box)[1]
    following = next((i for i in range(end, len(line.text)) if not line.text[i].isspace()), None)
    if following is not None:
        high = axis.span(places[following])[0]
    return axis.part(line.box, low, high) if high - low >= _LEAST_GAP else None


def _places(line: Line, axis: _Axis, whole: Box) -> list[Box]:
    """The place of each character of the engine's text."""
    places = axis.shares(whole, len(line.text)) if line.text else []
    for word in line.words:
        if word.end > word.start:
            places[word.start : word.end] = axis.towards(word.text).shares(word.box, word.end - word.start)
    inked = [i for i, c in enumerate(line.text) if not c.isspace()]
    if "".join(glyph.text for glyph in line.glyphs) == "".join(line.text[i] for i in inked):
        numbers = iter(inked)
        for glyph in line.glyphs:
            for box in axis.towards(glyph.text).shares(glyph.box, max(1, len(glyph.text)))[: len(glyph.text)]:
                places[next(numbers)] = box
    return places


def _direction(text: str) -> str:
    """How ``text`` is read by its first letter that has a direction: ``right``, ``left``, or empty where none has."""
    kinds = (unicodedata.bidirectional(c) for c in text)
    return next(("right" if kind == "L" else "left" for kind in kinds if kind in ("L", "R", "AL")), "")


def _is_leftwards(text: str) -> bool:
    return _direction(text) == "left"
