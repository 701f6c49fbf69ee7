"""Tables and receipts side by side, drawn as boxes with texts; and single tables with a broad gap, which stay rows."""

from __future__ import annotations

import random
from time import process_time

import pytest
from tests.unit.drawn_boxes import LETTER, SIZE, Drawn

from ocrect.layout import reading_order
from ocrect.record.document import Box

WORDS = ["Regular", "Overtime", "Holiday", "Gross pay", "Federal tax", "Medicare", "Pension", "Union", "Travel", "Bonus"]
GOODS = ["Oak table", "Chair", "Lamp", "Shelf", "Mirror", "Carpet", "Curtain", "Toner", "Paper", "Screws", "Cable"]


def amount(rng: random.Random) -> str:
    return f"{rng.uniform(1, 9999):,.2f}"


def table(rows: list[list[str]], x: float, y: float, leading: float, *, pad: float = 40.0) -> tuple[Drawn, list[str], float]:
    """A table's boxes, its rows as they are read, and where it ends in x; amounts end under one another."""
    wide = [max(len(text) for text in column) * LETTER for column in zip(*rows, strict=True)]
    drawn = []
    for n, row in enumerate(rows):
        left = x
        for column, text in enumerate(row):
            at = left + (wide[column] - LETTER * len(text) if column else 0.0)
            drawn.append((Box(at, y + n * leading, at + LETTER * len(text), y + n * leading + SIZE), text))
            left += wide[column] + pad
    return drawn, [" ".join(row) for row in rows], x + sum(wide) + pad * (len(wide) - 1)


def entries(rng: random.Random, many: int, columns: int, names: list[str] = WORDS) -> list[list[str]]:
    return [[name, *(amount(rng) for _ in range(columns - 1))] for name in rng.sample(names, many)]


def read(rng: random.Random, drawn: Drawn, rules: list[Box] | None = None) -> list[str]:
    """The rows in the order in which they are read, from boxes in any order, each shaken by up to a pixel."""
    mixed = [(Box(*(side + rng.uniform(-1, 1) for side in (b.left, b.top, b.right, b.bottom))), text) for b, text in drawn]
    rng.shuffle(mixed)
    texts = [text for _, text in mixed]
    found = reading_order([box for box, _ in mixed], texts, rules or [])
    return [" ".join(texts[i] for i in row) for region in found for row in region.rows]


@pytest.mark.parametrize("columns", [2, 3, 4])
@pytest.mark.parametrize("seed", range(8))
def test_tables_with_rows_of_their_own_height_are_read_one_after_the_other(seed: int, columns: int) -> None:
    rng = random.Random(seed)
    left, first, end = table(entries(rng, 9, columns), 100, 100, 30)
    right, second, _ = table(entries(rng, 5, 2, GOODS), end + rng.uniform(60, 150), 100 + rng.uniform(0, 20), 44)
    assert read(rng, left + right) == first + second


@pytest.mark.parametrize("seed", range(12))
def test_a_table_that_goes_on_beside_nothing_is_read_before_the_shorter_one_at_its_right(seed: int) -> None:
    rng = random.Random(seed)
    leading = rng.uniform(28, 40)
    left, first, end = table(entries(rng, 8, rng.randint(2, 4)), 100, 100, leading)
    right, second, _ = table(
        entries(rng, rng.randint(3, 5), rng.randint(2, 3), GOODS), end + rng.uniform(60, 150), 100, leading
    )
    assert read(rng, left + right) == first + second


@pytest.mark.parametrize("seed", range(12))
def test_tables_under_the_same_heads_are_two(seed: int) -> None:
    rng = random.Random(seed)
    head = ["Account", "Paid", "Due"]
    leading, many = rng.uniform(28, 40), rng.randint(4, 6)
    left, first, end = table([head, *entries(rng, many, 3)], 100, 100, leading)
    right, second, _ = table([head, *entries(rng, many, 3, GOODS)], end + rng.uniform(110, 200), 100, leading)
    assert read(rng, left + right) == first + second


@pytest.mark.parametrize("seed", range(12))
def test_tables_with_rules_of_their_own_under_a_ruled_table_are_two(seed: int) -> None:
    rng = random.Random(seed)
    leading, many = rng.uniform(30, 40), rng.randint(3, 5)
    above, rows, wide = table(entries(rng, 4, 5, GOODS), 100, 100, leading, pad=90)
    rules = [Box(90, 100 + n * leading - 6, wide + 10, 100 + n * leading - 4) for n in range(5)]
    y = 100 + 5 * leading
    left, first, end = table(entries(rng, many, 3), 100, y, leading)
    right, second, last = table(entries(rng, many, 2), end + rng.uniform(60, 150), y, leading)
    for n in range(many + 1):
        rules += [
            Box(a, y + n * leading - 6, b, y + n * leading - 4) for a, b in ((90, end + 10), (right[0][0].left - 10, last + 10))
        ]
    assert read(rng, above + left + right, rules) == rows + first + second


