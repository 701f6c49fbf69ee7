"""The font of invisible text: a Type 0 font over two empty glyphs, its codes numbered as a document uses characters.

Viewers find, select and copy its text by the map from codes to Unicode (PDF 32000-1:2008, 9.10.3). Codes are given out in the
order of first use, so the map holds what the document uses and nothing else, and any character is one code.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from pikepdf import Array, Dictionary, Name, Pdf

ADVANCE = 0.5
"""Width of every character, in ems."""
ASCENT, DESCENT = 0.8, 0.2
"""How far a selection reaches above and below the baseline, in ems."""
MOST_CODES = 0xFFFF
_BLOCK = 100
"""Most entries of one block of a CMap (Adobe Technical Note 5014)."""


class Codes:
    """Characters to two-byte codes, as they are first used. Beyond :data:`MOST_CODES` different ones: U+FFFD."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {"\ufffd": 1}

    def __call__(self, text: str) -> bytes:
        return b"".join(self._code(c).to_bytes(2, "big") for c in text)

    def _code(self, c: str) -> int:
        if c not in self._codes and len(self._codes) >= MOST_CODES:
            c = "\ufffd"
        return self._codes.setdefault(c, len(self._codes) + 1)

    def to_unicode(self) -> bytes:
        """The CMap from codes to UTF-16."""
        ranges = [
            f"<{first:04X}> <{first + len(part) - 1:04X}> [{''.join(f'<{_utf16(c)}>' for c in part)}]"
            for first, part in self._runs()
        ]
        blocks = [ranges[first : first + _BLOCK] for first in range(0, len(ranges), _BLOCK)]
        written = [f"{len(block)} beginbfrange\n" + "\n".join(block) + "\nendbfrange" for block in blocks]
        return "\n".join([_HEAD, *written, _TAIL]).encode("ascii")

    def _runs(self) -> Iterator[tuple[int, list[str]]]:
        """The characters in runs of codes with the same first byte, as a range must have."""
        characters = list(self._codes)
        firsts = [1, *range(256, len(characters) + 1, 256)]
        for first, end in zip(firsts, [*firsts[1:], len(characters) + 1], strict=True):
            yield first, characters[first - 1 : end - 1]

    def to_glyphs(self) -> bytes:
        """For each code the glyph that it is drawn with: always the empty one, never ``.notdef``."""
        return b"\0\0" + b"\0\1" * len(self._codes)


_HEAD = """\
/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange"""
_TAIL = """\
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""


def _utf16(c: str) -> str:
    return c.encode("utf-16-be", "replace" if "\ud800" <= c <= "\udfff" else "strict").hex().upper()


@cache
def program() -> bytes:
    """The TrueType file; ``scripts/make_glyphless_font.py`` makes it."""
    return files("ocrect.writers.pdf").joinpath("glyphless.ttf").read_bytes()


def compressed(pdf: Pdf, data: bytes) -> Any:
    """A stream of ``pdf`` with ``data``, as small as it gets."""
    return pdf.make_stream(zlib.compress(data, 9), Filter=Name.FlateDecode)


def add(pdf: Pdf) -> Any:
    """The font in ``pdf``, as a reference for pages; :func:`finish` gives it its codes when all text is written."""
    return pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.Glyphless, Encoding=Name("/Identity-H"))
    )


def finish(pdf: Pdf, font: Any, codes: Codes) -> None:
    """Complete the font that :func:`add` made with the ``codes`` that were used."""
    data = program()
    file = compressed(pdf, data)
    file.Length1 = len(data)
    ascent, descent = round(1000 * ASCENT), round(1000 * DESCENT)  # a font descriptor counts in thousandths of an em
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name.Glyphless,
        Flags=4,
        FontBBox=Array([0, -descent, round(1000 * ADVANCE), ascent]),
        ItalicAngle=0,
        Ascent=ascent,
        Descent=-descent,
        CapHeight=ascent,
        StemV=80,
        FontFile2=file,
    )
    described = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name.Glyphless,
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        DW=round(1000 * ADVANCE),
        FontDescriptor=pdf.make_indirect(descriptor),
        CIDToGIDMap=compressed(pdf, codes.to_glyphs()),
    )
    font.DescendantFonts = Array([pdf.make_indirect(described)])
    font.ToUnicode = compressed(pdf, codes.to_unicode())
