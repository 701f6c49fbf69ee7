"""A PDF page that carries its own text, judged by its pixels (``text_layer="auto"``).

What the layer says is taken where it shows (:mod:`ocrect.source.visible`); what shows and looks like writing but is no text of
the layer (in pictures, form fields, notes) is read by the engine, and put in its place; and a sample of each font is read,
because a font's table of characters may be wrong: a page with such a font is read from its pixels alone.

An engine is needed for the last two, and none is known here: :meth:`Layered.settled` is given one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from ocrect.errors import PageError
from ocrect.record.document import Block, Box, Line, Page, PageImage, Step
from ocrect.source.collage import collage
from ocrect.source.text_layer import Layer, Run

Read = Callable[[PageImage], Page]
Group = list[Line]
"""Lines that stay together, one at least; all have boxes."""

MOST_READ = 0.35  # of the page's area: where more is to be read, the page is read as a whole
MOST_PIECES = 60
MOST_SAMPLES = 10
LEAST_SIGNS = 4  # of a font; fewer prove nothing
ALIKE, ALIKE_DIGITS = 0.6, 0.5  # likeness (1 − Indel distance / length) of a sample and of its digits to what is read
SURE = 0.8  # confidence: what is read less surely says nothing about a font
SAMPLE_MARGIN = 0.4  # heights of a sample around it
ONE_ROW = 0.5  # of the lower height that two lines of a row share
ROW_GAP, ROW_SIZES = 20.0, 2.5  # heights between two lines of a row, and how many times one is as high as the other
FIELDS = 0.8  # of the lines of a piece that stand in rows of the layer: they are fields
SUBSET = re.compile(r"[A-Z]{6}\+.+")  # the name of a font that belongs to this file alone (ISO 32000-1, 9.6.4)


@dataclass(frozen=True, slots=True)
class Layered:
    """A page with a text layer; ``unread`` are boxes of writing that it lacks, in pixels of the rendered page.

    ``samples`` are to be read before the layer is believed; ``whole`` is the page as it is, where there are any, and ``bare``
    the page without its text, where there is something unread. ``believed`` holds fonts of the file whose samples were right;
    those of this page are added to it.
    """

    layer: Layer
    unread: tuple[Box, ...]
    samples: tuple[Run, ...]
    whole: PageImage | None
    bare: PageImage | None
    believed: set[str]

    @property
    def number(self) -> int:
        return self.layer.number

    def settled(self, read: Read, engine: Read | None = None) -> Page:
        """The page in reading order, with what ``read`` finds beside the layer; samples are read by ``engine`` alone, if given.

        A page that could not be read has its failure.
        """
        wrong = self._wrong_font(engine or read)
        if wrong is not None and self.whole is not None:
            page = read(self.whole)
            return replace(page, steps=(*page.steps, Step("text-layer", "", {"left_out": f"the font {wrong} reads otherwise"})))
        page = self.layer.page()
        if not self.unread or self.bare is None:
            return page
        found, read_page = self._read_beside(read, self.bare)
        blocks = tuple(_merged(self.layer.lines, found, self.number))
        steps = (*page.steps, *read_page.steps[len(self.bare_steps) :])
        return replace(page, blocks=blocks, steps=steps, unread=read_page.unread, failure=read_page.failure)

    @property
    def bare_steps(self) -> tuple[Step, ...]:
        """The steps that an image of this page brings with it."""
        return (self.layer.how.step,)

    def _read_beside(self, read: Read, bare: PageImage) -> tuple[list[Group], Page]:
        """The lines that ``read`` finds in what the layer lacks, those of a picture together, and what it said besides."""
        pieces = _pieces(self.unread, self.layer.width, self.layer.height)
        if pieces is None:
            page = read(bare)
            return [[line] for line in page.lines() if line.box], page
        parts = collage(pieces, lambda box: _cut(bare.pixels, box), self.number, bare.dpi)
        page = read(replace(parts.image, steps=self.bare_steps))
        unread = tuple(replace(item, box=parts.place(item.box)) for item in page.unread)
        groups: dict[int, Group] = {}
        for line in page.lines():
            if line.box:
                groups.setdefault(parts.piece(line.box), []).append(parts.on_page(line))
        return list(groups.values()), replace(page, unread=unread)

    def _wrong_font(self, read: Read) -> str | None:
        """The name of a font whose sample reads otherwise; ``None`` where all are believed."""
        if not self.samples or self.whole is None:
            return None
        pixels = self.whole.pixels
        boxes = [_grown(run.box, self.layer.width, self.layer.height) for run in self.samples]
        parts = collage(boxes, lambda box: _cut(pixels, box), self.number, self.layer.how.dpi)
        seen: dict[int, list[Line]] = {}
        try:
            sampled = read(parts.image)
        except PageError:
            return None  # what cannot be read tells nothing
        for line in sampled.lines():
            if line.box is not None and (line.confidence or 0.0) >= SURE:
                seen.setdefault(parts.piece(line.box), []).append(line)
        for number, run in enumerate(self.samples):
            lines = sorted(seen.get(number, ()), key=lambda line: line.box.left if line.box else 0.0)
            if not _agrees(run.text, "".join(line.text for line in lines)):
                return run.font or "without a name"
        self.believed.update(run.font for run in self.samples if SUBSET.fullmatch(run.font))
        return None


def samples_of(runs: Iterable[Run], believed: set[str]) -> tuple[Run, ...]:
    """For each font that is not believed yet the runs of most different letters and of most different digits."""
    fonts: dict[str, list[Run]] = {}
    for run in runs:
        if run.font not in believed and run.box.width > run.box.height and len(_plain(run.text)) >= LEAST_SIGNS:
            fonts.setdefault(run.font, []).append(run)
    by_use = sorted(fonts.values(), key=lambda found: -sum(len(run.text) for run in found))
    chosen: list[Run] = []
    for found in by_use:
        letters = max(found, key=lambda run: (len({c for c in _plain(run.text) if c.isalpha()}), -len(run.text)))
        digits = max(found, key=lambda run: (len({c for c in _plain(run.text) if c.isdigit()}), -len(run.text)))
        chosen.append(letters)
        if digits is not letters and any(c.isdigit() for c in digits.text):
            chosen.append(digits)
    return tuple(chosen[:MOST_SAMPLES])


def _plain(text: str) -> str:
    """Letters and digits that every engine for Latin script reads, without accents; look-alikes as one."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in folded if c.isascii() and c.isalnum())


