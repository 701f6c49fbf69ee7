"""Lines cut into cells at their wide gaps, for formats that keep columns."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ocrect.record.document import Box, Line
from ocrect.writers.marks import MarkedWord, marked

WIDE = 2.0
"""Widths of a letter from which a gap between words parts cells; a space between words is up to one."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Words that stand together on a line."""

    words: tuple[MarkedWord, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        return Box.around([word.word.box for word in self.words])

    @property
    def others(self) -> tuple[str, ...]:
        """The cell's text with each reading that is left for a person in its place."""
        texts = [word.text for word in self.words]
        found = [[*texts[:i], other, *texts[i + 1 :]] for i, word in enumerate(self.words) for other in word.others]
        return tuple(dict.fromkeys(" ".join(filter(None, version)) for version in found))

    @property
    def in_doubt(self) -> bool:
        return any(word.in_doubt for word in self.words)

    @property
    def reason(self) -> str:
        return "; ".join(dict.fromkeys(word.reason for word in self.words if word.reason))


def cells(line: Line) -> list[Cell]:
    """The line's words, parted where a gap is wide."""
    words = marked(line)
    if not words:
        return []
    width = letter_width(line, words)
    parted: list[list[MarkedWord]] = [[words[0]]]
    for before, word in pairwise(words):
        if word.word.box.left - before.word.box.right > WIDE * width:
            parted.append([])
        parted[-1].append(word)
    return [Cell(tuple(part)) for part in parted]


def letter_width(line: Line, words: list[MarkedWord] | None = None) -> float:
    """The median width of a letter of the line, in pixels; 0 where it has no words with places."""
    words = marked(line) if words is None else words
    return median([word.word.box.width / max(1, len(word.text)) for word in words]) if words else 0.0
