"""Columns, tables and what stands beside them, drawn as boxes with texts: letters are 20 pixels high and 10 wide."""

from __future__ import annotations

import random
import sys
from itertools import pairwise

import pytest
from tests.unit.drawn_boxes import LETTER, SIZE, Drawn, at

from ocrect.layout import across, reading_order
from ocrect.record.document import Box

LEADING = 26.0
WORDS = (
    "the of and a to in is it that was for on are with as his they at be this from have or by one had not but what all were "
    "when we there can an your which their said if do will each about how up out them then she many some so these would other "
    "into has more her two like him see time could no make than first been its who now people my made over did down only way "
    "find use may water long little very after words called just where most know government development information London"
)

HEADS = (
    "Advancement Fund",
    "a program of the",
    "University of Avon",
    "Foundation",
    "private gifts for",
    "current priorities",
    "on both campuses",
    "Registered charity",
    "Telephone 0117 496",
    "Telex 298949",
)


def column(rng: random.Random, x: float, y: float, characters: int, many: int, *, justified: bool = False) -> Drawn:
    """Lines of running text, broken where the next word would not fit; now and then a sentence begins."""
    drawn, words = [], WORDS.split()
    for _ in range(many):
        line = rng.choice(words).capitalize() if rng.random() < 0.2 else rng.choice(words)
        while len(line) + len(word := rng.choice(words)) < characters:
            line += " " + word
        box, text = at(x, y, line[:characters])
        drawn.append((Box(x, y, x + characters * LETTER, box.bottom) if justified else box, text))
        y += LEADING
    return drawn


def shaken(rng: random.Random, drawn: Drawn) -> Drawn:
    """As a detector finds them: grown by up to a fifth of their height and shaken, one line in eight in two pieces."""
    found = []
    for box, text in drawn:
        words = text.split()
        off = [rng.uniform(-1.5, 1.5) for _ in range(4)]
        grown = rng.uniform(0, 4)
        box = Box(box.left - grown + off[0], box.top + off[1], box.right + grown + off[2], box.bottom + off[3])
        if len(words) > 2 and rng.random() < 1 / 8:
            cut = rng.randrange(1, len(words))
            part = box.left + box.width * len(" ".join(words[:cut])) / len(text)
            found.append((Box(box.left, box.top, part, box.bottom), " ".join(words[:cut])))
            found.append((Box(part + 6, box.top, box.right, box.bottom), " ".join(words[cut:])))
        else:
            found.append((box, text))
    return found


def read(rng: random.Random, drawn: Drawn) -> list[str]:
    """The lines of the drawn page in the order in which they are read, mixed before."""
    mixed = rng.sample(drawn, len(drawn))
    boxes, texts = zip(*mixed, strict=True)
    return [" ".join(texts[i] for i in row) for region in reading_order(boxes, texts) for row in region.rows]


def kinds(drawn: Drawn) -> list[tuple[str, str]]:
    """The kind of each region, and the text that it begins with."""
    boxes, texts = zip(*drawn, strict=True)
    return [(region.kind, texts[region.rows[0][0]]) for region in reading_order(boxes, texts)]


@pytest.mark.parametrize("seed", range(24))
def test_columns_of_running_text_are_read_one_after_the_other(seed: int) -> None:
    rng = random.Random(seed)
    many, characters, gutter = rng.randint(2, 6), rng.randint(14, 60), rng.uniform(1, 4) * SIZE
    drawn: Drawn = []
    for n in range(many):
        x = 100 + n * (characters * LETTER + gutter)
        drawn += column(rng, x, 100 + rng.choice([0, 9]), characters, rng.randint(14, 30), justified=rng.random() < 0.5)
    wanted = [text for _, text in drawn]
    assert read(rng, shaken(rng, drawn)) == wanted


