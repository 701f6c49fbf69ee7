"""The command line: ``read``, ``correct``, ``explain``, ``evaluate``, ``engines``, ``models``, ``doctor``. A face: no logic."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from ocrect import __version__
from ocrect.cli import evaluating, explaining, info, models, reading
from ocrect.errors import OcrectError, SettingsError

EXIT_CODES = """\
exit codes:
  0 all well   1 bad arguments or settings   2 damaged or unsupported input   3 something is not installed
  5 file not found or not writable   7 language model   8 password needed   15 a page failed   130 interrupted
"""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are errors of ours, with our exit code."""

    def error(self, message: str) -> NoReturn:
        raise SettingsError(message, hint=f"See `{self.prog} --help`.")


def parser() -> Parser:
    """The whole command line."""
    top = Parser(
        prog="ocrect",
        description="OCR, corrected, and every correction checked against the pixels.",
        epilog="Every option is also a variable (OCRECT_ENGINE=…) and a key of ocrect.toml.\n\n" + EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"ocrect {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for register in (reading.register, explaining.register, evaluating.register, info.register, models.register):
        register(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    logging.basicConfig(format="ocrect: %(message)s", level=os.environ.get("OCRECT_LOG", "WARNING").upper())
    try:
        options = parser().parse_args(arguments)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except OcrectError as error:
        complain(error)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output has gone; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        print("ocrect: interrupted", file=sys.stderr)
        return 128 + signal.SIGINT


def complain(error: OcrectError) -> None:
    print(f"ocrect: {error}", file=sys.stderr)
    if error.hint:
        print(f"        {error.hint}", file=sys.stderr)
