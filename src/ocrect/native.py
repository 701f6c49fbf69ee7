"""What those who call a native library from different rooms have in common: its lock, what it means by its numbers, the
passwords that it is asked to try, and the memory that it has freed.
"""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

PDFIUM = threading.RLock()
"""Held around every call of pdfium."""


_TRIM = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None


def give_back() -> None:
    """Give memory that was freed back to the system: glibc keeps it for the next page. Other systems are left to themselves."""
    if _TRIM is not None:
        _TRIM(0)


def utf16_characters(unit: Callable[[int], int], count: int) -> Iterator[tuple[int, str]]:
    """The characters of a text in UTF-16, as pdfium gives it, each with its index; a surrogate pair is one, a lone one U+FFFD.

    ``unit`` gives the code at an index, of which there are ``count``.
    """
    index = 0
    while index < count:
        code = unit(index)
        low = unit(index + 1) if 0xD800 <= code < 0xDC00 and index + 1 < count else 0
        if 0xDC00 <= low < 0xE000:
            yield index, chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
            index += 2
        else:
            yield index, chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
            index += 1


Document = TypeVar("Document")


def unlocked(opened: Callable[[str], Document], passwords: Sequence[str], refusal: type[Exception]) -> Document:
    """The document that ``opened`` gives for no password, or for the first one that fits: one that is not needed would shut a
    file that opens without.

    Raises:
        refusal: none of them fits. What else ``opened`` raises goes through.
    """
    *others, last = ("", *passwords)
    for password in others:
        with suppress(refusal):
            return opened(password)
    return opened(last)
