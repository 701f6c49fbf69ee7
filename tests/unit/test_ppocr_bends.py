"""Rows that rise and fall differently from place to place: which boxes are of one row, drawn as labels and amounts."""

from __future__ import annotations

import random

import numpy as np
import pytest

from ocrect.engines.ppocr.bends import Bend, bend_of
from ocrect.engines.ppocr.lines import ordered
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.testing import posterior

HIGH, LEADING, LETTER, WIDE, ROWS = 24.0, 30.0, 12.0, 900.0, 26

FAN, CURL, TWIST = (0.0, 0.0, 8.0, 0.0), (0.0, 10.0, 0.0, 0.0), (0.0, 4.0, 0.0, 16.0)
"""Degrees by which rows fall at the middle of the page, and more at its right end, its lower end and their corner."""


def bend(terms: tuple[float, ...]) -> Bend:
    high = ROWS * LEADING
    return Bend(np.tan(np.radians(terms)), np.array([WIDE / 2, high / 2]), np.array([WIDE, high]))


def page(rng: random.Random, bent: Bend, noise: float) -> list[list[BoxReading]]:
    """Rows of a label and an amount on bent paper; the boxes' slopes, in degrees, are found a little wrong."""

    def box(text: str, x: float, y: float) -> BoxReading:
        wide = LETTER * len(text)
        places = np.array([[x, y], [x + wide, y]], np.float32)
        left, right = places[:, 1] + bent.fall(places)
        off = wide / 2 * np.tan(np.radians(rng.gauss(0, noise)))
        quad = [[x, left - off], [x + wide, right + off], [x + wide, right + off + HIGH], [x, left - off + HIGH]]
        made = posterior(text)
        return BoxReading(np.array(quad, np.float32), made, float(len(made.log_probs)))

    rows = []
    for n in range(ROWS):
        y = n * LEADING
        rows.append([box(f"Item number {n}", 10, y), box(f"{rng.randint(10, 99)}.{rng.randint(10, 99)}", WIDE - 70, y)])
    return rows


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("shape", [FAN, CURL, TWIST])
def test_an_amount_stays_on_the_row_of_its_label_on_bent_paper(shape: tuple[float, ...], seed: int) -> None:
    rng = random.Random(seed)
    rows = page(rng, bend(shape), 0.4)
    boxes = [box for row in rows for box in row]
    found = [" ".join(r.text for r in row) for _, part in ordered(rng.sample(boxes, len(boxes))) for row in part]
    assert found == [" ".join(r.text for r in row) for row in rows]


@pytest.mark.parametrize("noise", [0.0, 0.4, 1.5])
@pytest.mark.parametrize("seed", range(4))
def test_boxes_of_flat_paper_that_are_found_a_little_wrong_tell_no_bend(seed: int, noise: float) -> None:
    rng = random.Random(seed)
    assert bend_of([box.quad for row in page(rng, bend((0.0, 0.0, 0.0, 0.0)), noise) for box in row]) is None


def test_few_boxes_tell_no_bend() -> None:
    rows = page(random.Random(1), bend(FAN), 0.0)
    assert bend_of([box.quad for row in rows[:5] for box in row]) is None
    assert bend_of([]) is None
