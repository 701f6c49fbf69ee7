"""Pages from images and PDFs, one at a time; errors of a file are raised before its pixels are decoded.

Kinds: PNG, JPEG, TIFF, WebP, BMP, GIF, HEIC and PDF, told by content, never by name. A TIFF, GIF or WebP of several frames has
as many pages; an animated PNG has one, the picture that every viewer shows.

A file of one page raises what is wrong with that page. In a file of several, a page that cannot be read comes as a
:class:`~ocrect.record.document.Page` with its ``failure`` and the others follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import IO, TYPE_CHECKING

from ocrect.errors import InputError, InputTooLargeError
from ocrect.record.document import Failure, Page, PageImage
from ocrect.settings import Settings
from ocrect.source import kinds
from ocrect.source.opening import Source, buffered, opened, read_text
from ocrect.source.selection import select
from ocrect.wording import counted

if TYPE_CHECKING:
    from ocrect.source.layered import Layered

__all__ = ["Source", "buffered", "numbers", "pages", "read_text"]


def pages(given: Source, settings: Settings) -> Iterator[PageImage | Page | Layered]:
    """The pages that ``settings.pages`` selects, in the file's order, each made when it is asked for.

    ``given`` is a path, bytes, or a binary stream, which is read into memory first (see :func:`buffered`). A page of a PDF
    is rendered at ``settings.dpi``, or comes with its text where ``settings.text_layer`` says so, to be settled by an engine
    (see :mod:`ocrect.source.layered`). Pixels are ``uint8`` RGB, upright, on white; colour
    profiles are ignored.

    Raises:
        InputError: the file cannot be read, its only page cannot, it has more pages than ``settings.max_pages``, or lacks one
            that ``settings.pages`` names.
        SettingsError: ``settings.pages`` cannot be understood.
    """
    with opened(given) as file, adapter(file, settings).opened(file, settings) as document:
        for number in _selected(document.total, settings):
            yield _page(document.page, number, document.total)


def numbers(given: Source, settings: Settings) -> list[int]:
    """The numbers of the pages, from 1, that :func:`pages` would give; no pixel is decoded. A stream is read to its end.

    Raises:
        InputError, SettingsError: as :func:`pages`, for the file as a whole.
    """
    with opened(given) as file, adapter(file, settings).opened(file, settings) as document:
        return _selected(document.total, settings)


def adapter(file: IO[bytes], settings: Settings) -> ModuleType:
    """The module that reads the kind of ``file``; Pillow and pdfium are loaded only where they are needed.

    A PDF is opened by a process of its own, which can be ended where a page takes too long, unless it may take any time.
    """
    if kinds.detect(file) == "PDF":
        from ocrect.source import child, pdf

        return child if settings.page_seconds else pdf
    from ocrect.source import images

    return images


def _selected(total: int, settings: Settings) -> list[int]:
    if total > settings.max_pages:
        raise InputTooLargeError(
            f"the file has {counted(total, 'page')}, more than the {settings.max_pages} allowed",
            hint=f"Raise --max-pages to {total} if you trust the file.",
        )
    return select(settings.pages, total)


def _page(read: Callable[[int], PageImage | Page | Layered], number: int, total: int) -> PageImage | Page | Layered:
    try:
        return read(number)
    except InputError as error:
        if total == 1:
            raise
        return Page(number, failure=Failure.of(error))
