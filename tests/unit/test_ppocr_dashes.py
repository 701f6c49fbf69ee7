"""A short dash in a box of its own looks like a square to the recogniser; its ink tells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ocrect.engines.ppocr.dashes import BLOTS, LOW, LOWER, WIDE, as_dash, as_high, between_numbers
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.ink import Ink
from ocrect.testing import posterior


def boxed(text: str, height: float = 40.0) -> BoxReading:
    """A box of that height from (100, 100) on with what was read in it."""
    quad = np.array([[100, 100], [160, 100], [160, 100 + height], [100, 100 + height]], np.float32)
    read = posterior(text)
    return BoxReading(quad, read, float(len(read.log_probs)))


def inked(*pieces: tuple[float, float]) -> Ink:
    """Pieces of that width and height in the middle of the box, one below another."""
    boxes = np.array([(130 - w / 2, 116 + 3 * n - h / 2, 130 + w / 2, 116 + 3 * n + h / 2) for n, (w, h) in enumerate(pieces)])
    areas, none = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), np.zeros(len(boxes), bool)
    return Ink(boxes.astype(np.float32), areas.astype(np.float32), np.full(len(boxes), 150, np.float32), none, none, none)


@given(st.sampled_from(sorted(BLOTS)), st.floats(4, 50), st.floats(2, 30))
def test_a_bar_read_as_a_blot_is_a_dash_and_a_square_stays(blot: str, width: float, height: float) -> None:
    reading, bar = boxed(blot), inked((width, height))
    is_bar = bar.widths[0] >= WIDE * bar.heights[0] and bar.heights[0] <= LOW * reading.height
    made = as_dash(reading, bar, "abc-■")
    assert made.text == ("-" if is_bar else blot)
    assert made.quad.tolist() == reading.quad.tolist()


@pytest.mark.parametrize("text", ["7", "I", "■■", "a", "·", "="])
def test_what_was_read_as_letters_or_several_signs_stays(text: str) -> None:
    reading = boxed(text)
    assert as_dash(reading, inked((30, 6)), "abc-") is reading


def test_two_bars_are_no_dash() -> None:
    reading = boxed("■")
    assert as_dash(reading, inked((30, 6), (30, 6)), "abc-") is reading


@given(st.floats(20, 60), st.floats(2, 8), st.sampled_from(["-", "9", "--", "a"]), st.booleans())
def test_a_dash_is_as_high_as_the_much_higher_digit_beside_it(low: float, times: float, text: str, is_left: bool) -> None:
    assume(abs(times - LOWER) > 1e-3)  # just at the bar rounding decides
    high, middle = low * times, 100 + low / 2
    left = 165.0 if is_left else 95 - high
    top, bottom = middle - high / 2, middle + high / 2
    corners = [[left, top], [left + high, top], [left + high, bottom], [left, bottom]]
    digit, dash = replace(boxed("9"), quad=np.array(corners, np.float32)), boxed(text, low)
    made = as_high(dash, [dash, digit])
    assert as_high(digit, [dash, digit]) is digit
    if text == "-" and digit.height > LOWER * dash.height:
        assert made.height == pytest.approx(digit.height)
        assert made.length == pytest.approx(dash.length)
    else:
        assert made is dash


@pytest.mark.parametrize(("right", "down"), [(500.0, 0.0), (0.0, 90.0)], ids=["far away", "above it"])
def test_a_dash_that_is_not_beside_the_digit_stays_low(right: float, down: float) -> None:
    dash = boxed("-", 30)
    digit = replace(
        boxed("9"),
        quad=np.array([[165, 35], [325, 35], [325, 195], [165, 195]], np.float32) + np.array((right, down), np.float32),
    )
    assert as_high(dash, [dash, digit]) is dash


@pytest.mark.parametrize(
    ("left", "right", "bar", "contrast", "is_dash"),
    [
        ("134", "144", (10, 3), 150, True),
        ("0.0", "1.2", (14, 4), 90, True),
        ("134", "144", (10, 3), 45, False),  # pale grain
        ("134", "144", (4, 3), 150, False),  # a point
        ("134", "144", (60, 3), 150, False),  # a rule
        ("See", "144", (10, 3), 150, False),
    ],
)
def test_a_small_bar_between_two_numbers_of_a_row_is_a_dash(
    left: str, right: str, bar: tuple[float, float], contrast: float, is_dash: bool
) -> None:
    width, height = bar
    numbers = [boxed(left, 30.0), replace(boxed(right, 30.0), quad=boxed(right, 30.0).quad + np.array([100, 0], np.float32))]
    boxes = np.array([(130, 110, 140, 125), (180 - width / 2, 115 - height / 2, 180 + width / 2, 115 + height / 2)], np.float32)
    none, areas = np.zeros(2, bool), (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    ink = Ink(boxes, areas, np.array([150, contrast], np.float32), none, none, none)
    found = list(between_numbers(ink, numbers, "0123456789-", (400, 400)))
    assert [one.text for one in found] == ["-"] * is_dash
