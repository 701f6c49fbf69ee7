"""What of a PDF page's text is to be seen, and what is to be seen besides: by the pixels of the page with and without it.

The page is rendered twice, as it is and without its text objects. Where the two differ, text shows: text of a layer that is
switched off, invisible, white on white, clipped, or painted under a scan changes no pixel. The ink that stays is of pictures,
drawings, form fields and notes; where it looks like writing, the layer lacks it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray

from ocrect.record.document import Box
from ocrect.ruling import rules_and_cells
from ocrect.source.resolution import shown

JUDGED_PIXELS = 1_500_000  # an A4 page at some 125 dpi: letters of 6 points are still letters
SHOWS = 8  # grey levels by which text changes a pixel that it is to be seen on
CONTRAST = 40  # grey levels by which writing differs from the paper around it
NEIGHBOURHOOD = 41  # pixels around one that count as its paper
LEAST_HEIGHT, MOST_HEIGHT = 4, 90  # pixels of a letter
SLIM = 7.0  # times longer than wide: what is more is a rule
SOLID = 0.88  # of its box: what fills more is a bar or a dash, not a letter
LEAST_LETTERS = 3  # in a row make writing
NEAR = 1.5  # heights of a letter to the next one
MARGIN = 0.6  # heights of a letter around a row
LEAST_SQUARE, MOST_SQUARE = 8, 60  # pixels: the shortest and the longest side of a tick box
SQUARE = 1.25  # its longer side, in its shorter ones, at most
OUTLINED = 0.9  # the least part of each of its sides that is inked


@dataclass(frozen=True, slots=True)
class Visible:
    """The page without its text, grey at ``scale`` times the rendered page's size, and where text changed it.

    ``sums`` is the integral image of the pixels that text changed: shape ``(height + 1, width + 1)``.
    """

    without: NDArray[np.uint8]
    sums: NDArray[np.int32]
    scale: float

    def shows(self, box: Box) -> bool:
        """True where text changes the pixels of ``box``, which is in pixels of the rendered page."""
        high, wide = self.without.shape
        left, top = max(0, math.floor(box.left * self.scale)), max(0, math.floor(box.top * self.scale))
        right, bottom = min(wide, math.ceil(box.right * self.scale)), min(high, math.ceil(box.bottom * self.scale))
        if right <= left or bottom <= top:
            return False
        sums = self.sums
        return bool(sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left] > 0)

    def writing(self) -> list[Box]:
        """Rows of ink that look like writing, and tick boxes, that are no text of the layer, in pixels of the rendered page."""
        found: list[Box] = []
        for grey in (self.without, 255 - self.without):  # dark on light, light on dark
            found += _rows(np.asarray(grey, np.uint8))
        return _scaled(found, 1 / self.scale)

    def ruled(self, boxes: Sequence[Box]) -> list[Box]:
        """The cells that rules close; they and the ``boxes`` of text are in pixels of the rendered page."""
        _, cells = rules_and_cells(np.dstack([self.without] * 3), _scaled(boxes, self.scale))
        return _scaled(cells, 1 / self.scale)


def _scaled(boxes: Sequence[Box], scale: float) -> list[Box]:
    return [Box(box.left * scale, box.top * scale, box.right * scale, box.bottom * scale) for box in boxes]


def judged(page: Any, scale: float) -> Visible:
    """The page, an open pdfium page that is rendered at ``scale`` pixels a unit, seen with and without its text."""
    width, height = page.get_size()
    least = min(scale, math.sqrt(JUDGED_PIXELS / (width * height)))
    seen = _grey(page, least)
    with without_text(page):
        bare = _grey(page, least)
    changed = (cv2.absdiff(seen, bare) > SHOWS).astype(np.uint8)
    return Visible(bare, np.asarray(cv2.integral(changed), np.int32), least / scale)


@contextmanager
def without_text(page: Any) -> Iterator[None]:
    """While the page's text objects are not drawn."""
    texts = [item.handle for item in shown(page) if item.kind == pdfium_c.FPDF_PAGEOBJ_TEXT]
    modes = [pdfium_c.FPDFTextObj_GetTextRenderMode(handle) for handle in texts]
    for handle in texts:
        pdfium_c.FPDFTextObj_SetTextRenderMode(handle, pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)
    try:
        yield
    finally:
        for handle, mode in zip(texts, modes, strict=True):
            pdfium_c.FPDFTextObj_SetTextRenderMode(handle, mode)