@pytest.mark.parametrize("seed", range(8))
def test_a_title_comes_before_columns_and_what_runs_across_under_them_after_both(seed: int) -> None:
    rng = random.Random(seed)
    title = [at(300, 30, "Of ships and shoes", 44)]
    left, right = column(rng, 100, 100, 40, 20), column(rng, 100 + 42 * LETTER, 100, 40, 18)
    below = column(rng, 100, 100 + 20 * LEADING + 14, 82, 5, justified=True)
    drawn = [*title, *left, *right, *below]
    assert read(rng, shaken(rng, drawn)) == [text for _, text in drawn]


@pytest.mark.parametrize("seed", range(8))
def test_a_heading_over_what_is_under_columns_belongs_to_it(seed: int) -> None:
    rng = random.Random(seed)
    left, right = column(rng, 100, 100, 40, 12), column(rng, 540, 100, 40, 12)
    heading = [at(100, 100 + 13 * LEADING, "More of this")]
    drawn = [*left, *right, *heading, *column(rng, 100, 100 + 14 * LEADING, 84, 6, justified=True)]
    assert read(rng, drawn) == [text for _, text in drawn]


@pytest.mark.parametrize("seed", range(12))
def test_rows_of_words_and_numbers_stay_rows(seed: int) -> None:
    rng = random.Random(seed)
    gap = rng.uniform(1, 12) * SIZE
    rows = []
    for n in range(rng.randint(4, 30)):
        name = " ".join(rng.sample(WORDS.split(), rng.randint(1, 3))).capitalize()[:22]
        cells = (name, str(rng.randint(1, 9)), f"{rng.random() * 900:.2f}")
        rows.append(
            [at(100 + x, 100 + n * LEADING, text) for x, text in zip((0, 220 + gap, 260 + 2 * gap), cells, strict=True)]
        )
    drawn = shaken(rng, [cell for row in rows for cell in row])
    assert read(rng, drawn) == [" ".join(text for _, text in row) for row in rows]


@pytest.mark.parametrize("lines", [2, 3, 4])
def test_an_amount_centred_beside_a_wrapped_description_stays_on_its_row(lines: int) -> None:
    items = [
        ["Garden table, oak,", "oiled, with an", "extension leaf", "and a cover"][:lines],
        ["Chair, folding"],
        ["Delivery"],
    ]
    drawn: Drawn = []
    wanted, y = [], 100.0
    for number, cell in enumerate(items):
        drawn += [at(100, y + n * LEADING, text) for n, text in enumerate(cell)]
        centre = y + (len(cell) - 1) * LEADING / 2
        drawn += [at(400, centre, str(number + 1)), at(500, centre, f"{number}94.00")]
        wanted += [*cell[:-1], f"{cell[-1]} {number + 1} {number}94.00"]
        y += len(cell) * LEADING + 20
    assert read(random.Random(1), drawn) == wanted
    below_the_first = Box(80, 100 + lines * LEADING + 8, 700, 100 + lines * LEADING + 10)
    boxes, texts = zip(*drawn, strict=True)
    found = [
        " ".join(texts[i] for i in row) for region in reading_order(boxes, texts, [below_the_first]) for row in region.rows
    ]
    assert found == wanted, "nor where the table's first rule is below it"


def test_an_amount_beside_the_first_line_of_a_description_stays_there() -> None:
    drawn: Drawn = []
    for n in range(4):
        y = 100 + n * 80
        drawn += [at(100, y, f"Item {n} of oak,"), at(400, y, f"{n}0.00"), at(100, y + LEADING, "with its cover")]
    assert read(random.Random(1), drawn) == [line for n in range(4) for line in (f"Item {n} of oak, {n}0.00", "with its cover")]


