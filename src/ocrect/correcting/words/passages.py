"""What a language model is given to repair: the sentences of a page, across its lines, with the way back to them.

Where a line of running text ends says nothing to a model, and a paragraph may be one line of a thousand characters. So lines
that go on in the next one are joined, cut at the ends of sentences, and every edit of a passage is led back to its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ocrect.record.correction import Edit, edits
from ocrect.record.document import Line

LONGEST = 400
"""Characters of a passage; small models lose their place in longer ones."""

_SENTENCE_END = re.compile(r"[.!?][\"'”’»)\]]*(?= +[\"'“‘«(\[]*([^\W_]))")
_ABBREVIATED = re.compile(r"(?:^|[\s(])(?:[^\W\d_]|[A-Z][a-z]{0,2}|[a-z]{1,3}|[A-Z]{1,4})\.$")
_CLAUSE_END = re.compile(r"[;:,—–](?= )")


@dataclass(frozen=True, slots=True)
class Segment:
    """The part ``line.text[start:end]`` of a line, which stands in its passage from ``at`` on; ``line`` is an index."""

    line: int
    start: int
    end: int
    at: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, or a part of one, and the parts of lines that it is made of; between two of them stands a space."""

    text: str
    segments: tuple[Segment, ...]

    def edits(self, reply: str) -> Iterator[tuple[int, Edit]]:
        """The edits that lead to ``reply``, each with the index of its line. What would cross from line to line is left out."""
        for edit in edits(self.text, reply):
            for segment in self.segments:
                if segment.at <= edit.start and edit.end <= segment.at + segment.end - segment.start:
                    move = segment.start - segment.at
                    yield segment.line, Edit(edit.start + move, edit.end + move, edit.before, edit.after)
                    break


def passages(lines: Sequence[Line]) -> list[Passage]:
    """All passages of a page's lines, in order; together they hold every character but spaces between them."""
    found: list[Passage] = []
    run: list[int] = []
    for i, line in enumerate(lines):
        run.append(i)
        if i + 1 == len(lines) or not _goes_on(line.text, lines[i + 1].text):
            found += _cut(lines, run)
            run = []
    return found


def _goes_on(text: str, following: str) -> bool:
    """Whether a sentence seems to go on in the next line: it begins with a small letter, and the sentence has not ended."""
    return text.rstrip()[-1:] not in ("", ".", "!", "?", ":") and following.lstrip()[:1].islower()


def _cut(lines: Sequence[Line], run: Sequence[int]) -> Iterator[Passage]:
    """The passages of lines that run on."""
    starts, text = [], ""
    for i in run:
        text += " " if text else ""
        starts.append(len(text))
        text += lines[i].text
    for start, end in _sentences(text):
        segments = []
        for i, at in zip(run, starts, strict=True):
            first, last = max(start, at), min(end, at + len(lines[i].text))
            if first < last:
                segments.append(Segment(i, first - at, last - at, first - start))
        if segments:
            yield Passage(text[start:end], tuple(segments))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of ``text`` begin and end, without the spaces around; long ones in parts."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if not match[1].islower() and not _ABBREVIATED.search(text[max(0, match.end() - 8) : match.end()]):
            yield from _parts(text, start, match.end())
            start = match.end()
    yield from _parts(text, start, len(text))


def _parts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A sentence in parts of at most ``LONGEST`` characters, cut behind a clause where it can be, else at a space."""
    while start < end and text[start] == " ":
        start += 1
    while end - start > LONGEST:
        clauses = [match.end() for match in _CLAUSE_END.finditer(text, start + LONGEST // 2, start + LONGEST)]
        cut = clauses[-1] if clauses else text.rfind(" ", start + 1, start + LONGEST)
        cut = cut if cut > start else start + LONGEST
        yield start, cut
        start = cut + (text[cut : cut + 1] == " ")
    if start < end:
        yield start, end
