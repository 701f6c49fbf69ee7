"""The invisible text of a page as a content stream: each word as wide as its box, along its line's baseline.

A line is set by its start, its direction and the size of its letters (PDF 32000-1:2008, 9.4.2 to 9.4.4). Its words follow one
another, each scaled to its width (``Tz``), with one space behind it. Numbers have as few digits as keep a word's ends within
:func:`_tolerance`, and what stays as it was is not said again, so that a page needs few bytes; the rounding of one word is
taken into the next, so that none drifts. Text that runs from right to left is written in visual order, as viewers expect of a
content stream.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ocrect.record.document import Box
from ocrect.writers.pdf.font import ADVANCE, DESCENT, Codes

Point = tuple[float, float]
_LEAST = 0.5
"""Pixels that a word is wide at least."""
_HYPHENS = ("-", "\u2010", "\u00ad")
"""Signs at a line's end by which viewers join a word with its rest on the next line. Behind others a space ends the line, since
a line that begins close by is taken for its continuation.
"""
_EXACT, _EXACT_OF_SIZE = 1.0, 0.025
"""How far rounding may move a word's end: pixels, and part of the letters' height; the smaller one holds."""
_FLAT = 2.0
"""Pixels from one end to the other by which a baseline may be off the level, or upright, and still be written as such."""

_RAISED = 0.4
"""Of the letters' height: a word whose middle is further from the line's is put where it stands (a superscript, say)."""
_DIRECTION = 4
"""Digits of a direction: a line of 2,000 pixels ends within a tenth of one."""


class TextLine(NamedTuple):
    """A line to be written: its words with their boxes, left to right or as read, and its baseline, all in pixels."""

    words: Sequence[tuple[str, Box]]
    baseline: tuple[Point, Point] | None = None


class Placement(NamedTuple):
    """From pixels of the upright page image to the page's user space: ``x = a·px + c·py + e``, ``y = b·px + d·py + f``.

    The same order of six numbers as PDF's matrices.
    """

    a: float
    b: float
    c: float
    d: float
    e: float
    f: float

    @classmethod
    def of_page(cls, box: Sequence[float], turned: int, width: int, height: int) -> Placement:
        """The page's visible ``box`` (left, bottom, right, top), shown turned clockwise by ``turned`` degrees, as an image."""
        left, bottom, right, top = box
        across, up = right - left, top - bottom
        if turned == 90:
            return cls(0.0, up / width, across / height, 0.0, left, bottom)
        if turned == 180:
            return cls(-across / width, 0.0, 0.0, up / height, right, bottom)
        if turned == 270:
            return cls(0.0, -up / width, -across / height, 0.0, right, top)
        return cls(across / width, 0.0, 0.0, -up / height, left, top)

    def point(self, x: float, y: float) -> Point:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def vector(self, x: float, y: float) -> Point:
        return self.a * x + self.c * y, self.b * x + self.d * y


def content(lines: Iterable[TextLine], placement: Placement, font: str, codes: Codes) -> bytes:
    """The content stream of a page's invisible text; ``font`` is its name in the page's resources."""
    pen = _Pen(placement, font, codes)
    written = [part for line in lines if line.words for part in pen.line(line)]
    return b"\n".join([b"q BT 3 Tr", *written, b"ET Q"]) if written else b""


