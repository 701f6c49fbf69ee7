"""Words found in two boxes: where two boxes of a row touch, the letters at their ends are cut or read twice.

So the two are read once more as one, and what is read so counts where it is read more surely and has as many signs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.layout.rows import rows
from ocrect.record.document import Box

# Lengths are in heights of the lower box.
TOUCH, OVERLAP = 0.15, 1.0  # the boxes are at most so far apart; a wider space parts words. Nor do they overlap by more
ALIKE = 1.5  # their heights differ by at most this factor
SURE, SURER = 0.9, 0.01  # the least mean confidence of the reading as one, and by how much it is surer than that of the two
GUESSED = 0.6  # what was read less surely is a guess, and its digits bind nobody

Quad = NDArray[np.float32]


def touching(readings: Sequence[BoxReading], level: Sequence[Box]) -> Iterator[tuple[list[int], Quad]]:
    """Pairs of boxes that touch, left and right, and the corners ``(4, 2)`` around both; no box is in two pairs.

    ``level`` are the boxes of the readings turned so that rows are level.
    """
    taken: set[int] = set()
    for row in rows(level, range(len(level))):
        for left, right in pairwise(row):
            if not taken & {left, right} and _touch(level[left], level[right]):
                taken |= {left, right}
                a, b = readings[left].quad, readings[right].quad
                yield [left, right], np.stack([a[0], b[1], b[2], a[3]]).astype(np.float32)


def _touch(left: Box, right: Box) -> bool:
    less, more = sorted((left.height, right.height))
    return more <= ALIKE * less and -OVERLAP * less <= right.left - left.right <= TOUCH * less


def is_better(whole: BoxReading, parts: Sequence[BoxReading]) -> bool:
    """True where two boxes read as one are read otherwise and more surely than one by one, and nothing is lost: neither signs
    nor a space. Digits stay as they were read: those of two boxes may be of two columns.
    """
    texts = ["".join(symbol.text for symbol in part.symbols) for part in parts]
    text = "".join(symbol.text for symbol in whole.symbols)
    if text == " ".join(texts):
        return False
    signs = [len(part.symbols) for part in parts]
    sure = sum(part.confidence * many for part, many in zip(parts, signs, strict=True)) / max(sum(signs), 1)
    if whole.confidence < max(SURE, sure + SURER):
        return False
    digits = "".join(_digits(t) for t, part in zip(texts, parts, strict=True) if part.confidence >= GUESSED)
    spaces = "".join(texts).count(" ")
    is_whole = len(text) - text.count(" ") >= sum(map(len, texts)) - spaces and text.count(" ") >= spaces
    return is_whole and _digits(text) == digits


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
