"""Amounts half a row off their words, drawn as boxes with texts; and lines of amounts that are rows by themselves."""

from __future__ import annotations

import random

import pytest
from tests.unit.drawn_boxes import LETTER, SIZE, Drawn

from ocrect.layout import reading_order
from ocrect.record.document import Box

WORDS = ["Coal", "Wages paid", "Rent of the house", "Stamps", "Freight", "Lamp oil", "Paper and ink", "Sundries", "Oak boards"]


def amount(rng: random.Random) -> str:
    return f"{rng.uniform(1, 9999):,.2f}"


def read(rng: random.Random, drawn: Drawn) -> list[str]:
    mixed = rng.sample(drawn, len(drawn))
    texts = [text for _, text in mixed]
    found = reading_order([box for box, _ in mixed], texts)
    return [" ".join(texts[i] for i in row) for region in found for row in region.rows]


@pytest.mark.parametrize("off", [-0.5, -0.4, 0.3, 0.4, 0.5])
@pytest.mark.parametrize("seed", range(8))
def test_amounts_half_a_row_off_belong_to_the_nearest_row(seed: int, off: float) -> None:
    """One to three columns; a row here and there has none. Where both rows are as near, the others tell which."""
    rng = random.Random(seed)
    leading, columns = rng.uniform(1.25, 1.45) * SIZE, rng.randint(1, 3)
    drawn, lines = [], []
    for n, name in enumerate(rng.sample(WORDS, 8)):
        y, row = 100 + n * leading, [name]
        drawn.append((Box(100, y, 100 + LETTER * len(name), y + SIZE), name))
        for column in range(columns if n in (0, 7) or rng.random() < 0.8 else 0):
            text, right = amount(rng), 500 + 140 * column
            top = y + off * leading + rng.uniform(-0.3, 0.3)
            drawn.append((Box(right - LETTER * len(text), top, right, top + SIZE), text))
            row.append(text)
        lines.append(" ".join(row))
    assert read(rng, drawn) == lines


@pytest.mark.parametrize("leading", [0.85, 1.0, 1.3])
@pytest.mark.parametrize("seed", range(8))
def test_a_line_of_amounts_under_a_name_is_a_row_by_itself(seed: int, leading: float) -> None:
    """Receipts: a name, and below it how many and how much; the boxes of their lines may overlap."""
    rng = random.Random(seed)
    drawn, lines = [], []

    def line(*cells: tuple[float, str]) -> None:
        y = 100 + len(lines) * leading * SIZE
        drawn.extend((Box(x, y, x + LETTER * len(text), y + SIZE), text) for x, text in cells)
        lines.append(" ".join(text for _, text in cells))

    for text in ("Corner shop", "Oak Lane", "Springfield", "Open all days", "Counter three"):
        line((100, text))
    for name in rng.sample(WORDS, 5):
        line((100, name))
        line((300, f"{rng.randint(1, 9)} x"), (400, f"{rng.uniform(1, 9):.2f}"), (500, f"{rng.uniform(10, 99):.2f}"))
    line((100, "Total"), (500, "99.00"))
    assert read(rng, drawn) == lines
