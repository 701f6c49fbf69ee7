"""Where the text is: the PP-OCRv6 detection model and its post-processing, Differentiable Binarization (Liao et al., 2020).

The model marks the shrunken kernel of each text line. A line is the smallest rotated rectangle around a kernel, grown on all
sides by ``area * ratio / perimeter``, the distance by which the kernels of the training data were shrunk.

The model sees letters of some 8 to 80 pixels, and little on a wide empty sheet. So it looks where the ink is, at a scale at
which letters have a height that it sees well: at the whole inked part of a page, or at each cluster of ink where they are few.
A part too large for one pass is seen through overlapping windows, whose maps are joined before lines are sought in them, so
that no line is cut at a seam. What may be letters and lies outside of all lines is looked at once more, nearer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.networks import Network
from ocrect.ink import Ink, around, clusters, covered

STRIDE = 32  # the sides of the model's input are multiples of this, in pixels
MOST_SIDE = 1600  # pixels of the model's input; a larger look is made of several
OVERLAP = 160  # pixels by which the windows of a look overlap
KERNEL_THRESHOLD = 0.3  # a pixel of the probability map belongs to a kernel above this
BOX_THRESHOLD = 0.3  # a kernel counts where the map's mean over its rectangle is above this
CLEAR = 0.5  # and is clearly text from here on; below, single digits in tables stand among specks and ornaments
UNCLEAR = 0.49
GROWTH = 1.6  # the ratio above
LEAST_SIDE = 3.0  # pixels of the model's input; a smaller kernel is a speck

# Heights of letters, ascenders or not, in the median, in pixels of the model's input.
WANTED = 10.0
SAFE = 6.0  # the least at which they are seen well; between the two a page is seen in one pass
NEAR = 16.0  # at the second look
MOST_ENLARGED = 3.0

DIM, NEARER, MOST_AREA, FEWER = 0.64, 2.0, 2_500_000, 0.33
"""A look is seen so many times nearer where a quarter of its boxes is less clear than this and that takes no more pixels: rows
of tight or blurred print run into one another, in one column before others. Boxes of print have .7 to .8, those of joined rows
.3 to .6; a quarter of those of 54 receipts is less clear than .66 at worst, but for one in a dot matrix (.41).
It is no gain where the boxes are fewer than this part: one around all of them may be clear."""

# Parts of a page, in heights of their letters, or shares.
PAPER = 1.2  # around what is looked at
CLUSTER = (2.0, 0.8)  # x, y: pieces closer than twice this are looked at together
FEW = 0.5  # clusters are looked at one by one where they cover at most this part of the inked one
BLANK_SIDE = 960  # pixels: a page without ink is looked at as a whole, so large
SECOND_SHARE, SECOND_AREA = 0.1, 300_000  # the second look takes at most this part of the first, or so many pixels
TOLD = 0.4  # a line found at the second look is one found before where so much of it was
ALONE = (0.5, 2.5)  # a piece by itself may be a letter if it is so high, in the median height of those in lines

_Rectangle = tuple[Sequence[float], tuple[float, float], float]  # centre, size, angle in degrees, as OpenCV has them


class Boxes(NamedTuple):
    """What may be text lines: quadrilaterals ``(n, 4, 2)``, x and y in pixels of the image, and how clearly ``(n,)``, 0..1.

    Corners run clockwise from the top left of the upright line.
    """

    quads: NDArray[np.float32]
    scores: NDArray[np.float32]


class Look(NamedTuple):
    """A part of the page (left, top, right, bottom in pixels) and the scale at which the model sees it."""

    left: int
    top: int
    right: int
    bottom: int
    scale: float

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the model's input in pixels."""
        width, height = (self.right - self.left) * self.scale, (self.bottom - self.top) * self.scale
        return max(1, round(width)), max(1, round(height))

    @property
    def area(self) -> int:
        """Pixels of the model's input."""
        return self.size[0] * self.size[1]


def detect(network: Network, rgb: NDArray[np.uint8], ink: Ink) -> Boxes:
    """The text lines of an image ``(height, width, 3)`` with that ink."""
    size = (rgb.shape[1], rgb.shape[0])
    looks = first_looks(ink, size)
    found = _joined([])
    for look in looks:
        found = _with(found, _seen_well(network, rgb, look))
    for look in second_looks(ink, found.quads, size, sum(look.area for look in looks)):
        again = seen(network, rgb, look)
        new = np.array([not is_told(quad, found.quads) for quad in again.quads], bool)
        unsure = np.minimum(again.scores[new], UNCLEAR)  # logos and drawings are looked at too: the reader must be sure
        found = _joined([found, Boxes(again.quads[new], unsure)])
    return found


