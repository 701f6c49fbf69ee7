"""The process that opens PDFs, started and spoken to by :mod:`ocrect.source.child`: one document at a time."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from ocrect.errors import InputTooLargeError
from ocrect.exchange import serving, wire
from ocrect.exchange.limits import limit_memory
from ocrect.settings import Settings
from ocrect.source import parcels
from ocrect.source.pdf import Pdf, opened

_IDLE = 60.0  # seconds without a document after which the process ends
_MEMORY, _PIXEL = 2 * 2**30, 24  # bytes of address space for a document, and for each pixel that a page may have


class _Documents:
    """The open document's pages, as a service."""

    def __init__(self, start: wire.Message) -> None:
        del start
        self._open = ExitStack()
        self._document: Pdf | None = None

    def answer(self, do: str, arguments: dict[str, Any], blocks: Sequence[bytearray]) -> serving.Answer:
        try:
            match do:
                case "open":
                    return self._opened(arguments["settings"], arguments.get("file"), blocks), ()
                case "page":
                    assert self._document is not None, "a document is opened before its pages are asked for"
                    self._document.believed = parcels.of_known(arguments["believed"])
                    return parcels.packed(self._document.page(arguments["number"]))
                case "close":
                    self._closed()
                    return None, ()
                case _:
                    raise ValueError(f"there is no request {do!r}")
        except MemoryError:
            raise InputTooLargeError("there is no memory for a page of the PDF", hint="Lower --dpi.") from None

    def state(self) -> wire.Message:
        return {}

    def rest(self) -> float | None:
        return _IDLE if self._document is None else None

    def _opened(self, settings: dict[str, Any], named: Sequence[Any] | None, blocks: Sequence[bytearray]) -> int | None:
        """How many pages the document has; ``None`` where its path no longer names the file that was meant."""
        self._closed()
        asked = Settings(**settings)
        file = _file(*named) if named else io.BytesIO(blocks[0])
        if file is None:
            return None
        limit_memory(_MEMORY + file.seek(0, os.SEEK_END) + _PIXEL * asked.max_pixels)
        file.seek(0)
        self._open.enter_context(file)
        self._document = self._open.enter_context(opened(file, asked))
        return self._document.total

    def _closed(self) -> None:
        self._document = None
        self._open.close()


def _file(path: str, identity: Sequence[int]) -> IO[bytes] | None:
    """The file at ``path`` if it is the one of that device and number."""
    try:
        file = Path(path).open("rb")  # noqa: SIM115
    except OSError:
        return None
    status = os.fstat(file.fileno())
    if [status.st_dev, status.st_ino] == list(identity):
        return file
    file.close()
    return None


if __name__ == "__main__":
    serving.serve(_Documents)
