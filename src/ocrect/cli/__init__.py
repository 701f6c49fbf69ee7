"""The command line: ``read``, ``correct``, ``explain``, ``evaluate``, ``engines``, ``models``, ``doctor``. A face: no logic."""

from __future__ import annotations

import argparse
import errno
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from ocrect import __version__
from ocrect.cli import batching, evaluating, explaining, info, models, reading, reviewing, serving, stopping
from ocrect.cli.complaints import complain
from ocrect.cli.parsing import Parser
from ocrect.errors import ExportError, OcrectError, SettingsError
from ocrect.settings import LOG_LEVEL

BEGINNING = """\
begin with:
  ocrect read invoice.png --show-edits     the corrected text, and what was changed and why
  ocrect read --help                       all options of a command, with examples
  ocrect doctor                            what is missing here, and the command that fixes it

Every option is also a variable (OCRECT_ENGINE=…) and a key of ocrect.toml.

"""
EXIT_CODES = """\
exit codes:
  0 all well   1 bad arguments or settings   2 damaged or unsupported input   3 something is not installed
  5 file not found or not writable   7 language model   8 password needed   15 a page failed   130 interrupted   143 told to end
"""


_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EFBIG)


def parser() -> Parser:
    """The whole command line."""
    top = Parser(
        prog="ocrect",
        description="OCR, corrected, and every correction checked against the pixels.",
        epilog=BEGINNING + EXIT_CODES,
    )
    top.add_argument("--version", action="version", version=f"ocrect {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for register in (
        reading.register,
        batching.register,
        serving.register,
        explaining.register,
        reviewing.register,
        evaluating.register,
        info.register,
        models.register,
    ):
        register(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    try:
        with stopping.stoppable() as ear:
            return _main(arguments, ear)
    finally:
        _close_output()


def _main(arguments: Sequence[str] | None, ear: stopping.Ear) -> int:
    if sys.stderr is None:  # closed: without it `print` would put messages among the results
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    try:
        _log()
        code = _run(arguments)
        if sys.stdout is not None and code == 0:
            sys.stdout.flush()
        return code
    except OcrectError as error:
        if ear.heard:
            return _ended(ear.heard)
        complain(error)
        return error.exit_code
    except BrokenPipeError:
        return 128 + signal.SIGPIPE
    except OSError as error:
        if error.errno not in _FULL or error.filename is not None:
            raise
        complain(ExportError(f"cannot write to standard output: {error.strerror}", hint="Free some space, or write elsewhere."))
        return ExportError.exit_code
    except KeyboardInterrupt:
        return _ended(ear.heard or signal.SIGINT)


def _ended(number: int) -> int:
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # only the process's end is left: pressed again, it has no traceback
    print(f"ocrect: {stopping.word(number)}", file=sys.stderr)
    return 128 + number


def _run(arguments: Sequence[str] | None) -> int:
    if not (sys.argv[1:] if arguments is None else arguments):
        parser().print_help(sys.stderr)
        return SettingsError.exit_code
    try:
        options = parser().parse_args(arguments)
    except SystemExit:  # help or the version was printed: mistakes are errors of ours
        return 0
    run: Callable[[argparse.Namespace], int] = options.run
    return run(options)


def _log() -> None:
    level = os.environ.get(LOG_LEVEL) or "WARNING"
    if level.upper() not in _LEVELS:
        raise SettingsError(f"{LOG_LEVEL}={level!r} is not one of {', '.join(_LEVELS)}")
    logging.basicConfig(format="ocrect: %(message)s", level=level.upper())


def _close_output() -> None:
    """Where output is left that nobody takes, drop it: Python would complain once more when it flushes at exit."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
