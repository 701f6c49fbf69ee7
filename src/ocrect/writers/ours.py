"""How a file that ocrect wrote is known again: it carries its own checksum, and which input it was made of.

Both stand in an extended attribute of the file, written before the file gets its name. A file that somebody changed no longer
matches its checksum, so it counts as theirs. A copy loses the attribute with most tools, and some file systems have none
(ADR 0006): such a file is not known as ours, and is left alone unless the caller insists.
"""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

from ocrect.checksum import sha256_of

ATTRIBUTE = "user.ocrect"
_WITHOUT = (
    errno.ENOTSUP, errno.ENODATA, errno.EPERM, errno.EACCES, errno.ENOSPC, errno.EDQUOT, errno.E2BIG, errno.ENOENT,
    errno.ENAMETOOLONG,
)  # fmt: skip
"""Errors that say that there is no such attribute, or that none can be kept: then the file is just not known as ours."""


def sign(path: Path, origin: str) -> None:
    """Mark a file that was just written as ours, made of the input whose :func:`origin` is given (``""``: of no one file)."""
    if not hasattr(os, "setxattr"):
        return
    try:
        os.setxattr(path, ATTRIBUTE, f"{sha256_of(path)} {origin}".encode())
    except OSError as error:
        if error.errno not in _WITHOUT:
            raise


def is_ours(path: Path) -> bool:
    """Whether ocrect wrote the file as it stands now."""
    checksum, _ = _mark(path)
    return bool(checksum) and checksum == sha256_of(path)


def made_of(path: Path) -> str:
    """The :func:`origin` of what ocrect wrote there, whether it was changed since or not; ``""`` where that is not known."""
    return _mark(path)[1]


def origin(file: str | os.PathLike[str]) -> str:
    """A short name of an input by its place: no one can read a path out of it."""
    return hashlib.sha256(os.fsencode(os.path.realpath(file))).hexdigest()[:32]


def _mark(path: Path) -> tuple[str, str]:
    if not hasattr(os, "getxattr"):
        return "", ""
    try:
        kept = os.getxattr(path, ATTRIBUTE).decode("ascii", "replace")
    except OSError as error:
        if error.errno not in _WITHOUT:
            raise
        return "", ""
    checksum, _, made = kept.partition(" ")
    return checksum, made
