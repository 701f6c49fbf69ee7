"""Pages on which tables or receipts stand side by side, as a detector would find them; and single tables with a broad gap.

Each table is read on its own, row by row, one after the other from left to right; the rows of a table with a broad gap stay
rows.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.column_blocks import FIRMS, FIRST, GOODS, LAST, STREETS, TOWNS
from bench.column_pages import Drawn, width
from ocrect.record.document import Box

HEADS = (
    "Item|Qty|Price|Amount",
    "Earnings|Hours|This period|Year to date",
    "Tax|Base|Rate|Amount",
    "Benefit|This period|Total|Left",
    "Account|Opened|Paid|Due",
    "Bezeichnung|Menge|Preis|Betrag",
    "Taxe|Base|Taux|Montant",
)
WORDS = (
    "Regular|Overtime|Holiday|Bonus|Travel|Gross pay",
    "Federal tax|Social security|Medicare|State tax|City tax|Pension|Life insurance|Union",
    "VAT 20 %|VAT 5.5 %|VAT 10 %|Exempt|Total",
    "Subtotal|Discount|Shipping|Tax|Total|Paid|Balance due",
    GOODS,
    "January|February|March|April|May|June|July|August|September|October|November|December",
)


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows of cells, and where each column begins in em of the page from the table's left edge; and the table's width."""

    rows: list[list[str]]
    places: list[float]
    wide: float


def abreast_page(rng: random.Random) -> Drawn:
    """A page of things side by side that are read one after the other, or of one table that looks like two."""
    kind = rng.choice([_tables, _tables, _tables, _receipts, _broad])
    page = Drawn(rng, rng.uniform(24, 40), kind.__name__.strip("_"))
    kind(page)
    return page


def _amount(rng: random.Random) -> str:
    return rng.choice(["", "", "", "-", "$ "]) + f"{rng.choice([9, 99, 999, 9999]) * rng.random():,.2f}"


def _table(rng: random.Random, *, columns: int, rows: int, head: str) -> _Table:
    names, heads = rng.choice(WORDS).split("|"), head.split("|")
    found = [heads[:1] + heads[-columns + 1 :]] if head else []
    for n in range(rows):
        found.append([names[n % len(names)], *(_amount(rng) for _ in range(columns - 1))])
    pad = rng.uniform(1.2, 3)
    return _Table(found, *_places(found, pad, [0.0] * columns))


def _places(rows: Sequence[Sequence[str]], pad: float, before: Sequence[float]) -> tuple[list[float], float]:
    """Where each column of a table begins, ``pad`` apart and so far more ``before`` it; and where the last one ends, in em."""
    places, x = [], -pad
    for column, more in zip(zip(*rows, strict=True), before, strict=True):
        places.append(x + pad + more)
        x = places[-1] + max(width(text, 1) for text in column)
    return places, x


def _row(page: Drawn, table: _Table, row: Sequence[str], x: float, y: float, *, size: float) -> None:
    """A row: words at the left of their column, numbers and their heads at its right."""
    new = True
    ends = [*(place - 1.2 for place in table.places[1:]), table.wide]
    for n, text in enumerate(row):
        if text:
            at = ends[n] * size - width(text, size) if n else 0.0
            page.line(text.split(), x + at, y, size=size, new=new)
            new = False


def _set(page: Drawn, table: _Table, x: float, y: float, leading: float, ruled: str) -> float:
    """Set a table with its rules; where the next thing would begin."""
    size, wide = page.size, table.wide * page.size
    for n, row in enumerate(table.rows):
        _row(page, table, row, x, y + n * leading, size=size)
    below = y + len(table.rows) * leading
    left, right, top = x - 0.5 * size, x + wide + 0.5 * size, y - (leading - size) / 2
    if ruled == "heads":
        page.rules.append(Box(left, top + leading, right, top + leading + 2))
    elif ruled == "cells":
        edges = [left, *(x + (place - 0.6) * size for place in table.places[1:]), right]
        for n in range(len(table.rows)):
            page.rules.append(Box(left, top + n * leading, right, top + n * leading + 2))
            page.cells += [Box(a, top + n * leading, b, top + (n + 1) * leading) for a, b in pairwise(edges)]
    return below


