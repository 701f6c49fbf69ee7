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


def texts(drawn: list[Line]) -> list[str]:
    return [one.text for one in in_reading_order(drawn)]


@pytest.mark.parametrize("rows", [3, 4, 9, 25])
@pytest.mark.parametrize("end", ["", ":"])
def test_values_drawn_after_all_labels_stand_beside_them(rows: int, end: str) -> None:
    labels = [line(40, 40 + n * LEADING, f"{['Head', 'Brain', 'Heart', 'Spine'][n % 4]}{end}") for n in range(rows)]
    values = [line(300, 42 + n * LEADING, f"{n},{n % 10}0") for n in range(rows)]
    assert texts([*labels, *values]) == [f"{label.text} {value.text}" for label, value in zip(labels, values, strict=True)]


@pytest.mark.parametrize("seed", range(6))
def test_amounts_drawn_after_a_wrapped_description_stand_beside_its_first_line(seed: int) -> None:
    rng = random.Random(seed)
    drawn: list[Line] = []
    wanted: list[str] = []
    for n in range(rng.randint(4, 12)):
        first, amount = f"Card payment to shop {'abcdef'[n % 6]}", f"{rng.randint(1, 99)}.{rng.randint(10, 99)}"
        y = 40 + 2 * n * LEADING
        drawn += [line(40, y, first), line(40, y + LEADING, "on the day before"), line(500, y, amount)]
        wanted += [f"{first} {amount}", "on the day before"]
    assert texts(drawn) == wanted


def test_amounts_drawn_before_what_they_are_of_stand_behind_it() -> None:
    names = ["Cash", "Tax %", "A= 19,0%", "All"]
    drawn = [line(40, 40, "A shop"), *[line(400, 66 + n * LEADING, f"EUR -0,2{n}") for n in range(4)]]
    drawn += [line(40, 66 + n * LEADING, name) for n, name in enumerate(names)]
    assert texts(drawn) == ["A shop", *[f"{name} EUR -0,2{n}" for n, name in enumerate(names)]]


def test_values_at_one_height_go_to_the_labels_before_each() -> None:
    def wide(y: float, left: str, right: str) -> Line:
        one, other = line(180, y, left), line(700, y, right)
        words = [*one.words, *(Word(w.text, w.box, 1.0, w.start + len(left) + 1, w.end + len(left) + 1) for w in other.words)]
        return Line("p1-l0", f"{left} {right}", Box.around([word.box for word in words]), tuple(words))

    labels = [("Name:", "Age:"), ("Town:", "Size:"), ("Street:", "Mass:"), ("Group:", "Date:")]
    values = [("Ann Bell", "37"), ("Ulm", "1.60"), ("High Row", "51"), ("A", "1.2.20")]
    drawn = [line(40, 40 + n * LEADING, left) for n, (left, _) in enumerate(labels)]
    drawn += [line(560, 40 + n * LEADING, right) for n, (_, right) in enumerate(labels)]
    drawn += [wide(40 + n * LEADING, *pair) for n, pair in enumerate(values)]
    rows = [f"{a} {c} {b} {d}" for (a, b), (c, d) in zip(labels, values, strict=True)]
    found = texts(drawn)
    assert found == rows or found == [f"{a} {c}" for (a, _), (c, _) in zip(labels, values, strict=True)] + [
        f"{b} {d}" for (_, b), (_, d) in zip(labels, values, strict=True)
    ]


ABREAST = {
    "addresses": (["Muster GmbH", "High Street 5", "99199 Musterhausen"], ["Customer Ltd", "Long Road 17", "10115 Berlin"]),
    "facts": (["Tax: 12345", "Phone: 030 1234", "Bank: 100 200"], ["Order: 77", "Date: 1.2.2020", "Terms: 30 days"]),
    "signatures": (["THE COMMITTEE", "OF THE TOWN", "No. 12/QD"], ["THE REPUBLIC", "Freedom and joy", "Ulm, the 3rd"]),
    "prose": (
        ["so it went on and", "nobody knew that 12", "of them would come"],
        ["all of these 33 were", "never seen by them", "in 1984 again, so"],
    ),
}


@pytest.mark.parametrize("kind", ABREAST)
@pytest.mark.parametrize("times", [1, 4])
def test_what_stands_abreast_and_is_drawn_side_by_side_stays_as_it_is(kind: str, times: int) -> None:
    drawn = [
        line(40 + 400 * c, 40 + n * LEADING, text)
        for c, side in enumerate(ABREAST[kind])
        for n, text in enumerate(side * times)
    ]
    assert in_reading_order(drawn) is drawn


@pytest.mark.timeout(60)  # comparing each line with each takes longer
def test_a_page_of_many_lines_is_looked_at_in_a_moment() -> None:
    drawn = [line(40, 40 + n * LEADING, "and so on") for n in range(20_000)]
    assert in_reading_order(drawn) is drawn


def test_a_line_is_level_with_a_higher_one_that_comes_later() -> None:
    labels = [line(40, 40 + n * LEADING, f"Part {n}") for n in range(5)]
    values = [line(300, 36 + n * LEADING, f"{n},50") for n in range(5)]
    tall = [Line(v.id, v.text, Box(v.box.left, v.box.top, v.box.right, v.box.top + 25), v.words) for v in values if v.box]
    assert texts([*labels, *tall]) == [f"{label.text} {value.text}" for label, value in zip(labels, tall, strict=True)]