class _Pen:
    """Writes lines one after the other, and knows what the stream has set before: matrix, place, size and scale."""

    def __init__(self, placement: Placement, font: str, codes: Codes) -> None:
        self._placement, self._font, self._codes = placement, font.encode("ascii"), codes
        self._matrix = (1.0, 0.0, 0.0, 1.0)
        self._place = (0.0, 0.0)
        self._size = self._scale = self._rise = 0.0

    def line(self, line: TextLine) -> Iterator[bytes]:
        direction = _direction(line)
        unit, across = (math.hypot(*self._placement.vector(x, y)) for x, y in (direction, (direction[1], -direction[0])))
        size = _rounded(_height(line, direction) * across)
        height = size / across
        level = _level(line, direction) - height / 2
        extents = sorted((_extent(word, direction, height, level) for word in line.words if word[0]), key=lambda e: e.start)
        if not extents:
            return
        if size != self._size:
            self._size = size
            yield b"/%s %s Tf" % (self._font, _number(size, 5))
        yield self._moved(_origin(line, direction, height, extents[0].start), direction)
        yield from self._words(extents, size / unit, _tolerance(height))

    def _moved(self, origin: Point, direction: Point) -> bytes:
        """To a line's start: by ``Td`` from that of the line before where the direction is the same, else by ``Tm``."""
        c, s = direction
        along, up = _unit(self._placement.vector(c, s)), _unit(self._placement.vector(s, -c))
        matrix = (*along, *up)
        x, y = self._placement.point(*origin)
        digits = max(0, math.ceil(math.log10(1.4 / _least_unit(self._placement))))
        if matrix != self._matrix:
            self._matrix, self._place = matrix, (round(x, digits), round(y, digits))
            return b" ".join([*(_number(n, _DIRECTION) for n in matrix), *(_number(n, digits) for n in self._place), b"Tm"])
        a, b, c, d = matrix
        dx, dy = x - self._place[0], y - self._place[1]
        tx, ty = (round(n / (a * d - b * c), digits) for n in (d * dx - c * dy, a * dy - b * dx))
        self._place = self._place[0] + a * tx + c * ty, self._place[1] + b * tx + d * ty
        return b"%s %s Td" % (_number(tx, digits), _number(ty, digits))

    def _words(self, extents: Sequence[_Extent], size: float, tolerance: float) -> Iterator[bytes]:
        """The words of a line, those of one scale in one array; ``size`` is that of an em along the line, in pixels."""
        at = extents[0].start
        shown: list[bytes] = []
        for extent, following in zip(extents, [*extents[1:], None], strict=True):
            scale = _scale(extent.text, extent.end - at, size, self._scale, tolerance)
            if shown and (scale, extent.rise) != (self._scale, self._rise):
                yield _array(shown)
                shown = []
            if scale != self._scale:
                yield _number(scale, 2) + b" Tz"
            if extent.rise != self._rise:
                yield _number(extent.rise * self._size / size, 1) + b" Ts"
            self._scale, self._rise = scale, extent.rise
            em = scale / 100 * size
            at += ADVANCE * em * len(extent.text)
            text = self._codes(_visual(extent.text))
            if following is None and extent.text.endswith(_HYPHENS):
                shown.append(_string(text))
                continue
            shown.append(_string(text + self._codes(" ")))
            at += ADVANCE * em
            if following is not None:
                step = 10 if em <= 200 * tolerance else 1
                back = step * round(1000 * (at - following.start) / em / step)
                at -= back / 1000 * em
                shown.append(b"%d" % back if back else b"")
        yield _array(shown)


class _Extent(NamedTuple):
    """A word on its line: where it begins and ends, in pixels from the origin along the line's direction."""

    text: str
    start: float
    end: float
    rise: float
    """How far it stands above the line's other words, in pixels; 0 where that is little."""


def _direction(line: TextLine) -> Point:
    """The unit vector along the line, in pixels with y downwards; level or upright where it is so but for :data:`_FLAT` pixels.

    What it is off the level is rounded to a thousandth, so that lines of a page that lies askew share one direction.
    """
    if line.baseline is None:
        return 1.0, 0.0
    (x0, y0), (x1, y1) = line.baseline
    across, down = x1 - x0, y1 - y0
    length = math.hypot(across, down)
    if length <= 0:
        return 1.0, 0.0
    if abs(across) >= abs(down):
        off = 0.0 if abs(down) <= _FLAT else round(down / length, 3)
        return math.copysign(math.sqrt(1 - off * off), across), off
    off = 0.0 if abs(across) <= _FLAT else round(across / length, 3)
    return off, math.copysign(math.sqrt(1 - off * off), down)


def _unit(vector: Point) -> Point:
    length = math.hypot(*vector)
    return round(vector[0] / length, _DIRECTION) + 0.0, round(vector[1] / length, _DIRECTION) + 0.0


def _least_unit(placement: Placement) -> float:
    """User space units of a pixel, across or down, whichever is less."""
    return min(math.hypot(placement.a, placement.b), math.hypot(placement.c, placement.d))


def _tolerance(height: float) -> float:
    return min(_EXACT, _EXACT_OF_SIZE * height)


def _rounded(size: float) -> float:
    """A font's size in two digits and a half."""
    step = 10.0 ** math.floor(math.log10(size)) / 20
    return round(step * round(size / step), 5)


