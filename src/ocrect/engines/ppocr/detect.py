"""Where the text is: the PP-OCRv6 detection model and its post-processing, Differentiable Binarization (Liao et al., 2020).

The model marks the shrunken kernel of each text line. A line is the smallest rotated rectangle around a kernel, grown on all
sides by ``area * ratio / perimeter``, the distance by which the kernels of the training data were shrunk.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import onnxruntime as ort

STRIDE = 32  # the sides of the model's input are multiples of this, in pixels
LONGEST_SIDE = 1600  # pixels of the model's input; chosen on receipts and pages, see docs
SHORTEST_SIDE = 736  # a smaller page is enlarged up to this, as far as LONGEST_SIDE allows
KERNEL_THRESHOLD = 0.3  # a pixel of the probability map belongs to a kernel above this
BOX_THRESHOLD = 0.3  # a kernel counts where the map's mean over its rectangle is above this
CLEAR = 0.5  # and is clearly text from here on; below, single digits in tables stand among specks and ornaments
GROWTH = 1.6  # the ratio above
LEAST_SIDE = 3.0  # pixels of the model's input; a smaller kernel is a speck

_Rectangle = tuple[Sequence[float], tuple[float, float], float]  # centre, size, angle in degrees, as OpenCV has them


class Boxes(NamedTuple):
    """What may be text lines: quadrilaterals ``(n, 4, 2)``, x and y in pixels of the image, and how clearly ``(n,)``, 0..1.

    Corners run clockwise from the top left of the upright line.
    """

    quads: NDArray[np.float32]
    scores: NDArray[np.float32]


def detect(session: ort.InferenceSession, bgr: NDArray[np.uint8]) -> Boxes:
    """The text lines of an image ``(height, width, 3)``."""
    height, width = bgr.shape[:2]
    size = input_size(width, height)
    resized = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA if size[0] < width else cv2.INTER_LINEAR)
    tensor = np.ascontiguousarray((resized.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)[None])
    (output,) = session.run(None, {session.get_inputs()[0].name: tensor})
    scale = np.array([width / size[0], height / size[1]], np.float32)
    found = _rectangles(output[0, 0])
    quads = np.reshape([_corners(rectangle) * scale for rectangle, _ in found], (-1, 4, 2))
    scores = np.array([score for _, score in found], np.float32)
    return Boxes(np.clip(quads, 0, (width, height)).astype(np.float32), scores)


def input_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of the model's input for an image of that size, in pixels."""
    scale = max(1.0, SHORTEST_SIDE / min(width, height))
    scale = min(scale, LONGEST_SIDE / max(width, height))
    return _multiple(width * scale), _multiple(height * scale)


def _multiple(side: float) -> int:
    return max(STRIDE, round(side / STRIDE) * STRIDE)


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