def first_looks(ink: Ink, size: tuple[int, int]) -> list[Look]:
    """What is looked at of a page of that width and height in pixels."""
    ink = ink.of(ink.like_letters() | ink.like_joined_letters())
    if not len(ink.boxes):
        return [Look(0, 0, *size, min(1.0, BLANK_SIDE / max(size)))]
    whole = _look(ink, size, WANTED)
    parts = [_look(ink.of(part), size, WANTED) for part in clusters(ink.boxes, CLUSTER)]
    return parts if sum(part.area for part in parts) <= FEW * whole.area else [whole]


def second_looks(ink: Ink, quads: NDArray[np.float32], size: tuple[int, int], seen: int) -> Iterator[Look]:
    """Clusters of what may be letters outside of all lines found; the largest first, as far as is worth it.

    ``seen`` is the area of the first look in pixels of the model's input.
    """
    joined, like_letters = ink.like_joined_letters(), ink.like_letters()
    lined = like_letters & ink.in_line
    usual = float(np.median(ink.heights[lined])) if lined.any() else 0.0
    alone = like_letters & (ink.heights >= ALONE[0] * usual) & (ink.heights <= ALONE[1] * usual)
    left = ink.of((lined | alone | joined) & ~covered(ink.middles, quads, size))
    parts = [left.of(part) for part in clusters(left.boxes, CLUSTER)]
    room = max(SECOND_AREA, SECOND_SHARE * seen)
    for part in sorted(parts, key=lambda part: -int(part.in_line.sum())):
        look = _look(part, size, NEAR)
        room -= look.area
        if room < 0:
            return
        yield look


def _look(ink: Ink, size: tuple[int, int], wanted: float) -> Look:
    """At the box of all pieces and some paper; letters are as high as wanted, or lower where it would not fit one pass."""
    rows = ink.in_line & ~ink.upright
    lying = ink.upright.sum() > rows.sum()
    heights = ink.widths if lying else ink.heights
    height = max(float(np.median(heights[ink.in_line] if ink.in_line.any() else heights)), 1.0)
    left, top, right, bottom = around(ink.boxes)
    pad = PAPER * max(height, float(np.percentile(heights, 90)))
    sides = np.array([left - pad, top - pad, right + pad, bottom + pad])
    low, high = np.maximum(sides[:2], 0).astype(int), np.minimum(np.ceil(sides[2:]).astype(int), size)
    fitting = MOST_SIDE / float(max(high - low))
    scale = min(max(min(wanted / height, fitting), SAFE / height), MOST_ENLARGED)
    return Look(int(low[0]), int(low[1]), int(high[0]), int(high[1]), scale)


def _seen_well(network: Network, rgb: NDArray[np.uint8], look: Look) -> Boxes:
    """The lines of one look, or of a nearer one if they are dim in this and clear in that."""
    found = seen(network, rgb, look)
    nearer = look._replace(scale=min(NEARER * look.scale, MOST_ENLARGED))
    if not _is_dim(found) or nearer.area > MOST_AREA:
        return found
    again = seen(network, rgb, nearer)
    return found if _is_dim(again) or len(again.scores) < FEWER * len(found.scores) else again


def _is_dim(boxes: Boxes) -> bool:
    return not len(boxes.scores) or float(np.percentile(boxes.scores, 25)) < DIM


def seen(network: Network, rgb: NDArray[np.uint8], look: Look) -> Boxes:
    """The lines of one look, in pixels of the page."""
    part: NDArray[Any] = rgb[look.top : look.bottom, look.left : look.right]
    width, height = look.size
    if (width, height) != (part.shape[1], part.shape[0]):
        part = cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA if look.scale < 1 else cv2.INTER_LINEAR)
    seen = np.zeros((height, width), np.float32)
    for top, low, high, bottom in _spans(height):
        for left, first, last, right in _spans(width):
            seen[low:high, first:last] = _map(network, part[top:bottom, left:right])[
                low - top : high - top, first - left : last - left
            ]
    found = _rectangles(seen)
    scale = np.array([part.shape[1] / (look.right - look.left), part.shape[0] / (look.bottom - look.top)], np.float32)
    quads = np.reshape([_corners(rectangle) / scale + (look.left, look.top) for rectangle, _ in found], (-1, 4, 2))
    quads = np.clip(quads, 0, (rgb.shape[1], rgb.shape[0])).astype(np.float32)
    return Boxes(quads, np.array([score for _, score in found], np.float32))


