"""Print under coloured stamps, on pages drawn here."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrect.engines import ppocr
from ocrect.record.document import PageImage
from ocrect.settings import Settings

SIZE = 28
LINES = ("Delivery of office paper and toner", "Subtotal 1,284.50", "Value added tax 19 % 244.06", "Total amount due 1,528.56")


@lru_cache(maxsize=1)
def engine() -> ppocr.PpOcr:
    return ppocr.build(Settings(language="en"))


def stamped(colour: tuple[int, int, int], tilt: float) -> PageImage:
    """Black print under a stamp whose ink lets it through, as ink of stamps does: colours are multiplied."""
    picture = Image.new("RGB", (34 * SIZE, 14 * SIZE), (250, 249, 246))
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(SIZE)
    for n, line in enumerate(LINES):
        draw.text((2 * SIZE, (2 + 2.5 * n) * SIZE), line, font=font, fill=(35, 35, 35))
    stamp = Image.new("RGB", (11 * SIZE, 5 * SIZE), (255, 255, 255))
    pen = ImageDraw.Draw(stamp)
    pen.rectangle((4, 4, 11 * SIZE - 5, 5 * SIZE - 5), outline=colour, width=6)
    pen.text((SIZE, SIZE / 2), "PAID", font=ImageFont.load_default(3.4 * SIZE), fill=colour)
    whole = Image.new("RGB", picture.size, (255, 255, 255))
    whole.paste(
        stamp.rotate(tilt, expand=True, resample=Image.Resampling.BICUBIC, fillcolor=(255, 255, 255)), (6 * SIZE, 4 * SIZE)
    )
    both = np.asarray(picture, np.float32) * np.asarray(whole, np.float32) / 255
    return PageImage(cv2.GaussianBlur(both, (0, 0), 0.7).astype(np.uint8), 1, 200.0)


@pytest.mark.parametrize("tilt", [-14.0, 9.0])
@pytest.mark.parametrize(
    "colour", [(200, 40, 50), (40, 60, 180), (120, 40, 140), (30, 120, 60)], ids=["red", "blue", "violet", "green"]
)
def test_every_line_under_a_stamp_is_read_and_the_stamp_too(colour: tuple[int, int, int], tilt: float) -> None:
    read = [line.text.replace(" ", "") for line in engine()(stamped(colour, tilt)).lines()]
    assert [line for line in LINES if line.replace(" ", "") not in read] == []
    assert any(line.strip("[]|") == "PAID" for line in read)  # a bar of its frame may be read too
