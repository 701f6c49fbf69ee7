"""A page as it is shown beside its text: blocks, rows of tables, words with their places, doubts, decisions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ocrect.batch.decisions import Decision, standing
from ocrect.record import rewriting
from ocrect.record.document import Block, Box, Line, Page
from ocrect.record.gathering import lost_text
from ocrect.review.cards import cards, on_paper
from ocrect.review.desk import Desk
from ocrect.writers.marks import MarkedWord, marked
from ocrect.writers.rows import cells

MARGIN = 0.15
"""Heights of a word that its frame is wider than it."""


@dataclass(frozen=True, slots=True)
class SheetWord:
    """A word of a line's corrected text: ``line.corrected[start:end]``; ``kind`` is ``edited``, ``doubted`` or empty."""

    number: int
    line: str
    text: str
    start: int
    end: int
    kind: str
    read: str
    box: Box | None


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A line in its cells (one where it is in no table). ``before`` is the line above the one before it, ``after`` that two
    below, as moving it up or down needs them; ``None`` where it cannot be moved so. ``gone``: a person struck it out.
    """

    number: int
    id: str
    cells: tuple[tuple[SheetWord, ...], ...]
    gone: bool
    read: str
    box: Box | None
    up: str | None
    down: str | None
    following: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a file under review. ``unread`` are places that look like text, with why they were not read."""

    file: int
    path: str
    page: Page
    pages: tuple[int, ...]
    blocks: tuple[tuple[str, tuple[SheetLine, ...]], ...]
    unread: tuple[tuple[str, str, Box], ...]
    decisions: tuple[Decision, ...]
    lost: tuple[Decision, ...]
    last: int

    @property
    def words(self) -> list[SheetWord]:
        """All words of the page that have a place."""
        lines = (line for _, lines in self.blocks for line in lines)
        return [word for line in lines for cell in line.cells for word in cell if word.box is not None]

    @property
    def before(self) -> int | None:
        """The number of the page before."""
        return max((n for n in self.pages if n < self.page.number), default=None)

    @property
    def after(self) -> int | None:
        """The number of the page after."""
        return min((n for n in self.pages if n > self.page.number), default=None)


def sheet(desk: Desk, file: int, number: int) -> Sheet:
    """A page as it stands. Raises :class:`~ocrect.errors.InputNotFoundError`."""
    path = desk.ledger.path_of(file)
    last = desk.ledger.last()
    page, lost = desk.page(file, number)
    kept = standing(desk.ledger.of_page(path, number))
    unread = tuple((item.why, item.text, item.box) for item in lost_text(page) if on_paper(item.box))
    numbers = tuple(desk.ledger.numbers_of(file))
    return Sheet(file, path, page, numbers, _blocks(page), unread, tuple(reversed(kept)), tuple(lost), last)


def _blocks(page: Page) -> tuple[tuple[str, tuple[SheetLine, ...]], ...]:
    doubted: dict[str, list[tuple[int, int]]] = {}
    for card in cards(page):
        doubted.setdefault(card.line, []).append((card.start, max(card.end, card.start + 1)))
    order = [line.id for line in page.lines()]
    numbers = iter(range(1, 1 + sum(len(line.corrected) for line in page.lines())))
    return tuple(
        (block.kind, tuple(_line(line, block, order, doubted.get(line.id, []), numbers) for line in block.lines))
        for block in page.blocks
    )


def _line(line: Line, block: Block, order: list[str], doubted: list[tuple[int, int]], numbers: Iterator[int]) -> SheetLine:
    place = order.index(line.id)
    parts = [cell.words for cell in cells(line)] if block.kind == "table" else [tuple(marked(line))]
    if not any(parts):
        found = tuple(tuple(_placeless(line, doubted, numbers)) for _ in range(1))
    else:
        found = tuple(tuple(_word(line, word, doubted, numbers) for word in part) for part in parts)
    following = order[place + 1] if place + 1 < len(order) else ""
    down = (order[place + 2] if place + 2 < len(order) else "") if following else None
    up = order[place - 1] if place else None
    return SheetLine(
        place + 1, line.id, found, rewriting.is_struck_out(line), line.text, on_paper(line.box), up, down, following
    )


def _word(line: Line, word: MarkedWord, doubted: list[tuple[int, int]], numbers: Iterator[int]) -> SheetWord:
    start, end, box = word.word.start, word.word.end, word.word.box
    grown = MARGIN * box.height
    framed = Box(box.left - grown, box.top - grown, box.right + grown, box.bottom + grown)
    kind = _kind(start, end, doubted, word.read is not None)
    return SheetWord(next(numbers), line.id, word.text, start, end, kind, word.read or "", on_paper(framed))


def _placeless(line: Line, doubted: list[tuple[int, int]], numbers: Iterator[int]) -> Iterator[SheetWord]:
    """The words of a line that has no place on the page: one of a plain text."""
    for found in re.finditer(r"\S+", line.corrected):
        kind = _kind(*found.span(), doubted, False)
        yield SheetWord(next(numbers), line.id, found.group(), *found.span(), kind, "", None)


def _kind(start: int, end: int, doubted: list[tuple[int, int]], edited: bool) -> str:
    if any(low < end and start < high for low, high in doubted):
        return "doubted"
    return "edited" if edited else ""
