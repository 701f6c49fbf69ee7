"""Tables without rules whose cells run over several lines, drawn as boxes with texts; and blocks side by side."""

from __future__ import annotations

import random

import pytest

from ocrect.layout import reading_order
from ocrect.record.document import Box

SIZE, LETTER = 20.0, 10.0
PROSE = [
    "the",
    "white",
    "space",
    "between",
    "rows",
    "goes",
    "through",
    "all",
    "columns",
    "and",
    "cells",
    "of",
    "a",
    "table",
    "begin",
]
GOODS = ["Oak table", "Chair", "Lamp", "Shelf", "Mirror", "Carpet", "Curtain", "Toner", "Paper", "Screws", "Cable"]
STREETS, TOWNS = ["Oak Lane", "Station Road", "Via Roma", "Hauptstr."], ["Berlin", "Lyon", "Leeds", "Torino"]
PLACES = {"top": 0.0, "middle": 0.5, "bottom": 1.0}

Drawn = list[tuple[Box, str, int]]
"""Boxes with their texts and the number of the row, or the block, that they belong to."""


def words(rng: random.Random, lines: int) -> list[str]:
    """A cell of running text in so many lines of up to 26 letters."""
    found = []
    for _ in range(lines):
        line = rng.choice(PROSE)
        while len(line) + len(word := rng.choice(PROSE)) < 26:
            line += " " + word
        found.append(line)
    return [found[0].capitalize(), *found[1:]]


def goods(rng: random.Random, lines: int) -> list[str]:
    return [rng.choice(GOODS), *words(rng, lines)[1:]]


def amount(rng: random.Random) -> list[str]:
    return [f"{rng.uniform(1, 9999):,.2f}"]


def table(rows: list[list[list[str]]], starts: list[float], y: float, leading: float, gap: float, place: str) -> Drawn:
    """A table of cells of lines, the lower ones of a row at its top, in its middle or at its bottom; rows are numbered."""
    drawn: Drawn = []
    for number, row in enumerate(rows):
        high = max(map(len, row))
        for x, lines in zip(starts, row, strict=True):
            top = y + PLACES[place] * (high - len(lines)) * leading
            drawn += [
                (Box(x, top + n * leading, x + len(text) * LETTER, top + n * leading + SIZE), text, number)
                for n, text in enumerate(lines)
            ]
        y += high * leading + gap
    return drawn


def address(rng: random.Random) -> list[str]:
    return [
        f"{rng.choice(TOWNS)}er {rng.choice(GOODS)} GmbH",
        f"{rng.choice(STREETS)} {rng.randint(1, 99)}",
        f"{rng.randint(10000, 99999)} {rng.choice(TOWNS)}",
    ]


def read(rng: random.Random, drawn: Drawn) -> list[int]:
    """The numbers in the order in which they are read, each once where all that has it comes one after the other; from boxes in
    any order, each shaken by up to a pixel.
    """
    mixed = rng.sample(drawn, len(drawn))
    boxes = [Box(*(side + rng.uniform(-1, 1) for side in (b.left, b.top, b.right, b.bottom))) for b, _, _ in mixed]
    order = [mixed[i][2] for region in reading_order(boxes, [t for _, t, _ in mixed]) for row in region.rows for i in row]
    return [number for n, number in enumerate(order) if not n or number != order[n - 1]]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("seed", range(8))
def test_a_list_of_words_with_cells_of_several_lines_is_read_row_by_row(seed: int, place: str) -> None:
    rng = random.Random(seed)
    rows = [[[f"{n}-{rng.randint(1, 9)}"], words(rng, rng.randint(1, 3)), words(rng, rng.randint(1, 2))] for n in range(10, 18)]
    drawn = table(rows, [100, 220, 560], 100, rng.uniform(26, 30), rng.uniform(9, 25), place)
    assert read(rng, drawn) == list(range(len(rows)))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("seed", range(8))
def test_goods_with_long_descriptions_under_two_addresses_are_read_row_by_row(seed: int, place: str) -> None:
    rng = random.Random(seed)
    leading = rng.uniform(26, 30)
    rows = [[goods(rng, rng.randint(1, 3)), amount(rng), amount(rng)] for _ in range(6)]
    rows.insert(0, [["Description"], ["Price"], ["Amount"]])
    drawn = table([[address(rng), address(rng)]], [100, 520], 100, leading, 0, "top")
    drawn = [(box, text, -2 + (box.left > 500)) for box, text, _ in drawn]
    drawn += table(rows, [100, 420, 560], 100 + 5 * leading, leading, rng.uniform(10, 20), place)
    assert read(rng, drawn) == list(range(-2, len(rows)))


@pytest.mark.parametrize("seed", range(8))
def test_each_of_many_addresses_in_columns_is_read_in_one_piece(seed: int) -> None:
    rng = random.Random(seed)
    rows = [[address(rng), address(rng)] for _ in range(6)]
    drawn = [(box, text, row + 6 * (box.left > 400)) for box, text, row in table(rows, [100, 520], 100, 28, 40, "top")]
    assert sorted(read(rng, drawn)) == list(range(12))


@pytest.mark.parametrize("seed", range(8))
def test_columns_of_paragraphs_that_are_set_off_stay_columns(seed: int) -> None:
    rng = random.Random(seed)
    leading = rng.uniform(26, 30)
    drawn: Drawn = []
    for column in range(2):
        paragraphs = [[words(rng, rng.randint(2, 6))] for _ in range(7)]
        found = table(paragraphs, [100 + 400 * column], 100, leading, 12, "top")
        drawn += [(box, text, 7 * column + number) for box, text, number in found]
    assert read(rng, drawn) == list(range(14))
