"""The pages of a TIFF (TIFF 6.0, and BigTIFF): sizes, and whether the file holds the pixels that it points to."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ocrect.errors import DamagedInputError
from ocrect.source.probe import MAX_PARTS, Frame, damaged, size_of, take

WIDTH, HEIGHT = 256, 257
_OFFSETS, _LENGTHS = (273, 324), (279, 325)  # of strips, of tiles
_TABLES = (258, 320, 347)  # bits of each sample, colours, JPEG's tables: without them no pixel can be decoded
_KIND, _OLD_KIND = 254, 255  # NewSubfileType: bits; SubfileType: a number
_REDUCED, _MASK, _OLD_REDUCED = 1, 4, 2  # a smaller picture of another page, the mask of one
_WANTED = frozenset({WIDTH, HEIGHT, *_OFFSETS, *_LENGTHS, *_TABLES, _KIND, _OLD_KIND})
MAX_EXTRAS = 10_000  # smaller pictures and masks that are passed over
_TYPES = {1: "u1", 7: "u1", 3: "u2", 4: "u4", 13: "u4", 16: "u8", 18: "u8"}


@dataclass(frozen=True, slots=True)
class _Layout:
    """How numbers are written in this file: byte order, and BigTIFF's wider fields."""

    order: str
    big: bool
    size: int

    @property
    def offset(self) -> str:
        return self.order + ("Q" if self.big else "I")

    @property
    def count(self) -> str:
        return self.order + ("Q" if self.big else "H")

    @property
    def entry(self) -> str:
        return self.order + ("HHQ8s" if self.big else "HHI4s")


def tiff(file: IO[bytes], most: int) -> list[Frame]:
    """The pages of a TIFF, at most one more than ``most``; ``damage`` where a page's data is not in the file.

    Smaller pictures of pages, and masks, are no pages, unless there is nothing else.

    Raises:
        DamagedInputError: not even the first page can be found.
    """
    size = size_of(file)
    head = take(file, 8, "TIFF")
    layout = _Layout("<" if head[:2] == b"II" else ">", 43 in head[2:4], size)
    if layout.big:
        head += take(file, 8, "TIFF")
    (offset,) = struct.unpack(layout.offset, head[8:16] if layout.big else head[4:8])
    frames: list[Frame] = []
    extras: list[Frame] = []
    seen: set[int] = set()
    while offset and offset not in seen and len(frames) <= most and len(extras) <= MAX_EXTRAS:
        place = len(seen)
        seen.add(offset)
        try:
            frame, is_extra, offset = _directory(file, offset, layout)
        except DamagedInputError as error:
            frame, is_extra, offset = Frame(0, 0, str(error)), False, 0
        (extras if is_extra else frames).append(replace(frame, place=place))
    frames = frames or extras
    if not frames or (len(frames) == 1 and not frames[0].width):
        raise damaged(frames[0].damage if frames else "the TIFF is damaged: it has no page")
    return frames


def _directory(file: IO[bytes], offset: int, layout: _Layout) -> tuple[Frame, bool, int]:
    """The frame whose directory is at ``offset``, whether it is no page, and the offset of the next directory (0: none)."""
    file.seek(min(offset, layout.size))
    (entries,) = struct.unpack(layout.count, take(file, struct.calcsize(layout.count), "TIFF"))
    length = struct.calcsize(layout.entry)
    if entries * length > layout.size:
        raise damaged("the TIFF is truncated or damaged: a page's directory is longer than the file")
    block = take(file, entries * length, "TIFF")
    (following,) = struct.unpack(layout.offset, take(file, struct.calcsize(layout.offset), "TIFF"))
    fields = {}
    for tag, kind, count, value in struct.iter_unpack(layout.entry, block):
        if tag in _WANTED and tag not in fields and kind in _TYPES:
            fields[tag] = _values(file, np.dtype(layout.order + _TYPES[kind]), count, value, layout)
    width, height = (int(fields[tag][0]) if tag in fields and len(fields[tag]) else 0 for tag in (WIDTH, HEIGHT))
    if not (width and height):
        raise damaged("the TIFF is damaged: a page has no size")
    return Frame(width, height, _missing(fields, layout.size)), _is_extra(fields), following


def _is_extra(fields: dict[int, NDArray[np.uint64]]) -> bool:
    """True for a smaller picture of another page, or the mask of one: TIFF 6.0, section 8."""
    new, old = (int(fields[tag][0]) if len(fields.get(tag, ())) else 0 for tag in (_KIND, _OLD_KIND))
    return bool(new & (_REDUCED | _MASK)) or old == _OLD_REDUCED


def _values(
    file: IO[bytes], kind: np.dtype[np.unsignedinteger], count: int, value: bytes, layout: _Layout
) -> NDArray[np.uint64]:
    needed = count * kind.itemsize
    if needed > len(value):
        (start,) = struct.unpack(layout.offset, value)
        if start + needed > layout.size or count > MAX_PARTS:
            raise damaged("the TIFF is truncated or damaged: a table of a page lies beyond the file's end")
        file.seek(start)
        value = take(file, needed, "TIFF")
    return np.frombuffer(value[:needed], kind).astype(np.uint64)


def _missing(fields: dict[int, NDArray[np.uint64]], size: int) -> str:
    """What is wrong where pixels that the page points to lie beyond the file's end."""
    for offsets, lengths in zip(_OFFSETS, _LENGTHS, strict=True):
        if offsets not in fields:
            continue
        starts, sizes = fields[offsets], fields.get(lengths, np.ones(1, np.uint64))
        ends = starts.astype(float) + (sizes.astype(float) if len(sizes) == len(starts) else 1.0)
        if len(ends) and ends.max() > size:
            return "the TIFF is truncated: pixels of the page lie beyond the file's end"
        return ""
    return "the TIFF is damaged: a page has no pixels"
