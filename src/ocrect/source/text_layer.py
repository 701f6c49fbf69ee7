"""The text that a PDF page carries itself, as lines of words with boxes.

Text is what a reader would search for: NFC, ligatures (U+FB00…FB06) spelt out, a run of spaces as one, letter-spaced words
joined, text that is drawn twice (for bold) once. A soft hyphen is kept, as a hyphen, only where it is drawn and not inside a
word. Lines, words and their order are the layer's own, unless it is in the order of drawing
(:mod:`ocrect.source.drawing_order`). Which of it shows, and whether it can be believed, is for
:mod:`ocrect.source.layered`.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from ctypes import addressof, create_string_buffer
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby, pairwise
from math import inf, pi
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ocrect.native import utf16_characters
from ocrect.record.document import Block, Box, Line, Page, Step, Word
from ocrect.source import logical
from ocrect.source.drawing_order import Ruled, in_reading_order
from ocrect.source.resolution import INVISIBLE, Resolution

_MOST_ODD = 0.02  # of signs that nobody writes, or that the font cannot name: more is the mark of a font without a table
_TWICE = 0.5  # of a sign's height: the same sign struck again nearer than this is bold, or a shadow
_NEXT = (-1, 0, 1)  # cells of a grid around one
_SPACED = 0.7  # of a line's words that are single signs: it is letter-spaced
_WORD_GAP = 1.4  # times the widest gap between its letters: a space
_ODD = frozenset({"Co", "Cn", "Cs", "Cc"})
_SPELT_OUT = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
_SOFT = "\u00ad"
_LAST_HYPHENS = frozenset("\u0002\ufffe")  # what pdfium writes for a hyphen at a line's end


class Font(NamedTuple):
    """A font of an open page: its name, empty where it has none, and pdfium's handle as a number."""

    name: str
    handle: int


NO_FONT = Font("", 0)


@dataclass(frozen=True, slots=True)
class _Sign:
    """A character of the layer, or a space or a line's end between characters; its box in pixels where it is drawn."""

    text: str
    box: Box | None
    visible: bool = True
    odd: bool = False
    font: Font = NO_FONT
    drawn_by: int = 0
    """The text object that draws it, as a number."""


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a line, one at least, that stand side by side in one font."""

    words: tuple[tuple[str, Box], ...]
    font: Font

    @property
    def text(self) -> str:
        """The words with a space between them."""
        return " ".join(text for text, _ in self.words)

    @property
    def box(self) -> Box:
        """The box around the words, in pixels."""
        return Box.around([box for _, box in self.words])


@dataclass(frozen=True, slots=True)
class Layer:
    """The text layer of one page; ``width`` and ``height`` in pixels of the page as rendered."""

    number: int
    lines: tuple[Line, ...]
    runs: tuple[Run, ...]
    width: int
    height: int
    how: Resolution
    is_odd: bool
    """Too many of its signs have no name: its font has no proper table of characters."""

    def page(self) -> Page:
        """The layer as a page of one block in the layer's order."""
        blocks = (Block(self.lines, "text", Box.around([line.box for line in self.lines if line.box])),) if self.lines else ()
        step = Step("text-layer", str(pdfium.PYPDFIUM_INFO.version), {"dpi": self.how.dpi})
        return Page(self.number, self.width, self.height, self.how.dpi, blocks, (self.how.step, step))


def read(
    page: Any, number: int, how: Resolution, shows: Callable[[Box], bool] | None = None, ruled: Ruled | None = None
) -> Layer:
    """The text layer of an open pdfium page, which is page ``number`` of its file. The caller holds pdfium's lock.

    With ``shows``, which says whether text is to be seen in a box (pixels of the rendered page), only the words of which at
    least half of the signs are to be seen. ``ruled`` finds the page's cells.

    Raises:
        PdfiumError: pdfium cannot make out the page's text.
    """
    width, height = how.size(page)
    grid = _Grid(page, how.scale)
    with _level(page) as textpage:
        signs = list(_hyphenated(list(_signs(textpage, grid, width, height))))
    if shows is not None:
        signs = [sign if sign.box is None else replace(sign, visible=sign.visible and shows(sign.box)) for sign in signs]
    lines: list[Line] = []
    runs: list[Run] = []
    for words in _lines(_once(signs), seen_only=shows is not None):
        lines.append(_line(words, f"p{number}-l{len(lines) + 1}"))
        runs += _runs(words)
    seen = [sign for sign in signs if sign.visible and sign.text.strip()]
    is_odd = sum(sign.odd for sign in seen) > _MOST_ODD * len(seen)
    return Layer(number, tuple(in_reading_order(lines, ruled)), tuple(runs), width, height, how, is_odd)


