"""A page read as it should be held: turned so that its lines run from left to right, straightened where they are tilted, and
made flat where they are bent.

Whether lines run across or down, and their tilt, is told by the letters' places (:mod:`ocrect.prepare.orientation`), as is
how they are bent (:mod:`ocrect.prepare.dewarp`); which of the two ways is up is told by the engine, which reads the wrong one
badly. What is done stands on the page as a step, and boxes are those of the page as it was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect import ink
from ocrect.prepare import dewarp, orientation
from ocrect.prepare.dewarp import Bend
from ocrect.prepare.orientation import Letters
from ocrect.record.document import Block, Box, Line, Page, PageImage, Step, Word

Read = Callable[[PageImage], Page]

LEAST_TILT = 1.0  # degrees: engines read what is tilted less at least as well as what is straightened (bench/README.md)
SURE = 0.8  # a page whose mean confidence is below this may stand on its head
SHORT, SURE_SHORT = 60, 0.92  # a page of fewer signs must be read more surely, and one with letters must have signs
SAMPLED, PART = 4, 0.4  # rows by which it is tried which way is up, and how much of the page's width is read of one
MORE, FEW = 3, 150  # a page of no more than so many times those rows, and so many letters, is tried as a whole
TALL = 3.0  # a row is no higher than so many letters
MARGIN = 0.5  # of paper around it, in its height
FLAT = 3.0  # a row is at least so many times as long as high
STANDING = 4  # signs of a line that tells whether lines stand
BETTER = 1.2  # a way up on which they read so many times better is tried
READ = 0.3  # signs for each letter on the page: a way up on which fewer are read, and not surely, is no way up,
HALF = 0.5  # nor is one on which fewer are than this part of those on the page as it is
BENT = np.linspace(0.0, 1.0, 9)  # places along a box's sides that are looked up on a bent page
VERSION = "1"  # of what is done here; it goes into the record


@dataclass(frozen=True, slots=True)
class Upright:
    """A page as it should be held, and the way back to the page as it was ``given``.

    It is turned clockwise by ``turns`` quarters, and then counter-clockwise by ``tilt`` degrees, or made flat where it has a
    ``bend``. ``back``, ``(2, 3)``, maps points ``(x, y, 1)`` of ``image``, bent again, to points ``(x, y)`` of ``given``.
    """

    image: PageImage
    given: PageImage
    turns: int
    tilt: float
    back: NDArray[np.float64]
    bend: Bend | None = None

    def as_given(self, page: Page) -> Page:
        """What was read on ``image``, with its boxes on the page as it was given, and the steps that were done before."""
        steps = (*self.given.steps, *self._steps(), *page.steps)
        page = replace(page, width=self.given.width, height=self.given.height, steps=steps)
        if self.image is self.given:
            return page
        blocks = tuple(self._block(block) for block in page.blocks)
        unread = tuple(replace(item, box=self._box(item.box)) for item in page.unread)
        return replace(page, blocks=blocks, unread=unread)

    def _steps(self) -> list[Step]:
        steps = []
        if self.turns:
            steps.append(Step("turn", VERSION, {"clockwise_degrees": 90 * self.turns}))
        if self.tilt:
            steps.append(Step("deskew", VERSION, {"counterclockwise_degrees": self.tilt}))
        if self.bend:
            steps.append(Step("dewarp", VERSION, self.bend.told()))
        return steps

    def _block(self, block: Block) -> Block:
        box = block.box and self._box(block.box)
        return replace(block, box=box, lines=tuple(self._line(line) for line in block.lines))

    def _line(self, line: Line) -> Line:
        baseline = line.baseline and self._baseline(*line.baseline)
        return replace(
            line,
            box=line.box and self._box(line.box),
            words=tuple(replace(word, box=self._box(word.box)) for word in line.words),
            glyphs=tuple(replace(glyph, box=self._box(glyph.box)) for glyph in line.glyphs),
            baseline=baseline,
        )

    def _box(self, box: Box) -> Box:
        """The smallest upright box, on the page as given, around a box of the upright page."""
        sides = box.corners
        if self.bend:
            sides = tuple((box.left + part * box.width, y) for part in BENT.tolist() for y in (box.top, box.bottom))
        x, y = self._points(sides).T.tolist()
        width, height = self.given.width, self.given.height
        left, right = (min(max(side, 0.0), float(width)) for side in (min(x), max(x)))
        top, bottom = (min(max(side, 0.0), float(height)) for side in (min(y), max(y)))
        return Box(left, top, right, bottom)

    def _baseline(self, *ends: tuple[float, float]) -> tuple[tuple[float, float], tuple[float, float]]:
        (x0, y0), (x1, y1) = self._points(ends).tolist()
        return (x0, y0), (x1, y1)

    def _points(self, points: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
        """Points of ``image`` on the page as given, ``(n, 2)``."""
        found = np.array(points, np.float64)
        if self.bend:
            found = self.bend.bent(found)
        return np.asarray((found @ self.back[:, :2].T + self.back[:, 2]).round(2))


def held(image: PageImage, turns: int, tilt: float = 0.0, bend: Bend | None = None) -> Upright:
    """``image`` turned clockwise by ``turns`` quarters and straightened by ``tilt`` degrees, on paper that holds all of it; or
    made flat by its ``bend``, which is then of the turned page.
    """
    if not turns % 4 and not tilt and not bend:
        return Upright(image, image, 0, 0.0, np.eye(2, 3))
    turned = np.rot90(image.pixels, -turns)
    width, height = image.width, image.height
    back = np.array(
        {
            0: ((1, 0, 0), (0, 1, 0)),
            1: ((0, 1, 0), (-1, 0, height)),
            2: ((-1, 0, width), (0, -1, height)),
            3: ((0, -1, width), (1, 0, 0)),
        }[turns % 4],
        np.float64,
    )
    if tilt:
        turned, level = _straightened(turned, tilt)
        back = back @ np.vstack([cv2.invertAffineTransform(level), (0, 0, 1)])
    if bend:
        turned = bend.flattened(turned)
    return Upright(replace(image, pixels=np.ascontiguousarray(turned)), image, turns % 4, tilt, back, bend)


def _straightened(pixels: NDArray[np.uint8], tilt: float) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The pixels turned counter-clockwise by ``tilt`` degrees on larger paper, and the map ``(2, 3)`` that did it."""
    height, width = pixels.shape[:2]
    level = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1.0), np.float64)
    cosine, sine = abs(level[0, 0]), abs(level[0, 1])
    wide, high = round(width * cosine + height * sine), round(width * sine + height * cosine)
    level[:, 2] += ((wide - width) / 2, (high - height) / 2)
    paper = ink.paper(pixels)
    pixels = np.ascontiguousarray(pixels)
    straight = cv2.warpAffine(pixels, level, (wide, high), flags=cv2.INTER_CUBIC, borderValue=paper.tolist())
    return np.asarray(straight, np.uint8), level


