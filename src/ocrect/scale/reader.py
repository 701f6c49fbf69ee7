"""Who reads pages on a cluster: an actor that gets the settings and builds a pipeline of its own, and what it says.

It needs no disk in common with the run: a file's bytes come to it through the cluster's memory, and each page goes back as the
manifest keeps it, as soon as it is read.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ocrect
from ocrect.batch import work
from ocrect.batch.tables import Kept
from ocrect.errors import OcrectError
from ocrect.record.document import Page
from ocrect.settings import Settings

if TYPE_CHECKING:
    from ocrect.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Greeting:
    """The version of ocrect where the reader runs, and what keeps it from reading; nothing where that is empty."""

    version: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file cannot be read, with the exit code of that."""

    error: str
    exit_code: int


class File(io.BytesIO):
    """The bytes of a file by its ``name``, under which warnings speak of it."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name


class Reader:
    """One of a run's readers. A cluster calls its methods from outside; :meth:`late` while another one runs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pipeline: Pipeline | None = None
        self._log = _Log()
        logging.getLogger("ocrect").addHandler(self._log)

    def greet(self) -> Greeting:
        """To be asked first: it makes ready what the settings name."""
        from ocrect.pipeline import Pipeline  # here, as in work.prepared

        try:
            self._pipeline = Pipeline(self._settings)
        except OcrectError as error:
            return Greeting(ocrect.__version__, error.in_full)
        return Greeting(ocrect.__version__)

    def read(self, content: bytes, name: str, numbers: list[int]) -> Iterator[Kept | Refusal | str]:
        """The pages of these numbers of the file, each as it is read; before it, as text, what there is to say of it."""
        if self._pipeline is None:
            raise RuntimeError("a reader is greeted before it reads")
        try:
            for page in self._pipeline.pages(File(content, name), pages=work.listed(numbers)):
                for said in self._log.taken():  # none is delegated to: Ray sends to what yields
                    yield said
                yield Kept.of(name, page)
        except OcrectError as error:
            yield Refusal(error.in_full, error.exit_code)
        for said in self._log.taken():
            yield said

    def late(self) -> list[Page]:
        """The pages that take longer than the settings allow, as they are to be kept."""
        return work.overdue(self._pipeline) if self._pipeline else []


class _Log(logging.Handler):
    """Keeps warnings until they are taken: they are the run's to say."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._said.append(record.getMessage())

    def taken(self) -> list[str]:
        said, self._said = self._said, []
        return said
