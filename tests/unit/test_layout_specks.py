"""Specks that were read, on drawn letterheads and columns: the order of all else is as without them."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from ocrect.layout import reading_order
from ocrect.record.document import Box

SIZE, LETTER = 60.0, 26.0
WORDS = [
    "Department",
    "of",
    "Energy",
    "United",
    "States",
    "Office",
    "Washington",
    "Agriculture",
    "the",
    "and",
    "for",
    "review",
    "plan",
]

Drawn = list[tuple[Box, str]]


def line(x: float, y: float, text: str, size: float = SIZE) -> tuple[Box, str]:
    return Box(x, y, x + len(text) * LETTER * size / SIZE, y + size), text


def letterhead(rng: random.Random) -> Drawn:
    """Blocks of two to three lines beside one another under a large number, a date, and lines of a letter."""
    drawn = [line(2150, 100, "001", 180)]
    for x in (350, 830, 1340):
        drawn += [line(x, 250 + 46 * n, " ".join(rng.sample(WORDS, 1 + (x == 350)))) for n in range(rng.randint(2, 3))]
    drawn.append(line(1410, 444, "February 10, 1987"))
    return drawn + [line(400, 850 + 50 * n, " ".join(rng.sample(WORDS, 8))) for n in range(12)]


def columns(rng: random.Random) -> Drawn:
    return [line(x, 250 + 72 * n, " ".join(rng.sample(WORDS, 6))[:36]) for x in (100, 1150) for n in range(14)]


def order(drawn: Drawn) -> list[list[str]]:
    """The rows as they are read, without specks."""
    regions = reading_order([box for box, _ in drawn], [text for _, text in drawn])
    rows = ([drawn[i][1] for i in row if drawn[i][1] != "4"] for region in regions for row in region.rows)
    return [row for row in rows if row]


@pytest.mark.parametrize("draw", [letterhead, columns])
@pytest.mark.parametrize("seed", range(12))
def test_a_speck_changes_the_order_of_nothing_else(seed: int, draw: Callable[[random.Random], Drawn]) -> None:
    rng = random.Random(seed)
    drawn = draw(rng)
    expected = order(drawn)
    for _ in range(20):
        x, y = rng.uniform(1000, 2000), rng.uniform(230, 700)
        assert order([*drawn, (Box(x, y, x + 6, y + 8), "4")]) == expected


def test_a_page_of_one_speck_has_one_row() -> None:
    assert [region.rows for region in reading_order([Box(5, 5, 11, 13)], ["."])] == [[[0]]]


def test_a_speck_stands_in_its_row() -> None:
    drawn = [line(100, 100, "Department"), line(800, 100, "Energy"), line(100, 180, "Office"), (Box(700, 130, 706, 138), "4")]
    assert [row for region in reading_order([b for b, _ in drawn], [t for _, t in drawn]) for row in region.rows] == [
        [0, 3, 1],
        [2],
    ]


@pytest.mark.parametrize(("y", "expected"), [(10, [[2], [0], [1]]), (120, [[0, 2], [1]]), (400, [[0], [1], [2]])])
def test_a_speck_far_above_or_below_all_rows_stands_in_none(y: float, expected: list[list[int]]) -> None:
    drawn = [line(100, 100, "May 16, 1991"), line(100, 180, "Office"), (Box(700, y, 702, y + 5), "=")]
    assert [row for region in reading_order([b for b, _ in drawn], [t for _, t in drawn]) for row in region.rows] == expected
