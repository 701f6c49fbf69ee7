"""The invisible text of a page as a content stream: each word as wide as its box, along its line's baseline.

A line is set by one text matrix (PDF 32000-1:2008, 9.4.4) that carries its size, place and angle. Its words follow one another,
each scaled to its width (``Tz``), with one space behind it. The rounding of one is taken into the next, so that none drifts.
Text that runs from right to left is written in visual order, as viewers expect of a content stream.
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
_EXACT = 0.25
"""Pixels that a word's end may be off by rounding."""


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
    written = [part for line in lines if line.words for part in _line(line, placement, codes)]
    if not written:
        return b""
    return b"\n".join([b"q BT 3 Tr", f"/{font} 1 Tf".encode("ascii"), *written, b"ET Q"])


class _Extent(NamedTuple):
    """Where a word begins and ends along its line, in pixels from the origin along the line's direction."""

    text: str
    start: float
    end: float


def _line(line: TextLine, placement: Placement, codes: Codes) -> Iterator[bytes]:
    direction = _direction(line.baseline)
    size = _height(line, direction)
    extents = sorted((_extent(text, box, direction, size) for text, box in line.words if text), key=lambda e: e.start)
    if not extents:
        return
    at = extents[0].start
    yield _matrix(_origin(line, direction, size, at), direction, size, placement)
    for extent, following in zip(extents, [*extents[1:], None], strict=True):
        scale = _scale(extent.text, extent.end - at, size)
        at += scale / 100 * ADVANCE * size * len(extent.text)
        text = codes(_visual(extent.text))
        if following is None:
            space = b"" if extent.text.endswith(_HYPHENS) else codes(" ")
            yield b"%s Tz%sTj" % (_number(scale), _string(text + space))
            continue
        em = scale / 100 * size
        back = round(1000 * (at + ADVANCE * em - following.start) / em)
        at += ADVANCE * em - back / 1000 * em
        yield b"%s Tz[%s%d]TJ" % (_number(scale), _string(text + codes(" ")), back)


def _direction(baseline: tuple[Point, Point] | None) -> Point:
    """The unit vector along the line, in pixels with y downwards."""
    if baseline is None:
        return 1.0, 0.0
    (x0, y0), (x1, y1) = baseline
    length = math.hypot(x1 - x0, y1 - y0)
    return ((x1 - x0) / length, (y1 - y0) / length) if length > 0 else (1.0, 0.0)


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


def _extent(text: str, box: Box, direction: Point, size: float) -> _Extent:
    c, s = direction
    if abs(s) < abs(c) * 1e-3:
        length = box.width
    elif abs(c) < abs(s) * 1e-3:
        length = box.height
    else:
        along, across = abs(c), abs(s)
        length = (box.width - size * across) / along if along >= across else (box.height - size * along) / across
    middle = (box.left + box.right) / 2 * c + (box.top + box.bottom) / 2 * s
    length = max(length, _LEAST)
    return _Extent(text, middle - length / 2, middle + length / 2)


def _origin(line: TextLine, direction: Point, size: float, start: float) -> Point:
    """The point of the baseline, in pixels, that lies ``start`` along the line; letters' tails hang below it."""
    c, s = direction
    if line.baseline is not None:
        below = [-x * s + y * c for x, y in line.baseline]
        across = sum(below) / len(below)
    else:
        across = max(box.bottom for _, box in line.words)
    across -= DESCENT * size
    return start * c - across * s, start * s + across * c


def _matrix(origin: Point, direction: Point, size: float, placement: Placement) -> bytes:
    """``Tm``: text units of one em to the page's user space."""
    c, s = direction
    along, up = placement.vector(size * c, size * s), placement.vector(size * s, -size * c)
    numbers = (*along, *up, *placement.point(*origin))
    return b" ".join([*map(_number, numbers), b"Tm"])


def _scale(text: str, width: float, size: float) -> float:
    """The ``Tz``, in percent, that makes ``text`` so wide (pixels), with as few digits as keep its end exact."""
    full = ADVANCE * size * len(text)
    wanted = 100 * max(width, _LEAST) / full
    digits = 0 if abs(round(wanted) - wanted) / 100 * full <= _EXACT and wanted >= 1 else 2
    return max(round(wanted, digits), 10.0**-digits)


def _string(codes: bytes) -> bytes:
    """A string operand (PDF 32000-1:2008, 7.3.4.2)."""
    for special in (b"\\", b"(", b")"):
        codes = codes.replace(special, b"\\" + special)
    return b"(" + codes.replace(b"\r", b"\\r") + b")"


def _number(value: float) -> bytes:
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return (text if text not in ("-0", "") else "0").encode("ascii")


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
