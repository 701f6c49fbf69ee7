"""A searchable PDF: the scan as it is, and over it, invisible, the corrected text at its place.

What a PDF holds is left as it is, byte for byte: the text is one more content stream of each page. An image's own data (JPEG,
JPEG 2000, CCITT, …) goes into the PDF without being decoded, where PDF knows its form.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator
from typing import IO, Any, BinaryIO, cast

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from ocrect.errors import EncryptedInputError, ExportError
from ocrect.plugins import Original
from ocrect.record import placement as placing
from ocrect.record.document import Document, Line, Page
from ocrect.settings import Settings
from ocrect.writers.pdf import font, images, invisible
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
        pdf.pages[0].obj.Contents = pdf.make_stream(content(map(_text_line, page.lines()), placement, GRAFTED, codes))
        pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary({f"/{GRAFTED}": reference}))
        font.finish(pdf, reference, codes)
        _save(pdf, cast("BinaryIO", out))


class PdfWriter:
    """Writes the original with an invisible text layer.

    ``pdf_text`` is ``skip`` (a page whose text came from the PDF itself stays as it is), ``redo`` (an invisible layer of
    before is taken out of the pages that were read) or ``force`` (the text is put on every page, beside what is there).
    """

    suffixes = (".pdf",)

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        """Write ``document`` over ``original``.

        Raises:
            ExportError: the original is no image or PDF that a PDF can be made of.
            InputError: it is not at hand.
        """
        with original.opened() as file, tempfile.SpooledTemporaryFile(max_size=images.IN_MEMORY) as held:
            with self._opened(cast("BinaryIO", file), document, original) as pdf:
                _tell_kinds(pdf, document.source)
                _put_text(pdf, document, self._settings.pdf_text)
                _save(pdf, cast("BinaryIO", held))
            held.seek(0)
            shutil.copyfileobj(held, out)

    def _opened(self, file: BinaryIO, document: Document, original: Original) -> Pdf:
        head = file.read(1024)
        file.seek(0)
        try:
            if b"%PDF-" in head:
                return _with_password(file, self._settings.password)
            return Pdf.open(images.as_pdf(file, document, original))
        except pikepdf.PasswordError as error:
            raise EncryptedInputError(f"{document.source} asks for a password") from error
        except pikepdf.PdfError as error:
            raise ExportError(
                f"no searchable PDF can be made of {document.source}: {error}", hint="Write another format: --format text."
            ) from error


def _put_text(pdf: Pdf, document: Document, mode: str) -> None:
    """Put the text of every page of ``document`` on the page of that number; ``mode`` is as in :class:`PdfWriter`."""
    codes = font.Codes()
    reference: Any = None
    bracket: tuple[Any, Any] | None = None
    for page in document.pages:
        if not 1 <= page.number <= len(pdf.pages):
            raise ExportError(f"{document.source} has no page {page.number}", hint="Name the scan that was read.")
        target = pdf.pages[page.number - 1]
        if mode == "redo" and not _is_from_layer(page):
            invisible.remove(pdf, target)
        lines = [line for line in page.lines() if mode == "force" or not _is_from_layer(page, line)]
        if not (page.width and page.height and lines):
            continue
        placement = Placement.of_page(_visible_box(target), _turned(target), page.width, page.height)
        reference = reference if reference is not None else font.add(pdf)
        name = _resource(target, reference)
        stream = content(map(_text_line, lines), placement, name, codes)
        if stream:
            bracket = bracket or (pdf.make_stream(b"q\n"), pdf.make_stream(b"\nQ\n"))
            _append(target, pdf.make_stream(stream), bracket)
    if reference is not None:
        font.finish(pdf, reference, codes)


def _with_password(file: BinaryIO, password: str) -> Pdf:
    """The PDF; as elsewhere, no password is tried first, since a needless one can lock a file that opens without."""
    try:
        return Pdf.open(file)
    except pikepdf.PasswordError:
        if not password:
            raise
        file.seek(0)
        return Pdf.open(file, password=password)


def _save(pdf: Pdf, out: BinaryIO) -> None:
    """Streams stay as they are: nothing is decoded or compressed anew."""
    pdf.save(
        out,
        preserve_pdfa=True,
        encryption=True if pdf.is_encrypted else None,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        compress_streams=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        fix_metadata_version=False,
        deterministic_id=not pdf.is_encrypted,
    )


def _tell_kinds(pdf: Pdf, source: str) -> None:
    """Say what a new content stream means for a document that is signed or tagged."""
    root = pdf.Root
    form = root.get(Name.AcroForm)
    if form is not None and int(form.get(Name.SigFlags, 0)) & 1:
        _log.warning("%s is signed: the signatures of the PDF that is written are no longer valid", source)
    if bool(root.get(Name.MarkInfo, Dictionary()).get(Name.Marked, False)):
        _log.info("%s is tagged: the text that is added stands outside its tags", source)


def _is_from_layer(page: Page, line: Line | None = None) -> bool:
    """Whether the text was taken from the PDF itself: the page's, or of a page that was partly read the line's."""
    if not any(step.name == "text-layer" for step in page.steps):
        return False
    return line is None or line.evidence is None


def _text_line(line: Line) -> TextLine:
    return TextLine([(word.text, word.box) for word in placing.words(line)], line.baseline)


def _visible_box(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """What a viewer shows of the page: left, bottom, right, top of the crop box inside the media box, in user space."""
    media, crop = (_ordered(box) for box in (page.mediabox, page.cropbox))
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, bottom, right, top) if left < right and bottom < top else media


def _ordered(box: Any) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(value) for value in box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _turned(page: pikepdf.Page) -> int:
    """Degrees by which the page is shown clockwise: 0, 90, 180 or 270."""
    return int(_inherited(page, Name.Rotate) or 0) % 360 // 90 * 90


def _inherited(page: pikepdf.Page, key: Name) -> Any:
    """The page's own value, or that of the nearest node above it that has one (PDF 32000-1:2008, 7.7.3.4)."""
    node: Any = page.obj
    for _ in range(64):  # a tree that is deeper, or has a circle, is no tree
        if node is None or key in node:
            break
        node = node.get(Name.Parent)
    return node.get(key) if node is not None else None


def _resource(page: pikepdf.Page, reference: Any) -> str:
    """Put the font among the page's resources, in dictionaries of its own, and give its name there."""
    resources = Dictionary(dict((_inherited(page, Name.Resources) or Dictionary()).items()))
    fonts = Dictionary(dict((resources.get(Name.Font) or Dictionary()).items()))
    name = next(name for name in _names() if f"/{name}" not in fonts)
    fonts[f"/{name}"] = reference
    resources.Font = fonts
    page.obj.Resources = resources
    return name


def _names() -> Iterator[str]:
    yield "Ocrect"
    number = 1
    while True:
        number += 1
        yield f"Ocrect{number}"


def _append(page: pikepdf.Page, stream: Any, bracket: tuple[Any, Any]) -> None:
    """Add a content stream that sees the page's own coordinates, whatever state the streams before it leave behind."""
    present = page.obj.get(Name.Contents)
    streams = [] if present is None else list(present) if isinstance(present, Array) else [present]
    before, after = bracket
    page.obj.Contents = Array([before, *streams, after, stream] if streams else [stream])
