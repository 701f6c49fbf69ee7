"""Documents and PDFs that tests of the searchable PDF share."""

from __future__ import annotations

import io

import numpy as np
import pikepdf
import pypdfium2 as pdfium

from ocrect.record.document import Block, Box, Document, Line, Page, Word
from ocrect.settings import Settings
from ocrect.source.original import OriginalFile
from ocrect.writers.pdf import build


def line(text: str, left: float, top: float, *, height: float = 30, leftwards: bool = False) -> Line:
    words, x, at = [], left, 0
    for word in text.split(" "):
        width = 14.0 * len(word)
        place = Box(x, top, x + width, top + height) if not leftwards else Box(1000 - x - width, top, 1000 - x, top + height)
        words.append(Word(word, place, 0.9, at, at + len(word)))
        x, at = x + width + 12, at + len(word) + 1
    box = Box.around([word.box for word in words])
    return Line("l1", text, box, tuple(words))


def page(*lines: Line, width: int = 1000, height: int = 1400, number: int = 1, dpi: float = 150) -> Page:
    return Page(number, width, height, dpi, (Block(tuple(lines)),))


def written(document: Document, original: bytes, **settings: object) -> bytes:
    chosen = Settings(**settings)
    out = io.BytesIO()
    with OriginalFile(original, chosen) as file:
        build(chosen)(document, file, out)
    return out.getvalue()


def read_back(data: bytes, number: int = 0) -> str:
    return str(pdfium.PdfDocument(data)[number].get_textpage().get_text_range())


def pixels(data: bytes, number: int = 0) -> np.ndarray:
    return np.asarray(pdfium.PdfDocument(data)[number].render(scale=150 / 72).to_pil())


def saved(pdf: pikepdf.Pdf, **how: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def a_pdf(*, turned: int = 0, box: tuple[float, ...] = (0, 0, 480, 672), content: bytes = b"", **how: object) -> bytes:
    """A page with a grey box on it, whose content leaves its scale behind; ``content`` is shown beside, in Helvetica ``/F``."""
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(480, 672))
    target = pdf.pages[0]
    target.obj.MediaBox = pikepdf.Array(list(box))
    target.obj.Rotate = turned
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    target.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=pdf.make_indirect(font)))
    target.obj.Contents = pdf.make_stream(content + b" 2 0 0 2 0 0 cm 0.5 g 20 20 100 30 re f")
    return saved(pdf, **how)
