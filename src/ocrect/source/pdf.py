"""PDF pages, rendered by pdfium one at a time.

pdfium is not thread-safe: everything that calls it does so under :data:`ocrect.native.PDFIUM`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from ocrect.errors import EncryptedInputError, InputTooLargeError, OcrectError, UnsupportedInputError
from ocrect.native import PDFIUM
from ocrect.record.document import Page, PageImage
from ocrect.settings import Settings
from ocrect.source import text_layer, visible
from ocrect.source.layered import Believed, Layered, samples_of
from ocrect.source.probe import damaged
from ocrect.source.resolution import Resolution, resolution, shown
from ocrect.source.structure import FontObject, Fonts, structure

log = logging.getLogger(__name__)
logging.getLogger("pypdfium2._helpers.document").addFilter(lambda record: "XFA" not in record.getMessage())
"""A static XFA form is read without what pypdfium2 asks users to compile for it, and a dynamic one is an error of ours."""

_REOPEN_AFTER = 64
"""pdfium keeps every object that it has parsed until the document is closed; so it is opened anew after that many pages."""


class Pdf:
    """The pages of one open PDF. Its file must stay open as long as this is used."""

    def __init__(self, file: IO[bytes], settings: Settings) -> None:
        self._file = file
        self._settings = settings
        self._read = 0
        self.believed = Believed()
        self._fonts: Fonts | None = None
        with PDFIUM:
            self._document = _load(file, settings.passwords)
            self.total = len(self._document)
            self._structure = structure(file, settings.passwords)
        if self._structure.dynamic_form:
            self.close()
            raise UnsupportedInputError(
                "the PDF is a dynamic XFA form: Adobe's programs alone draw its pages",
                hint="Open it in Adobe Reader, print it to a PDF or to paper, and read that.",
            )

    def page(self, number: int) -> PageImage | Page | Layered:
        """The page, from 1: with its text where the settings ask for that and some shows, else as pixels.

        Raises:
            InputError: the page is damaged, or lacks the text layer that is insisted on.
        """
        with self._opened(number) as (page, how):
            wanted = self._settings.text_layer
            if wanted == "ignore":
                return _rendered(page, number, how)
            if wanted == "only":
                return _layer_alone(page, number, how)
            return self._judged(page, number, how)

    @contextmanager
    def _opened(self, number: int) -> Iterator[tuple[Any, Resolution]]:
        """The page, and how it is rendered, while pdfium's lock is held."""
        with PDFIUM:
            if self._read == _REOPEN_AFTER:
                self.close()
                self._document = _load(self._file, self._settings.passwords)
                self._read = 0
            self._read += 1
            try:
                page = self._document[number - 1]
            except pdfium.PdfiumError as error:
                raise damaged(f"page {number} of the PDF is damaged: {error}") from error
            try:
                unit = self._structure.unit(number)
                yield page, resolution(page, number, self._settings.dpi, unit, self._settings.max_pixels)
            except pdfium.PdfiumError as error:
                raise damaged(f"page {number} of the PDF cannot be read: {error}") from error
            finally:
                page.close()

    def _judged(self, page: Any, number: int, how: Resolution) -> PageImage | Layered:
        seen = visible.judged(page, how.scale)
        layer = text_layer.read(page, number, how, seen.shows, seen.ruled)
        if layer.is_odd or not layer.lines:
            return _rendered(page, number, how)

        fonts = self._font_objects(number)
        samples = tuple(run for run in samples_of(layer.runs) if not self.believed.knows(run, fonts))
        whole = _rendered(page, number, how) if samples else None
        unread, bare = tuple(seen.writing()), None
        if unread:
            with visible.without_text(page):
                bare = _rendered(page, number, how)
        return Layered(layer, unread, samples, whole, bare, fonts, self.believed)

    def _font_objects(self, number: int) -> dict[str, FontObject]:
        """The font objects of a page by name; none in a file of one page, where no font can come again."""
        if self.total == 1:
            return {}
        if self._fonts is None:
            self._fonts = Fonts(self._file, self._settings.passwords)
        return self._fonts.on(number)

    def close(self) -> None:
        with PDFIUM:
            self._document.close()
            if self._fonts is not None:
                self._fonts.close()
                self._fonts = None


