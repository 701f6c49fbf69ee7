"""A plain text as a document, and a long page of it in parts: each is corrected, shown and kept by itself."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from ocrect.record.document import Block, Document, Line, Page

PART = 60
"""Most lines of a part: about a printed page."""


def document(text: str) -> Document:
    """A document whose lines are those of ``text`` in NFC without the spaces around them, and without evidence.

    A form feed begins a page, as in what ``pdftotext`` writes.
    """
    pages = unicodedata.normalize("NFC", text).split("\f")
    return Document("text", tuple(_page(number, page) for number, page in enumerate(pages, 1)))


def _page(number: int, text: str) -> Page:
    lines = (Line(f"p{number}-l{at}", line.strip()) for at, line in enumerate(text.splitlines(), 1))
    return Page(number, blocks=(Block(tuple(lines)),))


def parts(page: Page) -> list[Page]:
    """``page``, or, where it is a plain text of more than ``PART`` lines, its parts; each has the page's number.

    A part ends after an empty line where its second half has one.
    """
    if not _is_plain(page) or len(page.blocks[0].lines) <= PART:
        return [page]
    block = page.blocks[0]
    return [replace(page, blocks=(replace(block, lines=tuple(lines)),)) for lines in _cut(block.lines)]


def joined(pages: Iterable[Page]) -> tuple[Page, ...]:
    """Pages whose parts are one again: the undoing of :func:`parts`. A part's failure is its page's."""
    runs = (list(run) for _, run in groupby(pages, key=lambda page: (page.number, _is_plain(page))))
    return tuple(page for run in runs for page in ([_one(run)] if _is_plain(run[0]) else run))


def _is_plain(page: Page) -> bool:
    """Whether the page is one block of lines that no image stands behind."""
    unseen = not page.width and not page.height and len(page.blocks) == 1
    return unseen and all(line.box is None and line.evidence is None for line in page.lines())


def _cut(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    start = 0
    while len(lines) - start > PART:
        latest = start + PART
        end = next((i for i in range(latest, latest - PART // 2, -1) if not lines[i - 1].text), latest)
        yield lines[start:end]
        start = end
    yield lines[start:]


def _one(run: list[Page]) -> Page:
    lines = tuple(line for page in run for line in page.lines())
    failure = next((page.failure for page in run if page.failure), None)
    steps = max((page.steps for page in run), key=len)
    return replace(run[0], blocks=(replace(run[0].blocks[0], lines=lines),), steps=steps, failure=failure)
