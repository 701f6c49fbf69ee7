"""The ink of a page, piece by piece: what stands out from the paper around it, and which pieces may be letters.

A pixel is ink where it differs from the mean of its surroundings by more than their deviation, as in Niblack's threshold
(An introduction to digital image processing, 1986), but to either side, so that light letters on dark paper are ink too, and
by more than the paper's grain. Pieces are what hangs together. Pieces side by side of about one height are in a line: that is
what letters do and specks, pictures and strokes of a pen mostly do not.
"""

from __future__ import annotations

from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.record.document import PageImage

REDUCED = ((4e6, 1), (2e7, 2), (6e7, 3))
"""Pixels of a page up to which it is reduced by which factor; larger pages are reduced by 4."""

WINDOW = 51  # pixels of the reduced page: the surroundings of a pixel
DEVIATIONS = 0.9
LEAST_CONTRAST = 10.0  # grey levels
GRAINS = 4.0  # and in units of the grain's standard deviation
MOST_PIECES = 30_000  # the largest are kept: a page has some 5,000 letters, a texture any number of specks
LEAST_SIDE = 3  # pixels of the reduced page: what is lower and narrower is a speck

LOWEST, HIGHEST = 5.0, 600.0  # pixels: heights of letters
NARROW, WIDE = 0.08, 12.0  # their widths, in heights; wide ones are letters that touch
THIN = 0.1  # the least part of its box that a letter's ink fills
JOINED = (0.6, 2.8)  # heights of a row of letters that an underline joins, in the median height of letters in lines
JOINED_FILL = (0.15, 0.65)  # the part of its box that is ink: more of a rule's, less of a pen stroke's

GRID, GRID_FILL, RULED = 80, 0.25, 0.4
"""A frame or grid is so many pixels of the reduced page wide and high, at least; at most the second part of it is ink, and at
least the third part of that rules."""

RUN, HANGING = 40, 3  # pixels of the reduced page: the least length of a rule; what hangs on it and is no thicker is part of it

LEVEL = 1.7  # heights of neighbours in a line differ by at most this factor
REACH = (0.15, 0.3, 0.45, 0.6, 0.8, 1.0)  # where a neighbour is looked for, in heights from a piece's side
TRACKS = (0.25, 0.5, 0.75)  # and how far down the piece

Boxes = NDArray[np.float32]


class Ink(NamedTuple):
    """The pieces of a page's ink: boxes ``(n, 4)`` (left, top, right, bottom) in pixels of the page; for each its area in
    pixels, its contrast to the paper around in grey levels, whether it is one of several in a line, which runs across or
    upwards (``upright``), and whether it is the rules of a frame or a table (``grids``)."""

    boxes: Boxes
    areas: NDArray[np.float32]
    contrasts: NDArray[np.float32]
    in_line: NDArray[np.bool_]
    upright: NDArray[np.bool_]
    grids: NDArray[np.bool_]

    @property
    def heights(self) -> NDArray[np.float32]:
        """Of each piece, in pixels."""
        return self.boxes[:, 3] - self.boxes[:, 1]

    @property
    def widths(self) -> NDArray[np.float32]:
        """Of each piece, in pixels."""
        return self.boxes[:, 2] - self.boxes[:, 0]

    @property
    def middles(self) -> NDArray[np.float32]:
        """Of each piece, ``(n, 2)``, x and y."""
        return np.asarray((self.boxes[:, :2] + self.boxes[:, 2:]) / 2, np.float32)

    def like_letters(self) -> NDArray[np.bool_]:
        """Which pieces have a letter's size, shape and fill."""
        h, w = np.maximum(self.heights, 1), np.maximum(self.widths, 1)
        size = (np.maximum(h, w) >= LOWEST) & (h <= HIGHEST) & (w <= WIDE * h) & (w >= NARROW * h)
        return np.asarray(size & (self.areas >= THIN * h * w))

    def like_joined_letters(self) -> NDArray[np.bool_]:
        """Which pieces are too wide for letters, but as high and as much filled as a row of them: underlined words."""
        lined = self.like_letters() & self.in_line
        if not lined.any():
            return lined
        usual, fill = float(np.median(self.heights[lined])), self.areas / np.maximum(self.heights * self.widths, 1)
        high = (self.heights >= JOINED[0] * usual) & (self.heights <= JOINED[1] * usual) & (self.widths > WIDE * self.heights)
        return np.asarray(high & (fill >= JOINED_FILL[0]) & (fill <= JOINED_FILL[1]))

    def of(self, which: NDArray[Any]) -> Ink:
        """Some of the pieces."""
        return Ink(*(values[which] for values in self))


_FOUND: WeakKeyDictionary[PageImage, Ink] = WeakKeyDictionary()


