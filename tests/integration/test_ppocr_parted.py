"""A box across the gutter of two columns, parted by the frames of its reading."""

from __future__ import annotations

import random

import numpy as np
import pytest

from ocrect.engines.ppocr.lines import ordered
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.evidence import CtcPosterior
from ocrect.testing import posterior

TEXT = "the bell rang and out at sea"
SPACE = TEXT.index(" and") * 2  # the frame before the space's own
EXTRA = 6  # frames more of white space there than at other spaces


def reading(extra: int = EXTRA) -> BoxReading:
    """A box 100 to 900 pixels from the left, with a space wider than others by ``extra`` frames after the third word."""
    read = posterior(TEXT)
    log_probs = np.insert(read.log_probs, [SPACE] * extra, read.log_probs[SPACE], axis=0)
    quad = np.array([[100, 50], [900, 50], [900, 90], [100, 90]], np.float32)
    return BoxReading(quad, CtcPosterior(log_probs, read.alphabet, read.floor, read.known), float(len(log_probs)))


def test_a_reading_is_parted_at_its_widest_space_where_the_gutter_is() -> None:
    whole = reading()
    left, right = whole.parted(SPACE + 4)
    assert (left.posterior.text, right.posterior.text) == ("the bell rang", "and out at sea")
    assert left.quad[0].tolist() == [100, 50]
    assert left.quad[1][0] < right.quad[0][0], "there is white space between the two"
    assert right.quad[2].tolist() == [900, 90]
    last, same = right.symbols[-1], whole.symbols[-1]
    assert right.place(last.start, last.end) == pytest.approx(whole.place(same.start, same.end), abs=0.01)


@pytest.mark.parametrize(
    ("frame", "extra"), [(8, EXTRA), (SPACE + 20, EXTRA), (SPACE + 1, 0)], ids=["left of it", "right of it", "spaces are alike"]
)
def test_a_reading_without_its_widest_space_at_the_gutter_stays_whole(frame: float, extra: int) -> None:
    assert [part.posterior.text for part in reading(extra).parted(frame)] == [TEXT]


def line(text: str, left: float, right: float, row: int) -> BoxReading:
    """A line of text between two places in x."""
    quad = np.array([[left, 40 * row], [right, 40 * row], [right, 40 * row + 30], [left, 40 * row + 30]], np.float32)
    read = posterior(text)
    return BoxReading(quad, read, float(len(read.log_probs)))


def across(row: int, space: int) -> BoxReading:
    """A line of both columns found as one: its middle space, over the gutter, is wider than others by some frames."""
    text = f"the {row:02d} bell rang and out they sent"
    read = posterior(text)
    at = text.index(" and") * 2
    log_probs = np.insert(read.log_probs, [at] * space, read.log_probs[at], axis=0)
    quad = np.array([[0, 40 * row], [830, 40 * row], [830, 40 * row + 30], [0, 40 * row + 30]], np.float32)
    return BoxReading(quad, CtcPosterior(log_probs, read.alphabet, read.floor, read.known), float(len(log_probs)))


def test_lines_of_two_columns_found_as_one_are_parted_as_far_as_they_go_on() -> None:
    columns = [
        line(f"{side} column {row:02d} goes on", left, left + 400, row)
        for row in range(6)
        for side, left in (("first", 0), ("other", 430))
    ]
    joined = [across(row, EXTRA if row % 3 else 0) for row in range(6, 14)]
    texts = [" ".join(r.posterior.text for r in row) for _, rows in ordered([*columns, *joined]) for row in rows]
    assert texts == [
        *(f"first column {row:02d} goes on" for row in range(6)),
        *(f"the {row:02d} bell rang" for row in range(6, 14)),
        *(f"other column {row:02d} goes on" for row in range(6)),
        *("and out they sent" for _ in range(6, 14)),
    ]


@pytest.mark.parametrize("seed", range(6))
def test_lines_of_several_columns_found_as_one_are_parted_at_each_gutter_even_where_they_touch(seed: int) -> None:
    """Columns of lines of 20 or 21 letters; a letter is two frames and 40 pixels wide, as is the gutter."""
    dice = random.Random(seed)
    many, columns = 30, dice.randint(2, 5)
    endings = ("the bell rang in", "that he sent onx")
    texts = [[f"{'abcde'[c]}{row:02d} {dice.choice(endings)}" for row in range(many)] for c in range(columns)]
    found = []
    for row in range(many):
        first = 0
        while first < columns:
            last = dice.randrange(first, columns) if row in range(9, 20, 5) else first
            touch = dice.random() < 0.5
            *joined, end = (texts[c][row] for c in range(first, last + 1))
            text = "".join(part.ljust(21, "x") if touch else f"{part} " for part in joined) + end
            found.append(line(text, 840 * first, 840 * first + 40 * len(text), row))
            first = last + 1
    read = ["".join(r.posterior.text for r in row).rstrip("x") for _, rows in ordered(found) for row in rows]
    assert read == [text.rstrip("x") for column in texts for text in column]


def under_two_columns(text: str, first: int, end: int) -> list[str]:
    """How lines of full width are read that stand from row ``first`` up to ``end``, under two columns."""
    columns = [
        line(f"{side} column {row:02d} goes on", left, left + 400, row)
        for row in range(first)
        for side, left in (("first", 0), ("other", 430))
    ]
    whole = [line(text, 0, 830, row) for row in range(first, end)]
    texts = [" ".join(r.posterior.text for r in row) for _, rows in ordered([*columns, *whole]) for row in rows]
    return texts[first - end :]


def test_words_of_full_width_in_step_under_columns_are_not_parted_where_the_gutter_goes_on_through_them() -> None:
    text = "a line of immeasurablenesses goes beneath"
    assert under_two_columns(text, 12, 16) == [text] * 4


def test_text_of_full_width_under_columns_is_not_parted() -> None:
    text = "a line of full width under both columns goes on"
    assert under_two_columns(text, 6, 12) == [text] * 6
