"""The flags that say where results go and in which formats, one for all commands that write files."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from ocrect.cli import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ocrect.plugins import Writer
    from ocrect.settings import Settings
    from ocrect.writers.target import Target


def add(parser: argparse.ArgumentParser) -> Any:
    """Add the flags; the group, for a command's own."""
    group = parser.add_argument_group("output")
    group.add_argument(
        "-o", "--output", type=options.name, metavar="OUT", help="file; or folder (an existing one, or with a / at its end)"
    )
    group.add_argument("--force", action="store_true", help="replace files that ocrect did not write; never an input")
    group.add_argument(
        "--format",
        metavar="NAMES",
        help="text, json, pdf, … (README), or a plug-in's; several, as in pdf,alto,text, into a folder "
        "(default: by the suffix of OUT, else text)",
    )
    return group


def writers(chosen: argparse.Namespace, settings: Settings) -> list[Writer]:
    """The writers that ``--format`` and ``--output`` ask for.

    Raises:
        SettingsError: as :func:`ocrect.writing.chosen`.
    """
    from ocrect import writing

    return writing.chosen(chosen.format or "", chosen.output, settings)


def target(chosen: argparse.Namespace, settings: Settings, made: Sequence[Writer], inputs: Sequence[str]) -> Target:
    """Where the results of ``inputs`` go, one for each of the writers.

    Raises:
        SettingsError, ExportError: as :class:`ocrect.writers.target.Target`.
    """
    from ocrect.writers.target import Target

    others = [*settings.files(), *([chosen.settings] if chosen.settings else [])]
    return Target(chosen.output, [writer.suffixes[0] for writer in made], inputs, others=others, force=chosen.force)
