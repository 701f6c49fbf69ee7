"""A page read as it should be held: turned so that its lines run from left to right, and straightened where they are tilted.

Whether lines run across or down, and their tilt, is told by the letters' places (:mod:`ocrect.prepare.orientation`); which
of the two ways is up is told by the engine, which reads the wrong one badly. What is done stands on the page as a step, and
boxes are those of the page as it was given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect import ink
from ocrect.prepare import orientation
from ocrect.prepare.orientation import Letters
from ocrect.record.document import Block, Box, Line, Page, PageImage, Step

Read = Callable[[PageImage], Page]

LEAST_TILT = 1.0  # degrees: engines read what is tilted less at least as well as what is straightened (bench/README.md)
SURE = 0.8  # a page whose mean confidence is below this may stand on its head
SHORT, SURE_SHORT = 60, 0.92  # a page of fewer signs must be read more surely, and one with letters must have signs
SAMPLED = 6  # rows by which it is tried which way is up
FEW_ROWS = 2.5  # times as many: a page of fewer is tried as a whole
ROW, MARGIN = (1.5, 0.1), 0.6  # letters so close, in their heights (x, y), are of one row; and the paper around one
READ = 0.3  # signs for each letter on the page: a way up on which fewer are read, and not surely, is no way up
VERSION = "1"  # of what is done here; it goes into the record


@dataclass(frozen=True, slots=True)
class Upright:
    """A page as it should be held, and the way back to the page as it was ``given``.

    It is turned clockwise by ``turns`` quarters, and then counter-clockwise by ``tilt`` degrees. ``back`` maps points
    ``(x, y, 1)`` of ``image`` to points ``(x, y)`` of ``given``: an array ``(2, 3)``.
    """

    image: PageImage
    given: PageImage
    turns: int
    tilt: float
    back: NDArray[np.float64]

    def as_given(self, page: Page) -> Page:
        """What was read on ``image``, with its boxes on the page as it was given, and the steps that were done before."""
        steps = (*self.given.steps, *self._steps(), *page.steps)
        page = replace(page, width=self.given.width, height=self.given.height, steps=steps)
        if not self.turns and not self.tilt:
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
        return steps

    def _block(self, block: Block) -> Block:
        box = block.box and self._box(block.box)
        return replace(block, box=box, lines=tuple(self._line(line) for line in block.lines))

    def _line(self, line: Line) -> Line:
        baseline = line.baseline and (self._point(*line.baseline[0]), self._point(*line.baseline[1]))
        return replace(
            line,
            box=line.box and self._box(line.box),
            words=tuple(replace(word, box=self._box(word.box)) for word in line.words),
            glyphs=tuple(replace(glyph, box=self._box(glyph.box)) for glyph in line.glyphs),
            baseline=baseline,
        )

    def _box(self, box: Box) -> Box:
        """The smallest upright box, on the page as given, around a box of the upright page."""
        corners = ((box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom))
        x, y = zip(*(self._point(*corner) for corner in corners), strict=True)
        width, height = self.given.width, self.given.height
        left, right = (min(max(side, 0.0), float(width)) for side in (min(x), max(x)))
        top, bottom = (min(max(side, 0.0), float(height)) for side in (min(y), max(y)))
        return Box(left, top, right, bottom)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        (a, b, c), (d, e, f) = self.back.tolist()
        return round(a * x + b * y + c, 2), round(d * x + e * y + f, 2)


def held(image: PageImage, turns: int, tilt: float = 0.0) -> Upright:
    """``image`` turned clockwise by ``turns`` quarters and straightened by ``tilt`` degrees, on paper that holds all of it."""
    if not turns % 4 and not tilt:
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
    return Upright(replace(image, pixels=np.ascontiguousarray(turned)), image, turns % 4, tilt, back)


def _straightened(pixels: NDArray[np.uint8], tilt: float) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """The pixels turned counter-clockwise by ``tilt`` degrees on larger paper, and the map ``(2, 3)`` that did it."""
    height, width = pixels.shape[:2]
    level = np.asarray(cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1.0), np.float64)
    cosine, sine = abs(level[0, 0]), abs(level[0, 1])
    wide, high = round(width * cosine + height * sine), round(width * sine + height * cosine)
    level[:, 2] += ((wide - width) / 2, (high - height) / 2)
    paper = np.median(pixels[::11, ::11].reshape(-1, 3), axis=0)
    pixels = np.ascontiguousarray(pixels)
    straight = cv2.warpAffine(pixels, level, (wide, high), flags=cv2.INTER_CUBIC, borderValue=paper.tolist())
    return np.asarray(straight, np.uint8), level


def read(image: PageImage, engine: Read) -> tuple[Upright, Page]:
    """The page as it should be held, and what ``engine`` read on it.

    The engine reads once where that is enough. Where the page lies on its side, or what was read is not sure, some of its rows
    are read on the other ways up, too (the whole page where it has few), and the page on the way on which they read better;
    the way on which the engine is surer of more signs is taken, and the page left as it is where it reads next to nothing on
    that. An engine that reads tilted lines worse than others says so by an attribute ``least_tilt`` (degrees), from which on
    its pages are straightened.

    Raises:
        RecognitionError: the engine failed.
    """
    found = orientation.letters(ink.on(image), image.width, image.height)
    trial = _Trial(image, engine, found)
    if len(found.boxes) < orientation.LEAST_LETTERS:
        return trial.at(0)
    aside = orientation.runs_down(found)
    tried = [trial.at(max((1, 3), key=trial.promise) if aside else 0)]
    best = tried[0]
    for way in {True: (0,), False: (2,), None: (2, 1, 3)}[aside]:
        if _is_sure(best[1]):
            return best
        if aside or trial.promise(way) > trial.promise(best[0].turns):
            tried.append(trial.at(way))
            best = max(tried, key=lambda pair: _evidence(pair[1]))
    as_it_is = [pair for pair in tried if not pair[0].turns]
    is_read = _confidence(best[1])[0] >= READ * len(found.boxes)
    return best if _is_sure(best[1]) or is_read or not as_it_is else as_it_is[0]


class _Trial:
    """A page on its ways up: read whole, or by a sample of its rows."""

    def __init__(self, image: PageImage, engine: Read, found: Letters) -> None:
        self._image, self._engine, self._found = image, engine, found
        self._least = float(getattr(engine, "least_tilt", LEAST_TILT))
        self._whole: dict[int, tuple[Upright, Page]] = {}
        self._promise: dict[int, float] = {}

    def at(self, way: int) -> tuple[Upright, Page]:
        """The page turned by so many quarters and straightened, and what is read on it."""
        if way not in self._whole:
            upright = self._held(way)
            self._whole[way] = upright, self._engine(upright.image)
        return self._whole[way]

    def promise(self, way: int) -> float:
        """How well the page reads on a way up, by its sample: evidence for each of its letters."""
        if way not in self._promise:
            upright = self._held(way % 2)  # the same rows for both ways, one on its head
            sample, letters = _sample(upright.image)
            page = self.at(way)[1] if sample is None else self._engine(held(sample, way - way % 2).image)
            self._promise[way] = _evidence(page) / max(letters, 1)
        return self._promise[way]

    def _held(self, way: int) -> Upright:
        if way in self._whole:
            return self._whole[way][0]
        tilt = orientation.tilt(self._found.turned(way))
        return held(self._image, way, tilt if abs(tilt) >= self._least else 0.0)


def _sample(image: PageImage) -> tuple[PageImage | None, int]:
    """The longest rows of a page, one below another, and how many letters they have; no image where it has few more rows."""
    boxes = orientation.letters(ink.on(image), image.width, image.height).boxes
    rows = [boxes[row] for row in ink.clusters(boxes, ROW)]
    if len(rows) <= FEW_ROWS * SAMPLED:
        return None, len(boxes)
    rows = sorted(rows, key=len, reverse=True)[:SAMPLED]
    sides = np.array([ink.around(row) for row in rows])
    pad = MARGIN * float(np.median(boxes[:, 3] - boxes[:, 1]))
    low = np.maximum(sides[:, :2] - pad, 0).astype(int)
    high = np.minimum(np.ceil(sides[:, 2:] + pad).astype(int), (image.width, image.height))
    width, gap = int((high - low)[:, 0].max()), max(1, round(pad))
    paper = np.median(image.pixels[::11, ::11].reshape(-1, 3), axis=0).astype(np.uint8)
    parts = []
    for (left, top), (right, bottom) in zip(low.tolist(), high.tolist(), strict=True):
        strip = np.tile(paper, (bottom - top + gap, width, 1))
        strip[: bottom - top, : right - left] = image.pixels[top:bottom, left:right]
        parts.append(strip)
    return PageImage(np.concatenate(parts), image.number, image.dpi), sum(map(len, rows))


def _is_sure(page: Page) -> bool:
    signs, mean = _confidence(page)
    return signs > 0 and mean >= (SURE if signs >= SHORT else SURE_SHORT)


def _evidence(page: Page) -> float:
    """How much was read how surely: signs, each by how much its confidence is above one half."""
    signs, mean = _confidence(page)
    return signs * (mean - 0.5)


def _confidence(page: Page) -> tuple[int, float]:
    """How many signs stand in words, and their mean confidence, 1.0 where the engine gives none."""
    words = [word for line in page.lines() for word in line.words]
    signs = sum(len(word.text) for word in words)
    return signs, sum(len(word.text) * word.confidence for word in words) / signs if signs else 1.0
