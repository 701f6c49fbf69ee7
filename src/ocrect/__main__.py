"""The process of a command: ``ocrect`` and ``python -m ocrect``."""

from __future__ import annotations

import os
import signal
import sys

from ocrect import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NoReturn

_SIGNALS = 128  # and above: the exit codes of a process that a signal ended
FAREWELL = 5.0
"""Seconds that an interrupted process has to end: a thread inside a library may never come back."""


def run() -> NoReturn:
    """Run the command of the command line, and end the process with its exit code."""
    is_ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # not ignored, as by nohup
    if is_ours:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # while modules are imported: a traceback of that helps nobody
    from ocrect.cli import main

    if is_ours:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    code = main()
    if code > _SIGNALS:
        import threading

        last = threading.Timer(FAREWELL, os._exit, (code,))
        last.daemon = True
        last.start()
    sys.exit(code)


if __name__ == "__main__":
    run()
