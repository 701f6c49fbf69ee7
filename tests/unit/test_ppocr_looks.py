"""Where the detector looks, and at which scale."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from ocrect.engines.ppocr import _Judge
from ocrect.engines.ppocr.detect import MOST_ENLARGED, MOST_SIDE, OVERLAP, SAFE, WANTED, _spans, first_looks, second_looks
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.evidence import CtcPosterior
from ocrect.ink import Ink, on
from ocrect.record.document import PageImage


def letters(*lines: tuple[float, float, int, float]) -> Ink:
    """Lines of letters: left, top, how many, and their height in pixels."""
    rows = [
        (left + 0.8 * height * n, top, left + 0.8 * height * n + 0.6 * height, top + height)
        for left, top, count, height in lines
        for n in range(count)
    ]
    boxes = np.array(rows, np.float32).reshape(-1, 4)
    sides = boxes[:, 2:] - boxes[:, :2]
    every = np.ones(len(boxes), bool)
    return Ink(boxes, (0.5 * sides.prod(axis=1)).astype(np.float32), 200.0 * every.astype(np.float32), every, ~every)


@given(st.integers(1, 60_000))
def test_windows_cover_a_side_once_and_overlap_around_every_seam(side: int) -> None:
    spans = list(_spans(side))
    assert spans[0][1] == 0
    assert spans[-1][2] == side
    assert all(end - start <= MOST_SIDE for start, _, _, end in spans)
    assert all(start <= low < high <= end for start, low, high, end in spans)
    for before, after in pairwise(spans):
        assert before[2] == after[1]
        assert before[3] - after[0] >= OVERLAP - 1


@pytest.mark.parametrize("height", [5.0, 12.0, 30.0, 90.0])
def test_two_far_lines_are_looked_at_one_by_one_with_letters_of_the_wanted_height(height: float) -> None:
    found = letters((300, 400, 12, height), (2000, 3000, 12, height))
    looks = first_looks(found, (4000, 5000))
    assert len(looks) == 2
    for look in looks:
        assert look.scale * height == pytest.approx(WANTED) or look.scale == MOST_ENLARGED
    assert sum(look.area for look in looks) < 60_000


def test_a_full_page_is_one_look_of_one_pass() -> None:
    found = letters(*((200, 200 + 50 * n, 80, 24.0) for n in range(60)))
    (look,) = first_looks(found, (2480, 3508))
    assert max(look.size) <= MOST_SIDE + 1


def test_a_page_too_large_for_one_pass_keeps_its_letters_readable() -> None:
    found = letters(*((200, 100 + 40 * n, 30, 18.0) for n in range(500)))
    (look,) = first_looks(found, (1080, 20_300))
    assert max(look.size) > MOST_SIDE
    assert look.scale * 18 == pytest.approx(SAFE)


def test_ink_outside_of_all_lines_is_looked_at_again_and_other_ink_is_not() -> None:
    found = letters((100, 100, 20, 30.0), (100, 800, 20, 30.0))
    line = np.array([[[90, 90], [700, 90], [700, 140], [90, 140]]], np.float32)
    (look,) = second_looks(found, line, (1000, 1000), 100_000)
    assert look.top < 800 < 830 < look.bottom
    assert list(second_looks(found, np.concatenate([line, line + np.array([0, 700])]), (1000, 1000), 100_000)) == []


def test_a_page_without_ink_is_looked_at_as_a_whole() -> None:
    (look,) = first_looks(letters(), (3000, 2000))
    assert (look.left, look.top, look.right, look.bottom) == (0, 0, 3000, 2000)
    assert max(look.size) < 1000


@pytest.mark.parametrize("noise", [0, 10, 20, 26])
@pytest.mark.parametrize("height", [14, 24])
def test_a_line_read_in_doubt_is_text_however_many_specks_of_noise_stand_between_its_letters(noise: int, height: int) -> None:
    picture = Image.new("L", (900, 3 * height), 215)
    text, font = "The keeper wrote it down again", ImageFont.load_default(height)
    ImageDraw.Draw(picture).text((20, height), text, font=font, fill=30)
    soft = cv2.GaussianBlur(np.asarray(picture, np.float32), (0, 0), height / 16)
    grey = (soft + np.random.default_rng(height).normal(0, noise, soft.shape)).clip(0, 255).astype(np.uint8)
    pixels = cv2.imdecode(cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], cv2.IMREAD_COLOR)
    probabilities = np.full((20, 3), 0.005, np.float32)
    probabilities[:, 0], probabilities[::2, 0], probabilities[::2, 1] = 0.99, 0.22, 0.775
    right, top, bottom = 24 + font.getlength(text), height - 2, 2 * height + 4
    quad = np.array([[16, top], [right, top], [right, bottom], [16, bottom]], np.float32)
    doubtful = BoxReading(quad, CtcPosterior.from_softmax(probabilities, "ab"), 20.0)
    assert _Judge(on(PageImage(pixels))).is_text(doubtful, 0.7)
