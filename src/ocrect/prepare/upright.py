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

    The engine reads once where that is enough: on the other ways up, too, where the page lies on its side, and as long as
    what was read is not sure; the way on which it is surer of more signs is taken. An engine that reads tilted lines worse than
    others says so by an attribute ``least_tilt`` (degrees), from which on its pages are straightened.

    Raises:
        RecognitionError: the engine failed.
    """
    found = orientation.letters(ink.on(image), image.width, image.height)
    least = float(getattr(engine, "least_tilt", LEAST_TILT))
    tried: list[tuple[Upright, Page]] = []
    for ways in _ways(found):
        tilt = orientation.tilt(found.turned(ways[0]))
        uprights = [held(image, way, tilt if abs(tilt) >= least else 0.0) for way in ways]
        tried += [(upright, engine(upright.image)) for upright in uprights]
        best = max(tried, key=lambda pair: _evidence(pair[1]))
        if _is_sure(best[1]):
            break
    return best


def _ways(found: Letters) -> list[tuple[int, ...]]:
    """The quarter turns to try together, and those to try next where what was read is not sure."""
    if len(found.boxes) < orientation.LEAST_LETTERS:
        return [(0,)]
    aside = orientation.runs_down(found)
    if aside is None:
        return [(0,), (2,), (1, 3)]
    return [(1, 3), (0,)] if aside else [(0,), (2,)]


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
