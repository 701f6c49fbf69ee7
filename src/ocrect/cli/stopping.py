"""Ctrl-C, SIGTERM and SIGHUP: an exception where Python runs; the process's end where a library's code does not come back."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

STUCK, PRESSED_AGAIN = 30.0, 2.0
"""Seconds after which a signal that no line of Python was told of ends the process, since the main thread is inside a library;
and those after the signal came again.
"""
_LOOK = 0.2
_NAMES = ("SIGTERM", "SIGHUP")


class Stopped(KeyboardInterrupt):
    """The process was told to end, or Ctrl-C was pressed, so that what is done is kept."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class Ear:
    """What the signals of a command call. ``heard`` is the last one that came; 0 before any.

    A library may turn the exception into an error of its own (an import that breaks off is "not installed"), so it is kept.
    """

    def __init__(self) -> None:
        self.heard = 0

    def __call__(self, number: int, frame: FrameType | None) -> NoReturn:
        del frame
        self.heard = number
        raise Stopped(number)


@contextmanager
def stoppable() -> Iterator[Ear]:
    """While a command runs, its signals are heard, unless somebody else heeds or ignores them (``nohup``)."""
    ear = Ear()
    if threading.current_thread() is not threading.main_thread():
        yield ear
        return
    before = dict(_heeded())
    for number in before:
        signal.signal(number, ear)
    told, tells = os.pipe()
    os.set_blocking(tells, False)  # so wants it the interpreter, which writes each signal's number there
    woken = signal.set_wakeup_fd(tells, warn_on_full_buffer=False)
    threading.Thread(target=_watch, args=(told, ear), name="ocrect-signals", daemon=True).start()
    try:
        yield ear
    finally:
        if signal.set_wakeup_fd(woken) == tells:
            os.close(tells)  # which ends the thread
        for number, handler in before.items():
            if signal.getsignal(number) is ear:
                signal.signal(number, handler)


def _heeded() -> Iterator[tuple[int, Any]]:
    """The signals that are as the interpreter sets them at its start, with what they call then."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        yield signal.SIGINT, signal.default_int_handler
    for name in _NAMES:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            yield number, signal.SIG_DFL


def _watch(told: int, ear: Ear) -> None:
    """End the process where a signal of ours came and the main thread was not told of it in time."""
    with open(told, "rb", buffering=0) as numbers:
        while first := numbers.read(1):
            until = time.monotonic() + STUCK
            while not ear.heard and signal.getsignal(first[0]) is ear:
                if time.monotonic() > until:
                    print(f"ocrect: {word(first[0])} inside a library that did not come back", file=sys.stderr, flush=True)
                    os._exit(128 + first[0])
                if select.select([numbers], [], [], _LOOK)[0] and numbers.read(1):
                    until = min(until, time.monotonic() + PRESSED_AGAIN)


def word(number: int) -> str:
    """What is said of a command that a signal ended."""
    return "interrupted" if number == signal.SIGINT else "told to end"
