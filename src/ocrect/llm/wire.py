"""Messages between the caller and the language model's process: JSON, each after its length in four bytes.

JSON and not pickle: what a process sends whose memory native code may have damaged is data, never instructions.
"""

from __future__ import annotations

import json
import os
import struct
from typing import Any

_LENGTH = struct.Struct(">I")
LARGEST = 64 * 1024 * 1024
"""Bytes of a message; a longer one means that the two sides are out of step."""

Message = dict[str, Any]


def send(pipe: int, message: Message) -> None:
    """Write one message to a file descriptor.

    Raises:
        OSError: the other side is gone.
    """
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    left = memoryview(_LENGTH.pack(len(body)) + body)
    while left:
        left = left[os.write(pipe, left) :]


def receive(pipe: int) -> Message | None:
    """The next message; ``None`` where the other side has ended, also within a message.

    Raises:
        OSError, ValueError: what came is no message.
    """
    head = _exactly(pipe, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > LARGEST:
        raise ValueError(f"a message claims {length:,} bytes")
    body = _exactly(pipe, length)
    if body is None:
        return None
    message = json.loads(body)
    if not isinstance(message, dict):
        raise ValueError(f"a message is a {type(message).__name__}")
    return message


def _exactly(pipe: int, count: int) -> bytes | None:
    found = bytearray()
    while len(found) < count:
        block = os.read(pipe, min(count - len(found), 1 << 20))
        if not block:
            return None
        found += block
    return bytes(found)
