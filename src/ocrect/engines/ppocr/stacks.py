"""What stands above one another, and which way it runs: the ink tells, for digits on their sides are wider than high.

Numbers that stand upright in a margin, as stamps of archives do, are boxed digit by digit, since each is as wide as it is high,
and read lying: the whole is read as one line. And single digits of a column, in tight rows, are boxed together and read as one
line that stands upright, ``πω`` for 3 above 5: each is read by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ocrect.engines.ppocr.detect import Boxes, is_told
from ocrect.engines.ppocr.lines import box_around, quad_of
from ocrect.engines.ppocr.recognise import UPRIGHT_RATIO, BoxReading, Quad
from ocrect.engines.ppocr.skipped import inside
from ocrect.ink import Ink, around
from ocrect.record.document import Box

SIGNS = 2  # that are read in a box of a stack, at most
LEAST = 3  # boxes, and pieces of ink
LYING = 1.2  # the least width of a sign on its side, in its heights, in the median
GAP = 0.7  # the most white between two signs, in heights of one
ALIGNED = 0.4  # by so much of their width they may be out of line
SURE = 0.8  # the least mean confidence of the whole
MOST = 400  # boxes that are looked at
STANDING = 1.15  # the least height of a digit that stands, in its widths, in the median
ROWS, ALIKE = 0.15, 1.5  # the least white between rows, in heights of a digit; the highest is at most so many times the lowest
SIGN = 0.5  # of the highest piece: what is lower is a stop or a speck
MARGIN = 0.3  # of paper around a row, in its height


def stacked(read: Sequence[BoxReading], ink: Ink) -> Iterator[tuple[list[int], Quad]]:
    """Boxes of a page that may be the signs of one line that stands upright: their indices, and the corners ``(4, 2)`` of the
    whole with what ink goes on above and below.
    """
    boxes = {i: box_around(reading.quad) for i, reading in enumerate(read) if len(reading.symbols) <= SIGNS}
    waiting = sorted(boxes, key=lambda i: boxes[i].top)[:MOST]
    while waiting:
        stack = [waiting.pop(0)]
        for i in list(waiting):
            if _goes_on(boxes[stack[-1]], boxes[i]):
                stack.append(i)
                waiting.remove(i)
        if len(stack) >= LEAST:
            whole = _whole(Box.around([boxes[i] for i in stack]), ink)
            if whole is not None:
                inside = [i for i, reading in enumerate(read) if i not in stack and _holds(whole, box_around(reading.quad))]
                waiting = [i for i in waiting if i not in inside]
                yield stack + inside, quad_of(whole)


def rows_apart(boxes: Boxes, ink: Ink) -> Boxes:
    """The boxes of a page, each that holds signs standing in rows above one another as the boxes of these rows, without those
    that another box holds.
    """
    sides = boxes.quads.max(axis=1) - boxes.quads.min(axis=1)
    quads, scores = [], []
    for n, (quad, score) in enumerate(zip(boxes.quads, boxes.scores.tolist(), strict=True)):
        width, height = sides[n]
        own = [quad]
        if height > UPRIGHT_RATIO * width and (rows := list(_rows(quad, ink))):
            others = np.delete(boxes.quads, n, axis=0)
            own = [row for row in rows if not is_told(row, others)]
        quads += own
        scores += [score] * len(own)
    return Boxes(np.reshape(quads, (-1, 4, 2)).astype(np.float32), np.array(scores, np.float32))


def _rows(quad: Quad, ink: Ink) -> Iterator[Quad]:
    """The boxes ``(4, 2)`` of the rows of signs in a box that is higher than wide; none where it is one line."""
    pieces = ink.of(inside(ink, quad))
    pieces = pieces.of(pieces.heights >= SIGN * pieces.heights.max(initial=0.0))
    if len(pieces.areas) < 2 or np.median(pieces.heights / np.maximum(pieces.widths, 1)) < STANDING:
        return
    order = np.argsort(pieces.boxes[:, 1])
    tops, feet = pieces.boxes[order, 1], np.maximum.accumulate(pieces.boxes[order, 3])
    high = float(np.median(pieces.heights))
    starts = np.flatnonzero(tops[1:] >= feet[:-1] + ROWS * high) + 1
    rows = [around(part) for part in np.split(pieces.boxes[order], starts)]
    heights = [float(bottom - top) for _, top, _, bottom in rows]
    if len(rows) < 2 or max(heights) > ALIKE * min(heights):
        return
    for (left, top, right, bottom), height in zip(rows, heights, strict=True):
        pad = MARGIN * height
        yield quad_of(Box(float(left) - pad, float(top) - pad, float(right) + pad, float(bottom) + pad))


def is_line(whole: BoxReading, members: Sequence[BoxReading]) -> bool:
    """True where a stack is surely read as one line of no fewer signs."""
    return whole.confidence >= SURE and len(whole.symbols) >= max(len(members), LEAST)


def _goes_on(upper: Box, lower: Box) -> bool:
    """True for a box right below another one and in line with it."""
    off = max(abs(upper.left - lower.left), abs(upper.right - lower.right))
    gap, high = lower.top - upper.bottom, max(upper.height, lower.height)
    return -0.5 * high <= gap <= GAP * high and off <= ALIGNED * max(upper.width, lower.width)


def _holds(whole: Box, box: Box) -> bool:
    """True for a box whose middle is inside of the whole and that is no wider: some of its signs, found as one."""
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return whole.left < x < whole.right and whole.top < y < whole.bottom and box.width <= 1.5 * whole.width


def _whole(box: Box, ink: Ink) -> Box | None:
    """The box grown to all signs of the line; ``None`` where its ink does not lie on its side."""
    x = ink.middles[:, 0]
    column = ink.of((x > box.left) & (x < box.right) & (ink.widths <= 1.2 * box.width) & (ink.widths >= 0.4 * box.width))
    pieces = column.boxes[np.argsort(column.boxes[:, 1])]
    inside = [n for n, piece in enumerate(pieces) if box.top <= (piece[1] + piece[3]) / 2 <= box.bottom]
    if len(inside) < LEAST:
        return None
    sides = pieces[inside][:, 2:] - pieces[inside][:, :2]
    if np.median(sides[:, 0] / np.maximum(sides[:, 1], 1)) < LYING:
        return None
    high = float(np.median(sides[:, 1]))
    first, last = inside[0], inside[-1]
    while first and pieces[first][1] - pieces[first - 1][3] <= GAP * high:
        first -= 1
    while last + 1 < len(pieces) and pieces[last + 1][1] - pieces[last][3] <= GAP * high:
        last += 1
    margin = 0.3 * high
    return Box(
        box.left, min(box.top, float(pieces[first][1]) - margin), box.right, max(box.bottom, float(pieces[last][3]) + margin)
    )
