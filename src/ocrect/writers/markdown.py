"""Markdown (CommonMark, with GitHub's tables): headings, paragraphs and tables as far as the layout is sure of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from ocrect.plugins import Original
from ocrect.record.document import Block, Document
from ocrect.settings import Settings
from ocrect.writers.marks import notices
from ocrect.writers.rows import cells

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~$])")
_AT_START = re.compile(r"^(\s*)([#+-]|=+$|-+$)")
_NUMBERED = re.compile(r"^(\s*\d{1,9})([.)])(?=\s|$)")
PAGE_BREAK = "---"


class MarkdownWriter:
    """Writes Markdown in UTF-8; a rule parts pages, and a quoted note says what of a page is missing."""

    suffixes = (".md", ".markdown")

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        del original
        pages = []
        for page in document.pages:
            parts = [part for block in page.blocks if (part := "\n".join(_block(block)))]
            parts += [f"> **Note:** {_escaped(notice)}" for notice in notices(page)]
            pages.append("\n\n".join(parts))
        out.write((f"\n\n{PAGE_BREAK}\n\n".join(pages).strip("\n") + "\n").encode("utf-8", errors="replace"))


def build(settings: Settings) -> MarkdownWriter:
    """The writer; it has no settings."""
    del settings
    return MarkdownWriter()


def _block(block: Block) -> Iterator[str]:
    texts = [line.corrected.strip() for line in block.lines if line.corrected.strip()]
    if block.kind == "heading":
        yield "## " + _escaped(" ".join(texts))
    elif block.kind == "table" and (rows := _rows(block)):
        yield from _table(rows)
    else:
        for number, text in enumerate(texts, 1):
            yield _escaped(text) + ("\\" if number < len(texts) else "")


def _rows(block: Block) -> list[list[str]]:
    return [[cell.text for cell in found] for line in block.lines if (found := cells(line))]


def _table(rows: list[list[str]]) -> Iterator[str]:
    width = max(len(row) for row in rows)
    for number, row in enumerate(rows):
        yield "| " + " | ".join(_escaped(cell) for cell in [*row, *[""] * (width - len(row))]) + " |"
        if not number:
            yield "|" + "---|" * width


def _escaped(text: str) -> str:
    """``text`` so that no sign of it is Markdown's."""
    text = _SPECIAL.sub(r"\\\1", text)
    text = _NUMBERED.sub(r"\1\\\2", text)
    return _AT_START.sub(r"\1\\\2", text)