@contextmanager
def _level(page: Any) -> Iterator[Any]:
    """The page's text, with the page rotated so that most of it runs from left to right: pdfium orders its lines only so."""
    as_shown = page.get_rotation()
    textpage = page.get_textpage()
    try:
        level = -90 * _quarters(textpage) % 360
        if level != as_shown:
            textpage.close()
            page.set_rotation(level)
            textpage = page.get_textpage()
        yield textpage
    finally:
        textpage.close()
        page.set_rotation(as_shown)


def _quarters(textpage: Any) -> int:
    """By how many quarters most of the text is turned clockwise on its page, judged by about a hundred characters.

    Some writers turn text by half and turn it back by a size below zero, of which the angle knows nothing.
    """
    count = textpage.count_chars()
    some = range(0, count, 1 + count // 100)
    angles = [(pdfium_c.FPDFText_GetCharAngle(textpage, i), pdfium_c.FPDFText_GetFontSize(textpage, i) < 0) for i in some]
    turned = Counter((round(angle / (pi / 2)) + 2 * turned_back) % 4 for angle, turned_back in angles if angle >= 0)
    return turned.most_common(1)[0][0] if turned else 0


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
    for index, char in utf16_characters(partial(pdfium_c.FPDFText_GetUnicode, textpage), textpage.count_chars()):
        if char in "\r\n":
            yield _Sign("\n", None)
        elif char.isspace():
            yield _Sign(" ", None)
        else:
            sign = _drawn(textpage, index, char, grid)
            if sign.text and (sign.box is None or _overlaps(sign.box, width, height)):
                yield sign
            if char in _LAST_HYPHENS:
                yield _Sign("\n", None)


def _overlaps(box: Box, width: int, height: int) -> bool:
    return box.right > 0 and box.bottom > 0 and box.left < width and box.top < height


def _drawn(textpage: Any, index: int, char: str, grid: _Grid) -> _Sign:
    left, bottom, right, top = textpage.get_charbox(index)
    drawn = right > left and top > bottom
    if char in _LAST_HYPHENS:
        char = "-"
    elif char == _SOFT and not drawn:
        char = ""
    unnamed = pdfium_c.FPDFText_HasUnicodeMapError(textpage, index) == 1
    odd = unnamed or char == "\ufffd" or unicodedata.category(char or " ") in _ODD
    item = pdfium_c.FPDFText_GetTextObject(textpage, index)
    visible = not item or pdfium_c.FPDFTextObj_GetTextRenderMode(item) not in INVISIBLE
    box = grid.box(left, bottom, right, top) if drawn else None
    font, drawn_by = (_font(item), addressof(item.contents)) if item else (NO_FONT, 0)
    return _Sign(char.translate(_SPELT_OUT), box, visible, odd, font, drawn_by)


def _hyphenated(signs: list[_Sign]) -> Iterator[_Sign]:
    """The signs with soft hyphens replaced by hyphens, and left out between letters of a word, where they only allow a break.

    Some fonts give their only hyphen as a soft one. Such a font has soft hyphens at places other than inside a word or at a
    line's end; its soft hyphens inside words are hyphens too.
    """
    soft = [i for i, sign in enumerate(signs) if sign.text == _SOFT]
    after = {i: signs[i + 1].text if i + 1 < len(signs) else "\n" for i in soft}
    inside = {i for i in soft if i and signs[i - 1].text[-1:].isalpha() and after[i].islower()}
    named_so = {signs[i].font for i in soft if i not in inside and after[i] != "\n"}
    for i, sign in enumerate(signs):
        if sign.text != _SOFT:
            yield sign
        elif i not in inside or sign.font in named_so:
            yield replace(sign, text="-")


def _font(item: Any) -> Font:
    """The font of a text object."""
    font = pdfium_c.FPDFTextObj_GetFont(item)
    if not font:
        return NO_FONT
    name = create_string_buffer(128)
    length = pdfium_c.FPDFFont_GetBaseFontName(font, name, len(name))
    told = name.value.decode("utf-8", errors="replace") if 0 < length <= len(name) else ""
    return Font(told, addressof(font.contents))


def _once(signs: list[_Sign]) -> Iterator[_Sign]:
    """The signs without the words that another text object strikes again where the same ones stand: bold, or a shadow.

    A word of which only some signs stand so overlaps with another.
    """
    struck: dict[tuple[str, int, int], list[_Sign]] = {}
    for _, group in groupby(signs, key=lambda sign: (sign.drawn_by, sign.box is None)):
        word = list(group)
        again = [_is_struck(sign, struck) for sign in word]
        is_twice = 2 * sum(again) > len(word)
        for sign, is_again in zip(word, again, strict=True):
            if is_twice and is_again:
                continue
            if sign.box is not None and sign.visible:
                struck.setdefault((sign.text, *_cell(sign.box)), []).append(sign)
            yield sign


def _cell(box: Box) -> tuple[int, int]:
    """Where a box stands, roughly: what is struck again is there or in one of the eight cells around."""
    return int(box.left // 64), int(box.top // 64)


def _is_struck(sign: _Sign, struck: Mapping[tuple[str, int, int], list[_Sign]]) -> bool:
    if sign.box is None or not sign.visible:
        return False
    across, down = _cell(sign.box)
    cells = [(sign.text, across + i, down + j) for i in _NEXT for j in _NEXT]
    return any(_is_again(sign, other) for cell in cells for other in struck.get(cell, ()))


def _is_again(sign: _Sign, other: _Sign) -> bool:
    if sign.box is None or other.box is None or sign.drawn_by == other.drawn_by:
        return False
    across, down = abs(other.box.left - sign.box.left), abs(other.box.top - sign.box.top)
    return across < min(_TWICE * sign.box.height, 0.5 * sign.box.width) + 1 and down < _TWICE * sign.box.height + 1


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    box: Box
    font: Font
    visible: bool


def _lines(signs: Iterable[_Sign], seen_only: bool) -> Iterator[list[_Word]]:
    """The words of each line that has any; words without a box are left out."""
    line: list[_Word] = []
    word: list[_Sign] = []
    for sign in (*signs, _Sign("\n", None)):
        if sign.text not in (" ", "\n"):
            word.append(sign)
            continue
        line += _word(word)
        word = []
        if sign.text == "\n":
            line = [word for word in line if word.visible or not seen_only]
            if line:
                yield _logical(_unspaced(line))
            line = []


def _word(signs: list[_Sign]) -> Iterator[_Word]:
    signs = logical.ordered(signs, lambda sign: sign.text, lambda sign: sign.box)
    text = unicodedata.normalize("NFC", "".join(sign.text for sign in signs))
    boxes = [sign.box for sign in signs if sign.box]
    if text and boxes:
        visible = 2 * sum(sign.visible for sign in signs if sign.box) >= len(boxes)
        yield _Word(text, Box.around(boxes), signs[0].font, visible)


def _logical(words: list[_Word]) -> list[_Word]:
    """The words of a line as they are read, from right to left where they are written so."""
    words = logical.ordered(words, lambda word: word.text, lambda word: word.box)
    if not logical.is_mirrored(word.text for word in words):
        return words
    return [replace(word, text=word.text[::-1]) if logical.is_rtl(word.text) else word for word in reversed(words)]


def _unspaced(words: list[_Word]) -> list[_Word]:
    """The words of a line; where it is letter-spaced, its signs joined to words at gaps wider than between letters."""
    single = sum(len(word.text) == 1 and word.text.isalpha() for word in words)
    if len(words) < 5 or single < _SPACED * len(words):
        return words
    gaps = [after.box.left - before.box.right for before, after in pairwise(words)]
    widest = _widest_in_word(gaps)
    joined = [words[0]]
    for word, gap in zip(words[1:], gaps, strict=True):
        last = joined[-1]
        if gap <= widest:
            joined[-1] = replace(last, text=last.text + word.text, box=Box.around([last.box, word.box]))
        else:
            joined.append(word)
    return joined


def _widest_in_word(gaps: list[float]) -> float:
    """The widest of the gaps between letters, where wider ones of ``gaps`` stand out as spaces; else all are of one word."""
    ranked = sorted(gaps)
    start = len(ranked) // 2
    jumps = [(after - before, before, after) for before, after in pairwise(ranked[start:])]
    _, before, after = max(jumps, default=(0.0, 0.0, 0.0))
    return before if after >= _WORD_GAP * max(before, 1.0) else inf


def _line(found: list[_Word], name: str) -> Line:
    words: list[Word] = []
    position = 0
    for word in found:
        words.append(Word(word.text, word.box, 1.0, position, position + len(word.text)))
        position += len(word.text) + 1
    return Line(name, " ".join(word.text for word in words), Box.around([word.box for word in words]), tuple(words))


def _runs(words: list[_Word]) -> Iterator[Run]:
    for font, group in groupby(words, key=lambda word: word.font):
        yield Run(tuple((word.text, word.box) for word in group), font)
