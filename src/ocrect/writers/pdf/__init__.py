"""A searchable PDF: the scan as it is, and over it, invisible, the corrected text at its place.

What a PDF holds is left as it is, byte for byte: the text is one more content stream of each page. An image's own data (JPEG,
JPEG 2000, CCITT, …) goes into the PDF without being decoded, where PDF knows its form. Every PDF is read back before it is
given out (:mod:`ocrect.writers.pdf.readback`).
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO, Any, BinaryIO, cast

import pikepdf
from pikepdf import Dictionary, Name, Pdf

from ocrect.errors import EncryptedInputError, ExportError
from ocrect.native import unlocked
from ocrect.plugins import Original
from ocrect.record import placement as placing
from ocrect.record.document import Document, Line, Page
from ocrect.settings import Settings
from ocrect.writers.pdf import font, images, incremental, invisible, kinds, pages, readback
from ocrect.writers.pdf.layer import Placement, TextLine, content

_log = logging.getLogger("ocrect")


def build(settings: Settings) -> PdfWriter:
    """The writer; ``settings.pdf_text`` says what becomes of pages that have text already."""
    return PdfWriter(settings)


GRAFTED = "f-0-0"
"""The name by which OCRmyPDF finds the font of a text-only PDF: Tesseract's."""


def text_only(page: Page, out: IO[bytes]) -> None:
    """Write a PDF of one page, as large as ``page``, that holds nothing but its invisible text."""
    scale = images.POINTS / (page.dpi or images.UNKNOWN_DPI)
    size = max(3.0, page.width * scale), max(3.0, page.height * scale)
    codes = font.Codes()
    placement = Placement.of_page((0.0, 0.0, *size), 0, max(1, page.width), max(1, page.height))
    with Pdf.new() as pdf:
        pdf.add_blank_page(page_size=size)
        reference = font.add(pdf)
        pdf.pages[0].obj.Contents = font.compressed(pdf, content(map(_text_line, page.lines()), placement, GRAFTED, codes))
        pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary({f"/{GRAFTED}": reference}))
        font.finish(pdf, reference, codes)
        _save(pdf, cast("BinaryIO", out))


class PdfWriter:
    """Writes the original with an invisible text layer.

    ``pdf_text`` is ``skip`` (a page that has text stays as it is), ``redo`` (an invisible layer of before is taken out, and
    what was read in the page's pixels put in) or ``force`` (all text is put on every page; one that shows text of its own is
    replaced by the picture that was read). With ``incremental`` the bytes of a PDF stay as they are, and what is new follows.
    """

    suffixes = (".pdf",)

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        """Write ``document`` over ``original``.

        Raises:
            ExportError: the original is no image or PDF that a PDF can be made of, may not be appended to where that is asked
                for, or what was written cannot be read back.
            InputError: it is not at hand.
        """
        with original.opened() as file, tempfile.SpooledTemporaryFile(max_size=images.IN_MEMORY) as held:
            given, written = cast("BinaryIO", file), cast("BinaryIO", held)
            is_pdf = b"%PDF-" in given.read(1024)
            given.seek(0)
            appended = is_pdf and self._settings.incremental
            with self._opened(given, document, original, is_pdf=is_pdf) as pdf:
                kinds.tell(pdf, document.source, incremental=appended)
                layer = _Layer(pdf, self._settings, is_scan=not is_pdf)
                for page in document.pages:
                    layer.put(page, document.source, original)
                layer.finish(document.source)
                if appended:
                    incremental.write(pdf, given, layer.changed(document.source), written, document.source)
                else:
                    _save(pdf, written)
                count = len(pdf.pages)
            readback.check(written, count, layer.all_put(document), document.source, self._settings.passwords)
            written.seek(0)
            shutil.copyfileobj(written, out)

    def _opened(self, file: BinaryIO, document: Document, original: Original, *, is_pdf: bool) -> Pdf:
        given = file if is_pdf else images.as_pdf(file, document, original)
        try:
            return _with_password(given, self._settings.passwords) if is_pdf else Pdf.open(given)
        except pikepdf.PasswordError as error:
            raise EncryptedInputError(f"{document.source} asks for a password") from error
        except pikepdf.PdfError as error:
            why = str(error).removeprefix(f"stream {given!r}").strip(" :")  # qpdf's words, without Python's for the file
            raise ExportError(
                f"no searchable PDF can be made of {document.source}: {why}", hint="Write another format: --format text."
            ) from error