@pytest.mark.parametrize("seed", range(6))
def test_a_box_of_facts_beside_running_text_stays_apart_and_its_rows_stay_rows(seed: int) -> None:
    rng = random.Random(seed)
    text = column(rng, 100, 100, 40, 20)
    facts = [[at(560, 108 + n * 31, f"Fact {n}:"), at(680, 108 + n * 31, f"Value {n}")] for n in range(9)]
    drawn = [*text, *(cell for row in facts for cell in row)]
    assert read(rng, drawn) == [*(t for _, t in text), *(" ".join(t for _, t in row) for row in facts)]


def test_the_number_of_each_of_two_pages_side_by_side_comes_before_its_text() -> None:
    rng = random.Random(4)
    pages = [[at(300 + 800 * n, 20, str(112 + n)), *column(rng, 100 + 800 * n, 100, 60, 9)] for n in range(2)]
    drawn = [line for page in pages for line in page]
    assert read(rng, drawn) == [text for _, text in drawn]


def test_a_box_across_a_gutter_is_where_two_lines_were_found_as_one() -> None:
    rng = random.Random(5)
    left, right = column(rng, 100, 100, 40, 12, justified=True), column(rng, 530, 100, 40, 12, justified=True)
    for row in (0, 5):
        both = Box(100, left[row][0].top, 930, left[row][0].bottom), f"{left[row][1]} {right[row][1]}"
        found = [both, *left[:row], *left[row + 1 :], *right[:row], *right[row + 1 :]]
        boxes, texts = zip(*found, strict=True)
        (((_, gutter, _, _),),) = across(boxes, texts)
        assert 500 < gutter < 530


@pytest.mark.parametrize("seed", range(8))
def test_a_piece_of_a_line_joined_with_one_of_the_next_column_breaks_no_gutter_under_lines_in_pieces(seed: int) -> None:
    rng = random.Random(seed)
    left, right = (column(rng, x, 100, 40, 14, justified=True) for x in (100, 520))
    pieces: Drawn = []
    for box, text in left[:2]:
        words = text.split()
        cut = box.left + rng.uniform(0.5, 0.8) * box.width
        pieces += [(Box(box.left, box.top, cut, box.bottom), words[0])]
        pieces += [(Box(cut + 8, box.top, box.right, box.bottom), " ".join(words[1:]))]
    (box, text), (other, beside) = left[2], right[2]
    cut, end = box.left + rng.uniform(0.2, 0.45) * box.width, other.left + rng.uniform(0.3, 0.7) * other.width
    begun = Box(box.left, box.top, cut, box.bottom), text
    rest = Box(end + 8, box.top, other.right, box.bottom), beside
    read_lines = read(
        rng, [*pieces, begun, (Box(cut + 6, box.top, end, box.bottom), "joined"), rest, *left[3:], *right[:2], *right[3:]]
    )
    order = [line for line in read_lines if "joined" not in line and text not in line and beside not in line]
    assert order[2:] == [line for _, line in [*left[3:], *right[:2], *right[3:]]]


@pytest.mark.parametrize("seed", range(8))
def test_a_box_across_a_known_gutter_is_surely_two_lines_where_it_is_in_step_with_the_rows_around(seed: int) -> None:
    rng = random.Random(seed)
    many, row = rng.randint(20, 40), rng.randint(3, 16)
    columns = [column(rng, x, 100, 30, many) for x in (100, 430)]
    set_off = rng.uniform(0.4, 0.8) * SIZE * (seed % 2)
    for lines in columns:
        for n, (box, text) in enumerate(lines):
            down = set_off * ((n >= row) + (n > row))
            lines[n] = Box(box.left, box.top + down, box.right, box.bottom + down), text
    (left, first), (right, second) = (lines.pop(row) for lines in columns)
    both = Box(left.left, left.top, right.right, right.bottom), f"{first} {second}"
    boxes, texts = zip(both, *columns[0], *columns[1], strict=True)
    found = [bridge for run in across(boxes, texts) for bridge in run if bridge.box == 0]
    assert all(bridge.edge is None for bridge in found) if set_off else [round(b.edge or 0) for b in found] == [435]


