"""Tables under two blocks whose gutter runs on into them, drawn as boxes with texts; and true columns that stay apart."""

from __future__ import annotations

import random

import pytest
from tests.unit.drawn_boxes import Drawn, at

from ocrect.layout import reading_order
from ocrect.record.document import Box

NAMES = [
    "Garden",
    "Table",
    "Oak",
    "Chair",
    "Delivery",
    "Lamp",
    "Shelf",
    "Bench",
    "Stool",
    "Cabinet",
    "Mirror",
    "Carpet",
    "Curtain",
    "Cushion",
    "Drawer",
]
PROSE = [
    "the",
    "of",
    "and",
    "a",
    "to",
    "in",
    "is",
    "it",
    "that",
    "was",
    "for",
    "on",
    "are",
    "with",
    "as",
    "his",
    "they",
    "at",
    "be",
    "this",
    "from",
    "have",
    "or",
    "by",
    "one",
    "had",
    "not",
    "but",
    "what",
    "all",
    "were",
    "when",
    "we",
    "there",
    "can",
    "an",
    "your",
    "which",
    "their",
    "said",
    "if",
    "do",
    "will",
    "each",
    "about",
    "how",
    "up",
    "out",
    "them",
    "then",
    "she",
    "many",
    "some",
    "so",
    "these",
    "would",
    "other",
]


def block(rng: random.Random, x: float, y: float, many: int, leading: float) -> Drawn:
    """Lines of an address."""
    return [at(x, y + n * leading, f"{rng.choice(NAMES)} {rng.choice(NAMES)} {n}{rng.randint(10, 99)}x") for n in range(many)]


def table(rng: random.Random, columns: int, y: float, leading: float) -> tuple[Drawn, list[str]]:
    """A table with a head, of a column of names and others of amounts; and its rows as they are read."""
    starts = [40 + n * 900 / columns for n in range(columns)]
    rows = [rng.sample(NAMES, columns)]
    for _ in range(rng.randint(2, 8)):
        name = f"{rng.choice(NAMES)} {rng.choice(NAMES).lower()}"[:12]
        rows.append([name, *(f"{rng.randint(1, 999)},{rng.randint(10, 99)}" for _ in range(columns - 1))])
    drawn = [at(x, y + n * leading, text) for n, row in enumerate(rows) for x, text in zip(starts, row, strict=True)]
    return drawn, [" ".join(row) for row in rows]


def read(rng: random.Random, drawn: Drawn, rules: list[Box] | None = None) -> list[str]:
    """The rows in the order in which they are read, from boxes in any order, each shaken by up to a pixel and a half."""
    mixed = rng.sample(drawn, len(drawn))
    off = [[rng.uniform(-1.5, 1.5) for _ in range(4)] for _ in mixed]
    boxes = [Box(b.left + o[0], b.top + o[1], b.right + o[2], b.bottom + o[3]) for (b, _), o in zip(mixed, off, strict=True)]
    texts = [text for _, text in mixed]
    return [" ".join(texts[i] for i in row) for region in reading_order(boxes, texts, rules or []) for row in region.rows]


@pytest.mark.parametrize("ruled", [False, True])
@pytest.mark.parametrize("columns", [3, 4, 5, 6])
@pytest.mark.parametrize("seed", range(8))
def test_a_table_under_two_blocks_whose_gutter_runs_on_into_it_is_read_row_by_row(seed: int, columns: int, ruled: bool) -> None:
    rng = random.Random(seed)
    leading = rng.uniform(24, 36)
    x = 40 + rng.choice(range(1, columns)) * 900 / columns - 10
    left, right = block(rng, 40, 40, 6, leading), block(rng, max(x, 340), 40 + leading / 3, rng.randint(4, 6), 1.15 * leading)
    top = 40 + 7 * 1.15 * leading + rng.uniform(0, 30)
    cells, rows = table(rng, columns, top, leading)
    rules = [Box(20, top - 4, 980, top - 2)] if ruled else []
    assert read(rng, [*left, *right, *cells], rules)[-len(rows) :] == rows


@pytest.mark.parametrize("seed", range(8))
def test_a_table_of_two_columns_with_rules_between_its_rows_is_read_row_by_row(seed: int) -> None:
    rng = random.Random(seed)
    leading = rng.uniform(26, 36)
    left, right = block(rng, 40, 40, 6, leading), block(rng, 490, 40 + leading / 3, 5, 1.15 * leading)
    top = 40 + 8 * leading
    words = [(" ".join(rng.sample(NAMES, 2)), " ".join(rng.sample(NAMES, 2))) for _ in range(rng.randint(3, 8))]
    cells = [at(x, top + n * leading, text) for n, row in enumerate(words) for x, text in zip((40, 490), row, strict=True)]
    rules = [Box(20, top + n * leading - 4, 980, top + n * leading - 2) for n in range(len(words) + 1)]
    assert read(rng, [*left, *right, *cells], rules)[-len(words) :] == [" ".join(row) for row in words]


@pytest.mark.parametrize("columns", [2, 3, 4])
@pytest.mark.parametrize("seed", range(6))
def test_columns_of_running_text_stay_columns_however_level_their_lines_and_numbers(seed: int, columns: int) -> None:
    """Each with some lines of numbers at the same height, as in a paper with a small table in each column."""
    rng = random.Random(seed)
    numbers = range(rng.randint(6, 10), rng.randint(11, 14))
    drawn = []
    for column in range(columns):
        x = 40 + column * 360
        for n in range(20):
            line = rng.choice(PROSE)
            while len(line) + len(word := rng.choice(PROSE)) < 32:
                line += " " + word
            text = f"{rng.randint(100, 999)} of {rng.randint(100, 999)}" if n in numbers else line
            drawn.append(at(x, 40 + n * 26, text))
    assert read(rng, drawn) == [text for _, text in drawn]
