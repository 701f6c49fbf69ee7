"""Pieces of a page one under another in one picture, so that an engine reads them in one go, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ocrect.record.document import Box, Line, PageImage

GAP = 40  # pixels of paper between two pieces, and around them


@dataclass(frozen=True, slots=True)
class Collage:
    """One picture of several pieces: ``tops`` is where each begins in it, ``boxes`` where it lies on the page, in pixels."""

    image: PageImage
    boxes: tuple[Box, ...]
    tops: tuple[int, ...]

    def piece(self, box: Box) -> int:
        """The number of the piece that a box of the collage lies on."""
        middle = (box.top + box.bottom) / 2
        return max(0, int(np.searchsorted(self.tops, middle, side="right")) - 1)

    def place(self, box: Box) -> Box:
        """A box of the collage on the page."""
        right, down = self._way(box)
        return Box(box.left + right, box.top + down, box.right + right, box.bottom + down)

    def on_page(self, line: Line) -> Line:
        """A line of the collage, which has a box, with its boxes on the page."""
        assert line.box is not None, "engines give their lines boxes"
        right, down = self._way(line.box)
        ends = line.baseline and tuple((x + right, y + down) for x, y in line.baseline)
        return replace(
            line,
            box=self.place(line.box),
            words=tuple(replace(word, box=self.place(word.box)) for word in line.words),
            glyphs=tuple(replace(glyph, box=self.place(glyph.box)) for glyph in line.glyphs),
            baseline=(ends[0], ends[1]) if ends else None,
        )

    def _way(self, box: Box) -> tuple[float, float]:
        number = self.piece(box)
        return self.boxes[number].left - GAP, self.boxes[number].top - self.tops[number]


def collage(boxes: Sequence[Box], crop: Callable[[Box], NDArray[np.uint8]], number: int, dpi: float | None) -> Collage:
    """The pieces of page ``number`` in ``boxes``, whole pixels each, as ``crop`` shows them: ``uint8`` RGB."""
    pieces = [crop(box) for box in boxes]
    height = GAP + sum(piece.shape[0] + GAP for piece in pieces)
    width = max((piece.shape[1] for piece in pieces), default=0) + 2 * GAP
    pixels = np.full((height, width, 3), 255, np.uint8)
    tops, top = [], GAP
    for piece in pieces:
        high, wide = piece.shape[:2]
        pixels[top : top + high, GAP : GAP + wide] = piece
        tops.append(top)
        top += high + GAP
    return Collage(PageImage(pixels, number, dpi), tuple(boxes), tuple(tops))
