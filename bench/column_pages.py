"""Pages of columns and of rows as a detector would find them: boxes with their texts, in a known reading order.

Nothing is rendered: a line is as wide as its letters (the widths of a serif face), a box is grown and shaken as those of a
detector are, a line is found in one to three pieces, two lines beside one another now and then in one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from math import radians, tan
from pydoc_data.topics import topics

from ocrect.record.document import Box

GROWTH, SHAKE = (0.05, 0.22), 0.05
"""A box is grown at each side by so many letter heights, and each edge shaken by a normal deviate of so many."""

SPLIT, MERGED, MISSED = 0.12, 0.01, 0.004
"""Shares: of lines found in two or three pieces, of lines found with the one beside them, of lines not found."""

TILT = 0.15
"""Degrees: the most that is left of a page's tilt after it was straightened."""

_WIDTHS = {**dict.fromkeys("ijl.,;:'|!()", 0.28), **dict.fromkeys("ftr-", 0.36), **dict.fromkeys("mwMW", 0.82), " ": 0.25}
_CAPITAL, _LETTER = 0.68, 0.5


@dataclass(frozen=True, slots=True)
class Piece:
    """A box with its text and the number of the line that it belongs to; of a table, of the row. Where two lines were found as
    one, that number is -1 and ``parts`` are their pieces, as printed.
    """

    box: Box
    text: str
    line: int
    parts: tuple[Piece, ...] = ()


@dataclass(slots=True)
class Drawn:
    """A page being drawn: lines are numbered in reading order. ``size`` is the letters' height (the em) in pixels; ``rules``
    are those across the page, and ``cells`` are closed by rules.
    """

    rng: random.Random
    size: float
    name: str
    pieces: list[Piece] = field(default_factory=list)
    count: int = 0
    rules: list[Box] = field(default_factory=list)
    cells: list[Box] = field(default_factory=list)

    def line(self, words: list[str], x: float, y: float, *, space: float = 0.25, size: float = 0.0, new: bool = True) -> None:
        """A line, its words ``space`` em apart, or more of the line before where it is not ``new``."""
        size = size or self.size
        self.count += new
        if self.rng.random() < MISSED:
            return
        many = 1 + (self.rng.random() < SPLIT) + (self.rng.random() < SPLIT / 3)
        cuts = sorted(self.rng.sample(range(1, len(words)), min(many, len(words)) - 1)) if len(words) > 1 else []
        for start, end in pairwise([0, *cuts, len(words)]):
            left = x + sum(width(word, size) + space * size for word in words[:start])
            right = left + sum(width(word, size) + space * size for word in words[start:end]) - space * size
            self.pieces.append(Piece(Box(left, y, right, y + size), " ".join(words[start:end]), self.count))

    def found(self) -> list[Piece]:
        """The pieces as a detector finds them, in no order."""
        merged = list(self._merged())
        slope = tan(radians(self.rng.uniform(-TILT, TILT)))
        pieces = [replace(piece, box=self._found(piece.box, slope)) for piece in merged]
        self.rng.shuffle(pieces)
        return pieces

    def _merged(self) -> Iterator[Piece]:
        rest = list(self.pieces)
        while rest:
            piece = rest.pop(0)
            beside = [p for p in rest if p.box.top == piece.box.top and 0 < p.box.left - piece.box.right < 1.3 * self.size]
            if beside and beside[0].line != piece.line and self.rng.random() < 2 * MERGED:
                rest.remove(beside[0])
                two = (piece, beside[0])
                yield Piece(Box.around([part.box for part in two]), " ".join(part.text for part in two), -1, two)
            else:
                yield piece

    def _found(self, box: Box, slope: float) -> Box:
        grown, size = self.rng.uniform(*GROWTH) * box.height, box.height
        off = [self.rng.gauss(0, SHAKE) * size for _ in range(4)]
        rise = slope * (box.left + box.right) / 2
        return Box(
            box.left - grown + off[0],
            box.top - grown / 2 + off[1] + rise,
            box.right + grown + off[2],
            box.bottom + grown / 2 + off[3] + rise,
        )