@contextmanager
def opened(file: IO[bytes], settings: Settings) -> Iterator[Pdf]:
    """The PDF in an open file, closed at the end.

    Raises:
        EncryptedInputError: it asks for a password, and that of the settings does not open it.
        DamagedInputError: it is no PDF that pdfium can repair, or has no pages.
    """
    pdf = Pdf(file, settings)
    try:
        yield pdf
    finally:
        pdf.close()


def _load(file: IO[bytes], passwords: Sequence[str]) -> Any:
    """The document, without a password if that will do: a wrong one would shut a file that opens without."""
    try:
        document = _open(file, None)
    except pdfium.PdfiumError as error:
        if error.err_code != pdfium_c.FPDF_ERR_PASSWORD:
            raise _refusal(error) from error
        if not passwords:
            raise EncryptedInputError("the PDF asks for a password") from None
        document = _unlocked(file, passwords)
    document.init_forms()  # without it the values in a form's fields are not drawn
    return document


def _unlocked(file: IO[bytes], passwords: Sequence[str]) -> Any:
    """The encrypted document."""
    for password in passwords:
        try:
            return _open(file, password)
        except pdfium.PdfiumError as error:
            if error.err_code != pdfium_c.FPDF_ERR_PASSWORD:
                raise _refusal(error) from error
    raise EncryptedInputError("the password does not open the PDF", hint="Check --password (or OCRECT_PASSWORD).")


_UNSET = pdfium_c.FPDF_ERR_FILE
"""The last error before a document is opened: one that a document which is not opened by its path never has."""


def _open(file: IO[bytes], password: str | None) -> Any:
    """The document. pdfium sets its last error only where it cannot load one, and keeps it; a document without pages it loads.

    So the error of another document would be told of one without pages, were it not set anew before: by a path that is none.
    """
    pdfium_c.FPDF_LoadDocument(b"", None)
    file.seek(0)
    return pdfium.PdfDocument(file, password=password)


def _refusal(error: pdfium.PdfiumError) -> OcrectError:
    if error.err_code == pdfium_c.FPDF_ERR_SECURITY:
        return EncryptedInputError("the PDF is encrypted in a way that cannot be read", hint="Save it without encryption.")
    if error.err_code == _UNSET:
        return damaged("the PDF has no pages")
    return damaged("the PDF is damaged or truncated beyond repair")


def _layer_alone(page: Any, number: int, how: Resolution) -> Page:
    """The text layer as it is.

    Raises:
        UnsupportedInputError: the page shows something, and has no text.
    """
    layer = text_layer.read(page, number, how)
    if not layer.lines and any(True for _ in shown(page)):
        raise UnsupportedInputError(f"page {number} has no text layer", hint="Read it with --text-layer auto.")
    return layer.page()


def _rendered(page: Any, number: int, how: Resolution) -> PageImage:
    if how.is_too_coarse:
        width, height = (side * how.unit / 72 for side in page.get_size())
        log.warning(
            "page %d is %.4g × %.4g inches: within --max-pixels it is read at %.2g dots per inch, too few for small print",
            number, width, height, how.dpi,
        )  # fmt: skip
    return PageImage(_pixels(page, number, how), number, how.dpi, (how.step,))


def _pixels(page: Any, number: int, how: Resolution) -> NDArray[np.uint8]:
    try:
        bitmap = page.render(scale=how.scale, rev_byteorder=True)
    except MemoryError:
        raise InputTooLargeError(f"no memory for page {number} at {how.dpi} dpi", hint="Lower --dpi.") from None
    pixels = bitmap.to_numpy()  # its buffer outlives the bitmap
    bitmap.close()
    return np.asarray(pixels, np.uint8)
