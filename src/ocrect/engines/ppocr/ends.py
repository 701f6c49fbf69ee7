"""Signs that stand by themselves beyond the ends of lines, which the detector misses: the tax code of a receipt's row, a number
in its cell. They are pieces of ink like the letters of a line that was read, level with it, and with nothing beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.gaps import Place, is_sign
from ocrect.engines.ppocr.lines import quad_of
from ocrect.engines.ppocr.recognise import BoxReading, Quad
from ocrect.ink import Ink, around, clusters, covered
from ocrect.record.document import Unread

# Lengths are in heights of the line's box, or as said.
WORD = 4  # signs of a line that tells where its row runs on
REACH = (0.2, 20.0)  # so far from the line's end
HIGH, NARROW, WIDE = (0.35, 0.9), 0.25, 1.8  # a sign's height; its width, in that height
LEVEL = 0.15  # its middle is so near to the line's
DARK = 0.6  # of the contrast of what was read
SIGNS, TOGETHER = 2, (0.35, -0.1)  # at most so many pieces so near to one another, in their heights, are a sign or a number
APART = (0.8, 0.15)  # x, y: nothing else is so near, in the height of the sign,
SPECK, RULE = 0.25, 8.0  # but what is smaller, or so many times longer than wide
MARGIN = 0.35  # of paper beside it, where it is read
MOST = 40  # places on a page


def with_signs(
    ink: Ink, read: Sequence[BoxReading], dropped: Sequence[Unread], size: tuple[int, int], again: Callable[[Quad], BoxReading]
) -> list[BoxReading]:
    """What was read on a page of that width and height, and the signs beyond its ends that the recogniser is sure of."""
    told = [reading.quad for reading in read] + [quad_of(place.box) for place in dropped if not 0 < len(place.text) <= SIGNS]
    found = [(place, again(place.quad)) for place in beyond(ink, read, np.reshape(told, (-1, 4, 2)).astype(np.float32), size)]
    return [*read, *(sign for place, sign in found if is_sign(sign, place))]


def beyond(ink: Ink, read: Sequence[BoxReading], told: NDArray[np.float32], size: tuple[int, int]) -> list[Place]:
    """Where signs may stand beyond the ends of what was read; ``told`` are the corners ``(n, 4, 2)`` of what is told of."""
    lines = [reading for reading in read if len(reading.symbols) >= WORD]
    inside = covered(ink.middles, told, size)
    known = ink.of(inside & ink.like_letters())
    if not lines or not len(known.areas):
        return []
    left = ink.of(~inside & ~ink.grids)
    found = left.of(left.like_letters() & (left.contrasts >= DARK * float(np.median(known.contrasts))))
    groups = [group for group in clusters(found.boxes, TOGETHER) if len(group) <= SIGNS]
    boxes = np.reshape([around(found.boxes[group]) for group in groups], (-1, 4))
    return [place for box, place in _beside(boxes, lines) if _is_alone(box, left)][:MOST]


def _is_alone(box: NDArray[np.float32], ink: Ink) -> bool:
    """True where nothing but specks and rules is near a place."""
    high = box[3] - box[1]
    longer, shorter = np.maximum(ink.widths, ink.heights), np.maximum(np.minimum(ink.widths, ink.heights), 1)
    counts = (longer >= SPECK * high) & (longer < RULE * shorter)
    across = np.maximum(ink.boxes[:, 0] - box[2], box[0] - ink.boxes[:, 2])
    down = np.maximum(ink.boxes[:, 1] - box[3], box[1] - ink.boxes[:, 3])
    own = (ink.boxes[:, :2] >= box[:2]).all(axis=1) & (ink.boxes[:, 2:] <= box[2:]).all(axis=1)
    return not (counts & ~own & (across < APART[0] * high) & (down < APART[1] * high)).any()


def _beside(boxes: NDArray[np.float32], lines: Sequence[BoxReading]) -> Iterator[tuple[NDArray[np.float32], Place]]:
    """Those of the boxes ``(n, 4)`` that are in the row of a line, each with its place, as high as the line that is nearest."""
    corners = np.array([line.quad for line in lines])
    lengths, heights = (np.array([getattr(line, side) for line in lines]) for side in ("length", "height"))
    along = (corners[:, 1] - corners[:, 0]) / lengths[:, None]
    for box in boxes:
        middle, high = (box[:2] + box[2:]) / 2, float(box[3] - box[1])
        wide = float(box[2] - box[0])
        if not NARROW * high <= wide <= WIDE * high:
            continue
        off = middle - corners[:, 0]
        place = (off * along).sum(axis=1)
        down = along[:, 0] * off[:, 1] - along[:, 1] * off[:, 0]
        far = (np.maximum(place - lengths, -place) - wide / 2) / heights
        fits = (far >= REACH[0]) & (far <= REACH[1]) & (np.abs(down / heights - 0.5) <= LEVEL) & (np.abs(along[:, 0]) >= 0.9)
        fits &= (high >= HIGH[0] * heights) & (high <= HIGH[1] * heights)
        if not fits.any():
            continue
        n = int(np.argmin(np.where(fits, far, np.inf)))
        half = wide / 2 + MARGIN * heights[n]
        normal = np.array([-along[n, 1], along[n, 0]])
        top = corners[n, 0] + (place[n] - half) * along[n], corners[n, 0] + (place[n] + half) * along[n]
        quad: Quad = np.array([top[0], top[1], top[1] + heights[n] * normal, top[0] + heights[n] * normal], np.float32)
        yield box, Place(quad, high / float(heights[n]), wide / float(heights[n]))
