"""PDFs, opened by a process of their own: a page's time is bounded, and a crash of native code is an error and not ours.

pdfium cannot be interrupted, and a page of a few hundred bytes may keep it for ever (forms that draw forms). So it runs in a
process (:mod:`ocrect.source.worker`) that is ended when a page's time is up; the next page has another one. A process that is
not needed waits for the next document.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ocrect.errors import DamagedInputError, InputError, InputTooLargeError
from ocrect.exchange import wire
from ocrect.exchange.forks import restart_after_fork
from ocrect.exchange.process import GoneError, LateError, Process, UnsentError
from ocrect.exchange.reader import MalformedError
from ocrect.record.document import Page, PageImage
from ocrect.settings import Settings
from ocrect.source import parcels
from ocrect.source.layered import Believed, Layered
from ocrect.source.probe import AGAIN

_LOGGERS = ("ocrect", "ocrect.pdfium")
_SOON = 5.0  # seconds that a document may take to be closed


class Pdf:
    """The pages of one open PDF, as :class:`ocrect.source.pdf.Pdf`. Its file must stay open as long as this is used.

    Raises:
        InputError: the file cannot be read, or takes longer to open than a page may.
    """

    def __init__(self, file: IO[bytes], settings: Settings) -> None:
        self._file, self._settings = file, settings
        self._believed = Believed()
        self._process: Process | None = None
        self._lock = threading.Lock()
        try:
            self.total = self._opened("the PDF")
        except BaseException:
            self.close()
            raise

    def page(self, number: int) -> PageImage | Page | Layered:
        """The page, from 1.

        Raises:
            InputError: the page is damaged, lacks the text layer that is insisted on, takes longer than a page may, or ended
                the process that opened it.
        """
        what = f"page {number} of the PDF"
        with self._lock:
            if self._process is None:
                self._opened(what)
            reply = self._asked("page", {"number": number, "believed": parcels.known(self._believed)}, what)
        try:
            return parcels.unpacked(reply.result, reply.blocks, self._believed)
        except MalformedError as error:
            raise DamagedInputError(f"{what} cannot be read: {error}", hint=AGAIN) from None

    def close(self) -> None:
        """Close the document; its process waits for another one."""
        with self._lock:
            process, self._process = self._process, None
            if process is None:
                return
            try:
                process.call("close", {}, seconds=_SOON)
            except (GoneError, UnsentError):
                process.reap()
            else:
                _waiting.put(process)

    def _opened(self, what: str) -> int:
        """Have a process open the document; how many pages it has."""
        self._process = _waiting.get()
        settings = {**self._settings.public(), "password": self._settings.password}
        named = _named(self._file)
        if named is not None:
            reply = self._asked("open", {"settings": settings, "file": named}, what)
            if reply.result is not None:
                return _count(reply.result)
        self._file.seek(0)
        return _count(self._asked("open", {"settings": settings}, what, self._file.read()).result)

    def _asked(self, do: str, arguments: dict[str, Any], what: str, content: bytes = b"") -> wire.Reply:
        """What the process replies; where it ends, the next page has another one."""
        assert self._process is not None, "a process has opened the document"
        blocks = (memoryview(content),) if content else ()
        try:
            reply = self._process.call(do, arguments, blocks, seconds=self._settings.page_seconds)
        except (GoneError, UnsentError) as error:
            process, self._process = self._process, None
            process.reap()
            raise self._failure(what, error, process) from None
        reply.value("the process that opens PDFs")
        return reply

    def _failure(self, what: str, error: Exception, process: Process) -> InputError:
        """Why there is no answer about ``what``."""
        if isinstance(error, LateError):
            return InputTooLargeError(
                f"{what} took more than {self._settings.page_seconds:g} s to open and draw",
                hint="If you trust the file raise --page-seconds, or print the page to an image and read that.",
            )
        if process.ended_by == "SIGKILL":
            return InputTooLargeError(
                f"{what} needs more memory than there is: the process that opened it was ended by SIGKILL", hint="Lower --dpi."
            )
        return DamagedInputError(f"{what} is damaged: the process that opened it {process.end}", hint=AGAIN)


def _count(told: Any) -> int:
    """How many pages a process says that the document has."""
    if type(told) is not int:
        raise DamagedInputError("the PDF cannot be read: the process that opened it told no number of pages", hint=AGAIN)
    return told


def _named(file: IO[bytes]) -> list[Any] | None:
    """The path of an open file, with the numbers of its device and of itself; ``None`` where it has none."""
    name = getattr(file, "name", None)
    if not isinstance(name, str | bytes):
        return None
    status = os.fstat(file.fileno())
    return [str(Path(os.fsdecode(name)).absolute()), [status.st_dev, status.st_ino]]


class _Waiting:
    """The processes that have no document: one at most stays."""

    def __init__(self) -> None:
        self._lock, self._idle = threading.Lock(), list[Process]()
        restart_after_fork(self)
        weakref.finalize(self, _end, self._idle)

    def get(self) -> Process:
        """One that waits, or a new one. It has answered: its start is none of a page's time.

        Raises:
            InputError: it cannot be started.
        """
        with self._lock:
            process = self._idle.pop() if self._idle else None
        return process if process is not None and _answers(process) else _started()

    def put(self, process: Process) -> None:
        """Keep one that is idle, or end it."""
        with self._lock:
            if not self._idle:
                self._idle.append(process)
                return
        process.close()

    def after_fork(self) -> None:
        """Leave what waits to the process that started it."""
        self._lock = threading.Lock()
        for process in self._idle:
            process.disown()
        self._idle.clear()


def _started() -> Process:
    try:
        process = Process("ocrect.source.worker", {}, _LOGGERS)
    except OSError as error:
        raise _unstarted(str(error)) from error
    if not _answers(process):
        raise _unstarted(" ".join((f"it {process.end}", *process.said)))
    return process


def _unstarted(why: str) -> InputError:
    return InputError(
        f"the process that opens PDFs cannot be started: {why}", hint="With --page-seconds 0 they are opened in this one."
    )


def _answers(process: Process) -> bool:
    """Whether a process is there; it is taken leave of where it is not."""
    try:
        process.call("close", {})
    except (GoneError, UnsentError):
        process.reap()
        return False
    return True


def _end(idle: list[Process]) -> None:
    for process in idle:
        process.close()


_waiting = _Waiting()


@contextmanager
def opened(file: IO[bytes], settings: Settings) -> Iterator[Pdf]:
    """The PDF in an open file, closed at the end. Raises as :class:`Pdf`."""
    pdf = Pdf(file, settings)
    try:
        yield pdf
    finally:
        pdf.close()
