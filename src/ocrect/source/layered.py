"""A PDF page that carries its own text, judged by its pixels (``text_layer="auto"``).

What the layer says is taken where it shows (:mod:`ocrect.source.visible`); what shows and looks like writing but is no text of
the layer (in pictures, form fields, notes) is read by the engine, and put in its place; and a sample of each font is read,
because a font's table of characters may be wrong: a page with such a font is read from its pixels alone.

An engine is needed for the last two, and none is known here: :meth:`Layered.settled` is given one.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Indel

from ocrect.errors import PageError
from ocrect.record.document import Block, Box, Line, Page, PageImage, Step
from ocrect.source.collage import collage
from ocrect.source.drawing_order import joined
from ocrect.source.structure import FontObject
from ocrect.source.text_layer import Font, Layer, Run

Read = Callable[[PageImage], Page]
Group = list[Line]
"""Lines that stay together, one at least; all have boxes."""

MOST_READ = 0.35  # of the page's area: where more is to be read, the page is read as a whole
MOST_PIECES = 60
MOST_SAMPLES = 10
LEAST_SIGNS = 4  # of a font; fewer prove nothing
SAMPLE_SIGNS = 28  # at most, of a sample of several words; a longer one costs more to read
SAMPLE_WIDTH = 20.0  # its greatest width, in its heights
ALIKE, ALIKE_DIGITS = 0.6, 0.5  # likeness (1 − Indel distance / length) of a sample and of its digits to what is read
SURE = 0.8  # confidence: what is read less surely says nothing about a font
SAMPLE_MARGIN = 0.4  # white space kept above and below a sample, in its heights
BETWEEN_WORDS = 0.1  # and at its sides, where the next word is near
ONE_ROW = 0.5  # of the lower height that two lines of a row share
ROW_GAP = 20.0  # heights between two lines of a row
ROW_SIZES = 4.0  # times one is as high as the other: engines leave paper around their lines, a layer none
FIELDS = 0.8  # of the lines of a piece that stand in rows of the layer: they are fields


class Believed:
    """The fonts of a document whose samples read as the text layer says.

    Pages are settled in threads; each holds ``asked`` while it has samples read, so that no font is read twice.
    """

    def __init__(self, seen: Iterable[tuple[FontObject, bool]] = ()) -> None:
        self.asked = threading.Lock()
        self._seen = set(seen)

    def fonts(self) -> frozenset[tuple[FontObject, bool]]:
        """All that are believed, each with whether that is true of its digits: what another one can be made of."""
        return frozenset(self._seen)

    def add(self, run: Run, fonts: Mapping[str, FontObject]) -> None:
        """Believe the font of a sample, and its digits if the sample has enough; ``fonts`` are those of its page, by name."""
        found = fonts.get(run.font.name)
        if found is not None:
            self._seen |= {(found, False), (found, _has_digits(run))}

    def knows(self, run: Run, fonts: Mapping[str, FontObject]) -> bool:
        """True where the font of a sample is believed already, for digits too if the sample has enough."""
        found = fonts.get(run.font.name)
        return found is not None and (found, _has_digits(run)) in self._seen


@dataclass(frozen=True, slots=True)
class Layered:
    """A page with a text layer; ``unread`` are boxes of writing that it lacks, in pixels of the rendered page.

    ``samples`` are to be read before the layer is believed; ``whole`` is the page as it is, where there are any, and ``bare``
    the page without its text, where there is something unread. ``fonts`` are the file's objects by the names of fonts on this
    page; those whose samples are right become ``believed``, and are not read again on another page.
    """

    layer: Layer
    unread: tuple[Box, ...]
    samples: tuple[Run, ...]
    whole: PageImage | None
    bare: PageImage | None
    fonts: Mapping[str, FontObject]
    believed: Believed

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
        is_mostly_layer = len(page.text) > sum(len(line.text) for group in found for line in group)
        beside = (_of_a_part(step) if is_mostly_layer else step for step in read_page.steps[len(self.bare_steps) :])
        steps = (*page.steps, *beside)
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
        with self.believed.asked:
            samples = [run for run in self.samples if not self.believed.knows(run, self.fonts)]
            if not samples or self.whole is None:
                return None
            told = self._told(read, self.whole, samples)
            for run, seen in zip(samples, told, strict=True):
                agrees = _agrees(run.text, seen)
                if agrees is False:
                    return run.font.name or "without a name"
                if agrees:
                    self.believed.add(run, self.fonts)
        return None

    def _told(self, read: Read, whole: PageImage, samples: Sequence[Run]) -> list[str]:
        """For each sample the text that is surely read (:data:`SURE`) at its place on the page."""
        boxes = [_grown(run.box, self.layer.width, self.layer.height, beside=BETWEEN_WORDS) for run in samples]
        parts = collage(boxes, lambda box: _cut(whole.pixels, box), self.number, self.layer.how.dpi)
        try:
            page = read(parts.image)
        except PageError:
            return [""] * len(samples)  # what cannot be read tells nothing
        seen: list[list[tuple[float, str]]] = [[] for _ in samples]
        for line in page.lines():
            for part in line.glyphs or line.words:
                if part.confidence >= SURE:
                    seen[parts.piece(line.box or part.box)].append((part.box.left, part.text))
        return ["".join(text for _, text in sorted(found)) for found in seen]


def samples_of(runs: Iterable[Run]) -> tuple[Run, ...]:
    """For each font the few words with the most different letters, and those with the most different digits.

    The most used fonts come first, :data:`MOST_SAMPLES` samples at most.
    """
    fonts: dict[Font, list[Run]] = {}
    for run in runs:
        fonts.setdefault(run.font, []).append(run)
    by_use = sorted(fonts.values(), key=lambda found: -sum(len(run.text) for run in found))
    chosen: list[Run] = []
    for found in by_use:
        short = [part for run in found for part in _few_words(run)]
        letters, digits = (max(short, key=partial(_richness, test), default=None) for test in (str.isalpha, str.isdigit))
        if letters is None or digits is None:
            continue
        chosen.append(letters)
        if digits is not letters and _has_digits(digits):
            chosen.append(digits)
    return tuple(chosen[:MOST_SAMPLES])


def _few_words(run: Run) -> Iterator[Run]:
    """The parts of a run that are short enough for a sample (reading costs by width) and tell enough."""
    start = 0
    for end in range(1, len(run.words) + 1):
        part = Run(run.words[start:end], run.font)
        while len(part.words) > 1 and (len(part.text) > SAMPLE_SIGNS or part.box.width > SAMPLE_WIDTH * part.box.height):
            start += 1
            part = Run(run.words[start:end], run.font)
        if part.box.width > part.box.height and _is_telling(part.text):
            yield part


def _is_telling(text: str) -> bool:
    """True for enough letters and digits, or enough different ASCII signs.

    Signs, since a font without a Unicode table may give its letters as such.
    """
    return len(_plain(text)) >= LEAST_SIGNS or (text.isascii() and len(set(text) - {" "}) >= LEAST_SIGNS)


def _richness(test: Callable[[str], bool], run: Run) -> tuple[int, int]:
    """How good a sample is: by its number of different signs that pass ``test``, then by how short it is."""
    return len(set(filter(test, _plain(run.text)))), -len(run.text)


def _plain(text: str) -> str:
    """Letters and digits that every engine for Latin script reads, without accents; look-alikes as one."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in folded if c.isascii() and c.isalnum())


