"""Numbers that stand upright in a margin, drawn, whose digits were boxed one by one."""

from __future__ import annotations

import random

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocrect.engines.ppocr.detect import Boxes
from ocrect.engines.ppocr.lines import box_around
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.engines.ppocr.stacks import is_line, rows_apart, stacked
from ocrect.ink import Ink, find
from ocrect.testing import posterior

WORDS = "The keeper of the light wrote down all"


def page(number: str, degrees: int, size: int, leading: float) -> tuple[NDArray[np.uint8], list[BoxReading], list[int]]:
    """A page with a number in its margin, each digit turned; a box around each digit but the last, and around its lines; and
    where the number is: left, top, right, bottom."""
    sheet = Image.new("L", (700, 900), 250)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size)
    for n in range(8):
        draw.text((40, 60 + 2 * size * n), WORDS, font=ImageFont.load_default(24), fill=20)
    read, around = [], []
    y = 200.0
    for digit in number:
        sign = Image.new("L", (3 * size, 3 * size), 0)
        ImageDraw.Draw(sign).text((size, size), digit, font=font, fill=255)
        sign = sign.rotate(degrees, expand=True)
        sign = sign.crop(sign.getbbox())
        sheet.paste(20, (600, round(y)), sign)
        around.append((600, y, 600 + sign.width, y + sign.height))
        y += sign.height + leading
    for (left, top, right, bottom), digit in list(zip(around, number, strict=True))[:-1]:
        quad = np.array(
            [[left - 3, top - 3], [right + 3, top - 3], [right + 3, bottom + 3], [left - 3, bottom + 3]], np.float32
        )
        made = posterior(digit)
        read.append(BoxReading(quad, made, float(len(made.log_probs))))
    whole = [600, 200, max(box[2] for box in around), around[-1][3]]
    return np.repeat(np.asarray(sheet)[:, :, None], 3, axis=2), read, whole


def found(pixels: NDArray[np.uint8], read: list[BoxReading]) -> list[tuple[list[int], list[float]]]:
    ink: Ink = find(pixels)
    groups = [(members, box_around(quad)) for members, quad in stacked(read, ink)]
    return [(members, [box.left, box.top, box.right, box.bottom]) for members, box in groups]


@pytest.mark.parametrize("degrees", [90, -90])
@pytest.mark.parametrize("seed", range(3))
def test_digits_on_their_sides_below_one_another_are_one_line_with_the_one_that_was_not_found(seed: int, degrees: int) -> None:
    rng = random.Random(seed)
    number = "".join(rng.choices("02345689", k=rng.randint(5, 9)))
    size = rng.randint(26, 44)
    pixels, read, whole = page(number, degrees, size, size * 0.15)
    ((members, box),) = found(pixels, read)
    assert members == list(range(len(number) - 1))
    assert box == pytest.approx(whole, abs=0.4 * size)


def test_some_of_its_digits_that_were_found_as_one_are_part_of_it() -> None:
    pixels, read, whole = page("82200967", -90, 32, 5)
    left, _, right, bottom = whole
    some = np.array([[left, bottom - 110], [right, bottom - 110], [right, bottom], [left, bottom]], np.float32)
    made = posterior("0967")
    joined = [*read[:5], BoxReading(some, made, float(len(made.log_probs)))]
    ((members, box),) = found(pixels, joined)
    assert sorted(members) == list(range(6))
    assert box == pytest.approx(whole, abs=13)


@pytest.mark.parametrize("leading", [3, 20])
def test_a_column_of_upright_digits_is_no_line(leading: int) -> None:
    pixels, read, _ = page("3052968", 0, 34, leading)
    assert found(pixels, read) == []


def test_a_whole_counts_where_it_is_surely_read_with_no_fewer_signs() -> None:
    _, members, _ = page("82200", 90, 30, 4)

    def whole(text: str, doubt: float) -> BoxReading:
        made = posterior(text, alternatives={at: {"x": doubt} for at in range(len(text))})
        return BoxReading(members[0].quad, made, float(len(made.log_probs)))

    assert is_line(whole("82200", 0.01), members)
    assert not is_line(whole("82200", 0.4), members)
    assert not is_line(whole("82", 0.01), members)


def drawn_in(box: Image.Image, corner: tuple[int, int]) -> tuple[Ink, Boxes]:
    """The ink of a page with that picture on it, and the box around it as the detector grows it."""
    sheet = Image.new("L", (400, 900), 250)
    sheet.paste(20, corner, box)
    left, top, right, bottom = corner[0] - 5, corner[1] - 5, corner[0] + box.width + 5, corner[1] + box.height + 5
    quads = np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], np.float32)
    return find(np.repeat(np.asarray(sheet)[:, :, None], 3, axis=2)), Boxes(quads, np.array([0.9], np.float32))


@pytest.mark.parametrize("seed", range(8))
def test_single_digits_of_a_column_in_one_box_are_boxed_row_by_row(seed: int) -> None:
    """Read as one line that stands upright, 3 above 5 is πω."""
    rng = random.Random(seed)
    rows, size = [rng.choice("0123456789ABD") for _ in range(rng.randint(2, 4))], rng.randint(18, 44)
    column, leading = Image.new("L", (size, 6 * size), 0), rng.uniform(0.95, 1.3)
    for n, row in enumerate(rows):
        ImageDraw.Draw(column).text((4, n * size * leading), row, font=ImageFont.load_default(size), fill=255)
    ink, boxes = drawn_in(column.crop(column.getbbox()), (60, 80))
    parted = rows_apart(boxes, ink)
    assert len(parted.quads) == len(parted.scores) == len(rows)
    assert [1] * len(rows) == [int(((ink.middles > q.min(0)) & (ink.middles < q.max(0))).all(1).sum()) for q in parted.quads]


def test_a_row_of_a_column_that_another_box_holds_is_read_there_alone() -> None:
    column = Image.new("L", (30, 100), 0)
    for n, row in enumerate("35"):
        ImageDraw.Draw(column).text((4, 40 * n), row, font=ImageFont.load_default(34), fill=255)
    ink, boxes = drawn_in(column.crop(column.getbbox()), (60, 80))
    lower = np.array([[[55, 112], [300, 112], [300, 150], [55, 150]]], np.float32)
    both = Boxes(np.concatenate([boxes.quads, lower]), np.array([0.9, 0.8], np.float32))
    parted = rows_apart(both, ink)
    assert len(parted.quads) == 2
    assert parted.quads[0].max(axis=0)[1] < 115
    assert np.array_equal(parted.quads[1], lower[0])


@pytest.mark.parametrize("degrees", [90, -90])
@pytest.mark.parametrize("text", ["7505", "28", "Name", "w", "No. 35", "MMXW", "WMWM", "mmw", "lift", "I.D."])
def test_text_that_runs_up_or_down_stays_in_its_box(text: str, degrees: int) -> None:
    line = Image.new("L", (400, 80), 0)
    ImageDraw.Draw(line).text((9, 9), text, font=ImageFont.load_default(34), fill=255)
    ink, boxes = drawn_in(line.crop(line.getbbox()).rotate(degrees, expand=True), (60, 80))
    assert np.array_equal(rows_apart(boxes, ink).quads, boxes.quads)
