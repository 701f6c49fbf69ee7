"""Plain text: the words of each line; the spaces around them and the ends of lines stay."""

from __future__ import annotations

import unicodedata

from ocrect.markup.splice import Change, LineFound, PageFound
from ocrect.record.document import Line


def find(text: str) -> list[PageFound]:
    """The lines of each page, parted by form feeds; their ids are those of :func:`ocrect.record.plaintext.document`."""
    pages, at = [], 0
    for number, part in enumerate(text.split("\f"), 1):
        page = PageFound(number)
        start = at
        for place, line in enumerate(part.splitlines(keepends=True), 1):
            kept = line.strip()
            inner = start + (len(line) - len(line.lstrip()) if kept else 0)
            page.lines.append(LineFound(f"p{number}-l{place}", None, [], (inner, inner + len(kept)), kept))
            start += len(line)
        pages.append(page)
        at += len(part) + 1
    return pages


def changes(text: str, found: LineFound, line: Line) -> list[Change]:
    """What makes the file's line read as the corrected one."""
    start, end = found.inner
    same = unicodedata.normalize("NFC", text[start:end].strip()) == line.text
    return [(start, end, line.corrected)] if same else []
