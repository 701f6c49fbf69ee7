"""Make src/ocrect/writers/pdf/glyphless.ttf: the font of invisible text, its one glyph half an em wide and without any area.

    pip install fonttools && python scripts/make_glyphless_font.py

The file is committed; this script says how it was made, and makes the same bytes again.
"""

from __future__ import annotations

import io
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

TARGET = Path(__file__).parent.parent / "src" / "ocrect" / "writers" / "pdf" / "glyphless.ttf"
EM, ADVANCE, ASCENT, DESCENT = 1000, 500, 800, -200


def made() -> bytes:
    """The font's bytes, the same each time: no table holds the time that it was made at."""
    builder = FontBuilder(EM, isTTF=True)
    names = [".notdef", "blank"]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({0x20: "blank"})
    builder.setupGlyf({".notdef": Glyph(), "blank": _line()})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (ADVANCE, 0)))
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    builder.setupNameTable({"familyName": "Glyphless", "styleName": "Regular", "psName": "Glyphless"})
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT)
    builder.setupPost(keepGlyphNames=False)
    builder.font["head"].created = builder.font["head"].modified = 0
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def _line() -> Glyph:
    """There and back on one line: nothing to be filled, but a box as large as a letter's. pdfium drops text without a box."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, DESCENT))
    pen.lineTo((ADVANCE, ASCENT))
    pen.lineTo((ADVANCE // 2, (ASCENT + DESCENT) // 2))
    pen.closePath()
    return pen.glyph()


if __name__ == "__main__":
    TARGET.write_bytes(made())