def read(image: PageImage, engine: Read) -> tuple[Upright, Page]:
    """The page as it should be held, and what ``engine`` read on it.

    The engine reads once where that is enough. Where the page lies on its side, or what was read is not sure, some of its rows
    are read on the other ways up, too (the whole page where it has few), and the page on the way on which they read better;
    the way on which the engine is surer of more signs is taken, and the page left as it is where it reads next to nothing, or
    far fewer signs, on that. A page of which it read standing lines is read on both its sides, however sure it was. An engine
    that reads tilted lines worse than others says so by an attribute ``least_tilt`` (degrees), from which on its pages are
    straightened.

    Raises:
        RecognitionError: the engine failed.
    """
    found = orientation.letters(ink.on(image), image.width, image.height)
    trial = _Trial(image, engine, found)
    if len(found.boxes) < orientation.LEAST_LETTERS:
        return trial.at(0)
    aside = orientation.runs_down(found)
    first = max((1, 3), key=trial.promise) if aside else 0
    tried = [trial.at(first)]
    best = tried[0]
    stands = not aside and _stands(best[1])
    others = {True: (4 - first, 0), False: (2,), None: (2,) if _is_flat(best[1]) else (2, 1, 3)}[aside]
    for way in (1, 3) if stands else others:
        if _is_sure(best[1]) and not _stands(best[1]):
            return best
        if _is_tried(trial, way, best, lies=bool(aside or stands)):
            tried.append(trial.at(way))
            best = max(tried, key=lambda pair: _evidence(pair[1]))
    as_it_is = next((pair for pair in tried if not pair[0].turns), best)
    is_better = _is_read(best[1], found) and _signs(best[1]) >= HALF * _signs(as_it_is[1])
    return best if _is_sure(best[1]) or is_better else as_it_is


