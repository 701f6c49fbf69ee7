"""The text that a PDF page carries itself, as lines of words with boxes.

When is it usable (``text_layer="auto"``)? When all of this holds, else the page is read from its pixels:

- it has at least ten visible signs; what is drawn invisibly is another system's reading of a scan, not the page's own text;
- at most one sign in fifty is one that nobody writes (replacement character, private use, unassigned, control), or one that
  the font cannot name: more is the mark of a font without a proper table of characters;
- no picture covers more than half of the page, unless the text has a hundred signs and spans half of the page's height:
  a stamp on a scan is not the scan's text.

Text is what a reader would search for: NFC, ligatures (U+FB00…FB06) spelt out, soft hyphens only where they are drawn and
then as hyphens, a run of spaces as one. Lines, words and their order are the layer's own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ocrect.record.document import Block, Box, Line, Page, Step, Word
from ocrect.source.resolution import INVISIBLE, Resolution

_LEAST_SIGNS = 10
_SIGNS_OVER_PICTURE = 100
_MOST_ODD = 0.02
_LARGE = 0.5
_ODD = frozenset({"Co", "Cn", "Cs", "Cc"})
_SPELT_OUT = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_HYPHENS = frozenset("\u00ad\u0002\ufffe")  # pdfium writes U+0002 or U+FFFE for a hyphen at a line's end


@dataclass(frozen=True, slots=True)
class _Sign:
    """A character of the layer, or a space or a line's end between characters; its box in pixels where it is drawn."""

    text: str
    box: Box | None
    visible: bool = True
    odd: bool = False


@dataclass(frozen=True, slots=True)
class Layer:
    """The text layer of one page; ``width`` and ``height`` in pixels of the page as rendered."""

    number: int
    lines: tuple[Line, ...]
    width: int
    height: int
    how: Resolution
    usable: bool
    lacks_text: bool
    """Nothing is written, yet something is drawn."""

    def page(self) -> Page:
        """The layer as a page of one block in the layer's order."""
        blocks = (Block(self.lines, "text", Box.around([line.box for line in self.lines if line.box])),) if self.lines else ()
        step = Step("text-layer", str(pdfium.PYPDFIUM_INFO.version), {"dpi": self.how.dpi})
        return Page(self.number, self.width, self.height, self.how.dpi, blocks, (step,))


def read(page: Any, number: int, how: Resolution) -> Layer:
    """The text layer of an open pdfium page, which is page ``number`` of its file. The caller holds pdfium's lock.

    Raises:
        PdfiumError: pdfium cannot make out the page's text.
    """
    width, height = how.size(page)
    textpage = page.get_textpage()
    try:
        signs = list(_signs(textpage, _Grid(page, how.scale), width, height))
    finally:
        textpage.close()
    lines = tuple(_lines(signs, number))
    drawn = any(True for _ in page.get_objects())
    return Layer(number, lines, width, height, how, _usable(page, signs, height), not lines and drawn)


class _Grid:
    """From the page's coordinates (points, y upwards, before its rotation) to pixels of its upright image."""

    def __init__(self, page: Any, scale: float) -> None:
        self._left, self._bottom, self._right, self._top = page.get_bbox()
        self._turned = page.get_rotation()
        self._scale = scale

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        x, y = zip(self._point(left, bottom), self._point(right, top), strict=True)
        return Box(min(x), min(y), max(x), max(y))

    def _point(self, x: float, y: float) -> tuple[float, float]:
        across, down = {
            0: (x - self._left, self._top - y),
            90: (y - self._bottom, x - self._left),
            180: (self._right - x, y - self._bottom),
            270: (self._top - y, self._right - x),
        }[self._turned]
        return round(across * self._scale, 2), round(down * self._scale, 2)


