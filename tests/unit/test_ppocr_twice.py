"""Text found in two boxes, one around the other, is read once; and what is only near other text is left."""

from __future__ import annotations

import random

import numpy as np
import pytest

from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.engines.ppocr.twice import read_once
from ocrect.testing import posterior


def box(text: str, left: float, top: float, right: float, bottom: float) -> BoxReading:
    made = posterior(text)
    quad = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return BoxReading(quad, made, float(len(made.log_probs)))


def texts(readings: list[BoxReading]) -> list[str]:
    return [reading.text for reading in readings]


@pytest.mark.parametrize("seed", range(8))
def test_a_word_and_the_cell_around_it_are_read_once_where_the_word_stands(seed: int) -> None:
    rng = random.Random(seed)
    left, top = rng.uniform(0, 500), rng.uniform(0, 500)
    wide, high = rng.uniform(40, 300), rng.uniform(20, 40)
    word = box("93", left, top, left + wide, top + high)
    around = [rng.uniform(0, 0.6) * high for _ in range(4)]
    cell = box("93.", left - around[0], top - around[1], left + wide + around[2], top + high + around[3])
    for both in ([word, cell], [cell, word]):
        assert read_once(both) == [word]


def test_a_part_of_a_line_that_was_found_again_is_left_out() -> None:
    line, part = box("Price, $9.00", 100, 100, 220, 124), box("Price,", 102, 102, 160, 130)
    assert texts(read_once([part, line])) == ["Price, $9.00"]
    assert texts(read_once([line, part])) == ["Price, $9.00"]


@pytest.mark.parametrize("rows", [2, 9])
def test_the_same_text_in_tight_rows_and_beside_itself_stays(rows: int) -> None:
    """Boxes of tight rows overlap by a third of their height."""
    drawn = [
        box(text, left, 20 * n, left + 80, 20 * n + 28) for n in range(rows) for text, left in (("Gum 0.49", 0), ("0.49", 82))
    ]
    assert read_once(drawn) == drawn


def test_signs_and_other_words_in_one_place_stay() -> None:
    drawn = [
        box("-", 0, 0, 20, 20),
        box("-", 0, 0, 22, 22),
        box("SAMPLE", 0, 100, 200, 160),
        box("Total 5.00", 10, 110, 190, 140),
    ]
    assert read_once(drawn) == drawn
