"""Documents into files. A writer writes to a binary stream; :func:`write` makes the file, whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO

from ocrect.errors import ExportError
from ocrect.plugins import Writer
from ocrect.record.document import Document

_HINTS = {
    errno.ENOSPC: "The disk is full: free some space, or write elsewhere.",
    errno.EDQUOT: "Your quota is used up: free some space, or write elsewhere.",
    errno.EACCES: "You may not write there: check the folder's permissions, or write elsewhere.",
    errno.EPERM: "You may not write there: check the folder's permissions, or write elsewhere.",
    errno.EROFS: "That disk is read-only: write elsewhere.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
}


def stream(document: Document, writer: Writer, out: IO[bytes], name: str) -> None:
    """Write ``document`` to an open stream, called ``name`` in messages.

    Raises:
        ExportError: it cannot be written to.
        BrokenPipeError: its reader has gone.
    """
    try:
        writer(document, out)
        out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise refused(name, error) from error


def refused(name: str | os.PathLike[str], error: OSError) -> ExportError:
    """``error`` of writing to ``name`` as an error of ours, with the next step."""
    hint = _HINTS.get(error.errno or 0, "Check the path, or write elsewhere.")
    return ExportError(f"cannot write {name}: {error.strerror or error}", hint=hint)


def write(document: Document, writer: Writer, path: str | os.PathLike[str]) -> None:
    """Write ``document`` to ``path``: beside it first, then renamed, so that no half-written file is ever seen there.

    A file that is there already is replaced and its permissions are kept; a symbolic link is followed; a device or a pipe
    is written to as it is.

    Raises:
        ExportError: the folder is missing, may not be written to, or the disk is full; nothing is left behind then.
    """
    target = Path(os.path.realpath(path))
    try:
        if not target.parent.is_dir():
            raise ExportError(
                f"cannot write {path}: there is no folder {target.parent}", hint=f"Make it: mkdir -p {target.parent}"
            )
        if target.is_dir():
            raise ExportError(f"cannot write {path}: it is a folder", hint="Name a file in it.")
        if target.exists() and not target.is_file():
            with target.open("wb") as out:
                writer(document, out)
        else:
            _replace(document, writer, target)
    except OSError as error:
        raise refused(path, error) from error


def _replace(document: Document, writer: Writer, target: Path) -> None:
    """Write a new file in the same folder and put it in the place of ``target``; remove it where anything fails."""
    part = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as out:
            writer(document, out)
            out.flush()
            os.fsync(out.fileno())
        if target.exists():
            part.chmod(stat.S_IMODE(target.stat().st_mode))
        part.replace(target)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