def _spans(side: int) -> Iterator[tuple[int, int, int, int]]:
    """The windows along one side of a look: where each begins, which part of it counts (from, to), and where it ends."""
    count = 1 if side <= MOST_SIDE else -(-(side - OVERLAP) // (MOST_SIDE - OVERLAP))
    starts = np.linspace(0, side - min(side, MOST_SIDE), count).round().astype(int).tolist()
    ends = [min(start + MOST_SIDE, side) for start in starts]
    seams = [0, *((end + start) // 2 for end, start in zip(ends, starts[1:], strict=False)), side]
    yield from zip(starts, seams, seams[1:], ends, strict=False)


def _map(network: Network, rgb: NDArray[Any]) -> NDArray[np.float32]:
    """The model's map of one window: how probably each pixel belongs to the kernel of a line."""
    height, width = rgb.shape[:2]
    down, along = -height % STRIDE, -width % STRIDE
    if down or along:
        rgb = np.asarray(cv2.copyMakeBorder(rgb, 0, down, 0, along, cv2.BORDER_REPLICATE))
    tensor = np.asarray(cv2.dnn.blobFromImage(rgb, 1 / 127.5, mean=(127.5, 127.5, 127.5), swapRB=True), np.float32)
    output = network(tensor)
    return np.asarray(output[0, 0, :height, :width])


def _with(found: Boxes, more: Boxes) -> Boxes:
    """The boxes of earlier looks and of one more. Looks may overlap: of a line found whole and in part, the whole is kept."""
    if not len(found.quads) or not len(more.quads):
        return _joined([found, more])
    new = np.array([not is_told(quad, found.quads) for quad in more.quads], bool)
    more = Boxes(more.quads[new], more.scores[new])
    old = np.array([not is_told(quad, more.quads) for quad in found.quads], bool)
    return _joined([Boxes(found.quads[old], found.scores[old]), more])


def _joined(found: Sequence[Boxes]) -> Boxes:
    if not found:
        return Boxes(np.zeros((0, 4, 2), np.float32), np.zeros(0, np.float32))
    return Boxes(np.concatenate([boxes.quads for boxes in found]), np.concatenate([boxes.scores for boxes in found]))


def is_told(quad: NDArray[np.float32], others: NDArray[np.float32]) -> bool:
    """True where a good part of a quadrilateral lies in others."""
    steps = (np.arange(8) + 0.5) / 8
    across, down = np.meshgrid(steps, steps[::2])
    u, v = across.ravel()[:, None], down.ravel()[:, None]
    points = (1 - v) * ((1 - u) * quad[0] + u * quad[1]) + v * ((1 - u) * quad[3] + u * quad[2])
    size = (max(int(quad[:, 0].max()), 0) + 1, max(int(quad[:, 1].max()), 0) + 1)
    return float(covered(points.astype(np.float32), others, size).mean()) > TOLD


def _rectangles(probability: NDArray[np.float32]) -> list[tuple[_Rectangle, float]]:
    """The rectangles of all lines, grown to the text, in pixels of the map, each with the map's mean over its kernel."""
    mask = cv2.dilate((probability > KERNEL_THRESHOLD).astype(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    found: list[tuple[_Rectangle, float]] = []
    for contour in contours:
        centre, (a, b), angle = cv2.minAreaRect(contour)
        score = _mean_inside(probability, (centre, (a, b), angle)) if min(a, b) >= LEAST_SIDE else 0.0
        if score < BOX_THRESHOLD:
            continue
        growth = a * b * GROWTH / (a + b)
        found.append(((centre, (a + growth, b + growth), angle), score))
    return found


def _mean_inside(probability: NDArray[np.float32], rectangle: Any) -> float:
    """The mean of the map over a rectangle."""
    points = cv2.boxPoints(rectangle)
    low = np.maximum(np.floor(points.min(axis=0)).astype(int), 0)
    high = np.ceil(points.max(axis=0)).astype(int) + 1
    part = probability[low[1] : high[1], low[0] : high[0]]
    mask = np.zeros(part.shape, np.uint8)
    cv2.fillPoly(mask, [(points - low).astype(np.int32)], 1.0)
    return float(cv2.mean(part, mask)[0])


def _corners(rectangle: Any) -> NDArray[np.float32]:
    """The corners ``(4, 2)`` of a rectangle, clockwise from its upper left."""
    points = cv2.boxPoints(rectangle)
    by_x = points[np.argsort(points[:, 0], kind="stable")]
    left = by_x[:2][np.argsort(by_x[:2, 1], kind="stable")]
    right = by_x[2:][np.argsort(by_x[2:, 1], kind="stable")]
    return np.stack([left[0], right[0], right[1], left[1]]).astype(np.float32)
