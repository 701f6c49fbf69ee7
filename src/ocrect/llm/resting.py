"""How long a server that kept us waiting is left alone: each page that asked it would wait as long, for nothing."""

from __future__ import annotations

import logging
import threading
import time

from ocrect.errors import GenerationError

log = logging.getLogger("ocrect")

RESTS = (300.0, 900.0, 3600.0)
"""Seconds for which it is not asked: after the first time that it did not answer, the next, and all later ones in a row."""


class Rests:
    """The rests of one server. Thread-safe."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._until = 0.0
        self._in_a_row = 0

    def check(self) -> None:
        """Raises GenerationError while the server is left alone."""
        left = self._until - time.monotonic()
        if left > 0:
            raise GenerationError(
                f"{self._name} did not answer in time, and is not asked for {left:.0f} s more", hint="Look at the server's log."
            )

    def begin(self, asked_at: float) -> None:
        """The server did not answer what it was asked at ``asked_at`` (:func:`time.monotonic`), which counts once however many
        calls waited together.
        """
        with self._lock:
            if asked_at < self._until:
                return
            seconds = RESTS[min(self._in_a_row, len(RESTS) - 1)]
            self._in_a_row += 1
            self._until = time.monotonic() + seconds
        log.warning("%s does not answer; it is not asked again for %.0f s", self._name, seconds)

    def end(self) -> None:
        """The server has answered."""
        with self._lock:
            self._in_a_row, self._until = 0, 0.0
