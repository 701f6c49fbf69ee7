"""Reading order on boxes drawn by hand: 30 pixels high, a line every 40."""

from __future__ import annotations

import random

import pytest

from ocrect.document import Box
from ocrect.layout import reading_order

PITCH, HEIGHT = 40, 30


def box(left: float, line: float, width: float) -> Box:
    """A box on the given line of the page."""
    return Box(left, line * PITCH, left + width, line * PITCH + HEIGHT)


def lines(boxes: list[Box]) -> list[list[int]]:
    return [row for block in reading_order(boxes) for row in block]


def shuffled(boxes: list[Box]) -> tuple[list[Box], list[int]]:
    """The boxes in another order, and for each of them where it stood."""
    order = list(range(len(boxes)))
    random.Random(7).shuffle(order)
    return [boxes[i] for i in order], order


def test_no_box_is_no_block() -> None:
    assert reading_order([]) == []


def test_one_box_is_one_line_of_one_block() -> None:
    assert reading_order([box(10, 1, 200)]) == [[[0]]]


def test_an_item_and_its_price_at_the_far_right_are_one_line() -> None:
    items = [box(20, n, 180 + 30 * (n % 3)) for n in range(6)]
    prices = [box(520, n, 70) for n in range(6)]
    assert lines(items + prices) == [[n, n + 6] for n in range(6)]


def test_the_rows_of_a_table_of_numbers_stay_rows() -> None:
    cells = [box(x, n, 80) for n in range(5) for x in (20, 300, 450, 600)]
    assert lines(cells) == [[4 * n, 4 * n + 1, 4 * n + 2, 4 * n + 3] for n in range(5)]


@pytest.mark.parametrize("offset", [0.0, 0.5], ids=["on the same lines", "between the lines"])
def test_two_columns_of_running_text_are_read_one_after_the_other(offset: float) -> None:
    left = [box(20, n, 380 - 5 * (n % 2)) for n in range(8)]
    right = [box(440, n + offset, 380 - 5 * (n % 3)) for n in range(8)]
    mixed, order = shuffled(left + right)
    assert [order[i] for row in lines(mixed) for i in row] == list(range(16))


def test_three_columns_of_running_text_are_read_one_after_the_other() -> None:
    columns = [box(x, n, 300) for x in (20, 350, 680) for n in range(6)]
    mixed, order = shuffled(columns)
    assert [order[i] for row in lines(mixed) for i in row] == list(range(18))


def test_a_heading_across_two_columns_comes_first_and_a_footer_last() -> None:
    heading, footer = box(20, 0, 800), box(20, 11, 800)
    left, right = ([box(x, n, 380) for n in range(2, 10)] for x in (20, 440))
    found = [i for row in lines([footer, *right, *left, heading]) for i in row]
    assert found == [17, *range(9, 17), *range(1, 9), 0]


def test_names_and_amounts_on_lines_by_turns_stay_in_turn_on_crumpled_paper() -> None:
    heading = [box(20, n, 550) for n in range(3)]
    names = [box(20, 3 + 1.4 * n, 150) for n in range(5)]
    amounts = [[box(x, 3.7 + 1.4 * n, 70) for x in (230, 360, 500)] for n in range(5)]
    totals = [box(20, 10.3 + n, 500) for n in range(3)]
    mixed, order = shuffled([*heading, *(b for n in range(5) for b in (names[n], *amounts[n])), *totals])
    assert [order[i] for row in lines(mixed) for i in row] == list(range(26))


def test_wide_white_space_between_lines_parts_blocks() -> None:
    assert [len(block) for block in reading_order([box(20, n, 300) for n in (0, 1, 2, 6, 7)])] == [3, 2]


def test_a_line_a_little_higher_at_its_right_end_is_still_one_line() -> None:
    assert lines([Box(20, 100, 200, 130), Box(400, 92, 480, 122)]) == [[0, 1]]


def test_a_mark_as_high_as_three_lines_joins_none_of_them() -> None:
    mark = Box(400, 0, 520, 110)
    found = lines([mark, *(box(20, n, 200) for n in range(3))])
    assert [0] in found
    assert [row for row in found if row != [0]] == [[1], [2], [3]]


@pytest.mark.parametrize("seed", range(30))
def test_every_box_appears_exactly_once(seed: int) -> None:
    rng = random.Random(seed)
    boxes = []
    for _ in range(rng.randrange(120)):
        left, top = rng.uniform(0, 900), rng.uniform(0, 900)
        boxes.append(Box(left, top, left + rng.choice((0, 5, 80, 400)), top + rng.choice((0, 12, 30, 200))))
    found = reading_order(boxes)
    assert sorted(i for block in found for row in block for i in row) == list(range(len(boxes)))
    assert all(block and all(block) for block in found)
