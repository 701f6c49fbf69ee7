"""What another side sends, read within limits: so many bytes a line and in all, so many seconds, so deep.

The other side is a server that anyone may have written, or a process whose memory native code may have damaged. Nothing that it
sends is believed: an endless line, a drip that never ends, brackets without end and JSON of another shape than agreed are each
:class:`MalformedError` or an end of the connection, never a full memory, a hang or a traceback.
"""

from __future__ import annotations

import json
import math
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

LONGEST_LINE = 1 << 20
"""Bytes of one line of a stream; an event of a reply has some hundred."""

MOST_BYTES = 64 << 20
"""Bytes of one answer: log-probabilities of a long page are a few million."""


class MalformedError(Exception):
    """What came is not what was agreed; the message says how, in words for the user."""


class Stream(Protocol):
    """What bytes come from: an HTTP response, a file."""

    def read(self, size: int, /) -> bytes: ...

    def readline(self, size: int, /) -> bytes: ...


def whole(stream: Stream, most: int = MOST_BYTES) -> bytes:
    """All bytes of ``stream``.

    Raises:
        MalformedError: there are more than ``most``.
    """
    found = stream.read(most + 1)
    if len(found) > most:
        raise MalformedError(f"more than {most:,} bytes came")
    return found


def lines(stream: Stream, most: int = MOST_BYTES) -> Iterator[bytes]:
    """The lines of ``stream`` as they come.

    Raises:
        MalformedError: one has more than ``LONGEST_LINE`` bytes, or all together more than ``most``.
    """
    left = most
    while line := stream.readline(LONGEST_LINE + 1):
        left -= len(line)
        if len(line) > LONGEST_LINE:
            raise MalformedError(f"a line of more than {LONGEST_LINE:,} bytes came")
        if left < 0:
            raise MalformedError(f"more than {most:,} bytes came")
        yield line


def parsed(raw: bytes) -> dict[str, Any]:
    """The JSON object that ``raw`` is, its keys and values as they came.

    Raises:
        MalformedError: it is no JSON, another value, or nested deeper than Python's parser goes.
    """
    try:
        found = json.loads(raw)
    except RecursionError:
        raise MalformedError("what came is nested too deep") from None
    except ValueError:
        raise MalformedError(f"what came is no JSON: {_shown(raw)}") from None
    if not isinstance(found, dict):
        raise MalformedError(f"what came is no JSON object: {_shown(raw)}")
    return found


def part(found: dict[str, Any], key: str, kind: type, default: Any = None) -> Any:
    """``found[key]``, or ``default`` where it is missing or ``null``.

    Raises:
        MalformedError: it is of another kind.
    """
    value = found.get(key)
    if value is None:
        return default
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise MalformedError(f"{key!r} is {_shown(repr(value).encode(errors='replace'))}, not a {kind.__name__}")
    return value


def objects(found: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The list of objects under a key; empty where it is missing or ``null``.

    Raises:
        MalformedError: it is something else.
    """
    values: list[Any] = part(found, key, list, [])
    if not all(isinstance(value, dict) for value in values):
        raise MalformedError(f"{key!r} is no list of objects")
    return values


def is_number(value: object) -> bool:
    """Whether a value is a finite number; JSON's ``true`` and Python's ``NaN`` are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def text(value: str) -> str:
    """``value`` with a replacement character for every half of a surrogate pair that stands alone: such a text has no bytes."""
    return value.encode("utf-16-le", errors="surrogatepass").decode("utf-16-le", errors="replace")


@contextmanager
def ended_after(seconds: float, end: Callable[[], None]) -> Iterator[threading.Event]:
    """Calls ``end`` when the body takes longer (0: whatever it takes), however the bytes drip; the event tells that it did.

    While the interpreter ends no thread begins any more, and waiting for one would never end: the body has no time then.
    """
    late = threading.Event()
    if sys.is_finalizing():
        late.set()
        end()
        yield late
        return
    if not seconds:
        yield late
        return

    def over() -> None:
        late.set()
        end()

    timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), over)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


def _shown(raw: bytes) -> str:
    """The beginning of what came, as one line that a terminal can show."""
    words = " ".join(raw[:200].decode("utf-8", errors="replace").split())
    start = "".join(c if c.isprintable() else "�" for c in words[:60])
    return repr(start + ("…" if len(words) > 60 or len(raw) > 200 else ""))