def _signs(textpage: Any, grid: _Grid, width: int, height: int) -> Iterator[_Sign]:
    """The characters on the page; a line's end is a sign ``"\\n"``."""
    count = textpage.count_chars()
    index = 0
    while index < count:
        code = pdfium_c.FPDFText_GetUnicode(textpage, index)
        char, used = _character(textpage, index, code)
        if char in "\r\n":
            yield _Sign("\n", None)
        elif char.isspace():
            yield _Sign(" ", None)
        else:
            sign = _drawn(textpage, index, char, grid)
            if sign.text and (sign.box is None or _overlaps(sign.box, width, height)):
                yield sign
            if char in _HYPHENS and char != "\u00ad":
                yield _Sign("\n", None)
        index += used


def _overlaps(box: Box, width: int, height: int) -> bool:
    return box.right > 0 and box.bottom > 0 and box.left < width and box.top < height


def _character(textpage: Any, index: int, code: int) -> tuple[str, int]:
    """The character at ``index`` and how many places it takes: two where it is a pair of surrogates."""
    if 0xD800 <= code < 0xDC00:
        low = pdfium_c.FPDFText_GetUnicode(textpage, index + 1)
        if 0xDC00 <= low < 0xE000:
            return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00)), 2
    return (chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"), 1


def _drawn(textpage: Any, index: int, char: str, grid: _Grid) -> _Sign:
    left, bottom, right, top = textpage.get_charbox(index)
    drawn = right > left and top > bottom
    if char in _HYPHENS:
        char = "-" if drawn or char != "\u00ad" else ""
    unnamed = pdfium_c.FPDFText_HasUnicodeMapError(textpage, index) == 1
    odd = unnamed or char == "\ufffd" or unicodedata.category(char or " ") in _ODD
    item = pdfium_c.FPDFText_GetTextObject(textpage, index)
    visible = not item or pdfium_c.FPDFTextObj_GetTextRenderMode(item) not in INVISIBLE
    return _Sign(char.translate(_SPELT_OUT), grid.box(left, bottom, right, top) if drawn else None, visible, odd)


def _lines(signs: list[_Sign], page: int) -> Iterator[Line]:
    number = 0
    start = 0
    for end in [*(i for i, sign in enumerate(signs) if sign.text == "\n"), len(signs)]:
        words = list(_words(signs[start:end]))
        start = end + 1
        if words:
            number += 1
            text = " ".join(word.text for word in words)
            yield Line(f"p{page}-l{number}", text, Box.around([word.box for word in words]), tuple(words))


def _words(signs: list[_Sign]) -> Iterator[Word]:
    """Words and their places in the line that they make, joined by single spaces. Words without a box are left out."""
    position = 0
    start = 0
    for end in [*(i for i, sign in enumerate(signs) if sign.text == " "), len(signs)]:
        run = signs[start:end]
        start = end + 1
        text = unicodedata.normalize("NFC", "".join(sign.text for sign in run))
        boxes = [sign.box for sign in run if sign.box]
        if text and boxes:
            yield Word(text, Box.around(boxes), 1.0, position, position + len(text))
            position += len(text) + 1


def _usable(page: Any, signs: list[_Sign], height: int) -> bool:
    seen = [sign for sign in signs if sign.visible and sign.text.strip()]
    if len(seen) < _LEAST_SIGNS or sum(sign.odd for sign in seen) > _MOST_ODD * len(seen):
        return False
    if not _has_large_picture(page):
        return True
    boxes = [sign.box for sign in seen if sign.box]
    return len(boxes) >= _SIGNS_OVER_PICTURE and Box.around(boxes).height >= height * _LARGE


def _has_large_picture(page: Any) -> bool:
    left, bottom, right, top = page.get_bbox()
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE]):
        x0, y0, x1, y1 = item.get_bounds()
        across, up = min(x1, right) - max(x0, left), min(y1, top) - max(y0, bottom)
        if across > 0 and up > 0 and across * up > _LARGE * (right - left) * (top - bottom):
            return True
    return False
