"""How long pages have been worked on: whoever may end the process ends it where one takes too long."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ocrect.record.document import Page


class Timekeeper:
    """The pages that are in work in any thread, each as it would be kept if nothing more came of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._working: dict[int, tuple[float, Page, int]] = {}
        self._begun = 0

    @contextmanager
    def timed(self, page: Page, parts: int = 1) -> Iterator[None]:
        """The body reads or corrects ``page``, which may take as long as so many do."""
        with self._lock:
            self._begun += 1
            mine = self._begun
            self._working[mine] = time.monotonic(), page, parts
        try:
            yield
        finally:
            with self._lock:
                del self._working[mine]

    def overdue(self, seconds: float) -> list[Page]:
        """The pages whose body has run for more than so many seconds; none where that is 0."""
        if not seconds:
            return []
        now = time.monotonic()
        with self._lock:
            return [page for begun, page, parts in self._working.values() if begun < now - seconds * parts]
