"""Where stamps are looked for; pages are drawn here and nothing is read."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrect.engines.ppocr.detect import Boxes, Look
from ocrect.engines.ppocr.lines import quad_of
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.engines.ppocr.stamps import apart
from ocrect.evidence import CtcPosterior
from ocrect.record.document import Box

HEIGHT = 30


def looks(pixels: np.ndarray) -> list[Look]:
    """The looks at a page on which lines of that height were read."""
    rows = np.log(np.array([[1e-6, 1 - 1e-6], [1 - 1e-6, 1e-6]] * 6))
    line = BoxReading(quad_of(Box(40, 40, 240, 40 + HEIGHT)), CtcPosterior(rows, ("x",)), 12.0)
    found: list[Look] = []

    def seen(_: np.ndarray, look: Look) -> Boxes:
        found.append(look)
        return Boxes(np.zeros((0, 4, 2), np.float32), np.zeros(0, np.float32))

    assert apart(pixels, [line], seen, lambda _: lambda _: []).rest == [line]
    return found


def page(colour: tuple[int, int, int]) -> Image.Image:
    """Lines of print in a colour."""
    picture = Image.new("RGB", (800, 600), (250, 249, 246))
    for n in range(8):
        text = "Value added tax and delivery within thirty days"
        ImageDraw.Draw(picture).text((40, 40 + 60 * n), text, font=ImageFont.load_default(24), fill=colour)
    return picture


@pytest.mark.parametrize("colour", [(30, 30, 30), (200, 30, 40), (40, 60, 180)])
def test_a_page_of_print_of_one_colour_has_no_stamp(colour: tuple[int, int, int]) -> None:
    assert not looks(np.asarray(page(colour)))


def test_coloured_headings_rules_and_panels_are_no_stamps() -> None:
    picture = page((30, 30, 30))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((500, 0, 800, 600), fill=(190, 215, 250))
    draw.text((40, 540), "Total amount", font=ImageFont.load_default(40), fill=(200, 30, 40))
    draw.line((40, 530, 700, 530), fill=(200, 30, 40), width=3)
    assert not looks(np.asarray(picture))


def test_a_picture_in_colours_over_most_of_a_page_is_no_stamp() -> None:
    picture = page((30, 30, 30))
    dice = np.random.default_rng(1)
    draw = ImageDraw.Draw(picture)
    for _ in range(60):
        draw.line(dice.integers(0, 600, 4).tolist(), fill=(200, 30, 40), width=4)
    assert not looks(np.asarray(picture))


def test_a_stamp_over_print_is_looked_at_with_and_without_its_colour_in_the_rows_that_it_takes() -> None:
    picture = page((30, 30, 30))
    ImageDraw.Draw(picture).ellipse((200, 200, 330, 330), outline=(200, 30, 40), width=5)
    both = looks(np.asarray(picture))
    assert len(both) == 2
    assert both[0] == both[1]
    assert both[0].left == 0
    assert both[0].right == 800
    assert 100 <= both[0].top < 200
    assert 330 < both[0].bottom <= 430


def test_a_part_of_a_line_that_a_pen_crosses_is_not_read_beside_the_line() -> None:
    picture = page((30, 30, 30))
    ImageDraw.Draw(picture).ellipse((150, 30, 300, 85), outline=(200, 30, 40), width=5)
    line, part = quad_of(Box(40, 40, 260, 40 + HEIGHT)), quad_of(Box(170, 41, 260, 39 + HEIGHT))
    seen = Boxes(np.array([part]), np.array([0.9], np.float32))

    def read(quad: np.ndarray, sure: float) -> BoxReading:
        rows = np.log(np.array([[1 - sure, sure], [sure, 1 - sure]] * 6))
        return BoxReading(quad, CtcPosterior(rows, ("x",)), 12.0)

    def rest(without_stamp: float) -> list[BoxReading]:
        def again(boxes: Boxes) -> list[BoxReading]:
            return [read(quad, without_stamp) for quad in boxes.quads]

        return apart(np.asarray(picture), [read(line, 0.8)], lambda _, __: seen, lambda _: again).rest

    for without_stamp, better in ((0.6, False), (0.98, True)):
        (left,) = rest(without_stamp)
        np.testing.assert_array_equal(left.quad, line)
        assert (left.confidence > 0.9) == better
