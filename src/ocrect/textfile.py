"""Text files that settings name: whole, in UTF-8, and no larger than such files are."""

from __future__ import annotations

from pathlib import Path

from ocrect.errors import SettingsError

MOST_BYTES = 2**26
"""Bytes that are read of one: ``/dev/zero`` has no end."""


def read(path: str | Path, what: str, hint: str) -> str:
    """The text, without the byte order mark that some editors put before it.

    Raises:
        SettingsError: it cannot be read, is too large or no UTF-8. The message calls it ``what``; ``hint`` is the next step.
    """
    try:
        with Path(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise SettingsError(f"cannot read {what} {path}: it has more than {MOST_BYTES} bytes", hint=hint)
        return data.decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"cannot read {what} {path}: {error.strerror}", hint=hint) from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"cannot read {what} {path}: byte {error.start} of it is no UTF-8", hint=hint) from error
