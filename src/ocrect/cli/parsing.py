"""The argument parser: its errors are ours, its help begins with what is used most."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, NoReturn

from ocrect.errors import SettingsError

FEW_FLAGS = 6
"""A usage line names up to so many flags; of more it says that there are some, as the groups below it list them."""

_WITHOUT_VALUE = re.compile(r"argument (?:\S+/)?(--[\w-]+): expected one argument")


class Help(argparse.RawDescriptionHelpFormatter):
    """Help whose usage is one line, however many flags a command has."""

    def add_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        actions = list(actions)
        if usage is None and sum(bool(action.option_strings) for action in actions) > FEW_FLAGS:
            names = [action for action in actions if not action.option_strings]
            shapes = (self._format_args(action, self._get_default_metavar_for_positional(action)) for action in names)
            usage = " ".join(["%(prog)s", "[OPTIONS]", *shapes])
        super().add_usage(usage, actions, groups, prefix)


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are errors of ours, with our exit code."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"formatter_class": Help, **given})

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What a command does not know is refused by it; argparse leaves that to the program, whose options are others."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            wrong = unknown[0].partition("=")[0]
            near = get_close_matches(wrong, self._option_string_actions, 1, 0.75) if wrong.startswith("--") else []
            meant = f"Did you mean {near[0]}? " if near else ""
            if os.path.lexists(unknown[0]):
                meant = f"The file of that name is ./{unknown[0]} here. "
            raise SettingsError(f"unrecognized arguments: {' '.join(unknown)}", hint=f"{meant}See `{self.prog} --help`.")
        return found, unknown

    def error(self, message: str) -> NoReturn:
        """Raise argparse's error as ours."""
        found = _WITHOUT_VALUE.match(message)
        dash = f"A value that begins with a dash is written behind an equals sign: {found[1]}=-… " if found else ""
        raise SettingsError(message, hint=f"{dash}See `{self.prog} --help`.")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """A word that is none of an argument's choices, such as a command's name, with the one that may have been meant."""
        if action.choices is not None and value not in action.choices:
            near = get_close_matches(str(value), map(str, action.choices), 1, 0.6)
            meant = f"Did you mean {near[0]}? " if near else ""
            name = action.metavar if isinstance(action.metavar, str) else "/".join(action.option_strings) or action.dest
            what = f"there is no {name.lower()}" if name.isupper() else f"{name}: there is no"
            raise SettingsError(
                f"{what} {value!r} (there are {', '.join(map(str, action.choices))})", hint=f"{meant}See `{self.prog} --help`."
            )

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print help or version. argparse's own drops what the output does not take, in silence."""
        out = sys.stderr if file is None else file
        out.write(message)
        out.flush()