def on(image: PageImage) -> Ink:
    """The ink of a page, found once for all who ask, as long as the page is held."""
    found = _FOUND.get(image)
    if found is None:
        found = _FOUND[image] = find(image.pixels)
    return found


def find(pixels: NDArray[np.uint8]) -> Ink:
    """The ink of a page ``(height, width, 3)``; the order of its colours does not matter."""
    grey = _reduced(pixels)
    away = _away(grey)
    mask = (away > 0).astype(np.uint8)
    labels, stats, grids = _without_grids(*_pieces(mask))
    count = len(stats)
    kept = _kept(stats)
    if not len(kept):
        return Ink(np.zeros((0, 4), np.float32), *(np.zeros(0, kind) for kind in (np.float32, np.float32, bool, bool, bool)))
    inked = np.flatnonzero(mask)
    sums = np.bincount(labels.ravel()[inked], weights=away.ravel()[inked], minlength=count)
    x, y, w, h, area = stats[kept].T.astype(np.float32)
    number = np.full(count, -1, np.int32)
    number[kept] = np.arange(len(kept))
    of_piece = number[labels]
    across, upward = _lined(of_piece, x, y, w, h), _lined(of_piece.T, y, x, h, w)
    scale = np.array([pixels.shape[1] / grey.shape[1], pixels.shape[0] / grey.shape[0]] * 2, np.float32)
    boxes = np.stack([x, y, x + w, y + h], axis=1) * scale
    contrasts = (sums[kept] / area).astype(np.float32)
    return Ink(boxes, area * scale[0] * scale[1], contrasts, across | upward, upward & ~across, np.isin(kept, grids))