def width(word: str, size: float) -> float:
    """How wide a word is printed in letters of that size, in the size's unit."""
    return size * sum(_WIDTHS.get(c, _CAPITAL if c.isupper() else _LETTER) for c in word)


def prose(rng: random.Random) -> Iterator[str]:
    """Words of running text: prose of the Python documentation that comes with Python, without end."""
    kept = [text for text in topics.values() if len(text) > 2000]
    while True:
        for line in rng.choice(kept).splitlines():
            words = line.split()
            if len(words) > 6 and re.fullmatch(r"[\w\s,.;:()'\"-]+", line):
                yield from words


def column_page(rng: random.Random, columns: int, characters: int, gutter: float, *, justified: bool) -> Drawn:
    """A page of columns so many ``characters`` wide, ``gutter`` em apart, perhaps under a title and over a full one."""
    page = Drawn(rng, rng.uniform(24, 40), f"{columns} columns")
    words, size = prose(rng), page.size
    wide, leading = characters * 0.47 * size, rng.uniform(1.15, 1.5) * size
    across = columns * wide + (columns - 1) * gutter * size
    y = 100.0
    if rng.random() < 0.6:
        title = [next(words) for _ in range(rng.randint(3, 9))]
        big = rng.uniform(1.4, 2.5) * size
        middle = (across - sum(width(word, big) + 0.25 * big for word in title)) / 2
        page.line(title, 100 + middle * rng.choice([0, 1]), y, size=big)
        y += big * rng.uniform(1.4, 2.5)
    many, same_grid = rng.randint(8, 45), rng.random() < 0.6
    bottom = y
    for column in range(columns):
        top = y if same_grid else y + rng.uniform(0, leading)
        left = 100 + column * (wide + gutter * size)
        end = _set_column(page, words, (left, top), wide, leading, many - rng.choice([0, 0, 1, 3]), justified=justified)
        bottom = max(bottom, end)
    if rng.random() < 0.4:
        top = bottom + rng.uniform(0.3, 1.5) * leading
        _set_column(page, words, (100, top), across, leading, rng.randint(2, 7), justified=justified)
    return page


def _set_column(
    page: Drawn, words: Iterator[str], at: tuple[float, float], wide: float, leading: float, many: int, *, justified: bool
) -> float:
    """Set ``many`` lines of paragraphs; where the next line would begin."""
    size, rng = page.size, page.rng
    x, y = at
    left_in_paragraph, indent = 0, 0.0
    waiting = next(words)
    for number in range(many):
        if not left_in_paragraph:
            left_in_paragraph = rng.randint(3, 12)
            indent = size * rng.choice([0, 1.5]) if number else 0.0
        left_in_paragraph -= 1
        line = [waiting]
        room = wide - indent - width(waiting, size)
        while (waiting := next(words)) and width(waiting, size) + 0.25 * size <= room:
            room -= width(waiting, size) + 0.25 * size
            line.append(waiting)
        last = not left_in_paragraph or number == many - 1
        if last:
            line = line[: rng.randint(1, len(line))]
        spread = room / size / (len(line) - 1) if justified and not last and len(line) > 1 else 0.0
        page.line(line, x + indent, y, space=0.25 + spread)
        indent = 0.0
        y += leading
        if last and rng.random() < 0.3:
            y += 0.5 * leading
    return y


def row_page(rng: random.Random) -> Drawn:
    """A page of rows: a receipt, a table of words and numbers, an invoice with long descriptions, or a form."""
    kind = rng.choice([_receipt, _table, _invoice, _form])
    page = Drawn(rng, rng.uniform(24, 40), kind.__name__.strip("_"))
    kind(page, prose(rng))
    return page


def ledger_page(rng: random.Random) -> Drawn:
    """A page of a ledger: words, and in one to three columns amounts that stand up to half a row above or below them."""
    page, words = Drawn(rng, rng.uniform(24, 40), "ledger"), prose(rng)
    size, many = page.size, rng.randint(1, 3)
    leading = rng.uniform(1.35, 2.2) * size
    off, uneven = rng.choice([-1, 1]) * rng.uniform(0.25, 0.5) * leading, rng.uniform(0, 0.05) * leading
    for n in range(rng.randint(4, 20)):
        y, amounts = 100 + n * leading, rng.random() < 0.9
        page.line(_capital(words, rng.randint(1, 4)).split(), 100, y)
        at = y + off + rng.gauss(0, uneven)
        for column in range(many if amounts else 0):
            text = _amount(rng)
            page.line([text], 100 + (24 + 6 * column) * size - width(text, size), at, new=False)
    return page


