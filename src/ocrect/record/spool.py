"""The pages of a document while it is read: the first ones are held, those of a long one lie in a temporary file."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from ocrect.errors import ExportError
from ocrect.record import schema
from ocrect.record.document import Document, Page
from ocrect.record.lazy import LazyPages

HELD = 16
"""Pages that are held as they are; each takes a few megabytes with its evidence."""


class Spool:
    """Takes pages in, and gives all of them back in their order.

    The file has no name, so that nothing is left behind whatever ends the process; it holds ocrect's JSON, compressed
    (:mod:`ocrect.record.schema`).
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._places: list[Page | tuple[int, int]] = []
        """Each page, or where it begins and ends in the file."""
        self._end = 0

    def add(self, page: Page) -> None:
        """Take in the next page. One whose evidence cannot be saved is held."""
        if len(self._places) < HELD:
            self._places.append(page)
            return
        try:
            saved = zlib.compress(schema.dumps(Document("", (page,))).encode(), 1)
        except ExportError:
            self._places.append(page)
            return
        self._file.seek(self._end)
        self._file.write(saved)
        self._places.append((self._end, self._end + len(saved)))
        self._end += len(saved)

    def pages(self) -> Sequence[Page]:
        """The pages so far."""
        held = tuple(place for place in self._places if isinstance(place, Page))
        return held if len(held) == len(self._places) else LazyPages(len(self._places), self._load)

    def close(self) -> None:
        """Give the file up; pages that were not held can no longer be loaded."""
        self._file.close()

    def __len__(self) -> int:
        return len(self._places)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _load(self, index: int) -> Page:
        place = self._places[index]
        if isinstance(place, Page):
            return place
        start, end = place
        self._file.seek(start)
        return schema.loads(zlib.decompress(self._file.read(end - start)).decode()).pages[0]
