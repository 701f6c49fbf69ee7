"""Documents into files: which formats are asked for, by their names or by the suffix of the file, and where they go."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ocrect import plugins
from ocrect.errors import MissingDependencyError, SettingsError
from ocrect.plugins import Writer
from ocrect.record.document import Document
from ocrect.settings import Settings
from ocrect.source.opening import Source
from ocrect.source.original import OriginalFile
from ocrect.writers.target import Target

log = logging.getLogger(__name__)

DEFAULT_FORMAT = "text"


def named(formats: str) -> tuple[str, ...]:
    """The names in ``formats``, as in ``pdf,alto,text``, each once.

    Raises:
        SettingsError: one of them is not installed; the message lists what is.
    """
    names = tuple(dict.fromkeys(name.strip() for name in formats.split(",") if name.strip()))
    for name in names:
        plugins.find("writers", name)
    return names


def chosen(formats: str, output: str | None, settings: Settings) -> list[Writer]:
    """The writers that ``formats`` names, or else the one that makes files of the suffix of ``output``, or else that of text.

    That a suffix is none of any format is said in a warning: ``x.xls`` holds text then.

    Raises:
        SettingsError: there is none of a name, or two make files of one name.
        MissingDependencyError: what one of them needs is not installed.
    """
    if names := named(formats):
        made: list[Writer] = [plugins.load("writers", name)(settings) for name in names]
        suffixes = [writer.suffixes[0] for writer in made]
        for name, suffix in zip(names, suffixes, strict=True):
            if suffixes.count(suffix) > 1:
                raise SettingsError(f"{name} and another format both make files that end in {suffix}", hint="Name one of them.")
        return made
    if output is None or _names_folder(output):  # no suffix tells a writer, so that none but the usual one is loaded
        return [plugins.load("writers", DEFAULT_FORMAT)(settings)]
    name = Path(output).name.lower()
    fitting = [(suffix, writer) for writer in _all(settings) for suffix in writer.suffixes if name.endswith(suffix)]
    if fitting:
        return [max(fitting, key=lambda pair: len(pair[0]))[1]]
    if Path(output).suffix:
        log.warning(
            "no format makes %s files: %s will hold plain text (name another with --format)", Path(output).suffix, output
        )
    return [plugins.load("writers", DEFAULT_FORMAT)(settings)]


def write(
    document: Document,
    output: str | os.PathLike[str],
    *,
    formats: str | Sequence[str] = "",
    original: Source | None = None,
    force: bool = False,
    **settings: Any,
) -> list[Path]:
    """Write a document to the file ``output``, or in each of ``formats`` into the folder ``output``; the files.

    The format of one file is told by its suffix where ``formats`` names none. ``original`` is the scan that the document was
    read from, for formats that show or hold it; the file of the document's ``source`` where it is not given. ``settings`` are
    those of writing, as ``pdf_text``. What may be replaced is as :func:`ocrect.writers.check_free` says.

    Raises:
        SettingsError: there is no such format, several of them are to go into one file, or the names in a folder cannot be
            told, since the document came from no file.
        ExportError: something would be destroyed, or the place cannot be written to.
        InputError: the format needs the original, and it is not at hand.
    """
    wanted = Settings.load(**settings)
    made = chosen(formats if isinstance(formats, str) else ",".join(formats), os.fspath(output), wanted)
    scan = document.source if original is None and Path(document.source).is_file() else original
    name = os.fspath(scan) if isinstance(scan, str | os.PathLike) else document.source
    if _names_folder(os.fspath(output)) and not Path(name).is_file():
        raise SettingsError(f"{document.source} is no file that results could be named by", hint="Name a file, not a folder.")
    target = Target(os.fspath(output), [writer.suffixes[0] for writer in made], [name], force=force)
    target.check(name)
    with OriginalFile(scan, wanted, name) as held:
        return [Path(path) for path in target.write([partial(writer, document, held) for writer in made], name)]


def _names_folder(output: str) -> bool:
    if not output or output.endswith(("/", "\\")):
        return True
    try:
        return Path(output).is_dir()
    except OSError:  # such as a name that is too long: told where it is to be written
        return False


def _all(settings: Settings) -> Iterator[Writer]:
    """All writers whose modules can be loaded; the default one last, so that a plug-in may not take its suffix in silence."""
    for name in sorted(plugins.names("writers"), key=lambda name: name == DEFAULT_FORMAT):
        try:
            yield plugins.load("writers", name)(settings)
        except MissingDependencyError:
            continue
