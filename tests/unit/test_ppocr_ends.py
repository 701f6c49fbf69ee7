"""Signs by themselves beyond the ends of lines; pages are drawn here and no network reads them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrect import ink
from ocrect.engines.ppocr.ends import beyond
from ocrect.engines.ppocr.lines import quad_of
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.evidence import CtcPosterior
from ocrect.record.document import Box

LINE = "Bread rolls 4,99"
SIZE = (1000, 300)


def drawn(height: int, sign: str, gap: float, shift: float = 0.0) -> tuple[np.ndarray, Box, Box]:
    """A line in the middle of a page, and a sign so many heights behind it (before it, if negative) and below its level."""
    picture = Image.new("RGB", SIZE, (245, 243, 238))
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(height)
    line = Box(*draw.textbbox((400, 120), LINE, font=font))
    wide = draw.textlength(sign, font=font)
    left = line.right + gap * height if gap > 0 else line.left + gap * height - wide
    draw.text((400, 120), LINE, font=font, fill=(20, 20, 20))
    draw.text((left, 120 + shift * height), sign, font=font, fill=(20, 20, 20))
    place = Box(*draw.textbbox((left, 120 + shift * height), sign, font=font))
    pad = 0.25 * height
    return np.asarray(picture), Box(line.left - pad, line.top - pad, line.right + pad, line.bottom + pad), place


def found(pixels: np.ndarray, line: Box) -> list[Box]:
    signs = [sign for letter in LINE for sign in (letter, "")]
    known = tuple(sorted(set(LINE)))
    rows = np.array([[1.0 if c == sign else 1e-6 for c in ("", *known)] for sign in signs])
    reading = BoxReading(quad_of(line), CtcPosterior(np.log(rows / rows.sum(axis=1, keepdims=True)), known), float(len(signs)))
    places = beyond(ink.find(pixels), [reading], quad_of(line)[None], SIZE)
    return [Box(*place.quad.min(axis=0).tolist(), *place.quad.max(axis=0).tolist()) for place in places]


@pytest.mark.parametrize("height", [18, 26, 36])
@pytest.mark.parametrize("gap", [-4.0, 1.5, 5.0])
@pytest.mark.parametrize("sign", ["0", "4", "B", "17"])
def test_a_sign_in_the_row_of_a_line_is_found_with_paper_around_it(height: int, gap: float, sign: str) -> None:
    pixels, line, place = drawn(height, sign, gap)
    (box,) = found(pixels, line)
    assert box.left < place.left < place.right < box.right
    assert (box.top, box.bottom) == pytest.approx((line.top, line.bottom), abs=1)
    assert box.width < place.width + 1.5 * height


@pytest.mark.parametrize(("sign", "gap", "shift"), [("Coffee", 2.0, 0.0), ("|", 2.0, 0.0), (".", 2.0, 0.0), ("4", 2.0, 0.8)])
def test_words_bars_specks_and_signs_off_the_row_are_none(sign: str, gap: float, shift: float) -> None:
    pixels, line, _ = drawn(26, sign, gap, shift)
    assert not found(pixels, line)


def test_a_sign_among_strokes_is_none() -> None:
    pixels, line, place = drawn(26, "4", 2.0)
    picture = Image.fromarray(pixels)
    x, y = place.right + 6, place.top
    ImageDraw.Draw(picture).line([(x, y - 4), (x + 14, y + 16), (x + 20, y - 2)], fill=(20, 20, 20), width=3)
    assert not found(np.asarray(picture), line)
