"""Flags made from the fields of :class:`ocrect.settings.Settings`, so that no option is written twice."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path

from ocrect.settings import Settings

MOST_PORT = 65_535
MOST_WORKERS = 1_024
TITLES = {
    "input": "input",
    "reading": "reading",
    "language": "language",
    "model": "language model",
    "correction": "correction",
    "output": "what is written",
}


def add(parser: argparse.ArgumentParser, *groups: str) -> None:
    """Add the flags of the settings in ``groups``; a flag not given leaves the setting to the file and the environment."""
    made = {group: parser.add_argument_group(TITLES[group]) for group in groups}
    for field in fields(Settings):
        if field.metadata["group"] not in made:
            continue
        flag = "--" + field.name.replace("_", "-")
        shown = "" if field.default in ("", True, False) else f" (default: {field.default})"
        text = (field.metadata["help"] + shown).replace("%", "%%")
        group = made[field.metadata["group"]]
        if isinstance(field.default, bool):
            group.add_argument(flag, action=argparse.BooleanOptionalAction, default=None, help=text)
        else:
            choices = field.metadata["choices"] or None
            metavar = None if choices else _metavar(field.default)  # argparse shows choices as {a,b,c}
            group.add_argument(flag, default=None, help=text, metavar=metavar, choices=choices)
    parser.add_argument("--settings", type=path, metavar="FILE", help="TOML file of settings (default: ocrect.toml)")


def settings(options: argparse.Namespace) -> Settings:
    """The settings that the flags, the environment and the file make.

    Raises:
        SettingsError: a value is not allowed.
    """
    given = {f.name: getattr(options, f.name, None) for f in fields(Settings)}
    return Settings.load(file=options.settings, **{name: value for name, value in given.items() if value is not None})


def path(text: str) -> Path:
    """A path for argparse. An empty one is a variable of the shell that was not set, and would mean the working folder.

    Raises:
        argparse.ArgumentTypeError: it is empty.
    """
    if not text:
        raise argparse.ArgumentTypeError("the name is empty")
    return Path(text)


def name(text: str) -> str:
    """The name of a file for argparse, as it is given (``-`` may be a stream); an empty one is refused as by :func:`path`.

    Raises:
        argparse.ArgumentTypeError: it is empty.
    """
    path(text)
    return text


def workers(text: str) -> int:
    """A number of processes for argparse; 0 is as many as cores.

    Raises:
        argparse.ArgumentTypeError: it is none, or more than :data:`MOST_WORKERS`.
    """
    if not text.isdecimal() or int(text) > MOST_WORKERS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes (1 to {MOST_WORKERS}, or 0 for as many as cores)")
    return int(text)


def port(text: str) -> int:
    """A TCP port for argparse; 0 is a free one. More than 65535 would be taken by some calls, without its upper bits.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    if not text.isdecimal() or int(text) > MOST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no port (0 to {MOST_PORT})")
    return int(text)


def _metavar(default: object) -> str:
    return "N" if isinstance(default, int | float) else "TEXT"