def _is_tried(trial: _Trial, way: int, best: tuple[Upright, Page], *, lies: bool) -> bool:
    """True where the page is read whole on another way up, after the ``best`` one so far.

    A page that ``lies`` on its side is read on either of them, and as it is where next to nothing can be read on that; any
    other one where some of its rows read better on that way.
    """
    if not lies:
        return trial.promise(way) > BETTER * trial.promise(best[0].turns)
    return way % 2 == 1 or not _is_read(best[1], trial.found)


def turns(image: PageImage, engine: Read) -> int:
    """By how many quarters, 0 to 3, the page has to be turned clockwise to be upright, judged by reading a few of its rows.

    Cheaper than :func:`read`, and less certain, since that reads more of the page. 0 where the rows do not tell.

    Raises:
        RecognitionError: the engine failed.
    """
    found = orientation.letters(ink.on(image), image.width, image.height)
    if len(found.boxes) < orientation.LEAST_LETTERS:
        return 0
    trial = _Trial(image, engine, found)
    ways = {True: (1, 3), False: (0, 2), None: (0, 2, 1, 3)}[orientation.runs_down(found)]
    best = max(ways, key=trial.promise)
    return best if trial.promise(best) > BETTER * max(trial.promise(0) if 0 in ways else 0.0, 0.0) else 0


def tilt(image: PageImage) -> float:
    """By how many degrees an upright page has to be turned counter-clockwise to be level, by the places of its letters."""
    return orientation.tilt(orientation.letters(ink.on(image), image.width, image.height))


class _Trial:
    """A page on its ways up: read whole, or by a sample of its rows."""

    def __init__(self, image: PageImage, engine: Read, found: Letters) -> None:
        self._image, self._engine, self.found = image, engine, found
        self._least = float(getattr(engine, "least_tilt", LEAST_TILT))
        self._whole: dict[int, tuple[Upright, Page]] = {}
        self._promise: dict[int, float] = {}

    def at(self, way: int) -> tuple[Upright, Page]:
        """The page turned by so many quarters and straightened or made flat, and what is read on it."""
        if way not in self._whole:
            tried = [self._read(self._held(way))]
            if tried[0][0].bend and not _is_sure(tried[0][1]):
                tried.append(self._read(self._straight(way)))
            self._whole[way] = max(tried, key=lambda pair: _evidence(pair[1]))
        return self._whole[way]

    def _read(self, upright: Upright) -> tuple[Upright, Page]:
        return upright, self._engine(upright.image)

    def promise(self, way: int) -> float:
        """How well the page reads on a way up, by its evidence for each letter: of all where it has few, else of some rows."""
        if way not in self._promise:
            upright, rows, is_all = self._rows(way % 2)  # the same rows for both ways, one on its head
            letters = max(2 * float(((rows[:, 2] - rows[:, 0]) / np.maximum(rows[:, 3] - rows[:, 1], 1)).sum()), 1.0)
            if is_all:
                self._promise[way] = _evidence(self.at(way)[1]) / len(self.found.boxes)
            elif way in self._whole:
                self._promise[way] = _evidence(self._whole[way][1], rows) / letters
            elif len(rows):
                sample = held(_stacked(upright.image, rows), way - way % 2).image
                self._promise[way] = _evidence(self._engine(sample)) / letters
            else:
                self._promise[way] = 0.0
        return self._promise[way]

    def _rows(self, way: int) -> tuple[Upright, NDArray[np.float32], bool]:
        """The longest rows on a way up: those that were read on it, or those of letters; and whether there are few others."""
        upright = self._held(way)
        if way in self._whole:
            lines = [line.box for line in self._whole[way][1].lines() if line.box]
            rows = np.reshape([(box.left, box.top, box.right, box.bottom) for box in lines], (-1, 4)).astype(np.float32)
        else:
            rows = _letter_rows(orientation.letters(ink.on(upright.image), upright.image.width, upright.image.height))
        is_all = len(rows) <= MORE * SAMPLED
        longest = np.argsort(rows[:, 0] - rows[:, 2], kind="stable")[:SAMPLED]
        rows = rows[longest]
        rows[:, 2] = np.minimum(rows[:, 2], rows[:, 0] + PART * upright.image.width)
        return upright, rows, is_all and len(self.found.boxes) <= FEW

    def _held(self, way: int) -> Upright:
        if way in self._whole:
            return self._whole[way][0]
        bend = dewarp.bend(self.found.turned(way))
        return held(self._image, way, bend=bend) if bend else self._straight(way)

    def _straight(self, way: int) -> Upright:
        tilt = orientation.tilt(self.found.turned(way))
        return held(self._image, way, tilt if abs(tilt) >= self._least else 0.0)