@pytest.mark.parametrize("seed", range(8))
def test_the_first_line_of_a_column_beside_one_that_was_not_found_stays_in_its_column(seed: int) -> None:
    rng = random.Random(seed)
    left, right = (column(rng, x, 100, 40, rng.randint(12, 30), justified=True) for x in (100, 524))
    drawn = [*left[1:], *right]
    found = [(Box(b.left, b.top - 2, b.right, b.bottom + 2 - 2 * (b.top == 100)), text) for b, text in drawn]
    assert read(rng, found) == [text for _, text in drawn]


@pytest.mark.parametrize("seed", range(8))
def test_a_short_word_of_the_next_column_found_with_a_line_breaks_no_known_gutter(seed: int) -> None:
    rng = random.Random(seed)
    left, right = (column(rng, x, 100, 40, 24, justified=True) for x in (100, 520))
    row = rng.randint(10, 16)
    (box, text), (other, _) = left[row], right[row]
    both = Box(box.left, box.top, other.left + rng.choice([1.5, 2, 3]) * LETTER, box.bottom), f"{text} of"
    drawn = [*left[:row], both, *left[row + 1 :], *right[:row], *right[row + 1 :]]
    order = [line for line in read(rng, drawn) if line != both[1]]
    assert order == [line for _, line in drawn if line != both[1]]


@pytest.mark.parametrize("seed", range(8))
def test_pieces_of_lines_of_full_width_under_columns_are_no_lines_of_these(seed: int) -> None:
    rng = random.Random(seed)
    left, right = (column(rng, x, 100, 40, 20, justified=True) for x in (100, 520))
    y = 100 + 20 * LEADING + 10
    below = column(rng, 100, y, 82, 3, justified=True)
    box, text = below.pop()
    words, edge = text.split(), box.left + rng.uniform(0.55, 0.8) * box.width
    pieces = [(Box(box.left, box.top, edge, box.bottom), " ".join(words[:-3]))]
    pieces += [(Box(edge + 6, box.top, box.right, box.bottom), " ".join(words[-3:]))]
    last = [at(100, y + n * LEADING, f"{word} of the {word}") for n, word in enumerate(rng.sample(WORDS.split(), 3), start=3)]
    drawn = [*left, *right, *below, *pieces, *last]
    assert read(rng, drawn) == [line for _, line in [*left, *right, *below, (box, text), *last]]


@pytest.mark.parametrize("seed", range(8))
def test_a_box_across_the_last_row_of_columns_is_surely_two_lines_in_step_and_across_a_full_section_it_is_not(
    seed: int,
) -> None:
    rng = random.Random(seed)
    many, space = rng.randint(12, 30), rng.uniform(0.35, 0.55) * SIZE * (seed % 2)
    left, right = (column(rng, x, 100, 40, many + 1, justified=True) for x in (100, 524))
    (first, one), (second, two) = left.pop(), right.pop()
    both = Box(first.left, first.top + space, second.right, first.bottom + space), f"{one} {two}"
    boxes, texts = zip(both, *left, *right, strict=True)
    edges = [bridge.edge for run in across(boxes, texts) for bridge in run]
    assert len(edges) == 1
    assert (edges[0] is None) == bool(space)


@pytest.mark.parametrize("seed", range(4))
def test_lines_found_as_one_are_surely_two_where_further_down_the_columns_are_out_of_step(seed: int) -> None:
    rng = random.Random(seed)
    left, right = (column(rng, x, 100, 40, 34, justified=True) for x in (100, 524))
    row, later = rng.randint(2, 6), 9
    right[later:] = [(Box(b.left, b.top + 13, b.right, b.bottom + 13), text) for b, text in right[later:]]
    (first, one), (second, two) = left.pop(row), right.pop(row)
    both = Box(first.left, first.top, second.right, first.bottom), f"{one} {two}"
    boxes, texts = zip(both, *left, *right, strict=True)
    assert [bridge.edge is not None for run in across(boxes, texts) for bridge in run if bridge.box == 0] == [True]


