"""Text with its columns and indents kept by spaces, as ``pdftotext -layout`` gives it."""

from __future__ import annotations

from statistics import median
from typing import IO

from ocrect.plugins import Original
from ocrect.record.document import PAGE_SEPARATOR, Document, Line, Page
from ocrect.settings import Settings
from ocrect.writers.rows import Cell, cells, letter_width
from ocrect.writers.text import notice, put

MOST_COLUMNS = 400
"""Signs that a row is wide at most: beyond them, cells follow one another with two spaces between."""
_MOST_BLANK = 3
"""Empty rows at most for a white space down the page."""
_LEVEL = 0.5
"""Lines whose middles are nearer than this part of a line's height stand on one row."""


class LayoutTextWriter:
    """Writes UTF-8; pages are separated by a newline and a form feed. ``noticed`` is that of the text's writer."""

    suffixes = (".layout.txt",)

    def __init__(self, *, noticed: bool = False) -> None:
        self._noticed = noticed

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        del original
        text = PAGE_SEPARATOR.join("\n".join(_page(page)) for page in document.pages)
        put(text, notice(document) if self._noticed else (), out)


def build(settings: Settings) -> LayoutTextWriter:
    return LayoutTextWriter(noticed=settings.text_notice)


def _page(page: Page) -> list[str]:
    lines = [line for line in page.lines() if line.box is not None and line.corrected.strip()]
    if not lines:
        return [line.corrected for line in page.lines()]
    width = median([w for line in lines if (w := letter_width(line)) > 0] or [1.0])
    height = median([line.box.height for line in lines if line.box])
    left = min(line.box.left for line in lines if line.box)
    out: list[str] = []
    bottom: float | None = None
    for row in _level(lines, height):
        middle = _middle(row[0])
        if bottom is not None:
            out += [""] * min(_MOST_BLANK, max(0, round((middle - bottom) / (1.6 * height)) - 1))
        bottom = middle
        placed = sorted((cell for line in row for cell in cells(line)), key=lambda cell: cell.box.left)
        out.append(_row(placed, left, width))
    return out


def _level(lines: list[Line], height: float) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=_middle):
        if rows and _middle(line) - _middle(rows[-1][0]) < _LEVEL * height:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _middle(line: Line) -> float:
    return (line.box.top + line.box.bottom) / 2 if line.box else 0.0


def _row(placed: list[Cell], left: float, width: float) -> str:
    text = ""
    for cell in placed:
        column = min(MOST_COLUMNS, round((cell.box.left - left) / width))
        gap = max(column - len(text), 2 if text else 0)
        text += " " * gap + cell.text
    return text
