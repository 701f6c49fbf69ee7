"""Pages whose lines are bent are made flat by the places of their letters; straight, tilted and ragged ones are left alone."""

from __future__ import annotations

import random
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocrect import prepare
from ocrect.prepare import dewarp
from ocrect.prepare.orientation import Letters
from ocrect.record.document import Block, Box, Glyph, Line, Page, PageImage, Word

WIDTH, HEIGHT, SIZE, LEADING = 1400, 1000, 14, 34
FLAT = 0.15  # letter sizes that flattened feet may stand from their line
Curve = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]


def arch(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sin(np.pi * x / WIDTH)


def spine(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.exp(-x / (0.2 * WIDTH))


def wave(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sin(2 * np.pi * x / WIDTH) / 2


def growing(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bent at the head, flat at the foot."""
    return np.sin(np.pi * x / WIDTH) * (1 - y / HEIGHT)


def fold(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two pages of a book; a steeper fold tears the rows."""
    return 0.6 * np.exp(-np.abs(x - WIDTH / 2) / (0.12 * WIDTH))


SHAPES = (arch, spine, wave, growing, fold)


def letters(seed: int, curve: Curve, sag: float, *, rows: int = 20, columns: int = 1) -> tuple[Letters, list[int]]:
    """Ragged rows of letters, some with descenders, moved down by ``sag`` pixels times the curve; and the row of
    each, -1 for those with descenders.
    """
    dice, boxes, row_of = random.Random(seed), [], []
    wide = (WIDTH - 200) / columns
    for column in range(columns):
        for row in range(rows):
            x = end = 100 + column * wide
            end += wide * dice.uniform(0.75, 0.95)
            y = 120.0 + row * LEADING
            while x < end:
                if dice.random() < 0.18:  # a space
                    x += SIZE * 0.7
                width, height = SIZE * dice.uniform(0.4, 0.9), SIZE * dice.choice((0.7, 1.0))
                hangs = dice.random() < 0.12
                foot = y + SIZE * 0.3 * hangs + dice.uniform(-0.6, 0.6)
                moved = float(sag * curve(np.array(x), np.array(y)))
                boxes.append((x, foot - height + moved, x + width, foot + moved))
                row_of.append(-1 if hangs else column * rows + row)
                x += width + SIZE * 0.15
    return Letters(np.array(boxes, np.float32), WIDTH, HEIGHT), row_of


def flat(found: Letters, bend: dewarp.Bend) -> NDArray[np.float64]:
    """The feet on the flat page, by undoing the bend step by step."""
    x, y = (found.boxes[:, 0] + found.boxes[:, 2]) / 2.0, found.boxes[:, 3].astype(np.float64)
    feet = y.copy()
    for _ in range(8):
        feet = y - bend.moved(x, feet)
    return feet


@given(
    seed=st.integers(0, 10**6),
    shape=st.sampled_from(SHAPES),
    sag=st.floats(70, 110),
    up=st.booleans(),
    columns=st.sampled_from([1, 1, 2]),
)
def test_bent_rows_are_made_straight(seed: int, shape: Curve, sag: float, *, up: bool, columns: int) -> None:
    found, rows = letters(seed, shape, -sag if up else sag, columns=columns)
    bend = dewarp.bend(found)
    assert bend is not None
    feet = flat(found, bend)
    for row in set(rows) - {-1}:
        of_row = feet[np.array(rows) == row]
        assert np.percentile(np.abs(of_row - np.median(of_row)), 70) < FLAT * SIZE


@given(
    seed=st.integers(0, 10**6),
    slope=st.floats(-0.15, 0.15),
    fan=st.floats(-0.1, 0.1),
    rows=st.integers(1, 24),
    columns=st.integers(1, 4),
    slight=st.floats(-6, 6),
)
@example(seed=601115, slope=-0.15, fan=0.1, rows=2, columns=2, slight=5)  # of columns rows are level: these are two
@example(seed=321281, slope=-0.15, fan=0.1, rows=3, columns=2, slight=-5)
@example(seed=556560, slope=0.15, fan=-0.1, rows=4, columns=2, slight=-5)
def test_straight_tilted_and_slanting_rows_are_left_alone(
    seed: int, slope: float, fan: float, rows: int, columns: int, slight: float
) -> None:
    """Tilted as a whole, or as a camera sees a page from the side; and bent by less than half a letter."""

    def slanting(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        return x * (slope + fan * (y / HEIGHT - 0.5)) + slight * np.sin(np.pi * x / WIDTH)

    found, _ = letters(seed, slanting, 1.0, rows=rows, columns=columns)
    assert dewarp.bend(found) is None


@given(st.integers(0, 10**6), st.integers(0, 600))
def test_letters_in_no_order_are_not_bent(seed: int, count: int) -> None:
    dice = np.random.default_rng(seed)
    places = dice.uniform((0, 0), (WIDTH, HEIGHT), (count, 2))
    boxes = np.concatenate([places, places + dice.uniform(5, 20, (count, 2))], axis=1).astype(np.float32)
    assert dewarp.bend(Letters(boxes, WIDTH, HEIGHT)) is None


def bent_page() -> PageImage:
    """A page of words."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), (245, 245, 245))
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(26)
    for row in range(16):
        text = "Oak door 48.20 and half of it paid by card while all of the bills of the first half are due"
        draw.text((90, 130 + 45 * row), text, font=font, fill=(20, 20, 20))
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    places = (y - 60 * arch(x, y)).astype(np.float32)
    return PageImage(cv2.remap(np.array(picture), x, places, cv2.INTER_CUBIC, borderValue=(245, 245, 245)))


def test_a_bent_page_is_read_flat_and_its_boxes_are_where_they_stand_on_the_bent_one() -> None:
    """An engine that reads the pixels of a mark finds them at the place that the record then names."""
    bent = bent_page()
    marked = bent.pixels.copy()
    cv2.rectangle(marked, (700, 900), (719, 909), (0, 0, 255), -1)

    def engine(seen: PageImage) -> Page:
        red = np.argwhere((seen.pixels[:, :, 2] > 150) & (seen.pixels[:, :, 0] < 100))
        (top, left), (bottom, right) = red.min(axis=0), red.max(axis=0) + 1
        box = Box(float(left), float(top), float(right), float(bottom))
        word = Word("Mark", box, 0.99, 0, 4)
        line = Line(
            "p1-l1",
            "Mark " * 20,
            box,
            (word,) * 20,
            (Glyph("M", box, 0.99),),
            ((box.left, box.bottom), (box.right, box.bottom)),
        )
        return Page(1, seen.width, seen.height, None, (Block((line,), "text", box),))

    upright, found = prepare.read(PageImage(marked), engine)
    assert upright.bend is not None
    rows = upright.image.pixels[:, :, 1].min(axis=1) < 100  # of ink: on a flat page there are rows without
    assert np.diff(rows.astype(int)).clip(0).sum() >= 16
    found = upright.as_given(found)
    assert (found.width, found.height) == (WIDTH, HEIGHT)
    assert [step.name for step in found.steps] == ["dewarp"]
    line = next(found.lines())
    for box in (line.box, line.words[0].box, line.glyphs[0].box, found.blocks[0].box):
        assert box is not None
        assert (box.left, box.top, box.right, box.bottom) == pytest.approx((700, 900, 720, 910), abs=2.5)


def test_a_page_higher_than_opencv_looks_places_up_in_is_made_flat() -> None:
    high = 33_500
    pixels = np.full((high, 40, 3), 200, np.uint8)
    pixels[20_000:20_004] = 10
    bend = dewarp.Bend(np.full((len(dewarp.KNOTS), 3), 0.0), (0.0, 40.0), (0.0, float(high)), 7)
    flat_page = bend.flattened(pixels)
    assert flat_page.shape == (high + 14, 40, 3)
    assert np.array_equal(flat_page[7:-7], pixels)
    assert (flat_page[:7] == 200).all()


@given(seed=st.integers(0, 10**6), sag=st.floats(300, 3000))
def test_no_paper_is_added_without_bound(seed: int, sag: float) -> None:
    found, _ = letters(seed, arch, sag)
    bend = dewarp.bend(Letters(found.boxes, WIDTH, HEIGHT))
    assert bend is None or bend.pad <= HEIGHT / 4


def test_where_the_flat_page_reads_worse_the_page_is_read_as_it_is() -> None:
    bent, heights = bent_page(), []

    def engine(seen: PageImage) -> Page:
        sure = 0.95 if heights else 0.3
        heights.append(seen.height)
        box = Box(10.0, 10.0, 400.0, 40.0)
        line = Line("p1-l1", "some words", box, tuple(Word("words", box, sure, 5, 10) for _ in range(20)))
        return Page(1, seen.width, seen.height, None, (Block((line,), "text", box),))

    upright, found = prepare.read(bent, engine)
    assert len(heights) == 2
    assert heights[1] == upright.image.height
    assert upright.bend is None
    assert "dewarp" not in [step.name for step in upright.as_given(found).steps]
