"""What a writer says of each word: its place, how sure the engine was, what it read first, and what else may stand there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from ocrect.record import placement
from ocrect.record.correction import Edit, Verdict
from ocrect.record.document import Box, Document, Line, Page, Word
from ocrect.record.gathering import guessed

SURE_OF_DOUBT = 0.5
"""Highest confidence that is written for a word in doubt."""


@dataclass(frozen=True, slots=True)
class MarkedWord:
    """A word of the corrected text; ``read`` is what the engine read there where that is another.

    ``others`` are the readings that the correction left for a person, as whole words, best first. ``reason`` says in words why
    the word is in doubt: of the first of these, and of each contradiction of the page that it stands in (``line.doubts``).
    """

    word: Word
    read: str | None = None
    others: tuple[str, ...] = ()
    reason: str = ""
    contradicts: bool = False

    @property
    def text(self) -> str:
        return self.word.text

    @property
    def in_doubt(self) -> bool:
        return bool(self.others) or self.contradicts

    @property
    def confidence(self) -> float:
        """0..1; lower where the word is in doubt."""
        return min(self.word.confidence, SURE_OF_DOUBT) if self.in_doubt else self.word.confidence


def marked(line: Line) -> list[MarkedWord]:
    """The words of the line as corrected, with their places and doubts; a line without a box has none."""
    return [_mark(line, word) for word in placement.words(line)]


def marked_text(line: Line) -> list[MarkedWord]:
    """Like :func:`marked`, for formats that need no places: the words of a line without a box have empty boxes."""
    if line.box is not None:
        return marked(line)
    nowhere, sure = Box(0, 0, 0, 0), 1.0 if line.confidence is None else line.confidence
    return [_mark(line, Word(m[0], nowhere, sure, *m.span())) for m in re.finditer(r"\S+", line.corrected)]


def _mark(line: Line, word: Word) -> MarkedWord:
    accepted = line.accepted
    asked = [
        (span, verdict)
        for verdict in line.verdicts
        if verdict.decision == "review" and _meets(span := _span(verdict.edit.start, verdict.edit.end, accepted), word)
    ]
    others = tuple(dict.fromkeys(_with(line.corrected, word, span, verdict) for span, verdict in asked))
    doubts = [doubt for doubt in line.doubts if _meets(_span(doubt.start, doubt.end, accepted), word)]
    reasons = [verdict.reason for _, verdict in asked[:1]] + [doubt.reason for doubt in doubts]
    read = _read(line, word, accepted)
    reason = "; ".join(dict.fromkeys(filter(None, reasons)))
    return MarkedWord(word, read if read != word.text else None, others, reason, bool(doubts))


def _meets(span: tuple[int, int], word: Word) -> bool:
    return span[0] < word.end and word.start < max(span[1], span[0] + 1)


def doubtful(document: Document) -> Iterator[tuple[Page, int, MarkedWord]]:
    """Each word in doubt with its page and its line's number there, in reading order; a doubt that spans words comes once."""
    for page in document.pages:
        for number, line in enumerate(page.lines(), 1):
            last: MarkedWord | None = None
            for word in marked_text(line):
                if word.in_doubt and not (last is not None and (word.others, word.reason) == (last.others, last.reason)):
                    yield page, number, word
                last = word if word.in_doubt else None


def told(word: MarkedWord) -> str:
    """Why a word is in doubt and what else it may be, as a sentence or two."""
    others = " or ".join(map(repr, word.others))
    return ". ".join(filter(None, (f"Perhaps {others}" if others else "", word.reason)))


def notices(page: Page) -> list[str]:
    """What is missing on a page, in words: why it failed, that it is hardly read, and what ink of it was not read."""
    said = [f"page {page.number} failed: {page.failure.message}"] if page.failure else []
    if doubt := guessed(page):
        said.append(f"page {page.number}: {doubt}")
    kinds: dict[str, int] = {}
    for unread in page.unread:
        kinds[unread.why] = kinds.get(unread.why, 0) + 1
    if kinds:
        said.append(f"page {page.number}: not read: " + ", ".join(f"{n} × {why}" for why, n in sorted(kinds.items())))
    return said


def _span(start: int, end: int, accepted: tuple[Edit, ...]) -> tuple[int, int]:
    """Where a span of the engine's text stands in the corrected text; what an accepted edit replaced counts whole."""
    return _moved(start, accepted, at_end=False), _moved(end, accepted, at_end=True)


def _moved(position: int, accepted: tuple[Edit, ...], *, at_end: bool) -> int:
    shift = 0
    for edit in accepted:
        if edit.end <= position and not (edit.end == position and edit.start == position and not at_end):
            shift += len(edit.after) - len(edit.before)
        elif edit.start < position:
            return edit.start + shift + (len(edit.after) if at_end else 0)
    return position + shift


def _read(line: Line, word: Word, accepted: tuple[Edit, ...]) -> str:
    """The engine's characters that became the word."""
    if not accepted:
        return line.text[word.start : word.end]
    starts, shifts = [0], [(0, 0)]  # places in the corrected text, and where they come from
    moved = 0
    for edit in accepted:
        starts.append(edit.start + moved)
        shifts.append((edit.start, len(edit.after)))
        moved += len(edit.after) - len(edit.before)
        starts.append(edit.end + moved)
        shifts.append((edit.end, 0))
    first, last = (_source(place, starts, shifts, end=end) for place, end in ((word.start, False), (word.end, True)))
    return line.text[first:last].strip()


def _source(place: int, starts: list[int], shifts: list[tuple[int, int]], *, end: bool) -> int:
    """The place in the engine's text of a place in the corrected one; inside a change it is the change's own begin or end."""
    at = bisect_right(starts, place - end) - 1
    source, replaced = shifts[at]
    if replaced:
        return shifts[at + 1][0] if end else source
    return source + place - starts[at]


def _with(text: str, word: Word, span: tuple[int, int], verdict: Verdict) -> str:
    """The words that would stand in the word's place."""
    start, end = min(span[0], word.start), max(span[1], word.end)
    changed = text[start : span[0]] + verdict.edit.after + text[span[1] : end]
    return re.sub(r"\s+", " ", changed).strip()