@pytest.mark.parametrize("seed", range(6))
def test_the_rows_of_a_table_below_a_rule_stay_rows_under_two_addresses_whose_gutter_runs_on_into_it(seed: int) -> None:
    rng = random.Random(seed)
    names = [f"{word.capitalize()} {word}" for word in rng.sample(sorted(set(WORDS.split())), 24)]
    left = [at(20, 40 + n * LEADING, name) for n, name in enumerate(names[:8])]
    right = [at(520, 51 + n * 1.2 * LEADING, name) for n, name in enumerate(names[8:14])]
    top = 40 + 10 * LEADING
    rows = [
        (at(20, top + n * LEADING, name), at(560, top + n * LEADING, f"{rng.randint(1, 99)}.50"))
        for n, name in enumerate(names[14:17])
    ]
    drawn = [*left, *right, *(cell for row in rows for cell in row)]
    boxes, texts = zip(*rng.sample(drawn, len(drawn)), strict=True)
    rule = Box(10, top - 4, 700, top - 2)
    found = [" ".join(texts[i] for i in row) for region in reading_order(boxes, texts, [rule]) for row in region.rows]
    assert found[-3:] == [f"{name[1]} {amount[1]}" for name, amount in rows]
    assert found[:-3] == names[:14]


@pytest.mark.parametrize("seed", range(6))
def test_two_addresses_of_nearly_the_same_leading_stay_apart_and_the_rows_of_a_list_of_words_stay_rows(seed: int) -> None:
    rng = random.Random(seed)
    names = [f"{word.capitalize()} {word}" for word in rng.sample(sorted(set(WORDS.split())), 20)]
    left = [at(20, 40 + n * LEADING, name) for n, name in enumerate(names[:8])]
    drifting = [at(520, 42 + n * 1.06 * LEADING, name) for n, name in enumerate(names[8:16])]
    assert read(rng, [*left, *drifting]) == names[:16]
    level = [at(520, 41 + n * LEADING, name) for n, name in enumerate(names[8:16])]
    assert read(rng, [*left, *level]) == [f"{a} {b}" for a, b in zip(names[:8], names[8:16], strict=True)]


@pytest.mark.parametrize("seed", range(4))
def test_columns_of_running_text_are_read_one_after_the_other_over_a_fold_of_the_paper_between_two_lines(seed: int) -> None:
    rng = random.Random(seed)
    drawn = [*column(rng, 100, 100, 40, 20), *column(rng, 540, 100, 40, 18)]
    boxes, texts = zip(*drawn, strict=True)
    folds = [Box(0, 100 + n * LEADING - 3, 1200, 100 + n * LEADING - 1) for n in rng.sample(range(1, 18), 3)]
    assert [texts[i] for region in reading_order(boxes, texts, folds) for row in region.rows for i in row] == list(texts)


@pytest.mark.parametrize("seed", range(4))
def test_the_parts_of_a_payment_slip_are_read_one_after_the_other(seed: int) -> None:
    """A receipt beside the part that is paid with, whose lines stand in two narrow columns with a picture between them."""
    rng = random.Random(seed)
    names = [f"{word.capitalize()} {word}" for word in rng.sample(sorted(set(WORDS.split())), 30)]
    many = rng.randint(7, 9)
    receipt = [at(20, 40 + n * LEADING, names[n]) for n in range(many)]
    below = 40 + (many + 7) * LEADING
    sums = [at(20, below, "Currency Amount"), at(20, below + LEADING, f"CHF {rng.randint(100, 999)}.75")]
    middle = [at(330, 40, "Payment part"), at(330, below - 8, "Currency Amount"), at(330, below + LEADING - 6, "CHF 949.75")]
    right = [at(620, 48 + n * 1.2 * LEADING, names[10 + n]) for n in range(many + 2)]
    found = read(rng, [*receipt, *sums, *middle, *right])
    first = [text for _, text in [*receipt, *sums]]
    assert found[: len(first)] == first
    assert [line for line in found if line in names[10:]] == names[10 : 10 + many + 2]