def _pieces(mask: NDArray[np.uint8]) -> tuple[NDArray[np.int32], NDArray[Any]]:
    """The number of the piece at each pixel of ink, 0 on paper, and OpenCV's statistics of each piece."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_32S)
    return np.asarray(labels, np.int32), np.asarray(stats)


def _without_grids(labels: NDArray[np.int32], stats: NDArray[Any]) -> tuple[NDArray[np.int32], NDArray[Any], NDArray[np.int64]]:
    """The pieces with what hangs on the rules of frames and tables as pieces of its own, letters that touch them; and the
    numbers of those rules.

    Rules are runs of :data:`RUN` pixels across or down (the morphological opening by them). Thin rests, as of the teeth of
    combs and of tilted rules, stay with the rules. All grids are opened at once, for runs of two pieces never touch: a page may
    have thousands of them, one in another.
    """
    width, height, area = (stats[:, of] for of in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    is_grid = (np.minimum(width, height) >= GRID) & (area <= GRID_FILL * width.astype(np.int64) * height)
    is_grid[0] = False
    if not is_grid.any():
        return labels, stats, np.flatnonzero(is_grid)
    mask = is_grid[labels].astype(np.uint8)
    rules = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, RUN), np.uint8))
    rules = cv2.bitwise_or(rules, cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((RUN, 1), np.uint8)))
    is_grid &= np.bincount(labels[rules > 0], minlength=len(stats)) >= RULED * area
    hanging, found = _pieces((is_grid[labels] & (rules == 0)).astype(np.uint8))
    is_freed = found[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].min(axis=1) > HANGING
    is_freed[0] = False
    freed = is_freed[hanging]
    area -= np.bincount(labels[freed], minlength=len(stats)).astype(area.dtype)
    numbers = len(stats) - 1 + np.cumsum(is_freed, dtype=np.int32)
    labels[freed] = numbers[hanging[freed]]
    return labels, np.concatenate([stats, found[is_freed]]), np.flatnonzero(is_grid)


def hidden(pixels: NDArray[np.uint8]) -> float:
    """The contrast in grey levels up to which ink cannot be told from the grain of a page ``(height, width, 3)``."""
    return max(LEAST_CONTRAST, GRAINS * grain(_reduced(pixels)))


def _reduced(pixels: NDArray[np.uint8]) -> NDArray[Any]:
    """The page in grey, reduced where it is large."""
    factor = next((factor for most, factor in REDUCED if pixels.shape[0] * pixels.shape[1] <= most), 4)
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY))
    if factor == 1:
        return grey
    size = (max(1, grey.shape[1] // factor), max(1, grey.shape[0] // factor))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA))


def _away(grey: NDArray[Any]) -> NDArray[np.float32]:
    """By how much each pixel of ink differs from the paper, 0 where there is none."""
    window: dict[str, Any] = {"ddepth": cv2.CV_32F, "ksize": (WINDOW, WINDOW), "borderType": cv2.BORDER_REPLICATE}
    mean = cv2.boxFilter(grey, **window)
    least = cv2.subtract(cv2.sqrBoxFilter(grey, **window), cv2.multiply(mean, mean))  # the variance
    least = np.sqrt(np.maximum(least, 0)) * np.float32(DEVIATIONS)
    away = cv2.absdiff(grey.astype(np.float32), mean)
    away[away <= np.maximum(least, max(LEAST_CONTRAST, GRAINS * grain(grey)))] = 0
    return np.asarray(away, np.float32)


def grain(grey: NDArray[Any]) -> float:
    """The standard deviation of a page's grain in grey levels.

    As by Immerkær (Fast noise variance estimation, 1996), by the median in place of the mean: text and its edges cover less
    than half of a page.
    """
    rough = cv2.convertScaleAbs(cv2.filter2D(grey, cv2.CV_16S, np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)))
    counts = cv2.calcHist([rough], [0], None, [256], [0, 256]).ravel()
    half = int(np.searchsorted(np.cumsum(counts, dtype=np.float64), rough.size / 2))
    return half / (6 * 0.6745)


def _kept(stats: NDArray[Any]) -> NDArray[np.int64]:
    """The numbers of the pieces that are no specks, at most :data:`MOST_PIECES` of them; 0 is the paper."""
    large = np.maximum(stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]) >= LEAST_SIDE
    kept = 1 + np.flatnonzero(large)
    if len(kept) > MOST_PIECES:
        kept = np.sort(kept[np.argsort(-stats[kept, cv2.CC_STAT_AREA], kind="stable")[:MOST_PIECES]])
    return kept


def _lined(of_piece: NDArray[np.int32], x: Any, y: Any, w: Any, h: Any) -> NDArray[np.bool_]:
    """Which pieces have another of about their height beside them; ``of_piece`` is the number of the piece at each pixel."""
    rows, columns = of_piece.shape
    lined = np.zeros(len(x), bool)
    every = np.arange(len(x))
    for track in TRACKS:
        row = np.clip((y + track * h).astype(int), 0, rows - 1)
        for reach in REACH:
            column = (x + w + np.maximum(reach * h, 1)).astype(int)
            other = np.where(column < columns, of_piece[row, np.minimum(column, columns - 1)], -1)
            pair = (other >= 0) & (other != every)
            tall, low = np.maximum(h, h[other]), np.minimum(h, h[other])
            pair &= (tall <= LEVEL * low) & (np.minimum(y + h, y[other] + h[other]) - np.maximum(y, y[other]) >= 0.5 * low)
            pair &= (w <= WIDE * h) & (w[other] <= WIDE * h[other])
            lined[pair] = True
            lined[other[pair]] = True
    return lined


def clusters(boxes: Boxes, pad: tuple[float, float]) -> list[NDArray[np.int64]]:
    """Boxes ``(n, 4)`` gathered where they meet, each grown to all sides by ``pad``: x and y, in heights of the box."""
    if not len(boxes):
        return []
    heights = np.maximum(boxes[:, 3] - boxes[:, 1], 1)
    grow = np.stack([-pad[0] * heights, -pad[1] * heights, pad[0] * heights, pad[1] * heights], axis=1)
    cell = max(1.0, float(np.median(heights)) / 3)
    origin = np.concatenate([(boxes + grow)[:, :2].min(axis=0)] * 2)
    cells = ((boxes + grow - origin) / cell).astype(int)
    mask = np.zeros((cells[:, 3].max() + 1, cells[:, 2].max() + 1), np.uint8)
    for left, top, right, bottom in cells.tolist():
        mask[top : bottom + 1, left : right + 1] = 1
    _, labels = cv2.connectedComponents(mask)
    of_box = np.asarray(labels)[cells[:, 1], cells[:, 0]]
    order = np.argsort(of_box, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(of_box[order])) + 1)


def paper(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The colour of the paper of a page ``(height, width, 3)``: the median of each channel, ``(3,)``."""
    return np.asarray(np.median(pixels[::11, ::11].reshape(-1, 3), axis=0), np.float64)


def around(boxes: Boxes) -> Boxes:
    """The smallest box ``(4,)`` that holds all of them (at least one)."""
    return np.asarray(np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)]), np.float32)


def covered(points: NDArray[np.float32], quads: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.bool_]:
    """Which points ``(n, 2)`` lie in one of the quadrilaterals ``(m, 4, 2)`` on a page of that width and height in pixels."""
    if not len(points):
        return np.zeros(0, bool)
    cell = max(1.0, max(size) / 4000)
    mask = np.zeros((int(size[1] / cell) + 2, int(size[0] / cell) + 2), np.uint8)
    for quad in np.round(quads / cell).astype(np.int32):
        cv2.fillConvexPoly(mask, quad, 1)
    x, y = np.clip(points / cell, 0, [mask.shape[1] - 1, mask.shape[0] - 1]).astype(int).T
    return np.asarray(mask[y, x] > 0, bool)
