"""A runtime that is unloaded when it has been idle for long enough, whichever process it runs in."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Protocol, Self

from ocrect.exchange.forks import restart_after_fork
from ocrect.plugins import Question, Runtime

log = logging.getLogger("ocrect")


class Model(Runtime, Protocol):
    """A runtime that also says what its model is."""

    can_write: bool
    languages: frozenset[str] | None

    def description(self) -> dict[str, Any]: ...

    def ready(self) -> None: ...

    def score_all(self, questions: Sequence[Question]) -> list[list[float]]: ...


class KeepAlive:
    """``model``, unloaded ``seconds`` after its last call; with 0 as soon as the caller says by ``release`` that it is done.

    A later call loads it again. Thread-safe; a running call is never cut off but by ``close``.
    """

    def __init__(self, model: Model, seconds: float) -> None:
        self.model = model
        self.name = model.name
        self.can_write = model.can_write
        self.languages = model.languages
        self._seconds = seconds
        self.after_fork()
        restart_after_fork(self)

    def generate(self, prompt: str, *, system: str = "", grammar: str = "", draft: str = "", max_tokens: int = 256) -> str:
        """See :class:`~ocrect.plugins.Runtime`."""
        with self._in_use():
            return self.model.generate(prompt, system=system, grammar=grammar, draft=draft, max_tokens=max_tokens)

    def score(self, prefix: str, continuations: Sequence[str]) -> list[float]:
        """See :class:`~ocrect.plugins.Runtime`."""
        with self._in_use():
            return self.model.score(prefix, continuations)

    def score_all(self, questions: Sequence[Question]) -> list[list[float]]:
        """See :class:`~ocrect.plugins.Runtime`."""
        with self._in_use():
            return self.model.score_all(questions)

    def ready(self) -> None:
        """Loads the model. Raises :class:`~ocrect.errors.ModelError` kinds."""
        with self._in_use():
            self.model.ready()

    def release(self) -> None:
        """Says that no call is to be expected soon: the end of a document. Unloads where ``seconds`` is 0."""
        if self._seconds == 0:
            self._unload_if_idle()

    def close(self) -> None:
        """Frees the model. May be called at any time, from any thread, and again."""
        self.model.close()

    def description(self) -> dict[str, Any]:
        """What runs, for the record of provenance."""
        return self.model.description()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def after_fork(self) -> None:
        """Forgets calls and timers, which are of another process."""
        self._lock = threading.Lock()
        self._calls = 0
        self._last = 0.0
        self._timer: threading.Timer | None = None

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        with self._lock:
            self._calls += 1
        try:
            yield
        finally:
            with self._lock:
                self._calls -= 1
                self._last = time.monotonic()
                if self._timer is None and self._seconds > 0:
                    self._watch(self._seconds)

    def _watch(self, seconds: float) -> None:
        self._timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), _look, [weakref.ref(self)])
        self._timer.daemon = True
        self._timer.start()

    def _look_whether_idle(self) -> None:
        """Unloads, or looks again when the time since the last call will be over."""
        with self._lock:
            self._timer = None
            left = self._seconds if self._calls else self._last + self._seconds - time.monotonic()
            if left > 0:
                self._watch(left)
                return
        self._unload_if_idle()

    def _unload_if_idle(self) -> None:
        with self._lock:  # held, so that a call that comes now waits and then loads
            if not self._calls:
                log.debug("%s is unloaded", self.name)
                self.model.close()


def _look(found: weakref.ref[KeepAlive]) -> None:
    runtime = found()
    if runtime is not None:
        runtime._look_whether_idle()
