"""Where the results of one run go: standard output, one file, or files in a folder; known before anything is read."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from ocrect import writers
from ocrect.errors import ExportError, SettingsError
from ocrect.writers import Fill, ours

STANDARD_INPUT = "-"
LISTS = (".txt", ".json", ".md", ".tsv", ".csv")
"""Ends of the suffixes of formats of which one may follow another in a stream; two PDFs, say, are none."""
PARTIAL = ".partial"
"""What is put behind the name of a result that broke off."""


class Target:
    """The place of each input's results.

    Args:
        output: a file, a folder (an existing one, or with a / at its end), or ``None`` or ``-`` for standard output.
        suffixes: those of the files made in a folder for each input, as ``.txt``: one for each format.
        inputs: the files whose results are written; ``-`` is standard input.
        others: more files that the run reads (settings, a dictionary, a model): no result goes over them either.
        force: replace files that ocrect did not write.

    Raises:
        SettingsError: several inputs or formats for one output file, or several inputs for standard output in a format that
            cannot follow another.
        ExportError: the folder cannot be made, or not be written to.
    """

    def __init__(
        self,
        output: str | None,
        suffixes: Sequence[str],
        inputs: Sequence[str],
        *,
        others: Iterable[str | os.PathLike[str]] = (),
        force: bool = False,
    ) -> None:
        self._path = Path(output) if output and output != STANDARD_INPUT else None
        self._force = force
        self._inputs = (*(file for file in inputs if file != STANDARD_INPUT), *others)
        folder = self._path is not None and _is_folder(str(output), self._path)
        if self._path and not folder and len(inputs) > 1:
            raise SettingsError(f"several files cannot go into {output}", hint=f"Name a folder: -o {output}/")
        if not folder and len(suffixes) > 1:
            raise SettingsError(
                f"several formats cannot go into {output if self._path else 'standard output'}",
                hint=f"Name a folder: -o {output if self._path else 'out'}/",
            )
        if not self._path and len(inputs) > 1 and not suffixes[0].endswith(LISTS):
            raise SettingsError(f"several {suffixes[0]} files in one stream are none", hint="Name a folder: -o out/")
        self._places: dict[str, list[Path]] = {}
        for file in inputs:
            if self._path and file not in self._places:
                taken = [path for places in self._places.values() for path in places]
                self._places[file] = _free(self._path, file, suffixes, taken) if folder else [self._path]

    def check(self, file: str) -> None:
        """Refuse what could not be written for ``file``, or would destroy something: to be asked before the file is read.

        Raises:
            ExportError: see :func:`ocrect.writers.check_free`; or standard output is closed, or is an input.
        """
        if self._path is not None:
            for place in self._places[file]:
                writers.check_free(place, self._inputs, force=self._force)
        elif sys.stdout is None:
            raise ExportError("standard output is closed", hint="Name a file: -o FILE")
        elif any(_is_standard_output(path) for path in self._inputs):
            raise ExportError("standard output goes into a file that is read in this run", hint="Name another file: -o FILE")

    def write(self, fills: Sequence[Fill], file: str) -> list[str]:
        """Write the whole results of ``file``, one for each suffix, and say where. Parts of ours that lay beside are removed.

        Raises:
            ExportError: as :meth:`check`, or the disk is full.
        """
        if self._path is None:
            return [_to_standard_output(fill) for fill in fills]
        for fill, path in zip(fills, self._places[file], strict=True):
            writers.save(fill, path, self._inputs, force=self._force, origin=_origin(file))
            part = path.with_name(path.name + PARTIAL)
            with suppress(OSError):
                if ours.is_ours(part):
                    part.unlink()
        return list(map(str, self._places[file]))

    def write_part(self, fills: Sequence[Fill], file: str) -> list[str]:
        """Write what there is of results that broke off, beside the places of the whole ones, and say where.

        A whole result of before stays as it is, and so does a file that is not ours.

        Raises:
            ExportError: one cannot be written.
        """
        if self._path is None:
            return [_to_standard_output(fill) for fill in fills]
        written = []
        for fill, whole in zip(fills, self._places[file], strict=True):
            is_stream = whole.exists() and not whole.is_file()  # a device or a pipe: what went into it is gone
            path = whole if is_stream else _next_to(whole)
            writers.save(fill, path, self._inputs, origin=_origin(file))
            written.append(str(path))
        return written


def _is_folder(named: str, path: Path) -> bool:
    """Whether results go into a folder, which is made where it is missing."""
    try:
        if named.endswith(("/", "\\")):
            path.mkdir(parents=True, exist_ok=True)
        if not path.is_dir():
            return False
        writers.check_writable(path)
    except OSError as error:
        raise writers.refused(named, error) from error
    return True


def _free(folder: Path, file: str, suffixes: Sequence[str], taken: Iterable[Path]) -> list[Path]:
    """The places in ``folder`` for what ``file`` gives: its stem, or with a number where another input's result stands there.

    Another input is one of this run (a/x.png beside b/x.png), or of a former run whose result is still there. All formats of
    an input have one stem.
    """
    stem = "stdin" if file == STANDARD_INPUT else Path(file).stem
    names = {_folded(path) for path in taken}
    own = ("", _origin(file))
    number, paths = 1, [folder / f"{stem}{suffix}" for suffix in suffixes]
    while any(_folded(path) in names or ours.made_of(path) not in own for path in paths):
        number += 1
        paths = [folder / f"{stem}-{number}{suffix}" for suffix in suffixes]
    return paths


def _folded(path: Path) -> str:
    """The name as file systems that know neither case nor normal forms compare it."""
    return unicodedata.normalize("NFC", path.name).casefold()


def _origin(file: str) -> str:
    """What is kept of the input with its result. Standard input is another one each time."""
    return os.urandom(16).hex() if file == STANDARD_INPUT else ours.origin(file)


def _next_to(whole: Path) -> Path:
    """The first name for a part of ``whole`` at which nothing would be lost."""
    number, path = 1, whole.with_name(whole.name + PARTIAL)
    while path.exists() and not ours.is_ours(path):
        number += 1
        path = whole.with_name(f"{whole.name}-{number}{PARTIAL}")
    return path


def _is_standard_output(path: str | os.PathLike[str]) -> bool:
    try:
        return os.path.samestat(os.fstat(sys.stdout.fileno()), Path(path).stat())
    except (OSError, ValueError):
        return False


def _to_standard_output(fill: Fill) -> str:
    if sys.stdout is None:
        raise ExportError("standard output is closed", hint="Name a file: -o FILE")
    writers.stream(fill, sys.stdout.buffer, "to standard output")
    return "standard output"