def _agrees(text: str, seen: str) -> bool:
    """True where what is seen of a font's sample is like its ``text``, or too little is seen to tell."""
    wanted, got = _plain(text), _plain(seen)
    if len(got) < max(LEAST_SIGNS, len(wanted) / 2):
        return True
    if Indel.normalized_similarity(wanted, got) < ALIKE:
        return False
    wanted, got = ("".join(c for c in part if c.isdigit()) for part in (wanted, got))
    return len(wanted) < LEAST_SIGNS or Indel.normalized_similarity(wanted, got) >= ALIKE_DIGITS


def _grown(box: Box, width: int, height: int) -> Box:
    """A box with a margin, in whole pixels on the page."""
    pad = SAMPLE_MARGIN * box.height
    left, top = (float(max(0, int(side - pad))) for side in (box.left, box.top))
    return Box(left, top, float(min(width, int(box.right + pad) + 1)), float(min(height, int(box.bottom + pad) + 1)))


def _cut(pixels: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    return pixels[int(box.top) : int(box.bottom), int(box.left) : int(box.right)]


def _pieces(rows: Sequence[Box], width: int, height: int) -> list[Box] | None:
    """Rows that touch or nearly do as one piece each, from top to bottom; ``None`` where they are most of the page."""
    pieces: list[Box] = []
    for row in rows:
        piece = _grown(row, width, height)
        while touching := [other for other in pieces if _touch(piece, other)]:
            pieces = [other for other in pieces if other not in touching]
            piece = Box.around([piece, *touching])
        pieces.append(piece)
        if len(pieces) > MOST_PIECES:
            return None
    if sum(piece.width * piece.height for piece in pieces) > MOST_READ * width * height:
        return None
    return sorted(pieces, key=lambda piece: (piece.top, piece.left))


def _touch(a: Box, b: Box) -> bool:
    return a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom


def _merged(own: Iterable[Line], found: Sequence[Group], page: int) -> Iterator[Block]:
    """The layer's lines and those that were found beside it, as one block: the fewer ones put between the more."""
    beside = [line for group in found for line in group]
    layer: list[Group] = [[line] for line in own]
    order, fewer = list(own), found
    if _signs(order) < _signs(beside):
        order, fewer = beside, layer
    is_layer = fewer is layer
    fewer = [part for group in fewer for part in _parted(group, order)]
    for group in sorted(fewer, key=lambda group: (_around(group).top, _around(group).left)):
        place = _place(group, order)
        order[place:place] = group
    if not is_layer:
        order = _in_rows(order, beside)
    lines = tuple(replace(line, id=f"p{page}-l{number}") for number, line in enumerate(order, 1))
    if lines:
        yield Block(lines, box=_around(lines))


def _parted(group: Group, order: Sequence[Line]) -> list[Group]:
    """Lines that stay together, or each by itself where nearly all stand at the right of a line of their row: fields."""
    boxes = [line.box for line in order if line.box]
    follow = sum(any(_follows(line.box, box) for box in boxes) for line in group if line.box)
    return [[line] for line in group] if follow >= FIELDS * len(group) else [group]


def _around(lines: Iterable[Line]) -> Box:
    return Box.around([line.box for line in lines if line.box])


def _in_rows(order: Sequence[Line], found: Sequence[Line]) -> list[Line]:
    """The lines with what was found at the right of one joined to it: the name of a form's field and what is written there."""
    rows: list[Line] = []
    for line in order:
        last = rows[-1] if rows else None
        if last and last.box and line.box and line in found and last not in found and _follows(line.box, last.box):
            rows[-1] = _joined(last, line)
        else:
            rows.append(line)
    return rows


def _follows(box: Box, before: Box) -> bool:
    lower = min(box.height, before.height)
    gap = box.left - before.right
    return _one_row(box, before) and -lower < gap < ROW_GAP * lower and max(box.height, before.height) < ROW_SIZES * lower


def _joined(first: Line, second: Line) -> Line:
    """One line of two; the image's evidence of one half is none of the whole."""
    shift = len(first.text) + 1
    words = tuple(replace(word, start=word.start + shift, end=word.end + shift) for word in second.words)
    box = Box.around([box for box in (first.box, second.box) if box])
    return Line(first.id, f"{first.text} {second.text}", box, (*first.words, *words))


def _signs(lines: Iterable[Line]) -> int:
    return sum(len(line.text) for line in lines)


def _place(group: Group, order: list[Line]) -> int:
    """Where lines go among others: behind what is at their left, before what is at their right, else under what is above."""
    box = _around(group)
    beside = [(i, other.box) for i, other in enumerate(order) if other.box and _one_row(box, other.box)]
    left = [(other.right, i) for i, other in beside if other.left <= box.left]
    if left:
        return (max(left)[1] if len(group) == 1 else max(i for _, i in left)) + 1
    if beside:
        return min(i for i, _ in beside)
    middle = (box.top + box.bottom) / 2
    above = [(i, other.box) for i, other in enumerate(order) if other.box and (other.box.top + other.box.bottom) / 2 < middle]
    over = [(i, other) for i, other in above if other.left < box.right and box.left < other.right] or above
    return max(over, key=lambda pair: (pair[1].bottom, pair[0]))[0] + 1 if over else 0


def _one_row(a: Box, b: Box) -> bool:
    return min(a.bottom, b.bottom) - max(a.top, b.top) >= ONE_ROW * min(a.height, b.height)
