"""Which words two engines read at the same place: one page's reading becomes a witness for the other's lines."""

from __future__ import annotations

from dataclasses import replace

from ocrect.record.document import Box, Line, Page, SecondReading, Word


def attach(page: Page, other: Page, engine: str) -> Page:
    """``page`` with the reading of ``other`` (same pixels, read by ``engine``) attached to each of its lines.

    Engines cut a page into lines differently, so words are matched, not lines: a line's second reading is made of the
    other page's words whose centre lies in the line's box, left to right. Evidence comes along where these words are
    exactly one line of the other page.
    """
    placed = [(word, line) for line in other.lines() for word in line.words]
    blocks = tuple(
        replace(block, lines=tuple(_witnessed(line, placed, engine) for line in block.lines)) for block in page.blocks
    )
    return replace(page, blocks=blocks, steps=page.steps + other.steps)


def _witnessed(line: Line, placed: list[tuple[Word, Line]], engine: str) -> Line:
    if line.box is None:
        return line
    inside = [(word, owner) for word, owner in placed if _holds(line.box, word.box)]
    if not inside:
        return line
    inside.sort(key=lambda pair: pair[0].box.left)
    text = " ".join(word.text for word, _ in inside)
    owner = inside[0][1]
    evidence = owner.evidence if owner.text == text else None
    return replace(line, second_readings=(*line.second_readings, SecondReading(engine, text, evidence)))


def _holds(line: Box, word: Box) -> bool:
    """True where the word's centre lies within the line's box and their heights are of one kind."""
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    slack = line.height * 0.25
    inside = line.left - slack <= x <= line.right + slack and line.top <= y <= line.bottom
    return inside and word.height <= 2.5 * line.height
