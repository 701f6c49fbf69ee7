"""The file that a document was read from, for writers that need its bytes or its pixels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import IO, Any, Self

from ocrect.errors import InputError, InputNotFoundError
from ocrect.record.document import Page, PageImage
from ocrect.settings import Settings
from ocrect.source import adapter
from ocrect.source.opening import Source, opened


class OriginalFile:
    """An :class:`~ocrect.plugins.Original` over a path, bytes, or a stream's bytes; ``None`` where it is not at hand.

    The file is opened when it is first asked for, and closed by :meth:`close` or at the end of a ``with`` block. ``settings``
    give the password and the limits; the dots per inch are those that each page was read at.
    ``name`` is what errors call the file.
    """

    def __init__(self, given: Source | None, settings: Settings, name: str = "") -> None:
        self._given = given
        self._settings = settings.with_(pages="", text_layer="ignore")
        self._name = name or str(given)
        self._open = ExitStack()
        self._document: tuple[int, Any] | None = None

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """The file's bytes, from the start.

        Raises:
            InputError: it is not at hand, or cannot be opened.
        """
        with self._named(), opened(self._file()) as file:
            yield file

    def image(self, page: Page) -> PageImage:
        """The pixels that ``page`` was read from.

        Raises:
            InputError: the file is not at hand, the page cannot be shown, or has other pixels than those that were read.
        """
        with self._named():
            image: PageImage = self._at(page).page(page.number)
        if page.width and (image.width, image.height) != (page.width, page.height):
            raise InputError(
                f"{self._name}, page {page.number} has {image.width} × {image.height} pixels, and the document was read from "
                f"{page.width} × {page.height}",
                hint="Name the scan that was read.",
            )
        return image

    def close(self) -> None:
        """Close the file; the next use opens it anew."""
        self._document = None
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Errors of the file name it, whichever file the caller is about."""
        try:
            yield
        except InputError as error:
            raise error.about(self._name) from None

    def _file(self) -> Source:
        if self._given is None:
            raise InputNotFoundError(f"no scan of {self._name} is at hand", hint="Name it: --scan SCAN.")
        return self._given

    def _at(self, page: Page) -> Any:
        """The open document that renders pages as ``page`` was rendered."""
        dpi = _asked(page) or self._settings.dpi
        if self._document is None or self._document[0] != dpi:
            self.close()
            file = self._open.enter_context(opened(self._file()))
            settings = self._settings.with_(dpi=dpi)
            self._document = dpi, self._open.enter_context(adapter(file, settings).opened(file, settings))
        total = self._document[1].total
        if not 1 <= page.number <= total:
            raise InputError(f"{self._name} has no page {page.number}: it has {total}", hint="Name the scan that was read.")
        return self._document[1]


def _asked(page: Page) -> int:
    """The dots per inch that were asked for when a PDF's page was rendered; 0 where the page does not say."""
    for step in page.steps:
        if step.name == "render":
            return int(step.settings.get("asked", step.settings["dpi"]))
    return round(page.dpi or 0)
