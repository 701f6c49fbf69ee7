"""Sizes and completeness of images, from their structure alone.

Decoders allocate what a header claims, and some of them fill what is missing in silence. So the size is read here first,
and so is whether the file reaches its own end. Nothing is decoded and memory does not grow with the file.
"""

from __future__ import annotations

import io
import os
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO, Any

from ocrect.errors import DamagedInputError

MAX_PARTS = 1_000_000
"""Most chunks, segments or blocks of one file that are looked at; no real image has so many."""
MAX_SCANS = 500
"""Most scans of a progressive JPEG: each costs a pass over all pixels."""
AGAIN = "Copy, download or scan it again."


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a file in pixels, what is wrong with it, if anything, and its place among all of the file's; and what
    is told of it where it can be read all the same."""

    width: int
    height: int
    damage: str = ""
    place: int = 0
    lack: str = ""


def damaged(message: str) -> DamagedInputError:
    """The error for a file or a frame that is broken, with the next step."""
    return DamagedInputError(message, hint=AGAIN)


def size_of(file: IO[bytes]) -> int:
    """The file's size in bytes; it is left at its start."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size


def take(file: IO[bytes], count: int, kind: str) -> bytes:
    """Exactly ``count`` bytes; :class:`~ocrect.errors.DamagedInputError` where the file ends before."""
    data = file.read(count)
    if len(data) < count:
        raise damaged(f"the {kind} is truncated: it ends after {file.tell()} bytes, in the middle of its structure")
    return data


# PNG (ISO/IEC 15948)

_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Where the pixels of each pass of an interlaced PNG begin, and how far apart they are: left, top, across, down."""
_PNG_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"pHYs", b"eXIf", b"IDAT", b"IEND")


def png(file: IO[bytes]) -> list[Frame]:
    """The frame of a PNG. Raises DamagedInputError where it has no end, or a chunk's checksum is wrong."""
    for name, length, _ in _png_chunks(file):
        if name != b"IHDR" or length != 13:
            raise damaged("the PNG is damaged: it does not start with its header")
        width, height = struct.unpack(">II", take(file, 8, "PNG"))
        return [Frame(width, height)]
    raise damaged("the PNG is truncated: it has no header")


def png_essentials(file: IO[bytes]) -> io.BytesIO:
    """The PNG without comments, profiles and animation, which may unpack to anything; every checksum is checked.

    Raises:
        DamagedInputError: truncated, a wrong checksum, or more or less data than the pixels need. Of less the decoder makes
            black rows, and says nothing where a row is whole.
    """
    essentials = io.BytesIO()
    essentials.write(b"\x89PNG\r\n\x1a\n")
    room, missing, packed = 2**20, 0, zlib.decompressobj()
    for name, length, start in _png_chunks(file):
        if name not in _PNG_KEPT:
            continue
        if name == b"IDAT":
            room -= length
        if room < 0 or (name != b"IDAT" and length > 2**16):
            raise damaged("the PNG is damaged: it holds more data than its size can need")
        file.seek(start)
        chunk = take(file, length + 12, "PNG")
        if zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
            raise damaged(f"the PNG is damaged: the checksum of a part ({name.decode('latin-1')}) is wrong")
        if name == b"IHDR":
            missing = _png_bytes(chunk[8:21])
            room += missing + missing // 64
        elif name == b"IDAT":
            missing -= _unpacked(packed, chunk[8:-4], missing)
        essentials.write(chunk)
    if missing > 0:
        raise damaged("the PNG is truncated: its data end before its last row")
    essentials.seek(0)
    return essentials


