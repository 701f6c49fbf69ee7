"""Blocks of running text turned by a quarter, beside text that is not."""

from __future__ import annotations

import random

import numpy as np
import pytest

from ocrect.engines.ppocr.lines import ordered, tilt_of
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.testing import posterior

WORDS = [
    "the",
    "keeper",
    "of",
    "light",
    "wrote",
    "down",
    "every",
    "ship",
    "that",
    "passed",
    "and",
    "how",
    "many",
    "lamps",
    "lit",
]
HIGH, LEADING, LETTER = 24.0, 36.0, 12.0


def reading(text: str, corner: tuple[float, float], degrees: float) -> BoxReading:
    """A line whose text begins at a corner of the page, in pixels, and runs so many degrees clockwise from the right."""
    along = np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    down = np.array([-along[1], along[0]])
    start, end = np.array(corner), np.array(corner) + LETTER * len(text) * along
    quad = np.array([start, end, end + HIGH * down, start + HIGH * down], np.float32)
    made = posterior(text)
    return BoxReading(quad, made, float(len(made.log_probs)))


def block(rng: random.Random, corner: tuple[float, float], degrees: float, many: int) -> list[BoxReading]:
    down = np.array([-np.sin(np.radians(degrees)), np.cos(np.radians(degrees))])
    texts = [" ".join(rng.choices(WORDS, k=rng.randint(5, 9))) for _ in range(many)]
    return [reading(text, tuple(np.array(corner) + n * LEADING * down), degrees) for n, text in enumerate(texts)]


def read(rng: random.Random, page: list[BoxReading]) -> list[str]:
    return [" ".join(r.text for r in row) for _, rows in ordered(rng.sample(page, len(page))) for row in rows]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("degrees", [-90, 90])
def test_the_lines_of_a_turned_block_are_lines_of_their_own_in_its_own_order_after_the_others(degrees: int, seed: int) -> None:
    rng = random.Random(seed)
    upright = block(rng, (50, 60), 0, rng.randint(3, 12))
    beside = block(rng, (1100, 900) if degrees < 0 else (1500, 100), degrees, rng.randint(2, 9))
    assert read(rng, [*upright, *beside]) == [line.text for line in [*upright, *beside]]


@pytest.mark.parametrize("x", [20, 1000])
@pytest.mark.parametrize("degrees", [-90, 90])
def test_a_turned_line_in_the_margin_comes_after_the_rows_beside_it_and_parts_none(degrees: int, x: int) -> None:
    note = reading("printed by the keeper of light", (x, 500 if degrees < 0 else 100), degrees)
    cells = [
        [reading(f"row {n}", (100, 60 + LEADING * n), 0), reading(f"{n}.50", (800, 60 + LEADING * n), 0)] for n in range(16)
    ]
    page = [note, *(cell for row in cells for cell in row)]
    assert read(random.Random(2), page) == [*(" ".join(cell.text for cell in row) for row in cells), note.text]


def test_turned_headings_of_columns_stay_where_they_stand() -> None:
    heads = [reading(word, (300.0 + 60 * n, 200), -90) for n, word in enumerate(("January", "February", "March"))]
    rows = [reading(f"row {n} 1 2 3", (60, 240 + LEADING * n), 0) for n in range(5)]
    found = read(random.Random(1), [*heads, *rows])
    assert found[0].split() == ["January", "February", "March"]
    assert found[1:] == [row.text for row in rows]


def test_a_page_is_as_tilted_as_its_lines_that_do_not_stand() -> None:
    lines = [
        *(reading("a short line", (50, 50 + 40 * n), 1.5) for n in range(3)),
        reading("a very long one " * 6, (900, 900), -90),
    ]
    assert np.degrees(tilt_of([line.quad for line in lines])) == pytest.approx(1.5, abs=0.1)


def test_a_wide_table_is_as_tilted_as_its_long_lines_though_the_boxes_of_its_short_ones_are_found_level() -> None:
    tilt, rng = np.radians(0.4), random.Random(3)
    rows: list[list[BoxReading]] = []
    for n in range(16):
        name = " ".join(rng.choices(WORDS, k=7))
        cells = [(60.0, f"DH{n:04}"), (400.0, name), *((x, f"{rng.randint(100, 999)}.50") for x in range(1300, 3000, 200))]
        rows.append([reading(text, (x, 100 + 26 * n + x * np.tan(tilt)), 0.4 if x == 400 else 0.0) for x, text in cells])
    assert read(rng, [cell for row in rows for cell in row]) == [" ".join(cell.text for cell in row) for row in rows]