class _Layer:
    """The text on the pages of one PDF: what was put where, and which objects that changed.

    ``is_scan``: the PDF was just made of an image, so its pages have no text.
    """

    def __init__(self, pdf: Pdf, settings: Settings, *, is_scan: bool) -> None:
        self._pdf, self._settings, self._is_scan = pdf, settings, is_scan
        self._codes = font.Codes()
        self._font: Any = None
        self._saved: Any = None
        self._placements: dict[int, Placement] = {}
        self._skipped: list[int] = []
        self._touched: dict[int, Any] = {}
        self._total = len(pdf.pages)
        self._first_new = pdf.make_indirect(Dictionary()).objgen[0] + 1

    def put(self, page: Page, source: str, original: Original) -> None:
        """Put the text of ``page`` on the PDF's page of that number."""
        if not 1 <= page.number <= self._total:
            raise ExportError(f"{source} has no page {page.number}", hint="Name the scan that was read.")
        if not (page.width and page.height):
            return
        target = self._pdf.pages[page.number - 1]
        mode = self._settings.pdf_text
        there = invisible.Texts() if self._is_scan else invisible.texts(target)
        if mode == "skip" and any(there):
            self._skipped.append(page.number)
            return
        if mode == "force" and there.shown:
            pages.replace_by_picture(self._pdf, target, images.embedded(self._pdf, original.image(page).pixels))
            self._touch(target)
        elif there.hidden:
            invisible.remove(self._pdf, target)
            self._touch(target)
        if lines := _lines(page, mode):
            self._write(target, page, lines)
        turned = sum(float(step.settings.get("clockwise_degrees", 0)) for step in page.steps if step.name == "turn")
        if self._settings.pdf_upright and turned:
            pages.turn(target, round(turned))
            self._touch(target)

    def _write(self, target: pikepdf.Page, page: Page, lines: list[TextLine]) -> None:
        if self._font is None:
            self._font = font.add(self._pdf)
            self._saved = None if self._is_scan else self._pdf.make_stream(b"q")
        placement = pages.placement(target, page.width, page.height)
        name = pages.add_resource(target, Name.Font, "Ocrect", self._font)
        stream = content(lines, placement, name, self._codes)
        pages.append(target, font.compressed(self._pdf, stream if self._is_scan else b"Q\n" + stream), self._saved)
        self._placements[page.number] = placement
        self._touch(target)

    def _touch(self, target: pikepdf.Page) -> None:
        self._touched[target.obj.objgen[0]] = target.obj

    def finish(self, source: str) -> None:
        """Complete the font, and say which pages were left as they are."""
        if self._font is not None:
            font.finish(self._pdf, self._font, self._codes)
        if self._skipped:
            _log.warning(
                "%s: %d of its pages have text already and stay as they are (page %d first); --pdf-text redo puts what was "
                "read in the place of an invisible layer, and beside text that shows",
                source, len(self._skipped), self._skipped[0],
            )  # fmt: skip

    def changed(self, source: str) -> Iterator[Any]:
        """The objects of the PDF that are new or changed.

        Raises:
            ExportError: its pages were mended when it was opened, so that more is changed than was added here.
        """
        if any(number >= int(self._pdf.trailer.Size) for number in self._touched):
            raise ExportError(f"{source} is damaged: nothing can be appended to it", hint=incremental.HINT)
        yield from self._touched.values()
        for number in range(self._first_new, self._pdf.make_indirect(Dictionary()).objgen[0]):
            yield self._pdf.get_object(number, 0)

    def all_put(self, document: Document) -> Iterator[readback.Put]:
        """What was put on each page."""
        for page in document.pages:
            if page.number in self._placements:
                lines = _lines(page, self._settings.pdf_text)
                yield readback.Put(page.number, lines, self._placements[page.number], page.dpi or images.UNKNOWN_DPI)


def _lines(page: Page, mode: str) -> list[TextLine]:
    """The lines of the page that are put on it: all, or without those that were taken from the PDF's own text."""
    lines = [_text_line(line) for line in page.lines() if mode == "force" or not _is_from_layer(page, line)]
    return [line for line in lines if line.words]


def _with_password(file: BinaryIO, passwords: Sequence[str]) -> Pdf:
    def opened(password: str) -> Pdf:
        file.seek(0)
        return Pdf.open(file, password=password)

    return unlocked(opened, passwords, pikepdf.PasswordError)


def _save(pdf: Pdf, out: BinaryIO) -> None:
    """Streams stay as they are: nothing is decoded or compressed anew, but for what qpdf must do to encrypt it."""
    streams = pikepdf.ObjectStreamMode
    kept: dict[str, Any] = {"stream_decode_level": pikepdf.StreamDecodeLevel.none, "deterministic_id": True}
    pdf.save(
        out,
        preserve_pdfa=True,
        compress_streams=True,
        object_stream_mode=streams.disable if kinds.is_pdfa_1(pdf) else streams.generate,
        fix_metadata_version=False,
        **({"encryption": True} if pdf.is_encrypted else kept),
    )


def _is_from_layer(page: Page, line: Line) -> bool:
    """Whether the line was taken from the PDF's own text."""
    return line.evidence is None and any(step.name == "text-layer" for step in page.steps)


def _text_line(line: Line) -> TextLine:
    return TextLine([(word.text, word.box) for word in placing.words(line)], line.baseline)
