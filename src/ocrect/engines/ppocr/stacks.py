"""Numbers that stand upright in a margin, as stamps of archives do: their digits are boxed one by one, since each is as wide as
it is high, and read lying. Their ink tells, digits on their sides are wider than high, and the whole is read as one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ocrect.engines.ppocr.lines import box_around, quad_of
from ocrect.engines.ppocr.recognise import BoxReading, Quad
from ocrect.ink import Ink
from ocrect.record.document import Box

SIGNS = 2  # that are read in a box of a stack, at most
LEAST = 3  # boxes, and pieces of ink
LYING = 1.2  # the least width of a sign on its side, in its heights, in the median
GAP = 0.7  # the most white between two signs, in heights of one
ALIGNED = 0.4  # by so much of their width they may be out of line
SURE = 0.8  # the least mean confidence of the whole
MOST = 400  # boxes that are looked at


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
