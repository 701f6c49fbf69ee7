"""Text that was found twice: the detector finds a word, and nearer the frame of its cell, or the row with those around it. What
is read in both is one word, and the looser box stands in another row: the number of a state comes beside the next one's.
"""

from __future__ import annotations

from collections.abc import Sequence

from ocrect.engines.ppocr.lines import box_around
from ocrect.engines.ppocr.merged import is_in
from ocrect.engines.ppocr.recognise import BoxReading


def read_once(readings: Sequence[BoxReading]) -> list[BoxReading]:
    """The readings without those that another one has: of two with the same letters and digits, one of which lies in the other,
    the box that is less high stays; one whose letters are a part of those around it goes.
    """
    texts = ["".join(filter(str.isalnum, reading.text)).casefold() for reading in readings]
    boxes = [box_around(reading.quad) for reading in readings]
    gone: set[int] = set()
    order = sorted((n for n, text in enumerate(texts) if text), key=lambda n: boxes[n].top)
    for at, first in enumerate(order):
        for other in order[at + 1 :]:
            if boxes[other].top >= boxes[first].bottom:
                break
            less, more = sorted((first, other), key=lambda n: (len(texts[n]), -boxes[n].height))
            inner, outer = (more, less) if texts[less] == texts[more] else (less, more)
            if texts[less] in texts[more] and not {first, other} & gone and is_in(readings[inner], [readings[outer]]):
                gone.add(less)
    return [reading for n, reading in enumerate(readings) if n not in gone]
