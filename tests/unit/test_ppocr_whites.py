"""Lines of columns that were found as one box are parted at the white that all of them leave; other spaces part nothing."""

from __future__ import annotations

import random

import numpy as np
import pytest
from numpy.typing import NDArray

from ocrect.engines.ppocr.lines import ordered
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.engines.ppocr.whites import parted
from ocrect.testing import posterior

WIDE, HIGH, PITCH = 12, 28, 32
"""Pixels of a letter's cell, and of a box; and between the tops of two."""

TEXT = "the bell rang out at sea and in a storm they sent for him while others were asleep on board of it so late"
WORDS = TEXT.split()


def printed(lines: list[tuple[int, str]]) -> tuple[NDArray[np.uint8], list[BoxReading]]:
    """A page of lines, each from a place in x on, one cell of a letter a block of ink; and how they are read, a box each."""
    page = np.full((PITCH * len(lines) + 40, 2400, 3), 250, np.uint8)
    found = []
    for row, (x, text) in enumerate(lines):
        top = 20 + PITCH * row
        for n, sign in enumerate(text):
            if sign != " ":
                page[top + 7 : top + 20, x + WIDE * n + 1 : x + WIDE * (n + 1) - 1] = 20
        right = x + WIDE * len(text)
        quad = np.array([[x, top], [right, top], [right, top + HIGH], [x, top + HIGH]], np.float32)
        read = posterior(text)
        found.append(BoxReading(quad, read, float(len(read.log_probs))))
    return page, found


def prose(dice: random.Random, letters: int) -> str:
    """Words that fill a line of so many letters, no space more between them than it takes."""
    line = dice.choice(WORDS)
    while len(more := f"{line} {dice.choice(WORDS)}") <= letters:
        line = more
    missing, words = letters - len(line), line.split()
    for n in dice.sample(range(1, len(words)), min(missing, len(words) - 1)) if len(words) > 1 else []:
        words[n] = " " + words[n]
    return " ".join(words).ljust(letters, "x")


@pytest.mark.parametrize("seed", range(8))
def test_columns_found_as_one_box_in_every_row_are_read_one_after_the_other(seed: int) -> None:
    dice = random.Random(seed)
    columns, many = dice.choice((2, 2, 3)), dice.randint(9, 20)
    texts = [[prose(dice, 24) for _ in range(many)] for _ in range(columns)]
    page, found = printed([(60, "  ".join(row)) for row in zip(*texts, strict=True)])
    read = [" ".join(part.text for part in row) for _, rows in ordered(parted(page, found)) for row in rows]
    wanted = [line for column in texts for line in column]
    assert [text.split() for text in read] == [line.split() for line in wanted]


def test_a_line_of_full_width_over_columns_and_lines_under_them_stay_whole() -> None:
    dice = random.Random(3)
    texts = [[prose(dice, 24) for _ in range(10)] for _ in range(2)]
    title = "a title in the middle of both its columns is not parted"[:50]
    below = [" ".join(prose(dice, 50).split()) for _ in range(5)]
    page, found = printed([(60, title), *((60, "  ".join(row)) for row in zip(*texts, strict=True)), *((60, b) for b in below)])
    parts = parted(page, found)
    assert [one for one in (found[0], *found[11:]) if not any(one is part for part in parts)] == []
    assert len(parts) == len(found) + 10


def test_a_number_at_the_foot_that_stands_in_the_gutter_does_not_close_it() -> None:
    dice = random.Random(5)
    rows = [(60, f"{prose(dice, 24)}  {prose(dice, 24)}") for _ in range(10)]
    page, found = printed([*rows, (60 + WIDE * 24 + 6, "2")])
    assert len(parted(page, found)) == 2 * len(rows) + 1


@pytest.mark.parametrize("seed", range(20))
def test_spaces_of_running_text_that_are_over_one_another_part_nothing(seed: int) -> None:
    dice = random.Random(seed)
    page, found = printed([(60, prose(dice, dice.choice((60, 90)))) for _ in range(40)])
    assert all(one is part for one, part in zip(found, parted(page, found), strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_rows_of_a_table_each_found_as_one_box_stay_whole(seed: int) -> None:
    dice = random.Random(seed)
    rows = [f"{dice.choice(WORDS).capitalize():14}{dice.randint(1, 9):4}{dice.uniform(1, 99):9.2f}" for _ in range(14)]
    page, found = printed([(60, row) for row in rows])
    assert all(one is part for one, part in zip(found, parted(page, found), strict=True))
