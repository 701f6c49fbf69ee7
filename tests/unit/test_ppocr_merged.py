"""Rows that the detector took for one box are parted where there is white between them, level or not, and read one by one."""

from __future__ import annotations

import random
from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from ocrect.engines.ppocr.lines import box_around
from ocrect.engines.ppocr.merged import instead, read, rows, surely
from ocrect.engines.ppocr.recognise import BoxReading, Quad
from ocrect.ink import find
from ocrect.testing import posterior

HIGH = 60.0
"""Pixels of the page's lines, boxes as they are: letters with the paper around them."""


def a_reading(text: str, left: float, top: float, right: float, bottom: float) -> BoxReading:
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    made = posterior(text)
    return BoxReading(corners, made, float(len(made.log_probs)))


def printed(amounts: Sequence[str], pitch: int, slope: float, *, fold: bool = False) -> NDArray[np.uint8]:
    """Amounts of letters far apart, one below the other, falling by ``slope``; with the shadow of a fold under the last one."""
    height, width = 40 + pitch * len(amounts), 460
    page = np.full((height, width, 3), 210, np.uint8)
    for n, amount in enumerate(amounts):
        for k, sign in enumerate(amount):
            at = (40 + 62 * k, 56 + pitch * n + round(slope * (62 * k - width / 2)))
            cv2.putText(page, sign, at, cv2.FONT_HERSHEY_SIMPLEX, 1.6, (40, 40, 40), 4)
    if fold:
        page[height - 10 :] = 120
    return page


@pytest.mark.parametrize("seed", range(12))
def test_tight_rows_in_one_box_are_parted_at_the_white_between_them(seed: int) -> None:
    dice = random.Random(seed)
    amounts = [f"{dice.randint(1, 9)}.{dice.randint(10, 99)}B" for _ in range(dice.randint(2, 5))]
    slope, pitch = dice.choice((-0.03, 0.0, 0.02)), dice.randint(46, 60)
    page = printed(amounts, pitch, slope, fold=bool(seed % 2))
    whole = a_reading("?", 0.0, 0.0, page.shape[1], page.shape[0])
    middles = [float(box_around(quad).top + box_around(quad).bottom) / 2 for quad in rows(page, find(page), whole, HIGH)]
    wanted = [40.0 + pitch * n for n in range(len(amounts))]
    assert len(middles) == len(wanted)
    assert np.allclose(middles, wanted, atol=8)


def test_a_box_of_one_line_and_a_blank_one_and_a_page_without_lines_have_no_rows() -> None:
    page = printed(["1.25B", "3.50A"], 50, 0.0)
    blank = np.full((300, 400, 3), 255, np.uint8)
    assert not list(rows(page, find(page), a_reading("?", 0.0, 0.0, 460.0, 75.0), HIGH))
    assert not list(rows(page, find(page), a_reading("?", 0.0, 0.0, 460.0, 140.0), np.inf))
    assert not list(rows(blank, find(blank), a_reading("?", 0.0, 0.0, 400.0, 300.0), HIGH))


@pytest.mark.parametrize("seed", range(8))
def test_rows_whose_signs_nearly_touch_are_parted_with_what_their_box_leaves_out(seed: int) -> None:
    dice = random.Random(seed)
    amounts = [f"{dice.randint(1, 9)}.{dice.randint(10, 99)}B" for _ in range(dice.randint(2, 5))]
    page = printed(amounts, dice.randint(39, 42), 0.0)
    whole = a_reading("?", 0.0, 0.0, 300.0, page.shape[0])  # the last letter's middle is right of it
    found = [box_around(quad) for quad in rows(page, find(page), whole, HIGH)]
    assert len(found) == len(amounts)
    assert all(box.left <= 40 and box.right >= 310 for box in found)


def test_letters_twice_as_high_as_the_page_s_lines_are_not_cut_into_two_rows() -> None:
    page = np.full((150, 640, 3), 255, np.uint8)
    cv2.putText(page, "SEE 53", (30, 115), cv2.FONT_HERSHEY_SIMPLEX, 3.4, (30, 30, 30), 6)
    assert not list(rows(page, find(page), a_reading("?", 0.0, 0.0, 640.0, 150.0), HIGH))


@pytest.mark.filterwarnings("error")
def test_ink_in_a_corner_which_a_slanted_look_leaves_out_is_no_row() -> None:
    page = np.full((140, 2400, 3), 255, np.uint8)
    page[4:10, 2390:2398] = 0
    assert not list(rows(page, find(page), a_reading("?", 0.0, 0.0, 2400.0, 140.0), HIGH))


def test_rows_count_where_several_are_surely_read_and_stand_for_what_was_read_across_them() -> None:
    page = printed(["1.25B", "3.50A", "7.10B"], 50, 0.0)
    whole = a_reading("?", 0.0, 0.0, 460.0, 190.0)

    def again(quad: Quad) -> BoxReading:
        box = box_around(quad)
        return a_reading("1.25 B", box.left, box.top, box.right, box.bottom)

    found = read(page, find(page), whole, HIGH, again)
    assert surely(found) == found
    assert len(found) == 3
    assert surely([a_reading("1", *row.quad[0], *row.quad[2]) for row in found]) == []  # a sign each
    upright, above = a_reading("BAB", 350.0, 10.0, 400.0, 170.0), a_reading("Total", 0.0, -70.0, 400.0, -10.0)
    assert instead(found, [above, upright], HIGH) == [above, *found]
    known = a_reading("1.25 B", 20.0, 12.0, 440.0, 66.0)
    assert instead(found, [known], HIGH) == [known, *found[1:]]


@pytest.mark.parametrize("share", [0.2, 0.35, 0.5, 1.0])
def test_a_line_that_was_kept_is_not_read_a_second_time_as_a_row_that_reaches_beyond_it(share: float) -> None:
    row = a_reading("a) Name the metre", 0.0, 100.0, 1000.0, 160.0)
    line = a_reading("a) Name the metre", 10.0, 104.0, 10.0 + 980.0 * share, 156.0)
    part = a_reading("a)", 10.0, 104.0, 10.0 + 980.0 * share, 156.0)
    below = a_reading("b) Tell the tale", 0.0, 170.0, 1000.0, 230.0)
    assert instead([row, below], [line], HIGH) == [line, below]
    assert instead([row, below], [part], HIGH) == ([row, below] if share < 1.0 else [part, below])


@pytest.mark.parametrize("pitch", [36.0, 40.0, 48.0])
def test_rows_between_lines_that_were_kept_are_new_though_the_boxes_of_tight_rows_overlap(pitch: float) -> None:
    """Two equal taxes above a large sum, which the detector took for one box."""
    lines = [a_reading(text, 0.0, pitch * n, 160.0, pitch * n + 58.0) for n, text in enumerate(("97,52", "4,64", "4,64"))]
    total = a_reading("97,52", -80.0, 3 * pitch - 4.0, 170.0, 3 * pitch + 90.0)
    assert instead(lines[1:], [lines[0], total], HIGH) == [lines[0], total, *lines[1:]]
