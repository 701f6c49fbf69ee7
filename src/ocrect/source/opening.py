"""A path, bytes or a stream as one seekable binary file; what is no regular file is refused before it is read."""

from __future__ import annotations

import codecs
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from ocrect.errors import DamagedInputError, InputNotFoundError, InputTooLargeError, UnsupportedInputError
from ocrect.source import kinds

Source = str | os.PathLike[str] | bytes | IO[bytes]

MAX_BYTES = 2**31
"""Most bytes that are taken from a stream, or from a text file, into memory."""

_NON_BLOCKING = getattr(os, "O_NONBLOCK", 0)
_KINDS_OF_FILE = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


@contextmanager
def opened(given: Source) -> Iterator[IO[bytes]]:
    """The data as a binary file that can seek, at its start. A caller's stream is read to its end and not closed.

    Raises:
        TypeError: it is something else, or a stream of text.
        InputNotFoundError: there is no such path, it is a directory, or it may not be read.
        UnsupportedInputError: it is a pipe, a device or a socket.
        InputTooLargeError: a stream gives more than ``MAX_BYTES``.
    """
    if isinstance(given, (bytes, bytearray, memoryview)):
        yield io.BytesIO(given)
    elif hasattr(given, "read"):
        yield io.BytesIO(buffered(cast("IO[bytes]", given)))
    elif not isinstance(given, str | os.PathLike):
        raise TypeError(
            f"a path, bytes or a binary stream can be read, not {type(given).__name__}; save a picture in memory as PNG into "
            "an io.BytesIO, and take several files one after the other"
        )
    else:
        with _regular_file(given) as file:
            yield file


def buffered(stream: IO[bytes], limit: int = MAX_BYTES) -> bytes:
    """All that is left in a binary stream.

    Raises:
        TypeError: it gives text.
        InputTooLargeError: it gives more than ``limit`` bytes.
    """
    parts: list[bytes] = []
    size = 0
    while part := stream.read(2**20):
        if isinstance(part, str):
            raise TypeError("the stream gives text, not bytes; open the file with mode 'rb'")
        size += len(part)
        if size > limit:
            raise InputTooLargeError(
                f"the stream gives more than {limit} bytes", hint="Save it to a file, and name the file in its place."
            )
        parts.append(part)
    return b"".join(parts)


_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""What stands before a text in UTF-16, or of its kind; without it every other byte of such a text is mostly 0."""


_PDF = b"%PDF-"
"""What a PDF begins with; elsewhere in its first 1024 bytes it makes no PDF of a text."""


def read_text(given: Source) -> str:
    """The UTF-8 text in ``given``, without a byte order mark. An empty text is one, but not where a scan is named.

    Raises:
        InputError: as :func:`opened`; :class:`~ocrect.errors.UnsupportedInputError` for an image or a PDF; and
            :class:`~ocrect.errors.DamagedInputError` for other bytes than UTF-8, and for a scan without any.
    """
    with opened(given) as file:
        data = buffered(file)
    if not data and isinstance(given, str | os.PathLike) and Path(given).suffix.lower() in kinds.SUFFIXES:
        raise kinds.empty()
    kind = kinds.of_head(data[: kinds.HEAD])
    if kind is not None and (kind != "PDF" or data.startswith(_PDF)):
        raise UnsupportedInputError(f"this is no text, but a file of the kind {kind}", hint="Read it with `ocrect read`.")
    if data.startswith(_WIDE) or data.count(0) > len(data) // 10:
        hint = "Save it as UTF-8, as `iconv -f UTF-16 -t UTF-8` does."
        raise DamagedInputError("the text is not UTF-8: it looks like UTF-16", hint=hint)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DamagedInputError(
            f"the text is not UTF-8: byte {error.start} is wrong",
            hint="Save it as UTF-8; an image or a PDF is read by `ocrect read`.",
        ) from None


def _regular_file(path: str | os.PathLike[str]) -> IO[bytes]:
    """The open file. Opened without blocking, so that a pipe without a writer cannot hang us, and then looked at."""
    try:
        file = cast("IO[bytes]", open(os.fspath(path), "rb", opener=_without_blocking))  # noqa: SIM115
    except FileNotFoundError:
        raise InputNotFoundError(f"{path} does not exist", hint=_hint_of_missing(str(path))) from None
    except IsADirectoryError:
        raise InputNotFoundError(
            f"{path} is a directory", hint=f"Read it with `ocrect batch {path} OUT`, or name files in it: {path}/*"
        ) from None
    except PermissionError:
        raise InputNotFoundError(f"{path} may not be read", hint="Check the file's permissions.") from None
    except (OSError, ValueError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or error
        raise InputNotFoundError(f"{path} cannot be opened: {why}", hint="Check the path.") from error
    mode = os.fstat(file.fileno()).st_mode
    if not stat.S_ISREG(mode):
        file.close()
        what = _KINDS_OF_FILE.get(stat.S_IFMT(mode), "something else")
        raise UnsupportedInputError(
            f"{path} is {what}, not a file", hint="Give its data on standard input, as in `cat … | ocrect read -`."
        )
    return file


def _hint_of_missing(path: str) -> str:
    """What to do about a file that is not there. A path has one slash where an address had two."""
    if path.startswith(("http:/", "https:/", "ftp:/")):
        return "Addresses are not fetched: download it first, as `curl -s ADDRESS | ocrect read -` does."
    return "Check the path."


def _without_blocking(path: Any, flags: int) -> int:
    return os.open(path, flags | _NON_BLOCKING)
