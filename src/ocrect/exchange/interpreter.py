"""A Python like this one, to run a module of ours in."""

from __future__ import annotations

import multiprocessing.spawn
import os
import sys


def command(module: str, *arguments: str) -> list[str]:
    """The command that runs ``module``, never one of the working directory.

    The interpreter is the one that ``multiprocessing.set_executable`` names, for programs that embed Python.
    """
    interpreter = os.fsdecode(multiprocessing.spawn.get_executable() or sys.executable)
    return [interpreter, "-P", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """This process's environment, with its search path for modules."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
