"""Words found in two boxes: where two boxes of a row touch, the letters at their ends are cut or read twice.

The two are read once more as one box; that reading is taken where it is surer and has at least as many signs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from ocrect.engines.ppocr.recognise import BoxReading, Quad
from ocrect.layout.rows import rows
from ocrect.record.document import Box

# Lengths are in heights of the lower box.
TOUCH = 0.15  # the widest gap between boxes that touch; wider ones are spaces between words
OVERLAP = 1.0  # the widest overlap
ALIKE = 1.5  # the greatest ratio of their heights
SURE = 0.9  # the least mean confidence of the reading as one
SURER = 0.01  # the least gain over the mean confidence of the two readings
GUESSED = 0.6  # digits that are read with less confidence need not be kept


def touching(readings: Sequence[BoxReading], level: Sequence[Box]) -> Iterator[tuple[list[int], Quad]]:
    """Indices of pairs of boxes that touch, left and right, and the corners ``(4, 2)`` around both; no box is in two pairs.

    ``level`` are the boxes of the readings by :func:`ocrect.engines.ppocr.lines.leveled`, in pixels.
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
    """True where the reading of two boxes as one differs, is surer, and has no fewer signs and spaces than the two readings.

    Its digits must be the same (but for guessed ones): numbers that touch may be of two columns.
    """
    texts, text = [part.text for part in parts], whole.text
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
