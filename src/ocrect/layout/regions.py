"""Rows gathered into regions, and what each one is, as far as it is sure; else it is just text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import mean, median

from ocrect.layout.gutters import gutters
from ocrect.layout.rows import CELL_GAP, Row, band, whites
from ocrect.layout.strips import FEW, PROSE
from ocrect.layout.texts import wordiness
from ocrect.record.document import BlockKind, Box

GAP = 1.0
"""A region ends above a gap higher than this, in heights of a box,"""

TABLE_GAP = 3.0
"""or, between two rows of a table, than this;"""

SIZES = 1.8
"""or where the heights of letters change by this factor,"""

SHARED = 0.5
"""or where rows share less than this part of the narrower one's width."""

LARGE, SMALL = 1.25, 0.87
"""Heights of letters in the page's median: the least of a heading, and the greatest of a footnote."""

HEADING_ROWS = 3
"""Rows of a heading, at most."""

CELLS = 0.7
"""A table has two or more cells in at least this part of its rows."""

LEAST_PAGE = 5
"""Rows of a page that has a page number or footnotes, at least."""

_PAGE_NUMBER = re.compile(r"\W*(\d{1,4}|[ivxlc]{1,7})\W*|\W*\d{1,4}\s*/\s*\d{1,4}\W*", re.ASCII)
_NOTE_MARK = re.compile(r"[*†‡§¹²³⁴-⁹]|\(?\d{1,2}[.)]?\s+\D")


@dataclass(frozen=True, slots=True)
class Region:
    """Rows that belong together, top to bottom."""

    rows: list[Row]
    kind: BlockKind = "text"


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows that are read from top to bottom; ``is_whole`` where they are one region."""

    rows: list[Row]
    is_whole: bool = False


def regions(boxes: Sequence[Box], texts: Sequence[str], pieces: Sequence[Piece]) -> list[Region]:
    """The regions of a page's pieces, in the same order."""
    found = [Region(list(rows)) for one in pieces for rows in ([one.rows] if one.is_whole else _gathered(boxes, one.rows))]
    if not texts:
        return found
    page = _Page(boxes, texts, found)
    return [replace(region, kind=page.kind(number)) for number, region in enumerate(found)]


def _gathered(boxes: Sequence[Box], part: Sequence[Row]) -> Iterator[Sequence[Row]]:
    bands = [band(boxes, row) for row in part]
    start = 0
    for n, (upper, lower) in enumerate(pairwise(bands), start=1):
        if not _under(upper, lower) and not _go_on(boxes, part[n - 1], part[n], lower.top - upper.bottom):
            yield part[start:n]
            start = n
    yield part[start:]


def _go_on(boxes: Sequence[Box], upper: Row, lower: Row, space: float) -> bool:
    """True for two rows of one table: the white between two cells of one is over that of the other."""
    heights = [boxes[i].height for i in (*upper, *lower)]
    near = space <= TABLE_GAP * median(heights) and max(heights) <= SIZES * max(min(heights), 1.0)
    return near and any(
        min(a[1], b[1]) - max(a[0], b[0]) >= CELL_GAP * min(heights) for a in whites(boxes, upper) for b in whites(boxes, lower)
    )


def _under(upper: Box, lower: Box) -> bool:
    """True where ``lower`` is the next line under ``upper``."""
    less, more = sorted((max(upper.height, 1.0), max(lower.height, 1.0)))
    shared = min(upper.right, lower.right) - max(upper.left, lower.left)
    near = lower.top - upper.bottom <= GAP * more
    return near and more <= SIZES * less and shared > 0 and shared >= SHARED * min(upper.width, lower.width)


class _Page:
    """The regions of one page, to tell what one is among the others."""

    def __init__(self, boxes: Sequence[Box], texts: Sequence[str], found: Sequence[Region]) -> None:
        self._boxes, self._texts, self._found = boxes, texts, found
        self._around = [Box.around([boxes[i] for row in region.rows for i in row]) for region in found]
        lines = sorted((box.height, box.width) for box in boxes)
        half, reached = sum(width for _, width in lines) / 2, 0.0
        self._body = lines[-1][0]  # the height of the letters that most of the page is set in
        for height, width in lines:
            reached += width
            if reached >= half:
                self._body = height
                break
        self._rows = sum(len(region.rows) for region in found)
        self._top = min(box.top for box in self._around)
        self._bottom = max(box.bottom for box in self._around)

    def kind(self, number: int) -> BlockKind:
        """What a region is."""
        region = self._found[number]
        texts = [" ".join(self._texts[i] for i in row) for row in region.rows]
        height = median(self._boxes[i].height for row in region.rows for i in row)
        letters = sum(map(str.isalpha, "".join(texts)))
        if self._is_page_number(number, texts):
            return "page-number"
        if self._is_table(region.rows):
            return "table"
        if len(texts) <= HEADING_ROWS and height >= LARGE * self._body and 2 * letters > len("".join(texts)):
            return "heading"
        if self._is_footnote(number, height, texts[0]):
            return "footnote"
        if len(texts) >= FEW and self._cells(region.rows) <= 1 - CELLS and mean(map(wordiness, texts)) >= PROSE:
            return "paragraph"
        return "text"

    def _is_page_number(self, number: int, texts: Sequence[str]) -> bool:
        """True for one number at the very top or bottom of a page, by itself."""
        box = self._around[number]
        outermost = box.top <= self._top or box.bottom >= self._bottom
        alone = len(texts) == 1 and _PAGE_NUMBER.fullmatch(texts[0]) is not None
        return alone and outermost and self._rows >= LEAST_PAGE

    def _is_table(self, rows: Sequence[Row]) -> bool:
        if len(rows) < FEW:
            return False
        return self._cells(rows) >= CELLS and bool(gutters(self._boxes, rows))

    def _cells(self, rows: Sequence[Row]) -> float:
        """The part of rows that have two cells and more."""
        return sum(bool(whites(self._boxes, row)) for row in rows) / len(rows)

    def _is_footnote(self, number: int, height: float, text: str) -> bool:
        """True for small letters behind a mark, under a column that is set in larger ones; nothing but such notes below."""
        if height > SMALL * self._body or self._rows < LEAST_PAGE or not _NOTE_MARK.match(text):
            return False
        own = self._around[number]
        column = [box for box in self._around if box is not own and box.left < own.right and own.left < box.right]
        below = [box for box in column if box.top >= own.bottom]
        return len(below) <= 2 and any(box.bottom <= own.top for box in column)
