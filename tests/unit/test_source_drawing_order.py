"""Lines of a text layer written in the order of drawing, and layers that keep theirs."""

from __future__ import annotations

import random

import pytest

from ocrect.record.document import Box, Line, Word
from ocrect.source.drawing_order import in_reading_order

LEADING = 26.0


def line(x: float, y: float, text: str) -> Line:
    """A line of words ten pixels a letter wide."""
    words, start = [], 0
    for word in text.split():
        words.append(Word(word, Box(x + 10 * start, y, x + 10 * (start + len(word)), y + 16), 1.0, start, start + len(word)))
        start += len(word) + 1
    return Line(f"p1-l{y:.0f}", text, Box(x, y, x + 10 * len(text), y + 16), tuple(words))


def form(rng: random.Random, rows: int) -> tuple[list[Line], list[Line]]:
    """The labels and the values of a form."""
    labels = [line(40, 40 + n * LEADING, f"{rng.choice(['Total', 'Tax', 'Date', 'Order'])} {n}:") for n in range(rows)]
    return labels, [line(300, 40 + n * LEADING, f"{rng.randint(10, 999)}.{rng.randint(10, 99)}") for n in range(rows)]


@pytest.mark.parametrize("seed", range(8))
def test_labels_and_values_drawn_in_any_order_become_the_rows_of_the_form(seed: int) -> None:
    rng = random.Random(seed)
    labels, values = form(rng, rng.randint(8, 30))
    drawn = [*rng.sample(labels, len(labels)), *rng.sample(values, len(values))]
    found = in_reading_order(drawn)
    assert [one.text for one in found] == [f"{label.text} {value.text}" for label, value in zip(labels, values, strict=True)]
    assert len({one.id for one in found}) == len(found)
    for one in found:
        assert [one.text[word.start : word.end] for word in one.words] == [word.text for word in one.words]
        assert one.box == Box.around([word.box for word in one.words])


@pytest.mark.parametrize("columns", [1, 2, 3, 6])
def test_columns_in_order_stay_as_they_are(columns: int) -> None:
    drawn = [line(40 + 320 * c, 40 + n * LEADING, f"and so on, {c} to {n}") for c in range(columns) for n in range(12)]
    assert in_reading_order(drawn) is drawn


def test_the_wrapped_cells_of_a_table_drawn_cell_by_cell_stay_as_they_are() -> None:
    drawn = [
        line(40 + 200 * cell, 40 + (4 * row + n) * LEADING, f"cell {row} {cell} {n}")
        for row in range(5)
        for cell in range(4)
        for n in range(3)
    ]
    aside = [i for i in range(1, len(drawn)) if drawn[i].box.bottom <= drawn[i - 1].box.top]  # type: ignore[union-attr]
    assert len(aside) == 15, "the end of a cell is below the beginning of the next"
    assert in_reading_order(drawn) is drawn


def test_a_footer_and_a_note_drawn_first_change_nothing() -> None:
    body = [line(40, 40 + n * LEADING, f"line {n} of the text") for n in range(40)]
    drawn = [line(40, 1400, "Page 1"), *body[:20], line(40, 1300, "a note"), *body[20:]]
    assert in_reading_order(drawn) is drawn


def test_text_from_right_to_left_stays_as_it_is() -> None:
    drawn = [line(40, 40 + n * LEADING, "שלום עולם") for n in reversed(range(12))]
    assert in_reading_order(drawn) is drawn


def test_no_lines_are_no_lines() -> None:
    assert list(in_reading_order([])) == []
