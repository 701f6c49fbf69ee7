"""Messages between the caller and a process of ours: JSON, each after its length in four bytes, and blocks of bytes behind it.

JSON and not pickle: what a process sends whose memory native code may have damaged is data, never instructions. It is read
within limits (:mod:`ocrect.exchange.reader`): so many bytes, so deep, and a message that has begun comes whole within seconds.
"""

from __future__ import annotations

import json
import os
import select
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ocrect import errors
from ocrect.exchange import reader

_LENGTH = struct.Struct(">I")
LARGEST = 64 * 1024 * 1024
"""Bytes of a message; a longer one means that the two sides are out of step."""

MOST_BLOCKS = 4 * 2**30
"""Bytes of all blocks of a message: two pictures of a page, or a file."""

SLOWEST = 60.0
"""Seconds for the rest of a message that has begun: the other side writes it in one go."""

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the process answers to the request ``number``: a result and blocks, an error of ours, or the traceback of a bug.

    ``loaded`` is a model's context in tokens, its layers on the GPU and its weights' quantization; ``None``: none is loaded.
    """

    number: int
    loaded: tuple[int, int, str] | None
    result: Any = None
    error: tuple[str, str, str] | None = None
    bug: str = ""
    blocks: Sequence[bytearray] = ()

    def value(self, where: str) -> Any:
        """The result; ``where`` names the process in the message of a bug.

        Raises:
            OcrectError: as the process raised it.
            RuntimeError: a bug in the process, with its traceback.
        """
        if self.error:
            raise errors.of_kind(*self.error)
        if self.bug:
            raise RuntimeError(f"in {where}:\n{self.bug}")
        return self.result


@dataclass(frozen=True, slots=True)
class LogRecord:
    """What the process has to say to the caller's log."""

    logger: str
    level: int
    text: str


def send(pipe: int, message: Message, blocks: Sequence[memoryview] = ()) -> None:
    """Write one message to a file descriptor, and ``blocks`` of bytes behind it.

    Raises:
        OSError: the other side is gone.
    """
    told = {**message, "blocks": [block.nbytes for block in blocks]} if blocks else message
    body = json.dumps(told, separators=(",", ":")).encode("ascii")
    for part in (memoryview(_LENGTH.pack(len(body)) + body), *blocks):
        left = part
        while left:
            left = left[os.write(pipe, left) :]


def receive(pipe: int) -> Message | None:
    """The next message, with its blocks themselves as ``blocks``; ``None`` where the other side has ended, also within one.

    Raises:
        OSError: the pipe is closed.
        MalformedError: what came is no message, or does not come to its end.
    """
    head = _exactly(pipe, _LENGTH.size, begun=False)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > LARGEST:
        raise reader.MalformedError(f"a message claims {length:,} bytes")
    body = _exactly(pipe, length, begun=True)
    if body is None:
        return None
    message = reader.parsed(bytes(body))
    sizes = reader.part(message, "blocks", list)
    if sizes is None:
        return message
    blocks = [_exactly(pipe, size, begun=True) for size in _sizes(sizes)]
    return None if None in blocks else {**message, "blocks": blocks}


def _sizes(values: list[Any]) -> list[int]:
    if not all(type(value) is int and value >= 0 for value in values) or sum(values) > MOST_BLOCKS:
        raise reader.MalformedError("'blocks' holds other values than it should")
    return values


def heard(message: Message) -> Reply | LogRecord:
    """A message of the process.

    Raises:
        MalformedError: it is of another shape.
    """
    log = reader.part(message, "log", list)
    if log is not None:
        return LogRecord(*_each(log, "log", str, int, str))
    error, loaded = reader.part(message, "error", dict), reader.part(message, "loaded", list)
    return Reply(
        reader.part(message, "id", int, -1),
        _each(loaded, "loaded", int, int, str) if loaded is not None else None,
        message.get("result"),
        _each([error.get(key) for key in ("kind", "message", "hint")], "error", str, str, str) if error else None,
        reader.part(message, "bug", str, ""),
        reader.part(message, "blocks", list, ()),
    )


def _each(values: list[Any], what: str, *kinds: type) -> Any:
    if len(values) != len(kinds) or not all(map(isinstance, values, kinds)):
        raise reader.MalformedError(f"{what!r} holds other values than it should")
    return tuple(values)


def _exactly(pipe: int, count: int, *, begun: bool) -> bytearray | None:
    """So many bytes. Before the first one of a message it waits for as long as it takes, from then on ``SLOWEST`` seconds."""
    found = bytearray(count)
    left = memoryview(found)
    deadline = time.monotonic() + SLOWEST if begun else None
    while left:
        if deadline is not None and os.name == "posix":
            _wait(pipe, deadline - time.monotonic())
        came = _read_into(pipe, left)
        if not came:
            return None
        left = left[came:]
        deadline = deadline or time.monotonic() + SLOWEST
    return found


def _read_into(pipe: int, place: memoryview) -> int:
    """How many bytes came, which are put at the beginning of ``place``; 0 at the end."""
    if hasattr(os, "readv"):
        return os.readv(pipe, [place])
    block = os.read(pipe, min(len(place), 1 << 20))
    place[: len(block)] = block
    return len(block)


def _wait(pipe: int, seconds: float) -> None:
    waiting = select.poll()  # a service may have more descriptors than select() takes
    waiting.register(pipe, select.POLLIN)
    if seconds <= 0 or not waiting.poll(1000 * seconds):
        raise reader.MalformedError(f"a message did not come to its end within {SLOWEST:.0f} s")