@pytest.mark.parametrize("seed", range(4))
def test_ragged_columns_whose_long_lines_run_into_the_next_stay_columns(seed: int) -> None:
    """A newspaper: one line in 25 is found as one with that of the next column, or the next two."""
    rng = random.Random(seed)
    many, wide = 60, 300.0
    columns = [column(rng, 100 + n * wide, 100, 27, many) for n in range(5)]
    found: Drawn = []
    for row in range(many):
        line, n = [lines[row] for lines in columns], 0
        while n < len(line):
            joined = rng.choice((2, 2, 3)) if row and rng.random() < 1 / 25 else 1
            parts = line[n : n + joined]
            found.append((Box.around([box for box, _ in parts]), " ".join(text for _, text in parts)))
            n += joined
    texts = [text for _, text in found]
    order = [texts[i] for region in reading_order([box for box, _ in found], texts) for row in region.rows for i in row]
    alone = [text for lines in columns for _, text in lines if text in texts]
    pairs = list(pairwise(line for line in alone if texts.count(line) == 1))
    place = {text: n for n, text in enumerate(line for line in order if line in alone)}
    right = sum(place[b] == place[a] + 1 for a, b in pairs)
    assert right >= 0.95 * len(pairs), f"{right} of {len(pairs)}"


def test_blocks_say_what_they_are_where_it_is_sure() -> None:
    rng = random.Random(6)
    table = [
        at(x, 500 + n * LEADING, t) for n in range(4) for x, t in ((100, f"Name {n}"), (300, f"{n}.50"), (400, f"{n}9.00"))
    ]
    drawn = [
        at(100, 20, "On gardens", 34),
        *column(rng, 100, 100, 60, 8),
        at(100, 400, "Yours"),
        *table,
        at(100, 700, "1 Act of 12 June, section 4.", 15),
        at(380, 800, "17"),
    ]
    assert [kind for kind, _ in kinds(drawn)] == ["heading", "paragraph", "text", "table", "footnote", "page-number"]


def test_the_total_at_the_end_of_a_receipt_is_no_page_number() -> None:
    drawn = [cell for n in range(6) for cell in (at(100, 100 + n * LEADING, f"Item {n}"), at(400, 100 + n * LEADING, "1.20"))]
    assert "page-number" not in [kind for kind, _ in kinds([*drawn, at(400, 400, "7.20")])]


