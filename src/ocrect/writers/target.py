"""Where the results of one run go: standard output, one file, or a file each in a folder; known before anything is read."""

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
PARTIAL = ".partial"
"""What is put behind the name of a result that broke off."""


class Target:
    """The place of each input's result.

    Args:
        output: a file, a folder (an existing one, or with a / at its end), or ``None`` or ``-`` for standard output.
        suffix: that of the files made in a folder, as in ``.txt``.
        inputs: the files whose results are written; ``-`` is standard input.
        others: more files that the run reads (settings, a dictionary, a model): no result goes over them either.
        force: replace files that ocrect did not write.

    Raises:
        SettingsError: several inputs for one output file.
        ExportError: the folder cannot be made, or not be written to.
    """

    def __init__(
        self,
        output: str | None,
        suffix: str,
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
        self._places: dict[str, Path] = {}
        for file in inputs:
            if self._path and file not in self._places:
                self._places[file] = _free(self._path, file, suffix, self._places.values()) if folder else self._path

    def check(self, file: str) -> None:
        """Refuse what could not be written for ``file``, or would destroy something: to be asked before the file is read.

        Raises:
            ExportError: see :func:`ocrect.writers.check_free`; or standard output is closed, or is an input.
        """
        if self._path is not None:
            writers.check_free(self._places[file], self._inputs, force=self._force)
        elif sys.stdout is None:
            raise ExportError("standard output is closed", hint="Name a file: -o FILE")
        elif any(_is_standard_output(path) for path in self._inputs):
            raise ExportError("standard output goes into a file that is read in this run", hint="Name another file: -o FILE")

    def write(self, fill: Fill, file: str) -> str:
        """Write the whole result of ``file`` and say where. A part of ours that lay beside is done with, and removed.

        Raises:
            ExportError: as :meth:`check`, or the disk is full.
        """
        if self._path is None:
            return _to_standard_output(fill)
        path = self._places[file]
        writers.save(fill, path, self._inputs, force=self._force, origin=_origin(file))
        part = path.with_name(path.name + PARTIAL)
        with suppress(OSError):
            if ours.is_ours(part):
                part.unlink()
        return str(path)

    def write_part(self, fill: Fill, file: str) -> str:
        """Write what there is of a result that broke off, beside the place of the whole one, and say where.

        A whole result of before stays as it is, and so does a file that is not ours.

        Raises:
            ExportError: it cannot be written.
        """
        if self._path is None:
            return _to_standard_output(fill)
        whole = self._places[file]
        is_stream = whole.exists() and not whole.is_file()  # a device or a pipe: what went into it is gone
        path = whole if is_stream else _next_to(whole)
        writers.save(fill, path, self._inputs, origin=_origin(file))
        return str(path)


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


def _free(folder: Path, file: str, suffix: str, taken: Iterable[Path]) -> Path:
    """The place in ``folder`` for what ``file`` gives: its stem, or with a number where another input's result stands there.

    Another input is one of this run (a/x.png beside b/x.png), or of a former run whose result is still there.
    """
    stem = "stdin" if file == STANDARD_INPUT else Path(file).stem
    names = {_folded(path) for path in taken}
    number, path = 1, folder / f"{stem}{suffix}"
    while _folded(path) in names or ours.made_of(path) not in ("", _origin(file)):
        number += 1
        path = folder / f"{stem}-{number}{suffix}"
    return path


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
