"""Columns as close as LaTeX sets them, read from their pixels: the detector finds lines of both as one box."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrect.engines import ppocr
from ocrect.errors import MissingDependencyError
from ocrect.record.document import PageImage
from ocrect.settings import Settings

POINTS = 200 / 72
"""Pixels of a point."""

TEXT = (
    "the keeper of that lamp wrote down every ship which passed the harbour in a storm and there was no night without one "
    "while others were asleep he read what stood in his book and was sure of it"
)


def column(pen: ImageDraw.ImageDraw, dice: random.Random, left: float, wide: float, many: int) -> list[str]:
    """Justified lines of 10 pt from a place in x on; what they say."""
    font = ImageFont.load_default(round(10 * POINTS))
    lines = []
    for row in range(many):
        line = [dice.choice(TEXT.split())]
        while font.getlength(" ".join([*line, more := dice.choice(TEXT.split())])) <= wide:
            line.append(more)
        space = (wide - sum(map(font.getlength, line))) / max(len(line) - 1, 1)
        x = left
        for word in line:
            pen.text((x, (60 + 12 * row) * POINTS), word, font=font, fill=15)
            x += font.getlength(word) + space
        lines.append(" ".join(line))
    return lines


@pytest.mark.parametrize("columns", [2, 3])
def test_columns_ten_points_apart_are_read_one_after_the_other(columns: int) -> None:
    dice = random.Random(columns)
    page = Image.new("RGB", (round(595 * POINTS), round(320 * POINTS)), "white")
    wide = (420 - 10 * (columns - 1)) / columns
    lefts = [(80 + n * (wide + 10)) * POINTS for n in range(columns)]
    printed = [line for left in lefts for line in column(ImageDraw.Draw(page), dice, left, wide * POINTS, 18)]
    try:
        engine = ppocr.build(Settings(language="en", threads=2))
    except MissingDependencyError as error:
        pytest.skip(f"{error}. {error.hint}")
    read = [line.text for line in engine(PageImage(np.asarray(page))).lines()]
    assert len(read) == len(printed)
    assert sum(one == other for one, other in zip(read, printed, strict=True)) >= 0.9 * len(printed)