def _grey(page: Any, scale: float) -> NDArray[np.uint8]:
    bitmap = page.render(scale=scale, grayscale=True)
    pixels = np.array(bitmap.to_numpy(), np.uint8).reshape(bitmap.height, bitmap.width)
    bitmap.close()
    return pixels


def _rows(grey: NDArray[np.uint8]) -> list[Box]:
    """Rows of dark letters: three or more pieces of ink of one height, side by side. Tick boxes stand by themselves."""
    paper = cv2.blur(grey, (NEIGHBOURHOOD, NEIGHBOURHOOD))
    ink = (cv2.subtract(paper, grey) > CONTRAST).astype(np.uint8)
    if not ink.any():
        return []
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    wide, high, area = stats[1:, 2], stats[1:, 3], stats[1:, 4]
    longer, shorter = np.maximum(wide, high), np.maximum(np.minimum(wide, high), 1)
    letters = (high >= LEAST_HEIGHT) & (high <= MOST_HEIGHT) & (longer <= SLIM * shorter)
    found = stats[1:][letters]
    boxes = _squares(ink, stats[1:])
    if len(found) < LEAST_LETTERS:
        return boxes
    solid = area[letters] > SOLID * wide[letters] * high[letters]
    canvas = np.zeros(grey.shape, np.uint8)
    for left, top, width, height, _ in found:  # letters reach for the next one at their side
        reach = round(NEAR * height / 2)
        canvas[top : top + height, max(0, left - reach) : left + width + reach] = 1
    _, names, spans, _ = cv2.connectedComponentsWithStats(canvas, connectivity=4)
    rows = names[found[:, 1] + found[:, 3] // 2, found[:, 0] + found[:, 2] // 2]
    members, true = (np.bincount(rows, weights, minlength=len(spans)) for weights in (np.ones(len(rows)), ~solid))
    for row in np.flatnonzero((members >= LEAST_LETTERS) & (true >= LEAST_LETTERS / 2) & (true >= members / 2)):
        left, top, width, height, _ = (float(side) for side in spans[row])
        pad = MARGIN * float(np.median(found[rows == row, 3]))
        boxes.append(Box(left, max(0.0, top - pad), left + width, top + height + pad))
    return boxes


def _squares(ink: NDArray[np.uint8], pieces: NDArray[Any]) -> list[Box]:
    """Boxes around the pieces that may be tick boxes, marked or not.

    ``pieces`` are rows of left, top, width, height and area in pixels of the mask ``ink``.
    """
    wide, high, area = pieces[:, 2], pieces[:, 3], pieces[:, 4]
    size = (np.minimum(wide, high) >= LEAST_SQUARE) & (np.maximum(wide, high) <= MOST_SQUARE)
    square = (wide <= SQUARE * high) & (high <= SQUARE * wide) & (area <= SOLID * wide * high)
    boxes = []
    for left, top, width, height, _ in pieces[size & square].tolist():
        part = ink[top : top + height, left : left + width]
        edge = max(1, min(width, height) // 6)
        sides = (part[:edge].any(axis=0), part[-edge:].any(axis=0), part[:, :edge].any(axis=1), part[:, -edge:].any(axis=1))
        if min(float(side.mean()) for side in sides) >= OUTLINED:
            pad = MARGIN * height
            boxes.append(Box(left - pad, max(0.0, top - pad), left + width + pad, top + height + pad))
    return boxes
