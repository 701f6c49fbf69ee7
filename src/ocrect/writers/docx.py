"""A Word document (Office Open XML): the corrected text, with a comment at each word that is left for a person."""

from __future__ import annotations

import io
from typing import IO, Any

from ocrect.errors import MissingDependencyError
from ocrect.plugins import Original
from ocrect.record.document import Block, Document, Line
from ocrect.settings import Settings
from ocrect.writers import xml
from ocrect.writers.marks import MarkedWord, marked_text, notices, told
from ocrect.writers.rows import cells

_AUTHOR, _INITIALS = "ocrect", "o"


class DocxWriter:
    """Writes DOCX: headings, paragraphs and tables as far as the layout is sure of them, a page break between pages."""

    suffixes = (".docx",)

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        """Write the document.

        Raises:
            MissingDependencyError: the package ``python-docx`` is not installed.
        """
        del original
        try:
            import docx
        except ImportError as error:
            raise MissingDependencyError("a Word document needs python-docx", hint="pip install 'ocrect[office]'") from error
        made: Any = docx.Document()
        made.core_properties.author = _AUTHOR
        made.core_properties.title = xml.clean(document.source)[:255]
        for number, page in enumerate(document.pages):
            if number:
                made.add_page_break()
            for block in page.blocks:
                _block(made, block)
            for notice in notices(page):
                made.add_paragraph(style="Intense Quote").add_run(xml.clean(notice))
        held = io.BytesIO()
        made.save(held)
        out.write(held.getvalue())


def build(settings: Settings) -> DocxWriter:
    """The writer; it has no settings."""
    del settings
    return DocxWriter()


def _block(made: Any, block: Block) -> None:
    if block.kind == "table" and any(line.box for line in block.lines):
        _table(made, block)
        return
    paragraph = made.add_heading(level=2) if block.kind == "heading" else made.add_paragraph()
    for number, line in enumerate(block.lines):
        if number:
            paragraph.add_run().add_break()
        _words(made, paragraph, line)


def _table(made: Any, block: Block) -> None:
    rows = [found for line in block.lines if (found := cells(line))]
    if not rows:
        return
    table = made.add_table(rows=len(rows), cols=max(map(len, rows)))
    for row, found in zip(table.rows, rows, strict=True):
        places = row.cells
        for place, cell in zip(places, found, strict=False):
            _runs(made, place.paragraphs[0], cell.words)


def _words(made: Any, paragraph: Any, line: Line) -> None:
    _runs(made, paragraph, marked_text(line))


def _runs(made: Any, paragraph: Any, words: tuple[MarkedWord, ...] | list[MarkedWord]) -> None:
    """Words in as few runs as doubt allows, a space between them."""
    plain = ""
    for number, word in enumerate(words):
        space = " " if number else ""
        if not word.in_doubt:
            plain += space + word.text
            continue
        paragraph.add_run(xml.clean(plain + space))
        plain = ""
        run = paragraph.add_run(xml.clean(word.text))
        made.add_comment(run, text=xml.clean(told(word)), author=_AUTHOR, initials=_INITIALS)
    if plain:
        paragraph.add_run(xml.clean(plain))
