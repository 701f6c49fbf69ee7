"""A page to look at: each scan beside its text in one HTML file that needs nothing else, edits and doubts marked."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import IO

from PIL import Image

from ocrect.errors import InputError
from ocrect.plugins import Original
from ocrect.record.document import Document, Line, Page
from ocrect.settings import Settings
from ocrect.writers.marks import MarkedWord, marked_text, notices, told
from ocrect.writers.xml import clean

WIDEST = 1400
"""Pixels of a page's picture in the file; a wider scan is made smaller."""
QUALITY = 70
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


class HtmlWriter:
    """Writes HTML. A word that was corrected shows what was read, one in doubt what else it may be, on pointing at it and in a
    list below the page. Where the scan is not at hand, the text stands alone.
    """

    suffixes = (".html", ".htm")

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        style = files("ocrect.writers").joinpath("page.css").read_text(encoding="utf-8")
        _put(out, "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'>")
        _put(out, f"<meta http-equiv='Content-Security-Policy' content=\"{_POLICY}\">")
        _put(out, "<meta name='viewport' content='width=device-width, initial-scale=1'>")
        _put(out, f"<title>{_text(document.source)}</title><style>{style}</style></head><body><main>")
        _put(out, f"<h1>{_text(document.source)}</h1>")
        for page in document.pages:
            for part in _page(page, original):
                _put(out, part)
        _put(out, "</main></body></html>")


def build(settings: Settings) -> HtmlWriter:
    """The writer; it has no settings."""
    del settings
    return HtmlWriter()


def _put(out: IO[bytes], text: str) -> None:
    out.write((text + "\n").encode("utf-8", errors="replace"))


def _text(text: str) -> str:
    return escape(clean(text))


def _page(page: Page, original: Original) -> Iterator[str]:
    yield f"<section><h2>Page {page.number}</h2>"
    for notice in notices(page):
        yield f"<p class='notice' role='note'>{_text(notice)}</p>"
    yield "<div class='pair'>"
    if picture := _picture(page, original):
        yield f"<img alt='Scan of page {page.number}' src='data:image/jpeg;base64,{picture}'>"
    yield "<div class='text' lang=''>"
    entries: list[str] = []
    for block in page.blocks:
        yield f"<div class='block {block.kind}'>"
        yield "<br>\n".join(_line(line, entries) for line in block.lines)
        yield "</div>"
    yield "</div></div>"
    if entries:
        yield "<details open><summary>Corrected and in doubt</summary><ol>"
        yield from (f"<li>{entry}</li>" for entry in entries)
        yield "</ol></details>"
    yield "</section>"


def _picture(page: Page, original: Original) -> str:
    """The scan as a JPEG in base64; empty if there is no scan or it cannot be read."""
    if not page.width:
        return ""
    try:
        picture = Image.fromarray(original.image(page).pixels)
    except InputError:
        return ""
    picture.thumbnail((WIDEST, 10 * WIDEST))
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=QUALITY)
    return base64.b64encode(held.getvalue()).decode("ascii")


def _line(line: Line, entries: list[str]) -> str:
    words = marked_text(line)
    if not words:
        return _text(line.corrected)
    language = f" lang='{_text(line.language)}'" if line.language else ""
    entries += map(_entry, _told_of(words))
    return f"<span{language}>" + " ".join(map(_word, words)) + "</span>"


def _word(word: MarkedWord) -> str:
    shown = _text(word.text)
    if word.in_doubt:
        return f"<mark title='{_text(told(word))}'>{shown}<sup>?</sup></mark>"
    if word.read is not None:
        return f"<ins title='read as {_text(word.read)}'>{shown}</ins>"
    return shown


def _told_of(words: list[MarkedWord]) -> Iterator[list[MarkedWord]]:
    """Groups of words to be marked: words that were one word as read, or that one doubt spans, are a group."""
    for (read, reason, _), run in groupby(words, key=lambda word: (word.read, word.reason, word.in_doubt)):
        if read is not None or reason:
            yield list(run)


def _entry(words: list[MarkedWord]) -> str:
    first, shown = words[0], _text(" ".join(word.text for word in words))
    if first.in_doubt:
        return f"in doubt: <q>{shown}</q>. {_text(told(first))}"
    return f"corrected: <q>{_text(first.read or '')}</q> became <q>{shown}</q>"