def _letter_rows(found: Letters) -> NDArray[np.float32]:
    """Boxes ``(n, 4)`` around the rows of letters on a page."""
    high = TALL * found.size
    rows = [ink.around(found.boxes[row]) for row in orientation.rows(found)]
    return np.reshape([row for row in rows if row[3] - row[1] <= high], (-1, 4)).astype(np.float32)


def _stacked(image: PageImage, sides: NDArray[np.float32]) -> PageImage:
    """Rows of a page, the boxes ``(n, 4)`` in pixels, one below another."""
    pad = MARGIN * float(np.median(sides[:, 3] - sides[:, 1]))
    low = np.maximum(sides[:, :2] - pad, 0).astype(int)
    high = np.minimum(np.ceil(sides[:, 2:] + pad).astype(int), (image.width, image.height))
    width, gap = int((high - low)[:, 0].max()), max(1, round(pad))
    paper = ink.paper(image.pixels).astype(np.uint8)
    parts = []
    for (left, top), (right, bottom) in zip(low.tolist(), high.tolist(), strict=True):
        strip = np.tile(paper, (bottom - top + gap, width, 1))
        strip[: bottom - top, : right - left] = image.pixels[top:bottom, left:right]
        parts.append(strip)
    return PageImage(np.concatenate(parts), image.number, image.dpi)


def _is_flat(page: Page) -> bool:
    """True where what was read lies in rows."""
    flat = [line.box.width >= FLAT * line.box.height for line in page.lines() if line.box]
    return len(flat) >= SAMPLED and sum(flat) > len(flat) / 2


def _stands(page: Page) -> bool:
    """True where most lines that were read run up or down, which engines read, too, but worse: the page lies on its side."""
    lines = [line.box.height >= FLAT * line.box.width for line in page.lines() if line.box and len(line.text) >= STANDING]
    return sum(lines) > len(lines) / 2


def _is_read(page: Page, found: Letters) -> bool:
    """True where more than a scrap of a page with these letters was read."""
    return _signs(page) >= READ * len(found.boxes)


def _signs(page: Page) -> int:
    """How many were read."""
    return _confidence(list(_words(page)))[0]


def _is_sure(page: Page) -> bool:
    signs, mean = _confidence(list(_words(page)))
    return signs > 0 and mean >= (SURE if signs >= SHORT else SURE_SHORT)


def _evidence(page: Page, rows: NDArray[np.float32] | None = None) -> float:
    """How much was read how surely, of all or of some rows ``(n, 4)``: signs, each by how far its confidence is above half."""
    signs, mean = _confidence([word for word in _words(page) if rows is None or _is_inside(word.box, rows)])
    return signs * (mean - 0.5)


def _is_inside(box: Box, rows: NDArray[np.float32]) -> bool:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return bool(((rows[:, 0] <= x) & (x <= rows[:, 2]) & (rows[:, 1] <= y) & (y <= rows[:, 3])).any())


def _words(page: Page) -> Iterator[Word]:
    for line in page.lines():
        yield from line.words


def _confidence(words: list[Word]) -> tuple[int, float]:
    """How many signs stand in words, and their mean confidence, 1.0 where the engine gives none."""
    signs = sum(len(word.text) for word in words)
    return signs, sum(len(word.text) * word.confidence for word in words) / signs if signs else 1.0
