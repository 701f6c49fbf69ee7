"""Letters on a page, as connected pieces of ink: enough to tell how its lines run, without reading them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.record.document import PageImage

MOST_PIXELS = 4_000_000  # the page is reduced to so many: at 150 dpi letters are still letters
CONTRAST = 24  # grey levels by which ink differs from the paper around it
NEIGHBOURHOOD = 1 / 30  # of the page's shorter side: how far around a pixel its paper is looked for
LEAST_SIDE = 5  # pixels: what is smaller is a speck, or a dot of a rule
LONGEST = 9.0  # times longer than wide: what is more is a rule
SMALLER, LARGER = 0.45, 3.0  # letters are at least and at most so many times as large as the page's typical one
DARK = 100  # grey level: a page whose median is below has light letters on dark paper


@dataclass(frozen=True, slots=True)
class Letters:
    """Boxes ``(n, 4)`` of what has the size of letters: left, top, right, bottom in pixels of the reduced page.

    ``scale`` is the size of the reduced page in that of the page; ``width`` and ``height`` are its sides.
    """

    boxes: NDArray[np.float32]
    scale: float
    width: int
    height: int

    @property
    def size(self) -> float:
        """The typical longer side of a letter, in pixels of the reduced page; 0 where there is none."""
        return float(np.median((self.boxes[:, 2:] - self.boxes[:, :2]).max(axis=1))) if len(self.boxes) else 0.0

    def turned(self, turns: int) -> Letters:
        """The same letters on the page turned clockwise by so many quarters."""
        boxes, width, height = self.boxes, self.width, self.height
        for _ in range(turns % 4):
            left, top, right, bottom = boxes.T
            boxes = np.stack([height - bottom, left, height - top, right], axis=1)
            width, height = height, width
        return Letters(boxes, self.scale, width, height)


def letters(image: PageImage) -> Letters:
    """The pieces of ink that have the size of the page's letters: no specks, dots, rules or pictures."""
    grey = cv2.cvtColor(image.pixels, cv2.COLOR_RGB2GRAY)
    scale = min(1.0, (MOST_PIXELS / grey.size) ** 0.5)
    if scale < 1.0:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    height, width = grey.shape
    _, _, stats, _ = cv2.connectedComponentsWithStats(_ink(np.asarray(grey, np.uint8)), connectivity=8)
    boxes = stats[1:, :4].astype(np.float32)  # the first is the paper
    boxes[:, 2:] += boxes[:, :2]
    return Letters(_of_one_size(boxes, min(width, height)), scale, width, height)


def _ink(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """1 where a pixel differs clearly from the paper around it (the mean of its neighbourhood), else 0."""
    if np.median(grey[::7, ::7]) < DARK:
        grey = 255 - grey
    around = max(15, int(min(grey.shape) * NEIGHBOURHOOD) | 1)
    paper = cv2.blur(grey, (around, around))
    return (cv2.subtract(paper, grey) > CONTRAST).astype(np.uint8)


def _of_one_size(boxes: NDArray[np.float32], shorter_side: int) -> NDArray[np.float32]:
    """The boxes of the typical size: the median in which each counts by its own, so that dots do not outvote letters."""
    sides = boxes[:, 2:] - boxes[:, :2]
    longer, shorter = sides.max(axis=1, initial=0), sides.min(axis=1, initial=np.inf)
    kept = (longer >= LEAST_SIDE) & (longer <= LONGEST * np.maximum(shorter, 1)) & (longer <= shorter_side / 2)
    boxes, longer = np.asarray(boxes[kept], np.float32), longer[kept]
    if not len(boxes):
        return boxes
    order = np.argsort(longer)
    weights = np.cumsum(longer[order])
    typical = longer[order[np.searchsorted(weights, weights[-1] / 2)]]
    return np.asarray(boxes[(longer >= SMALLER * typical) & (longer <= LARGER * typical)], np.float32)