def _cells(page: Drawn, cells: list[tuple[float, str, bool]], y: float) -> None:
    """A row: each cell where it begins (or ends, where it is set to the right), and its words."""
    for n, (x, text, right) in enumerate(cells):
        words = text.split()
        start = x - sum(width(w, page.size) + 0.25 * page.size for w in words) + 0.25 * page.size if right else x
        page.line(words, start, y, new=not n)


def _amount(rng: random.Random) -> str:
    return f"{rng.choice([9, 99, 999, 9999]) * rng.random():,.2f}"


def _capital(words: Iterator[str], many: int) -> str:
    return " ".join(next(words).strip(".,;:()'\"") or "Item" for _ in range(many)).capitalize()


def _receipt(page: Drawn, words: Iterator[str]) -> None:
    rng, size = page.rng, page.size
    y, leading, right = 100.0, rng.uniform(1.15, 1.8) * size, rng.uniform(16, 34) * size
    for _ in range(rng.randint(2, 5)):
        page.line(_capital(words, rng.randint(2, 4)).split(), 100 + rng.uniform(0, 4) * size, y)
        y += leading
    for _ in range(rng.randint(4, 40)):
        name = _capital(words, rng.randint(1, 4))
        _cells(page, [(100, name.upper() if page.count % 2 else name, False), (100 + right, _amount(rng), True)], y)
        y += leading


def _table(page: Drawn, words: Iterator[str]) -> None:
    rng, size = page.rng, page.size
    columns = [(rng.choice(["number", "words", "word"]), rng.uniform(4, 9)) for _ in range(rng.randint(2, 8))]
    leading, pad = rng.uniform(1.3, 2.2) * size, rng.uniform(1, 5) * size
    y = 100.0
    for _ in range(rng.randint(4, 40)):
        x, cells = 100.0, []
        for kind, em in columns:
            many = rng.randint(1, 3) if kind == "words" else 1
            text = _amount(rng) if kind == "number" else _capital(words, many)
            while width(text, size) > em * size:
                text = text[:-1].strip() or "x"
            cells.append((x + (em * size if kind == "number" else 0), text, kind == "number"))
            x += em * size + pad
        _cells(page, cells, y)
        y += leading


def _invoice(page: Drawn, words: Iterator[str]) -> None:
    rng, size = page.rng, page.size
    y, leading = 100.0, rng.uniform(1.15, 1.5) * size
    at = [2.5 * size, rng.uniform(18, 28) * size]
    at += [at[1] + 5 * size, at[1] + 10 * size]
    for number in range(rng.randint(3, 14)):
        lines: list[list[str]] = [[]]
        for word in _capital(words, rng.randint(1, 14)).split():
            if width(" ".join([*lines[-1], word]), size) > at[1] - at[0] - 2 * size:
                lines.append([])
            lines[-1].append(word)
        ends = [
            (100 + at[1], str(rng.randint(1, 20)), True),
            (100 + at[2], _amount(rng), True),
            (100 + at[3], _amount(rng), True),
        ]
        _cells(page, [(100, str(number + 1), False), (100 + at[0], " ".join(lines[0]), False), *ends], y)
        for line in lines[1:]:
            y += leading
            page.line(line, 100 + at[0], y)
        y += leading + rng.uniform(0.2, 0.8) * size


def _form(page: Drawn, words: Iterator[str]) -> None:
    rng, size = page.rng, page.size
    y, leading, at = 100.0, rng.uniform(1.3, 2.0) * size, rng.uniform(10, 16) * size
    for _ in range(rng.randint(4, 20)):
        date = f"{rng.randint(1, 28)}.{rng.randint(1, 12)}.20{rng.randint(10, 29)}"
        value = rng.choice([_amount(rng), _capital(words, 2), date])
        _cells(page, [(100, _capital(words, rng.randint(1, 2))[:18] + ":", False), (100 + at, value, False)], y)
        y += leading