@pytest.mark.parametrize("ruled", [False, True])
@pytest.mark.parametrize("seed", range(12))
def test_a_single_table_with_a_broad_gap_stays_rows(seed: int, ruled: bool) -> None:
    """Words, amounts, a broad gap, words and amounts again; sums under the last rows at the right."""
    rng = random.Random(seed)
    leading, many = rng.uniform(28, 40), rng.randint(4, 9)
    rows = [[*one, *other] for one, other in zip(entries(rng, many, 2), entries(rng, many, 2, GOODS), strict=True)]
    drawn, lines, _ = table([["Name", "Price", "Remark", "Total"], *rows], 100, 100, leading)
    begins = min(box.left for box, text in drawn if text in GOODS)
    drawn = [(Box(b.left + 200, b.top, b.right + 200, b.bottom) if b.left >= begins else b, text) for b, text in drawn]
    ends = max(box.right for box, _ in drawn)
    for n, name in enumerate(("Subtotal", "VAT", "Sum"), start=many + 1):
        y, text = 100 + n * leading, amount(rng)
        drawn += [(Box(ends - 250, y, ends - 250 + LETTER * len(name), y + SIZE), name)]
        drawn += [(Box(ends - LETTER * len(text), y, ends, y + SIZE), text)]
        lines.append(f"{name} {text}")
    rules = [Box(90, 100 + n * leading - 6, ends + 10, 100 + n * leading - 4) for n in range(many + 1)]
    assert read(rng, drawn, rules if ruled else []) == lines


@pytest.mark.parametrize("seed", range(12))
def test_labels_with_values_far_away_stay_rows(seed: int) -> None:
    rng = random.Random(seed)
    many = rng.randint(4, 8)
    rows = [[f"{name}:", rng.choice([amount(rng), f"{rng.randint(1, 28)}.05.2021"])] for name in rng.sample(WORDS, many)]
    drawn, lines, _ = table(rows, 100, 100, rng.uniform(28, 40), pad=rng.uniform(40, 500))
    assert read(rng, drawn) == lines


def receipt(rng: random.Random, x: float, y: float, leading: float) -> tuple[Drawn, list[str]]:
    """A receipt of lines in the middle, goods and sums; 400 pixels wide."""
    drawn: Drawn = []
    lines = ["Lemaire SARL", "Oak Lane 12", "75003 Paris", "Tel. 0221 445566"]
    for n, text in enumerate(lines):
        left = x + 200 - LETTER * len(text) / 2
        drawn.append((Box(left, y + n * leading, left + LETTER * len(text), y + n * leading + SIZE), text))
    for n, name in enumerate([*rng.sample(GOODS, rng.randint(4, 9)), "Subtotal", "VAT", "TOTAL"], start=len(lines)):
        top, text = y + n * leading, f"{rng.uniform(1, 99):.2f}"
        drawn.append((Box(x, top, x + LETTER * len(name), top + SIZE), name))
        drawn.append((Box(x + 400 - LETTER * len(text), top, x + 400, top + SIZE), text))
        lines.append(f"{name} {text}")
    return drawn, lines


@pytest.mark.parametrize("seed", range(20))
def test_receipts_side_by_side_come_out_whole(seed: int) -> None:
    rng = random.Random(seed)
    left, first = receipt(rng, 100, 100 + rng.uniform(0, 90), rng.uniform(27, 30))
    right, second = receipt(rng, 500 + rng.uniform(70, 200), 100 + rng.uniform(0, 90), rng.uniform(33, 36))
    assert read(rng, left + right) == first + second


def test_many_rows_side_by_side_take_little_longer() -> None:
    rng = random.Random(1)
    took = []
    for many in (100, 800):
        names = [f"{name} {chr(65 + n % 26)}" for n, name in enumerate(WORDS * (many // 10))]
        left, _, end = table(entries(rng, many, 4, names), 100, 100, 30)
        right, _, _ = table(entries(rng, many, 4, names), end + 100, 110, 31)
        boxes, texts = [box for box, _ in left + right], [text for _, text in left + right]
        began = process_time()
        reading_order(boxes, texts)
        took.append(process_time() - began)
    assert took[1] < 24 * took[0]


@pytest.mark.parametrize("seed", range(12))
def test_letters_of_a_tables_head_that_look_like_rules_part_nothing(seed: int) -> None:
    """Goods, their number, unit and amounts under a head and above sums that have rules of their own; in small print strokes
    of letters run into one another.
    """
    rng = random.Random(seed)
    leading, many = rng.uniform(28, 40), rng.randint(3, 4)
    goods = [[name, str(rng.randint(1, 9)), "pieces", amount(rng)] for name in rng.sample(GOODS, many)]
    drawn, lines, ends = table([["Designation", "Number", "Unit", "Amount"], *goods], 100, 100, leading, pad=60)
    sums = 110 + (many + 1) * leading
    below, sum_lines, _ = table([["Subtotal", "12.00"], ["VAT", "2.00"]], ends - 200, sums, leading, pad=60)
    rules = [Box(90, y, ends + 10, y + 2) for y in (94, 100 + leading - 4, sums - 8)]
    rules += [Box(box.left, box.top + 8, box.right, box.top + 12) for box, _ in drawn[:2]]
    rules += [Box(ends - 210, sums + n * leading - 6, ends + 10, sums + n * leading - 4) for n in range(3)]
    assert read(rng, drawn + below, rules) == lines + sum_lines