def _height(line: TextLine, direction: Point) -> float:
    """The letters' height across the line, in pixels: the median over its words, each box being drawn around a turned word."""
    heights = sorted(max(1.0, _sides(box, direction)[1]) for _, box in line.words)
    return heights[len(heights) // 2]


def _sides(box: Box, direction: Point) -> tuple[float, float]:
    """Length and height of the rectangle along ``direction`` that an upright ``box`` was drawn around."""
    c, s = abs(direction[0]), abs(direction[1])
    difference = c * c - s * s
    if abs(difference) < 0.2:  # near 45 degrees the two cannot be told apart
        return box.width, min(box.width, box.height)
    length = (box.width * c - box.height * s) / difference
    height = (box.height * c - box.width * s) / difference
    return max(length, _LEAST), min(max(height, 1.0), max(box.width, box.height))


def _extent(word: tuple[str, Box], direction: Point, size: float, level: float) -> _Extent:
    """The place of ``word`` on a line of letters of ``size``, whose middle is at ``level`` across its direction."""
    text, box = word
    c, s = direction
    if abs(s) < abs(c) * 1e-3:
        length = box.width
    elif abs(c) < abs(s) * 1e-3:
        length = box.height
    else:
        along, across = abs(c), abs(s)
        length = (box.width - size * across) / along if along >= across else (box.height - size * along) / across
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    length = max(length, _LEAST)
    rise = level - (y * c - x * s)
    start = x * c + y * s - length / 2
    return _Extent(text, start, start + length, rise if abs(rise) > _RAISED * size else 0.0)


def _level(line: TextLine, direction: Point) -> float:
    """Where the baseline is across the line's direction, in pixels; where there is none, the lowest edge of its words."""
    c, s = direction
    if line.baseline is None:
        return max(box.bottom for _, box in line.words)
    below = [y * c - x * s for x, y in line.baseline]
    return sum(below) / len(below)


def _origin(line: TextLine, direction: Point, size: float, start: float) -> Point:
    """The point of the baseline, in pixels, that lies ``start`` along the line; letters' tails hang below it."""
    c, s = direction
    across = _level(line, direction) - DESCENT * size
    return start * c - across * s, start * s + across * c


def _scale(text: str, width: float, size: float, before: float, tolerance: float) -> float:
    """The ``Tz``, in percent, that makes ``text`` so wide (pixels): that of ``before`` if it will do, or with few digits."""
    full = ADVANCE * size * len(text)
    wanted = 100 * max(width, _LEAST) / full
    for scale in (before, round(wanted), round(wanted, 1)):
        if scale >= 1 and abs(scale - wanted) / 100 * full <= tolerance:
            return float(scale)
    return max(round(wanted, 2), 0.01)


def _array(shown: Sequence[bytes]) -> bytes:
    return shown[0] + b"Tj" if len(shown) == 1 else b"[" + b"".join(shown) + b"]TJ"


def _string(codes: bytes) -> bytes:
    """A string operand (PDF 32000-1:2008, 7.3.4.2)."""
    for special in (b"\\", b"(", b")"):
        codes = codes.replace(special, b"\\" + special)
    return b"(" + codes.replace(b"\r", b"\\r") + b")"


def _number(value: float, digits: int) -> bytes:
    text = f"{value:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if digits else text
    text = text.removeprefix("0") if text.startswith("0.") else "-" + text[2:] if text.startswith("-0.") else text
    return (text if text not in ("-0", "", "-") else "0").encode("ascii")


_RIGHT_TO_LEFT = ("R", "AL")


def _visual(word: str) -> str:
    """A word as it stands from left to right: its letters turned round where they run from right to left.

    Numbers and Latin letters inside keep their order, and marks stay behind the letter that they belong to (Unicode Standard
    Annex 9, rules L2 and L3, for one word).
    """
    if not any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in word):
        return word
    runs: list[str] = []
    for cluster in _clusters(word):
        keeps = unicodedata.bidirectional(cluster[0]) in ("L", "EN", "AN", "ES", "CS", "ET")
        if keeps and runs and unicodedata.bidirectional(runs[-1][-1]) in ("L", "EN", "AN", "ES", "CS", "ET"):
            runs[-1] += cluster
        else:
            runs.append(cluster)
    return "".join(reversed(runs))


def _clusters(word: str) -> list[str]:
    found: list[str] = []
    for c in word:
        if found and unicodedata.combining(c):
            found[-1] += c
        else:
            found.append(c)
    return found
