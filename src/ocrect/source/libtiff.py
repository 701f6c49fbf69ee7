"""Messages of the TIFF library while it decodes: it continues after an error, and Pillow does not see it.

A damaged fax comes out with lines missing and without an exception. The library's message handlers are process-wide; they are
set once, and collect messages for the thread that decodes.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import PackageNotFoundError, files
from typing import Any

_HEARD = threading.local()
_HANDLER = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p)
_SERIOUS = (b"Premature EOF", b"Premature EOL", b"Line length mismatch")
"""Beginnings of warnings that are as bad as errors: pixels of a fax are missing."""


@contextmanager
def listening() -> Iterator[list[str]]:
    """The library's messages of damage in this thread within the context, as format strings without their values."""
    _listen()
    heard: list[str] = []
    _HEARD.messages = heard
    try:
        yield heard
    finally:
        _HEARD.messages = None


def _note(message: bytes) -> None:
    heard = getattr(_HEARD, "messages", None)
    if heard is not None and len(heard) < 8:
        heard.append(message.split(b"%")[0].removesuffix(b" at line ").decode("latin-1").strip())


def _on_error(module: bytes | None, message: bytes | None, _: Any) -> None:
    _note(message or module or b"unknown")


def _on_warning(_module: bytes | None, message: bytes | None, _: Any) -> None:
    if message is not None and message.startswith(_SERIOUS):
        _note(message)


_ON_ERROR, _ON_WARNING = _HANDLER(_on_error), _HANDLER(_on_warning)  # kept for as long as the library may call them


@cache
def _listen() -> None:
    """Set the handlers of the library that Pillow's own wheel carries. A Pillow built otherwise decodes unheard."""
    try:
        found = [file for file in files("pillow") or () if file.name.startswith("libtiff")]
    except PackageNotFoundError:
        found = []
    for file in found:
        library = ctypes.CDLL(str(file.locate()))
        for set_handler, handler in ((library.TIFFSetErrorHandler, _ON_ERROR), (library.TIFFSetWarningHandler, _ON_WARNING)):
            set_handler.restype = ctypes.c_void_p
            set_handler.argtypes = [_HANDLER]
            set_handler(handler)
