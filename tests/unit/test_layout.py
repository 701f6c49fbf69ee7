"""Reading order on boxes drawn by hand: 30 pixels high, a line every 40."""

from __future__ import annotations

import random

import pytest

from ocrect.layout import across, reading_order
from ocrect.record.document import Box

PITCH, HEIGHT = 40, 30
GROWN = 46  # the height of boxes that a detector has grown a little too far


def box(left: float, line: float, width: float, height: float = HEIGHT) -> Box:
    """A box on the given line of the page."""
    return Box(left, line * PITCH, left + width, line * PITCH + height)


def lines(boxes: list[Box]) -> list[list[int]]:
    return [row for region in reading_order(boxes) for row in region.rows]


def shuffled(boxes: list[Box]) -> tuple[list[Box], list[int]]:
    """The boxes in another order, and for each of them where it stood."""
    order = list(range(len(boxes)))
    random.Random(7).shuffle(order)
    return [boxes[i] for i in order], order


def test_no_box_is_no_block() -> None:
    assert reading_order([]) == []


def test_one_box_is_one_line_of_one_block() -> None:
    assert lines([box(10, 1, 200)]) == [[0]]


def test_an_item_and_its_price_at_the_far_right_are_one_line() -> None:
    items = [box(20, n, 180 + 30 * (n % 3)) for n in range(6)]
    prices = [box(520, n, 70) for n in range(6)]
    assert lines(items + prices) == [[n, n + 6] for n in range(6)]


@pytest.mark.parametrize("items", [3, 5, 12])
def test_amounts_below_a_letterhead_of_two_parts_stay_on_the_rows_of_their_items(items: int) -> None:
    address = [box(20, 0.5 + n, 300) for n in range(5)]
    facts = [box(700, n, 260) for n in range(4)]
    names = [box(20, 8 + n, 330) for n in range(items)]
    amounts = [box(860, 8 + n, 100) for n in range(items)]
    boxes = [*address, *facts, *names, *amounts]
    said = ["The house of the sender"] * 5 + ["Invoice number"] * 4 + ["scanner with two trays"] * items + ["1,449.00"] * items
    rows = [row for region in reading_order(boxes, said) for row in region.rows]
    first = len(address) + len(facts)
    assert [row for row in rows if row[0] >= first] == [[first + n, first + items + n] for n in range(items)]


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


@pytest.mark.parametrize("spanning", [[0], [0, 1], [6]], ids=["the first line", "two lines", "a line in the middle"])
def test_lines_of_two_columns_found_as_one_box_leave_the_others_in_order(spanning: list[int]) -> None:
    left, right = ([box(x, n, 380, GROWN) for n in range(12) if n not in spanning] for x in (20, 430))
    found = [i for row in lines([*left, *right, *(box(20, n, 790, GROWN) for n in spanning)]) for i in row]
    assert [i for i in found if i < 2 * len(left)] == list(range(2 * len(left)))


@pytest.mark.parametrize("spanning", [0, 4])
def test_two_lines_found_as_one_box_are_across_the_gutter_between_the_columns(spanning: int) -> None:
    left = [box(20, n, 380) for n in range(8) if n != spanning]
    right = [box(440, n, 380) for n in range(8) if n != spanning]
    (((found, gutter, *_),),) = across([*left, *right, box(20, spanning, 800)])
    assert found == 14
    assert 400 < gutter < 440


def test_no_line_of_a_table_or_of_one_column_is_across_a_gutter() -> None:
    items = [box(20, n, 300) for n in range(6)]
    assert across([*items, *(box(520, n, 70) for n in range(6)), box(20, 6, 570)]) == []
    assert across([box(20, n, 600) for n in range(6)]) == []


def test_a_line_found_in_two_pieces_stays_in_its_column() -> None:
    left, right = ([box(x, n, 380) for n in range(8)] for x in (20, 430))
    pieces = [box(20, 4, 180), box(215, 4, 185)]
    found = [i for row in lines([*left[:4], *pieces, *left[5:], *right]) for i in row]
    assert found == list(range(17))


def test_a_box_grown_into_the_next_column_leaves_that_column_beside_its_own() -> None:
    left, right = ([box(x, n, 380) for n in range(8)] for x in (20, 430))
    left[5] = box(20, 5, 414)
    right[0] = box(430, -0.2, 380)
    assert [i for row in lines([*left, *right]) for i in row] == list(range(16))


def test_two_lines_beyond_a_whole_column_belong_to_no_row_of_the_far_one() -> None:
    short = [box(20, n, 180) for n in (9, 10)]
    near = [box(430, n + 0.5, 380) for n in range(12)]
    far = [box(840, n, 380) for n in range(12)]
    assert [row for row in lines([*short, *near, *far]) if row[0] < 2] == [[0], [1]]


@pytest.mark.parametrize("seed", range(10))
def test_columns_keep_their_order_where_boxes_are_uneven_some_are_missing_and_some_span_two(seed: int) -> None:
    rng = random.Random(seed)
    spanning = rng.sample(range(30), 2)
    clear = [n for n in range(30) if all(abs(n - other) > 2 for other in spanning)]
    missing = {(rng.randrange(3), rng.choice(clear)) for _ in range(5)}
    found_boxes, places = [], []
    for column, n in ((column, n) for column in range(3) for n in range(30)):
        if (column, n) in missing or (n in spanning and column == 1):
            continue
        plain = box(20 + 510 * column, n, 990 if n in spanning and column == 0 else 480, GROWN)
        off = [rng.uniform(-4, 4) for _ in range(4)]
        found_boxes.append(Box(plain.left + off[0], plain.top + off[1], plain.right + off[2], plain.bottom + off[3]))
        places.append((column, n))
    mixed, order = shuffled(found_boxes)
    read = [places[order[i]] for row in lines(mixed) for i in row]
    whole = [place for place in read if place[1] not in spanning]
    assert whole == sorted(whole)


def test_names_and_amounts_on_lines_by_turns_stay_in_turn_on_crumpled_paper() -> None:
    heading = [box(20, n, 550) for n in range(3)]
    names = [box(20, 3 + 1.4 * n, 150) for n in range(5)]
    amounts = [[box(x, 3.7 + 1.4 * n, 70) for x in (230, 360, 500)] for n in range(5)]
    totals = [box(20, 10.3 + n, 500) for n in range(3)]
    mixed, order = shuffled([*heading, *(b for n in range(5) for b in (names[n], *amounts[n])), *totals])
    assert [order[i] for row in lines(mixed) for i in row] == list(range(26))


def test_a_label_on_top_of_an_address_is_one_line_with_the_date_that_stands_level_below_other_lines() -> None:
    right = [box(320, n, 250) for n in range(3)]
    label = box(20, 2, 90)
    address = [box(20, n, 350 + 10 * (n % 2)) for n in range(3, 7)]
    assert lines([*right, label, *address]) == [[0], [1], [3, 2], [4], [5], [6], [7]]


def test_wide_white_space_between_lines_parts_blocks() -> None:
    assert [len(region.rows) for region in reading_order([box(20, n, 300) for n in (0, 1, 2, 6, 7)])] == [3, 2]


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
    assert sorted(i for region in found for row in region.rows for i in row) == list(range(len(boxes)))
    assert all(region.rows and all(region.rows) for region in found)
