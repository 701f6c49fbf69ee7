"""Where the detector looks, and at which scale."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocrect.engines.ppocr import HUGE, LARGE, SURE_HUGE, SURE_LARGE, SURELY_READ, THIN, _Judge
from ocrect.engines.ppocr.detect import (
    MOST_ENLARGED,
    MOST_SIDE,
    OVERLAP,
    SAFE,
    WANTED,
    Boxes,
    _is_dim,
    _spans,
    _with,
    first_looks,
    second_looks,
)
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
    return Ink(boxes, (0.5 * sides.prod(axis=1)).astype(np.float32), 200.0 * every.astype(np.float32), every, ~every, ~every)


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


@given(st.integers(2, 12), st.integers(2, 8), st.integers(1, 4))
def test_places_far_apart_are_looked_at_one_by_one_however_many(rows: int, columns: int, signs: int) -> None:
    places = [(300.0 * column, 200.0 * row, signs, 20.0) for row in range(rows) for column in range(columns)]
    assert len(first_looks(letters(*places), (2600, 2600))) == rows * columns, "lone digits are lost in a look at the whole"


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


def with_underlined(found: Ink, *boxes: tuple[float, float, float, float], fill: float = 0.35) -> Ink:
    """The same with rows of letters that an underline joins, each one piece: left, top, right, bottom."""
    pieces = np.array(boxes, np.float32).reshape(-1, 4)
    areas = fill * (pieces[:, 2:] - pieces[:, :2]).prod(axis=1)
    every = np.ones(len(pieces), bool)
    more = Ink(pieces, areas.astype(np.float32), 200.0 * every.astype(np.float32), ~every, ~every, ~every)
    return Ink(*(np.concatenate(both) for both in zip(found, more, strict=True)))


@given(st.floats(300, 1500), st.floats(0.7, 2.4), st.integers(3, 9))
def test_an_underlined_line_that_is_one_piece_of_ink_is_looked_at_from_end_to_end(long: float, high: float, count: int) -> None:
    body = letters(*((200, 2000 + 60 * n, 60, 30.0) for n in range(count)))
    right, bottom = 200 + long, 400 + 30 * high
    page = with_underlined(body, (200, 400, right, bottom))
    is_one = long > 12.5 * 30 * high  # else it is a letter, as far as one can tell
    nothing = np.zeros((0, 4, 2), np.float32)
    for looks in (first_looks(page, (2480, 3508)), second_looks(page, nothing, (2480, 3508), 10**7)):
        held = [one for one in looks if one.left <= 200 and one.top <= 400 and one.right >= right and one.bottom >= bottom]
        assert held or not is_one
    bar = with_underlined(body, (200, 400, right, bottom), fill=0.95)
    assert not is_one or all(look.top > 1000 for look in first_looks(bar, (2480, 3508)))


def test_a_line_found_whole_in_one_look_and_in_part_in_another_is_one_line() -> None:
    whole = np.array([[[100, 100], [900, 100], [900, 150], [100, 150]]], np.float32)
    part = np.array([[[120, 104], [260, 104], [260, 148], [120, 148]]], np.float32)
    other = part + np.float32([0, 300])
    for first, second in ((whole, part), (part, whole)):
        found = _with(Boxes(first, np.float32([0.8])), Boxes(np.concatenate([second, other]), np.float32([0.7, 0.6])))
        assert sorted(found.quads.tolist()) == sorted([*whole.tolist(), *other.tolist()])
        assert len(found.scores) == 2


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


@pytest.mark.parametrize("seed", range(4))
def test_a_short_word_in_the_grain_of_a_blank_page_is_no_text_unless_surely_read(seed: int) -> None:
    grain = np.random.default_rng(seed).normal(215, 3, (300, 300, 1))
    grain[108:122, 104:112] -= 25
    grain[108:122, 116:124] -= 25
    page = PageImage(np.repeat(grain.clip(0, 255).astype(np.uint8), 3, axis=2))
    quad = np.array([[100, 100], [130, 100], [130, 130], [100, 130]], np.float32)

    def is_text(text: str, confidence: float) -> bool:
        frames = np.full((2 * len(text) + 1, 3), 1e-6)
        frames[::2, 0] = 1.0
        frames[1::2, 0] = 1 - confidence
        frames[1::2, 1] = confidence
        return _Judge(on(page)).is_text(BoxReading(quad, CtcPosterior(np.log(frames), tuple("on")), float(len(frames))), 0.7)

    assert not is_text("oo", 0.9)
    assert is_text("oo", 0.97)


@pytest.mark.parametrize(("ink", "confidence", "why"), [(228, 0.9, "faint"), (228, 0.6, "illegible"), (60, 0.9, "illegible")])
def test_what_is_too_pale_to_be_text_and_hardly_in_doubt_is_unread_as_faint(ink: int, confidence: float, why: str) -> None:
    picture, font = Image.new("RGB", (900, 300), "white"), ImageFont.load_default(40)
    draw = ImageDraw.Draw(picture)
    quads = []
    for top, grey in ((40, 20), (160, ink)):
        draw.text((40, top), "harbour", font=font, fill=(grey,) * 3)
        left, up, right, down = (float(side) for side in draw.textbbox((40, top), "harbour", font=font))
        quads.append(np.array([[left, up], [right, up], [right, down], [left, down]], np.float32))

    def reading(quad: NDArray[np.float32], sure: float) -> BoxReading:
        frames = np.full((15, 3), 1e-6)
        frames[::2, 0] = 1.0
        frames[1::2, 0], frames[1::2, 1] = 1 - sure, sure
        return BoxReading(quad, CtcPosterior(np.log(frames), tuple("on")), 15.0)

    judge = _Judge(on(PageImage(np.asarray(picture))))
    judge.learn([reading(quads[0], 0.99)])
    told = judge.unread(reading(quads[1], confidence))
    assert told.why == why
    assert told.text == "ooooooo"


@given(st.floats(0.05, 6.0), st.floats(0.5, 0.99), st.integers(2, 9), st.sampled_from("o7"))
def test_what_is_far_lower_or_higher_than_the_pages_lines_is_text_only_where_it_is_surely_read_and_words_more_easily(
    height: float, confidence: float, signs: int, sign: str
) -> None:
    def reading(size: float, sure: float, many: int, top: float) -> BoxReading:
        frames = np.full((2 * many + 1, 3), 1e-6)
        frames[::2, 0], frames[1::2, 0] = 1.0, 1 - sure
        frames[1::2, 1] = sure
        quad = np.array([[0, top], [200, top], [200, top + size], [0, top + size]], np.float32)
        return BoxReading(quad, CtcPosterior(np.log(frames), (sign, "n")), float(len(frames)))

    judge = _Judge(on(PageImage(np.full((600, 300, 3), 255, np.uint8))))
    found = reading(40 * height, confidence, signs, 300)
    before = judge.is_text(found, 0.9)
    judge.learn([reading(40.0, 0.99, 8, 40.0 * n) for n in range(5)])
    bars = [
        (THIN, SURELY_READ),
        (LARGE, 0.0),
        (HUGE, SURE_LARGE),
        (np.inf, SURE_LARGE if sign == "o" and signs > 2 else SURE_HUGE),
    ]
    bar = next(bar for most, bar in bars if height < most)
    if min(abs(height - size) for size in (THIN, LARGE, HUGE)) > 1e-3 and abs(confidence - bar) > 1e-3:
        assert judge.is_text(found, 0.9) == (before and confidence >= bar)


@pytest.mark.parametrize(("unclear", "is_nearer"), [(0, False), (5, False), (10, True), (30, True)])
def test_print_that_is_unclear_in_one_of_its_columns_is_looked_at_nearer(unclear: int, is_nearer: bool) -> None:
    """The amounts of a small photograph of a till's roll run into one another while the words at their left are clear."""
    scores = np.array([0.5] * unclear + [0.75] * (30 - unclear), np.float32)
    assert _is_dim(Boxes(np.zeros((30, 4, 2), np.float32), scores)) == is_nearer
