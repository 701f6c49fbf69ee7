"""Signs that the detector misses: a lone colon between a label and its value, a lone digit in a table.

The white space between two boxes of a row is searched for ink of the same strength that is no wider than a sign or two and
stays clear of the upper and lower edge of the row, which rules and the letters of other lines touch. What is found is read by
itself and kept where the recogniser is sure: on receipts it was right wherever it read a colon, in doubt or not.

By itself a sign is hard to read: it has no line to stand on, and no other of its hand beside it (a zero with a stroke is
``Ø``). So where nothing was kept, ink of a sign's size, at the row's edge too, is read once more together with the words on
both sides, and kept where these are read as before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.networks import Network
from ocrect.engines.ppocr.recognise import REST, BoxReading, Quad, crop, recognise

# Lengths are in heights of the row.
LEAST_GAP = 0.3  # white space narrower than this holds no sign
LEAST_CONTRAST = 40.0  # grey levels of 255 between the paper and the ink of the two boxes
INKED = 0.3  # a pixel is ink where it is darker than the paper by this part of that
SPECK = 0.04  # ink that would fit into a square of this side is a speck
TOGETHER = 0.3  # ink closer than this from left to right is one sign
WIDEST = 1.3  # ink wider than this is a word, a rule or a stroke of a pen
MARGIN = 0.35  # of paper at the left and right of a sign, where it is read
TALL = 0.4  # a sign is at least so high, unless it is a colon
SLIM = 0.25  # and so wide for its height: a thinner one is a bar
MOST_IN_A_GAP = 6  # more than so many signs are a dashed line or a pattern
SURE, SURE_COLON = 0.85, 0.4  # the mean confidences from which a reading counts
SURE_BESIDE, FEW = 0.75, 3  # the same, of the least sure sign, between words; and most pieces of ink that are looked at so
"""Set on 60 receipts, where six signs are read so (``0`` twice, ``x``, ``X``, two colons), all printed; of 38 scans none."""

_SIGN = re.compile(r"-?[^\W_]{1,2}|[@#$%&+=*€£]")


class Place(NamedTuple):
    """Where a sign may stand: corners ``(4, 2)`` in pixels, clockwise, as high as the row; height and width of its ink."""

    quad: Quad
    tall: float
    wide: float


class Strip(NamedTuple):
    """The paper between two boxes made upright: 1 where there is ink ``(height, width)``, and the ``(3, 3)`` matrix from its
    pixels to those of the page."""

    mask: NDArray[np.uint8]
    to_page: NDArray[Any]


def with_lone_signs(network: Network, known: str, rgb: NDArray[np.uint8], row: Sequence[BoxReading]) -> list[BoxReading]:
    """The boxes of a row, left to right, and the signs that stand by themselves between them; see :func:`recognise`."""
    complete = list(row[:1])
    for left, right in pairwise(row):
        strip = between(rgb, left.quad, right.quad)
        if strip is not None:
            alone = ((place, recognise(network, known, rgb, place.quad)) for place in places(strip))
            signs = [reading for place, reading in alone if is_sign(reading, place)]
            if not signs and _may_hold_a_sign(strip.mask):
                signs = list(_read_between(network, known, rgb, left, right))
            complete += signs
        complete.append(right)
    return complete


def places(strip: Strip) -> list[Place]:
    """Where signs may stand in the paper between two boxes of one row, left to right."""
    found = _signs(strip.mask)
    if len(found) > MOST_IN_A_GAP:
        return []
    height = strip.mask.shape[0]
    margin = MARGIN * height
    return [
        Place(through(strip.to_page, x0 - margin, x1 + margin, height), (y1 - y0) / height, (x1 - x0) / height)
        for x0, x1, y0, y1 in found
    ]


def _may_hold_a_sign(mask: NDArray[np.uint8]) -> bool:
    """True where a few pieces of ink are there that have the size of a sign, at the edges of the row too."""
    least = TALL * mask.shape[0]
    found = [(x1 - x0, y1 - y0) for x0, x1, y0, y1 in _signs(mask, may_touch=True)]
    fitting = [tall >= least and wide >= SLIM * tall for wide, tall in found]
    return any(fitting) and sum(fitting) <= FEW


def _read_between(
    network: Network, known: str, rgb: NDArray[np.uint8], left: BoxReading, right: BoxReading
) -> Iterator[BoxReading]:
    """The sign between the last word of one box and the first of the next, where the recogniser, seeing all three, reads the
    words as before.
    """
    before, after = left.text.split()[-1:], right.text.split()[:1]
    if not (before and after):
        return
    ends = [left.symbols[-len(before[0])].start, right.symbols[len(after[0]) - 1].end]
    one, other = left.place(ends[0] - REST, left.width), right.place(0, ends[1] + REST)
    whole = recognise(network, known, rgb, np.stack([one[0], other[1], other[2], one[3]]))
    symbols = whole.symbols
    signs = [s for s in symbols[len(before[0]) : len(symbols) - len(after[0])] if not s.text.isspace()]
    text = "".join(symbol.text for symbol in signs)
    words, read = [*before, text, *after], whole.text.split()
    is_read = "".join(read) == "".join(words) if text == ":" else read == words and _SIGN.fullmatch(text)
    if not is_read:
        return
    if min(symbol.confidence for symbol in signs) >= (SURE_COLON if text == ":" else SURE_BESIDE):
        start, end = signs[0].start - REST, signs[-1].end + REST
        yield whole.part(start, end, end)


def between(rgb: NDArray[np.uint8], left: Quad, right: Quad) -> Strip | None:
    """The paper between two boxes of one row, left to right; ``None`` where it is narrow or too dark to tell its ink."""
    gap = np.stack([left[1], right[0], right[3], left[2]]).astype(np.float32)
    height = float(min(np.linalg.norm(gap[3] - gap[0]), np.linalg.norm(gap[2] - gap[1])))
    length = float(gap[[1, 2], 0].min() - gap[[0, 3], 0].max())
    if height < 1 or length < LEAST_GAP * height:
        return None
    size = (int(length) + 1, int(height))
    upright = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    strip = _grey(cv2.warpPerspective(rgb, cv2.getPerspectiveTransform(gap, upright), size, borderMode=cv2.BORDER_REPLICATE))
    ink = np.percentile(np.concatenate([_grey(crop(rgb, box)).ravel() for box in (left, right)]), 5)
    paper = np.median(strip)
    if paper - ink < LEAST_CONTRAST:
        return None
    return Strip((strip < paper - INKED * (paper - ink)).astype(np.uint8), cv2.getPerspectiveTransform(upright, gap))


def is_sign(reading: BoxReading, place: Place) -> bool:
    """True for what was read at a place where a sign may stand, if it is one."""
    text, sure = reading.text, reading.confidence
    if text == ":":
        return sure >= SURE_COLON
    return sure >= SURE and place.tall >= TALL and place.wide >= SLIM * place.tall and bool(_SIGN.fullmatch(text))


def _signs(mask: NDArray[np.uint8], *, may_touch: bool = False) -> list[tuple[int, int, int, int]]:
    """Ink that may be a sign, left to right: left, right, top and bottom in pixels of the mask; ``may_touch`` its edges."""
    height = mask.shape[0]
    _, _, found, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    clear = (
        (int(x), int(x + w), int(y), int(y + h))
        for x, y, w, h, area in found[1:]
        if (may_touch or (y > 0 and y + h < height)) and area >= max(2.0, (SPECK * height) ** 2)
    )
    signs: list[tuple[int, int, int, int]] = []
    for x0, x1, y0, y1 in sorted(clear):
        if signs and x0 - signs[-1][1] < TOGETHER * height:
            a0, a1, b0, b1 = signs.pop()
            x0, x1, y0, y1 = a0, max(a1, x1), min(b0, y0), max(b1, y1)
        signs.append((x0, x1, y0, y1))
    return [sign for sign in signs if sign[1] - sign[0] <= WIDEST * height]


def through(matrix: NDArray[Any], low: float, high: float, height: float) -> Quad:
    """The corners of an upright part of a strip as they are on the page."""
    corners = np.array([[[low, 0], [high, 0], [high, height], [low, height]]], np.float32)
    return np.asarray(cv2.perspectiveTransform(corners, matrix)[0], np.float32)


def _grey(rgb: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.float32)
