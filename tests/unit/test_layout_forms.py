"""Forms and panels in ruled cells, drawn as boxes with texts. Ruled tables stay rows."""

from __future__ import annotations

import random
from itertools import pairwise
from time import process_time

import pytest

from ocrect.layout import reading_order
from ocrect.record.document import Box

SIZE, LETTER = 20.0, 10.0
LABELS = ["NAME", "DATE OF BIRTH", "Wages, tips", "VALOR DO ICMS", "Tax withheld", "Address", "N° client", "Tiền thuế", "City"]
WORDS = ["Garden", "Oak", "Table", "Chair", "Delivery", "Lamp", "Shelf", "Bench", "Mirror", "Carpet"]


class Page:
    """Boxes with what is in them, the cells around them, and the order in which they are to be read."""

    def __init__(self) -> None:
        self.boxes: list[Box] = []
        self.texts: list[str] = []
        self.cells: list[Box] = []

    def write(self, text: str, x: float, y: float) -> int:
        self.boxes.append(Box(x, y, x + LETTER * len(text), y + SIZE))
        self.texts.append(text)
        return len(self.boxes) - 1

    def read(self, *, ruled: bool = True) -> list[list[int]]:
        found = reading_order(self.boxes, self.texts, (), self.cells if ruled else ())
        return [row for region in found for row in region.rows]


def amount(rng: random.Random) -> str:
    return f"{rng.uniform(1, 9999):,.2f}"


@pytest.mark.parametrize("seed", range(40))
def test_a_value_follows_its_label(seed: int) -> None:
    """Bands of cells of various widths, some without a value, some values at the right end of their cell."""
    rng = random.Random(seed)
    page, rows, y = Page(), [], 100.0
    for _ in range(rng.randint(1, 5)):
        x, height = 100.0, SIZE * rng.uniform(2.6, 3.4)
        for at in range(rng.randint(2, 5)):
            cell = Box(x, y, x + rng.uniform(200, 300), y + height)
            rows.append([page.write(rng.choice(LABELS), x + 6, y + 3)])
            if at < 2 or rng.random() < 0.7:
                value = amount(rng)
                left = x + 8 if rng.random() < 0.5 else cell.right - 6 - LETTER * len(value)
                rows.append([page.write(value, left, cell.bottom - SIZE - 2)])
            page.cells.append(cell)
            x = cell.right
        y += height
    assert page.read() == rows


def test_a_cell_beside_two_cells_is_read_with_them() -> None:
    """As on a form of wages: a high cell at the left of two lower ones."""
    page = Page()
    page.cells = [Box(100, 100, 400, 220), Box(400, 100, 700, 160), Box(400, 160, 700, 220)]
    order = [page.write("a Employee", 106, 103), page.write("123-45-6789", 200, 180)]
    order += [page.write("1 Wages", 406, 103), page.write("37,160.56", 590, 136)]
    order += [page.write("2 Tips", 406, 163), page.write("302.30", 620, 196)]
    assert page.read() == [[i] for i in order]


@pytest.mark.parametrize("seed", range(30))
def test_a_ruled_table_stays_rows(seed: int) -> None:
    """A head and rows of goods, ruled between rows or only between columns; descriptions of two lines in some."""
    rng = random.Random(seed)
    page, y, between = Page(), 100.0, rng.random() < 0.5
    places = [100.0, 180.0, 500.0, 600.0, 760.0]
    edges = [y]
    for x, head in zip(places, ("No.", "Item", "Qty", "Amount"), strict=False):
        page.write(head, x + 6, y + 4)
    y += 1.5 * SIZE
    edges.append(y)
    for number in range(rng.randint(3, 7)):
        cells = (str(number + 1), " ".join(rng.sample(WORDS, 2)), str(rng.randint(1, 20)), amount(rng))
        for x, text in zip(places, cells, strict=False):
            page.write(text, x + 6, y + 4)
        if rng.random() < 0.3:
            page.write(f"Art. {rng.randint(100, 99999)}", places[1] + 6, y + 4 + 1.1 * SIZE)
            y += 1.1 * SIZE
        y += 1.5 * SIZE
        if between:
            edges.append(y)
    edges += [] if between else [y]
    for top, bottom in pairwise(edges):
        page.cells += [Box(a, top, b, bottom) for a, b in pairwise(places)]
    assert page.read() == page.read(ruled=False)


def test_running_text_in_cells_is_no_form() -> None:
    """Two ruled panels without numbers, whose lines are level."""
    page = Page()
    page.cells = [Box(100, 100, 500, 180), Box(500, 100, 900, 180)]
    for n in range(3):
        page.write("the garden and the oak", 110, 104 + 24 * n)
        page.write("of which they said that", 510, 104 + 24 * n)
    assert page.read() == page.read(ruled=False)


@pytest.mark.parametrize("seed", range(20))
def test_panels_side_by_side_are_read_one_after_the_other(seed: int) -> None:
    """Labels with their values in two frames, level or not; or an address at the right of them, which ends sooner."""
    rng = random.Random(seed)
    page, pitch, many = Page(), rng.uniform(1.2, 1.4) * SIZE, rng.randint(4, 6)
    page.cells = [Box(100, 100, 480, 100 + 10 * SIZE), Box(480, 100, 900, 100 + 10 * SIZE)]
    left, right = [], []
    for n in range(many):
        value = amount(rng)
        label = page.write(f"{rng.choice(LABELS)}:", 106, 104 + n * pitch)
        left.append([label, page.write(value, 474 - LETTER * len(value), 104 + n * pitch)])
    top = rng.choice([104.0, 104 + SIZE * rng.uniform(0.3, 2)])
    for n in range(rng.randint(3, many) if rng.random() < 0.5 else many):
        label = page.write(f"{rng.choice(LABELS)}:", 486, top + n * pitch)
        right.append([label, page.write(amount(rng), 780, top + n * pitch)])
    if rng.random() < 0.3:
        page.boxes, page.texts, right = page.boxes[: 2 * many], page.texts[: 2 * many], []
        for n in range(3):
            right.append([page.write(f"{rng.choice(WORDS)} {rng.choice(WORDS)}", 486, top + n * pitch)])
    assert page.read() == left + right


def test_a_page_of_many_cells_takes_little_longer_than_its_boxes() -> None:
    """2,400 cells, as of a dense table: a cell is looked for where it stands; in pairs of all they take far longer."""
    page = Page()
    for n in range(2400):
        x, y = 100 + 120 * (n % 20), 100 + 40 * (n // 20)
        page.write(str(n * 7) if n % 3 else "Garden", x + 5, y + 8)
        page.cells.append(Box(x, y, x + 120, y + 40))
    spent = []
    for ruled in (False, True):
        began = process_time()
        page.read(ruled=ruled)
        spent.append(process_time() - began)
    assert spent[1] <= 4 * spent[0]
