"""The wire format of protocol buffers, as far as models are cut and joined with it (protobuf.dev/programming-guides/encoding).

A message is a run of fields, each a tag (number << 3 | type) and a value: 0 a varint, 1 eight bytes, 2 a length and as many
bytes, 5 four bytes. Two messages of one kind, one behind the other, are their union: what may repeat is appended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator


def rewritten(message: bytes, number: int, change: Callable[[bytes], bytes]) -> bytes:
    """``message`` with each length-delimited field of that number replaced by what ``change`` makes of it."""
    return b"".join(
        length_delimited(number, change(value)) if found == number else raw for found, value, raw in fields(message)
    )


def fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """The fields of a message: number, value (a varint as little-endian bytes), and the whole field as it stands."""
    position = 0
    while position < len(message):
        start = position
        tag, position = _read_varint(message, position)
        kind = tag & 7
        if kind == 0:
            number, position = _read_varint(message, position)
            value = number.to_bytes(8, "little")
        else:
            length = {1: 8, 5: 4}.get(kind)
            if length is None:
                length, position = _read_varint(message, position)
            value = message[position : position + length]
            position += length
        yield tag >> 3, value, message[start:position]


def _read_varint(message: bytes, position: int) -> tuple[int, int]:
    """The varint at ``position`` and the position behind it."""
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7


def varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def length_delimited(number: int, value: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(value)) + value
