"""Appending to a PDF: the whole original is a prefix of the file, and what is new or changed follows it.

PDF 32000-1:2008, 7.5.6. The new table of offsets is of the kind of the original's last one, a table or a stream (7.5.4, 7.5.8).
"""

from __future__ import annotations

import hashlib
import re
import shutil
import zlib
from collections.abc import Iterable
from itertools import groupby
from typing import IO, Any, BinaryIO

import pikepdf
from pikepdf import Dictionary, Name, Pdf

from ocrect.errors import ExportError

_TAIL = 2048
"""Bytes at the end in which the offset of the last table is looked for."""
HINT = "Write it anew: without --incremental."
"""The next step where nothing can be appended."""

_Offsets = dict[tuple[int, int], int]
"""Where each object begins, by its number and generation."""


def write(pdf: Pdf, original: BinaryIO, changed: Iterable[Any], out: IO[bytes], source: str) -> None:
    """Write the bytes of ``original`` and, behind them, the ``changed`` objects of ``pdf``, which was opened from it.

    All objects that are new in ``pdf`` must be among them.

    Raises:
        ExportError: nothing can be appended to it: it is encrypted or damaged.
    """
    if pdf.is_encrypted:
        raise ExportError(f"{source} is encrypted: nothing can be appended to it", hint=HINT)
    before, is_stream = _last_table(original, source)
    original.seek(0)
    shutil.copyfileobj(original, out)
    out.write(b"\n")
    offsets: _Offsets = {}
    digest = hashlib.sha256()
    size = int(pdf.trailer.Size)
    for item in sorted(changed, key=lambda item: item.objgen):
        number, generation = item.objgen
        offsets[number, generation] = out.tell()
        body = b"%d %d obj\n%b\nendobj\n" % (number, generation, _body(item))
        digest.update(body)
        out.write(body)
        size = max(size, number + 1)
    trailer = _trailer(pdf, before, digest.digest()[:16])
    start = out.tell()
    if is_stream:
        offsets[size, 0] = start
        out.write(_stream(trailer, offsets, size))
    else:
        trailer[Name.Size] = size
        out.write(_table(offsets) + b"trailer\n" + trailer.unparse() + b"\n")
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)


def _body(item: Any) -> bytes:
    if not isinstance(item, pikepdf.Stream):
        return bytes(item.unparse(resolved=True))
    data = item.read_raw_bytes()
    kept = Dictionary(dict(item.items()))
    kept.Length = len(data)
    return b"%b\nstream\n%b\nendstream" % (kept.unparse(), data)


def _last_table(original: BinaryIO, source: str) -> tuple[int, bool]:
    """Where the original's last table of offsets begins, and whether it is a stream.

    Raises:
        ExportError: it has none where it says that it is; such a file is read by guessing.
    """
    size = original.seek(0, 2)
    original.seek(max(0, size - _TAIL))
    said = re.findall(rb"startxref\s+(\d+)", original.read())
    original.seek(0)
    if said and original.read(5) == b"%PDF-":
        original.seek(int(said[-1]))
        head = original.read(40).lstrip()
        if head.startswith(b"xref"):
            return int(said[-1]), False
        if re.match(rb"\d+\s+\d+\s+obj", head):
            return int(said[-1]), True
    raise ExportError(f"{source} is damaged: nothing can be appended to it", hint=HINT)


def _trailer(pdf: Pdf, before: int, new: bytes) -> Dictionary:
    """The new trailer: the file keeps its first identifier and gets a new second one (14.4)."""
    trailer = Dictionary(Root=pdf.trailer.Root, Prev=before)
    if Name.Info in pdf.trailer:
        trailer.Info = pdf.trailer.Info
    if Name.ID in pdf.trailer:
        trailer.ID = [bytes(pdf.trailer.ID[0]), new]
    return trailer


def _sections(offsets: _Offsets) -> list[tuple[int, list[tuple[int, int]]]]:
    """Runs of numbers that follow one another: the first, and offset and generation of each."""
    runs: list[tuple[int, list[tuple[int, int]]]] = []
    numbered = enumerate(sorted(offsets))
    for _, run in groupby(numbered, key=lambda pair: pair[1][0] - pair[0]):
        keys = [key for _, key in run]
        runs.append((keys[0][0], [(offsets[key], key[1]) for key in keys]))
    return runs


def _table(offsets: _Offsets) -> bytes:
    parts = [b"xref\n"]
    for first, entries in _sections(offsets):
        parts.append(b"%d %d\n" % (first, len(entries)))
        parts += [b"%010d %05d n \n" % entry for entry in entries]
    return b"".join(parts)


def _stream(trailer: Dictionary, offsets: _Offsets, number: int) -> bytes:
    """The table as an object stream of that number, which is the last one."""
    sections = _sections(offsets)
    rows = b"".join(
        b"\1" + offset.to_bytes(8, "big") + generation.to_bytes(2, "big")
        for _, entries in sections
        for offset, generation in entries
    )
    data = zlib.compress(rows, 9)
    trailer.Type = Name.XRef
    trailer.Size = number + 1
    trailer.W = [1, 8, 2]
    trailer.Index = [value for first, entries in sections for value in (first, len(entries))]
    trailer.Filter = Name.FlateDecode
    trailer.Length = len(data)
    return b"%d 0 obj\n%b\nstream\n%b\nendstream\nendobj\n" % (number, trailer.unparse(), data)
