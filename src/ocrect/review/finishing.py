"""Documents written anew: each when the last of its cards is answered, and all that were decided on when that is asked for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from ocrect.errors import OcrectError
from ocrect.review.ledger import Ledger

log = logging.getLogger("ocrect")

CALM = 2.0
"""Seconds between two looks for documents that are finished: a decision may still be taken back."""


class Finishing:
    """A thread that writes. ``write`` writes one file, by its number; it may raise :class:`~ocrect.errors.OcrectError`."""

    def __init__(self, ledger: Ledger, write: Callable[[int], object]) -> None:
        self._ledger, self._write = ledger, write
        self._wanted, self._ended, self._asked = threading.Event(), threading.Event(), threading.Event()
        self._failures: dict[int, str] = {}
        self._thread = threading.Thread(target=self._run, name="ocrect-finishing", daemon=True)
        self._looked = 0
        self.count = 0
        """Documents written."""

    def start(self) -> None:
        """Begin to write what is finished."""
        self._thread.start()

    def write_all(self) -> bool:
        """Write all documents that were decided on since they were written; true where there are any."""
        waiting = bool(self._ledger.unwritten(finished=False))
        if waiting:
            self._failures.clear()
            self._asked.set()
            self._wanted.set()
        return waiting

    @property
    def is_busy(self) -> bool:
        """Whether documents are being written that were asked for."""
        return self._asked.is_set()

    def failures(self) -> dict[int, str]:
        """Why files were not written, by their numbers."""
        return dict(self._failures)

    def close(self) -> None:
        """Write what is finished, and end."""
        self._ended.set()
        self._wanted.set()
        if self._thread.is_alive():
            self._thread.join()
        self._looked = 0
        self._round(finished=True)

    def _run(self) -> None:
        while not self._ended.is_set():
            self._wanted.wait(CALM)
            self._wanted.clear()
            if self._ended.is_set():
                return
            asked = self._asked.is_set()
            try:
                self._round(finished=not asked)
            except OcrectError as error:
                log.warning("%s", error)
            if asked:
                self._asked.clear()

    def _round(self, *, finished: bool) -> None:
        now = self._ledger.last()
        waiting = self._ledger.unwritten(finished=finished, since=self._looked if finished else 0)
        self._looked = now if finished else self._looked
        for file, last in waiting:
            if finished and file in self._failures:
                continue
            try:
                self._write(file)
            except OcrectError as error:
                self._failures[file] = error.in_full
                log.warning("%s", error)
                continue
            self._failures.pop(file, None)
            self._ledger.mark_written(file, last)
            self.count += 1