def calls(boxes: list[Box]) -> int:
    """How many functions of Python are called to order the boxes."""
    count = 0

    def counting(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(counting)
    try:
        reading_order(boxes)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("shape", ["columns", "table", "one row", "one column", "sections"])
def test_the_work_grows_no_faster_than_the_number_of_boxes_times_its_logarithm(shape: str) -> None:
    def page(many: int) -> list[Box]:
        if shape == "columns":
            return [Box(x, 40 * n, x + 380, 40 * n + 30) for n in range(many // 2) for x in (20, 440)]
        if shape == "table":
            return [Box(90 * x, 40 * n, 90 * x + 70, 40 * n + 30) for n in range(many // 10) for x in range(10)]
        if shape == "one row":
            return [Box(90 * n, 0, 90 * n + 70, 30) for n in range(many)]
        if shape == "sections":
            cut = [n for n in range(many // 2) if n % 12]
            whole = [Box(20, 40 * n, 820, 40 * n + 34) for n in range(0, many // 2, 12)]
            return [*whole, *(Box(x, 40 * n, x + 380, 40 * n + 30) for n in cut for x in (20, 440))]
        return [Box(0, 40 * n, 500, 40 * n + 30) for n in range(many)]

    counts = [calls(page(many)) for many in (200, 400, 800, 1600)]
    assert all(after <= 2.4 * before for before, after in pairwise(counts))


@pytest.mark.parametrize("seed", range(30))
def test_a_letterhead_at_the_right_is_read_before_the_address_that_goes_on_in_the_letter(seed: int) -> None:
    rng = random.Random(seed)
    head = [at(620, 100 + 20 * n, text, 16) for n, text in enumerate(rng.sample(HEADS, rng.randint(8, 10)))]
    left = [
        "3 March 1993",
        "Mr. J. Ashdown",
        "14 Harbour Street",
        "Clifton",
        "Bristol BS1 4QA",
        "United Kingdom",
        "Dear Mr. Ashdown:",
    ]
    first = head[-1][0].bottom - LEADING * rng.uniform(2.1, 2.9)
    lines = [100 + rng.uniform(-LEADING, 0), *(first + LEADING * n for n in range(5)), first + 7 * LEADING]
    drawn = head + [at(100, y, text) for y, text in zip(lines, left, strict=True)]
    body = column(rng, 100, lines[-1] + 2 * LEADING, 80, rng.randint(5, 12))
    assert read(rng, drawn + body) == [text for _, text in head] + left + [text for _, text in body]


@pytest.mark.parametrize("seed", range(10))
def test_a_shorter_column_at_the_right_over_a_full_section_is_read_second(seed: int) -> None:
    rng = random.Random(seed)
    many = rng.randint(8, 20)
    left, right = column(rng, 100, 100, 34, many), column(rng, 520, 100, 34, many - rng.randint(3, 5))
    body = column(rng, 100, 100 + LEADING * (many + 1.5), 76, 6)
    assert read(rng, left + right + body) == [text for _, text in left + right + body]


@pytest.mark.parametrize("seed", range(6))
def test_rows_of_a_letterhead_stay_rows_where_one_part_of_it_has_a_line_more_and_a_date_stands_below(seed: int) -> None:
    rng = random.Random(seed)
    off = [rng.uniform(-0.15, 0.15) * SIZE for _ in range(2)]
    left = [at(40, 40 + n * LEADING, text) for n, text in enumerate(rng.sample(HEADS, 3))]
    right = [at(420, 40 + n * LEADING + off[0], text) for n, text in enumerate(["Office of", "Energy"])]
    far = [at(700, 40 + n * LEADING + off[1], text) for n, text in enumerate(["Avon, D.C.", str(rng.randint(10000, 99999))])]
    date = at(740, 40 + 4.5 * LEADING, f"May {rng.randint(1, 31)}, 1987")
    letter = column(rng, 40, 40 + 7 * LEADING, 70, 12)
    rows = [" ".join(part[n][1] for part in (left, right, far)) for n in range(2)]
    assert read(rng, [*left, *right, *far, date, *letter])[:4] == [*rows, left[2][1], date[1]]


@pytest.mark.parametrize("seed", range(6))
def test_the_cells_of_a_side_column_stay_in_it_where_they_are_level_with_running_text_by_chance(seed: int) -> None:
    rng = random.Random(seed)
    text = column(rng, 100, 100, 40, 32)
    words = [at(560, 100 + n * 1.1 * LEADING, f"Fact {n} of them") for n in range(9)]
    top = 100 + rng.randint(11, 13) * LEADING
    cells = [
        [at(560 + 90 * k, top + n * LEADING, f"{rng.randint(1, 9)}.{rng.randint(10, 99)}") for k in range(4)] for n in range(3)
    ]
    below = [at(560, top + 4 * LEADING + n * 1.1 * LEADING, f"More {n} of them") for n in range(9)]
    drawn = [*text, *words, *(cell for row in cells for cell in row), *below]
    rows = [*(t for _, t in words), *(" ".join(t for _, t in row) for row in cells), *(t for _, t in below)]
    assert read(rng, drawn) == [*(t for _, t in text), *rows]