def _has_digits(run: Run) -> bool:
    return len(_digits(run.text)) >= LEAST_SIGNS


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _agrees(text: str, seen: str) -> bool | None:
    """Whether what is seen of a font's sample is like its ``text``; ``None`` where too little is seen to tell."""
    wanted, got = _plain(text), _plain(seen)
    if len(got) < max(LEAST_SIGNS, len(wanted) / 2):
        return None
    if Indel.normalized_similarity(wanted, got) < ALIKE:
        return False
    wanted, got = _digits(wanted), _digits(got)
    return len(wanted) < LEAST_SIGNS or Indel.normalized_similarity(wanted, got) >= ALIKE_DIGITS


def _grown(box: Box, width: int, height: int, beside: float | None = None) -> Box:
    """A box with a margin of :data:`SAMPLE_MARGIN` heights (at its sides ``beside`` heights), in whole pixels on the page."""
    pad = SAMPLE_MARGIN * box.height
    side = pad if beside is None else beside * box.height
    left, top = float(max(0, int(box.left - side))), float(max(0, int(box.top - pad)))
    return Box(left, top, float(min(width, int(box.right + side) + 1)), float(min(height, int(box.bottom + pad) + 1)))


def _of_a_part(step: Step) -> Step:
    """A step of what was read beside a page's text: that a picture on it was turned says nothing of the page."""
    return replace(step, name=f"{step.name}-of-a-part") if step.name in ("turn", "deskew") else step


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
            rows[-1] = joined(last, line)
        else:
            rows.append(line)
    return rows


def _follows(box: Box, before: Box) -> bool:
    lower = min(box.height, before.height)
    gap = box.left - before.right
    return _one_row(box, before) and -lower < gap < ROW_GAP * lower and max(box.height, before.height) < ROW_SIZES * lower


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