def _tables(page: Drawn) -> None:
    """Two or three small tables side by side, perhaps a line of text below. One thing at least tells that they are several:
    rows of their own height, rows beside nothing, rules, or the same head over each.
    """
    rng, size = page.rng, page.size
    told = rng.choice(["pitch", "longer", "later", "heads", "cells", "same heads"])
    page.name = f"tables, {told}"
    leading, y = rng.uniform(1.3, 2.0) * size, 100.0
    many = rng.choice([2, 2, 2, 3])
    has_head = told == "same heads" or rng.random() < 0.7
    rows = sorted((rng.randint(3, 9) for _ in range(many)), reverse=True)
    x, bottom, head = 100.0, y, rng.choice(HEADS)
    for n in range(many):
        step = rng.uniform(1.3, 2.0) * size if told == "pitch" else leading
        length = rows[n] + (2 * (many - n) if told == "longer" else 0)
        table = _table(rng, columns=rng.randint(2, 4), rows=length, head=head if has_head else "")
        if told != "same heads":
            head = rng.choice([one for one in HEADS if one != head])
        top = y + (n * rng.uniform(1.6, 3.4) * step if told == "later" else 0.0)
        bottom = max(bottom, _set(page, table, x, top, step, told))
        x += (table.wide + rng.uniform(*((3.6, 7) if told == "same heads" else (2, 7)))) * size
    if rng.random() < 0.5:
        text = f"Thank you for your order, {rng.choice(FIRST.split())} {rng.choice(LAST.split())}."
        page.line(text.split(), 100, bottom + leading)


def _receipts(page: Drawn) -> None:
    """Two receipts on one photograph, each with its own letters, pitch and place."""
    rng = page.rng
    x = 100.0
    for _ in range(2):
        size = page.size * rng.uniform(0.85, 1.15)
        x += _receipt(page, x, 100 + rng.uniform(0, 8) * size, size) + rng.uniform(2, 8) * size


def _receipt(page: Drawn, x: float, y: float, size: float) -> float:
    """A receipt; how wide it is in pixels."""
    rng = page.rng
    leading, wide = rng.uniform(1.2, 1.6) * size, rng.uniform(13, 20) * size
    firm = f"{rng.choice(LAST.split())} {rng.choice(FIRMS.split())}"
    lines = [
        firm,
        f"{rng.choice(STREETS.split('|'))} {rng.randint(1, 99)}",
        f"{rng.randint(10000, 99999)} {rng.choice(TOWNS.split())}",
    ]
    lines += rng.sample(
        ["Tel. 0221 445566", "VAT 123456789", "RECEIPT", f"{rng.randint(1, 28)}/07/2018 14:{rng.randint(10, 59)}"], 2
    )
    for text in lines:
        page.line(text.split(), x + (wide - width(text, size)) / 2, y, size=size)
        y += leading
    y += rng.uniform(0, 1) * leading
    goods = rng.sample(GOODS.split("|"), rng.randint(3, 9))
    for name in [*goods, "Subtotal", "VAT", "TOTAL", "Cash"]:
        text = f"{rng.uniform(1, 99):.2f}"
        page.line(name.split(), x, y, size=size)
        page.line([text], x + wide - width(text, size), y, size=size, new=False)
        y += leading
    y += rng.uniform(0, 1) * leading
    for text in rng.sample(["Thank you for your visit", "Please come again", "Goods sold are not returnable"], 2):
        page.line(text.split(), x + (wide - width(text, size)) / 2, y, size=size)
        y += leading
    return wide


def _broad(page: Drawn) -> None:
    """One table of words and numbers whose columns are far apart at one place."""
    rng, size = page.rng, page.size
    columns = ["words", *rng.choices(["number", "words", "unit"], k=rng.randint(1, 5))]
    rows = rng.randint(4, 14)
    names = rng.choice(WORDS).split("|")
    cells = {
        "words": lambda: rng.choice([*names, *TOWNS.split()]),
        "number": lambda: _amount(rng),
        "unit": lambda: rng.choice(["pcs", "kg", "h", "m"]),
    }
    found = [[cells[kind]() for kind in columns] for _ in range(rows)]
    for row in found:
        if rng.random() < 0.2 and len(row) > 2:
            row[rng.randrange(1, len(row))] = ""
    if rng.random() < 0.7:
        found.insert(0, rng.sample("Name|Place|Unit|Price|Amount|Date|Remark|Total".split("|"), len(columns)))
    broad, pad = rng.randrange(1, len(columns)), rng.uniform(1.2, 3)
    leading = rng.uniform(1.3, 2.0) * size
    places, wide = _places(found, pad, [rng.uniform(3, 12) * (n == broad) for n in range(len(columns))])
    if rng.random() < 0.3:
        right = 110 + (wide + pad) * size
        page.rules += [Box(90, 100 + n * leading - 6, right, 100 + n * leading - 4) for n in range(len(found))]
    for n, row in enumerate(found):
        new = True
        for place, text in zip(places, row, strict=True):
            if text:
                page.line(text.split(), 100 + place * size, 100 + n * leading, new=new)
                new = False