def _png_bytes(header: bytes) -> int:
    """How many bytes the rows of a PNG have, each with that of its filter; of an interlaced one in its seven passes."""
    width, height, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    bits *= _PNG_CHANNELS.get(colour, 4)
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    sizes = ((-(-(width - left) // across), -(-(height - top) // down)) for left, top, across, down in passes)
    return sum(high * (1 + (wide * bits + 7) // 8) for wide, high in sizes if wide > 0 and high > 0)


def _unpacked(packed: Any, data: bytes, most: int) -> int:
    """How many bytes, up to ``most``, ``data`` add to what a decompressor gave. The decoder reports what cannot be read."""
    found = 0
    try:
        while data and found < most:
            found += len(packed.decompress(data, min(2**20, most - found)))
            data = packed.unconsumed_tail
    except zlib.error:
        return most
    return found


def _png_chunks(file: IO[bytes]) -> Iterator[tuple[bytes, int, int]]:
    """Name, length and offset of each chunk to the end of the image."""
    size = size_of(file)
    offset = 8
    for _ in range(MAX_PARTS):
        file.seek(offset)
        length, name = struct.unpack(">I4s", take(file, 8, "PNG"))
        if offset + length + 12 > size:
            raise damaged("the PNG is truncated: it ends before its last part")
        yield name, length, offset
        if name == b"IEND":
            return
        offset += length + 12
    raise damaged("the PNG is damaged: it has too many parts")


# JPEG (ITU-T T.81)

_JPEG_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SOS, _EOI, _PROGRESSIVE = 0xDA, 0xD9, 0xC2


def jpeg(file: IO[bytes]) -> list[Frame]:
    """The frame of a JPEG; ``damage`` where it has no end marker, ``lack`` where it is progressive and its last passes are not
    there: it is less sharp than it was.
    """
    frame: Frame | None = None
    scans, passes = 0, _Passes()
    for marker in _jpeg_markers(file):
        if marker in _JPEG_FRAMES and frame is None:
            _, height, width = struct.unpack(">BHH", take(file, 7, "JPEG")[2:])
            frame = Frame(width, height)
            passes.begin(take(file, 1, "JPEG")[0] if marker == _PROGRESSIVE else 0)
        elif marker == _SOS:
            scans += 1
            passes.add(take(file, int.from_bytes(take(file, 2, "JPEG"), "big") - 2, "JPEG"))
        elif marker == _EOI and frame and scans:
            lack = "" if passes.are_all() else "the JPEG lacks its last passes: it is less sharp than it was"
            return [replace(frame, lack=lack)]
        if scans > MAX_SCANS:
            raise damaged(f"the JPEG has more than {MAX_SCANS} scans")
    if frame is None:
        raise damaged("the JPEG is truncated: it ends before its header")
    return [Frame(frame.width, frame.height, "the JPEG is truncated: it has no end marker")]


class _Passes:
    """The passes of a progressive JPEG (ITU-T T.81, G.1.1.1): which bits of the first and of the other coefficients of each
    component are there. Encoders leave out the last coefficients of colours, not their last bits.
    """

    def __init__(self) -> None:
        self._components = 0
        self._missing: dict[tuple[int, bool], int] = {}

    def begin(self, components: int) -> None:
        """A frame of so many components, 0 for one that is not progressive."""
        self._components = components

    def add(self, header: bytes) -> None:
        """What a pass holds, by its header behind the length."""
        if not self._components or not header or len(header) < 4 + 2 * header[0]:
            return
        first, _, bits = header[1 + 2 * header[0] :][:3]
        for component in header[1 : 1 + 2 * header[0] : 2]:
            key = (component, first > 0)
            self._missing[key] = bits & 15

    def are_all(self) -> bool:
        """True where all passes are there, or the JPEG is not made of such."""
        if not self._components:
            return True
        means = [bits for (_, is_detail), bits in self._missing.items() if not is_detail]
        has_detail = any(is_detail for _, is_detail in self._missing)
        return len(means) == self._components and has_detail and not any(self._missing.values())


def jpeg_end(file: IO[bytes]) -> int:
    """Where the end mark of a JPEG that has one (:func:`jpeg`) ends."""
    return next(file.tell() for marker in _jpeg_markers(file) if marker == _EOI)


def _jpeg_markers(file: IO[bytes]) -> Iterator[int]:
    """The markers after the first; the file stands behind each, and its segment is skipped by the length it gives."""
    offset = 2
    for _ in range(MAX_PARTS):
        found = _next_jpeg_marker(file, offset)
        if found is None:
            return
        marker, offset = found
        file.seek(offset)
        yield marker
        if marker == _EOI:
            return
        if marker not in (0x01, 0xD8):
            file.seek(offset)
            offset += int.from_bytes(file.read(2), "big")
    raise damaged("the JPEG is damaged: it has too many parts")


def _next_jpeg_marker(file: IO[bytes], offset: int) -> tuple[int, int] | None:
    """The next marker that is no restart, and where it ends."""
    file.seek(offset)
    while block := file.read(2**20):
        if match := _JPEG_MARKER.search(block):
            return block[match.start() + 1], offset + match.end()
        offset += max(1, len(block) - 1)
        file.seek(offset)
    return None


# GIF (version 89a)


def gif(file: IO[bytes], most: int) -> list[Frame]:
    """The frames of a GIF, at most one more than ``most``; all are as large as the canvas that holds them."""
    width, height, flags = struct.unpack("<HHB", take(file, 13, "GIF")[6:11])
    file.seek(_palette(flags), os.SEEK_CUR)
    count, damage = 0, ""
    for _ in range(MAX_PARTS):
        block = file.read(1)
        if block == b";" or count > most:
            break
        try:
            if block == b",":
                left, top, wide, high, flags = struct.unpack("<HHHHB", take(file, 9, "GIF"))
                count += 1
                width, height = max(width, left + wide), max(height, top + high)
                file.seek(_palette(flags) + 1, os.SEEK_CUR)
            else:
                damage = "" if block == b"!" else "the GIF is truncated or damaged: it has no end mark"
                take(file, 1, "GIF")
            _skip_gif_blocks(file)
        except DamagedInputError as error:
            damage = str(error)
        if damage:
            break
    if not count:
        raise damaged(damage or "the GIF is damaged: it has no picture")
    whole = [Frame(width, height, place=place) for place in range(count - 1)]
    return [*whole, Frame(width, height, damage, count - 1)]


def _palette(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 128 else 0


def _skip_gif_blocks(file: IO[bytes]) -> None:
    while length := take(file, 1, "GIF")[0]:
        take(file, length, "GIF")


# WebP (RFC 9649)


def webp(file: IO[bytes]) -> list[Frame]:
    """The frames of a WebP. Raises DamagedInputError where it is shorter than it says."""
    size = size_of(file)
    end = 8 + struct.unpack("<I", take(file, 12, "WebP")[4:8])[0]
    if end > size:
        raise damaged(f"the WebP is truncated: it has {size} bytes of {end}")
    width = height = 0
    stills = animated = 0
    offset = 12
    while offset + 8 <= end:
        file.seek(offset)
        name, length = struct.unpack("<4sI", take(file, 8, "WebP"))
        if name in (b"VP8X", b"VP8 ", b"VP8L"):
            wide, high = _webp_size(name, file.read(10))
            width, height = max(width, wide), max(height, high)
        stills += name in (b"VP8 ", b"VP8L")
        animated += name == b"ANMF"
        offset += 8 + length + length % 2
    if not (width and height and (stills or animated)):
        raise damaged("the WebP is damaged: it has no picture")
    return [Frame(width, height, place=place) for place in range(max(1, animated))]


def _webp_size(name: bytes, data: bytes) -> tuple[int, int]:
    if len(data) < 10:
        return 0, 0
    if name == b"VP8X":
        return int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1
    if name == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(data[6:8], "little") & 0x3FFF, int.from_bytes(data[8:10], "little") & 0x3FFF


# BMP


def bmp(file: IO[bytes]) -> list[Frame]:
    """The frame of a BMP; ``damage`` where the pixels that it announces are not there."""
    size = size_of(file)
    start, header = struct.unpack("<II", take(file, 18, "BMP")[10:])
    if header == 12:
        width, height, _, bits = struct.unpack("<HHHH", take(file, 8, "BMP"))
        compression = stored = 0
    else:
        width, height, _, bits, compression, stored = struct.unpack("<iiHHII", take(file, 20, "BMP"))
    width, height = abs(width), abs(height)
    packed = compression not in (0, 3)
    needed = start + (stored if packed else (width * bits + 31) // 32 * 4 * height)
    damage = f"the BMP is truncated: it has {size} bytes of {needed}" if needed > size else ""
    return [Frame(width, height, damage)]
