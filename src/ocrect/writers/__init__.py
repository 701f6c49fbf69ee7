"""Documents into files. A writer fills a binary stream; :func:`save` makes the file, whole or not at all.

The one rule of where a result may go is :func:`check_free`: never over an input of the run, and never over a file that ocrect
did not write, unless the caller insists. :class:`~ocrect.writers.target.Target` chooses the places of a whole run by it.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from ocrect.errors import DiskError, ExportError
from ocrect.writers import ours

Fill = Callable[[IO[bytes]], object]
"""Writes a result to an open binary stream."""

_HINTS = {
    errno.ENOSPC: "The disk is full: free some space, or write elsewhere.",
    errno.EDQUOT: "Your quota is used up: free some space, or write elsewhere.",
    errno.EACCES: "You may not write there: check the folder's permissions, or write elsewhere.",
    errno.EPERM: "You may not write there: check the folder's permissions, or write elsewhere.",
    errno.EROFS: "That disk is read-only: write elsewhere.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
}
_OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EACCES)
"""Errors that the next file would meet too, whatever it is."""


def refused(name: str | os.PathLike[str], error: OSError) -> ExportError:
    """``error`` of writing to ``name`` as an error of ours, with the next step."""
    kind = DiskError if error.errno in _OF_THE_DISK else ExportError
    return kind(f"cannot write {name}: {error.strerror or error}", hint=hint_of(error.errno or 0))


def hint_of(number: int) -> str:
    """The next step where writing failed with this :mod:`errno`."""
    return _HINTS.get(number, "Check the path, or write elsewhere.")


def stream(fill: Fill, out: IO[bytes], name: str) -> None:
    """Write a result to an open stream, called ``name`` in messages.

    Raises:
        ExportError: it cannot be written to.
        BrokenPipeError: its reader has gone.
    """
    try:
        fill(out)
        out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise refused(name, error) from error


def check_free(path: str | os.PathLike[str], inputs: Iterable[str | os.PathLike[str]] = (), *, force: bool = False) -> None:
    """Refuse a place where writing would destroy something, or cannot succeed.

    ``inputs`` are the files that the run reads. They are told by the file itself, not by its name, so that another path, a
    symbolic link or a hard link to one is refused too. ``force`` allows replacing a file that ocrect did not write, never an
    input. An empty file holds nothing that could be lost; a device or a pipe is written to as it is.

    Raises:
        ExportError: the place is an input, holds a file that is not ours, or cannot be written to.
    """
    target = Path(os.path.realpath(path))
    try:
        if not target.parent.is_dir():
            raise ExportError(
                f"cannot write {path}: there is no folder {target.parent}", hint=f"Make it: mkdir -p {target.parent}"
            )
        if target.is_dir():
            raise ExportError(f"cannot write {path}: it is a folder", hint="Name a file in it.")
        found = target.stat() if _exists(target) else None
        if found is not None and any(_is_same(found, file) for file in inputs):
            raise ExportError(
                f"{path} is read in this run, and the output would replace it", hint="Name another file or folder."
            )
        if found is None or stat.S_ISREG(found.st_mode):
            check_writable(target.parent)
        if found is not None and stat.S_ISREG(found.st_mode) and found.st_size and not force and not ours.is_ours(target):
            raise ExportError(
                f"{path} is there already, and it is not as ocrect wrote it", hint="Name another place, or replace it: --force."
            )
    except OSError as error:
        raise refused(path, error) from error


def save(
    fill: Fill,
    path: str | os.PathLike[str],
    inputs: Iterable[str | os.PathLike[str]] = (),
    *,
    force: bool = False,
    origin: str = "",
) -> None:
    """Make the file ``path``: beside it first, then renamed, so that no half-written file is ever seen there.

    A file of ours that is there already is replaced and its permissions are kept; a symbolic link is followed; a device or a
    pipe is written to as it is. ``inputs`` and ``force`` are those of :func:`check_free`; ``origin`` is kept with the file (see
    :mod:`ocrect.writers.ours`).

    Raises:
        ExportError: as :func:`check_free`, or the disk is full; nothing is left behind then.
    """
    check_free(path, inputs, force=force)
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as out:
                fill(out)
        else:
            _replace(fill, target, origin)
    except OSError as error:
        raise refused(path, error) from error


def _exists(path: Path) -> bool:
    """Whether there is anything; a path that cannot be one (too long a name, say) is the caller's OSError."""
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    return True


def _is_same(found: os.stat_result, file: str | os.PathLike[str]) -> bool:
    """Whether ``file`` exists and is the file that ``found`` describes (device and inode), by whichever path."""
    try:
        return os.path.samestat(found, Path(file).stat())
    except (OSError, ValueError):
        return False


def check_writable(folder: Path) -> None:
    """Make a file in ``folder`` and remove it: permissions alone do not tell (root, a read-only disk, a network share).

    Raises:
        OSError: it cannot be made.
    """
    probe = folder / f".ocrect.{secrets.token_hex(4)}.part"
    with probe.open("xb"):
        pass
    probe.unlink()


def _replace(fill: Fill, target: Path, origin: str) -> None:
    """Write a new file in the same folder and put it in the place of ``target``; remove it where anything fails."""
    part = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as out:
            fill(out)
            out.flush()
            os.fsync(out.fileno())
        ours.sign(part, origin)
        if target.exists():
            part.chmod(stat.S_IMODE(target.stat().st_mode))
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
