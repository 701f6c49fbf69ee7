"""The flags that say where results go and in which format, one for all commands that write files."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocrect.errors import MissingDependencyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ocrect.plugins import Writer
    from ocrect.settings import Settings
    from ocrect.writers.target import Target

DEFAULT_FORMAT = "text"


def add(parser: argparse.ArgumentParser) -> Any:
    """Add the flags; the group, for a command's own."""
    group = parser.add_argument_group("output")
    group.add_argument("-o", "--output", metavar="OUT", help="file; or folder (an existing one, or with a / at its end)")
    group.add_argument("--force", action="store_true", help="replace files that ocrect did not write; never an input")
    group.add_argument(
        "--format", metavar="NAME", help="text, json, record, or a plug-in's (default: by the suffix of OUT, else text)"
    )
    return group


def writer(chosen: argparse.Namespace, settings: Settings) -> Writer:
    """The writer that ``--format`` names, or the one that makes files of the suffix of ``--output``.

    Raises:
        SettingsError: there is none of that name.
    """
    from ocrect import plugins

    if chosen.format:
        made: Writer = plugins.load("writers", chosen.format)(settings)
        return made
    name = "" if not chosen.output or os.path.isdir(chosen.output) else Path(chosen.output).name.lower()  # noqa: PTH112
    fitting = [(suffix, made) for made in _writers(settings) for suffix in made.suffixes if name.endswith(suffix)]
    if fitting:
        return max(fitting, key=lambda pair: len(pair[0]))[1]
    default: Writer = plugins.load("writers", DEFAULT_FORMAT)(settings)
    return default


def target(chosen: argparse.Namespace, settings: Settings, suffix: str, inputs: Sequence[str]) -> Target:
    """Where the results of ``inputs`` go.

    Raises:
        SettingsError, ExportError: as :class:`ocrect.writers.target.Target`.
    """
    from ocrect.writers.target import Target

    others = [*settings.files(), *([chosen.settings] if chosen.settings else [])]
    return Target(chosen.output, suffix, inputs, others=others, force=chosen.force)


def _writers(settings: Settings) -> Iterator[Writer]:
    """All writers whose modules can be loaded; the default one last, so that a plug-in may not take its suffix in silence."""
    from ocrect import plugins

    for name in sorted(plugins.names("writers"), key=lambda name: name == DEFAULT_FORMAT):
        try:
            yield plugins.load("writers", name)(settings)
        except MissingDependencyError:
            continue
