"""Pages of tables without rules whose cells run over several lines, as a detector would find them.

What stands in a row is read together, whatever its cells' lines are level with: goods with descriptions of several lines beside
amounts of one, lists of words, labels with their values. Cells stand at the top of their row, in its middle or at its bottom.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.column_blocks import FIRMS, GOODS, LABELS, LAST, STREETS, TOWNS, address
from bench.column_pages import Drawn, prose, width

PLACES = {"top": 0.0, "middle": 0.5, "bottom": 1.0}
"""Where in the height of a row its lower cells stand."""

HEADS = {
    "goods": "Description|Bezeichnung|Désignation|Item",
    "number": "Pos.|No.|#",
    "count": "Qty|Menge|Qté",
    "amount": "Price|Preis|Amount|Betrag|Montant|Total|Rate|VAT",
    "code": "Code|Art.-Nr.|Ref.|Standard",
    "date": "Date|Datum|Due",
    "words": "Remarks|Location of information|Details|Disclosure|Notes",
    "place": "Address|Place|Ort|Department",
}
"""What may stand over a column of each kind."""


@dataclass(frozen=True, slots=True)
class _Column:
    """A column's kind, how wide it is in em, whether it is set to the right, and the lines of its cells, at most."""

    kind: str
    wide: float
    is_right: bool = False
    lines: int = 1


def wrapped_page(rng: random.Random) -> Drawn:
    """A page with a table whose cells are wrapped."""
    kind = rng.choice([_goods, _goods, _words, _labels])
    page = Drawn(rng, rng.uniform(24, 40), f"wrapped {kind.__name__.strip('_')}")
    kind(page)
    return page


def _goods(page: Drawn) -> None:
    """An invoice's goods with descriptions of one to four lines; perhaps addresses above, and sums below."""
    rng, size = page.rng, page.size
    columns = [_Column("number", 2.5)] if rng.random() < 0.6 else []
    columns += [_Column("code", rng.uniform(5, 7))] if rng.random() < 0.3 else []
    columns += [_Column("goods", rng.uniform(9, 22), lines=rng.randint(2, 4))]
    columns += [_Column(rng.choice(["count", "amount"]), rng.uniform(3.5, 5), is_right=True) for _ in range(rng.randint(0, 3))]
    columns += [_Column("amount", rng.uniform(4, 6), is_right=True)]
    leading, y = rng.uniform(1.15, 1.5) * size, 100.0
    if rng.random() < 0.5:
        y = _addresses(page, y, leading) + rng.uniform(0.8, 3) * leading
    right, bottom = _set(page, columns, rng.randint(3, 12), y, leading)
    for name in ("Subtotal", "VAT 20 %", "Total")[: rng.choice([0, 0, 1, 2, 3])]:
        text = _amount(rng)
        page.line(name.split(), right - 11 * size, bottom)
        page.line([text], right - width(text, size), bottom, new=False)
        bottom += leading


def _words(page: Drawn) -> None:
    """A list of words: codes or names at the left, cells of several lines in one to three columns."""
    rng = page.rng
    columns = [_Column(rng.choice(["code", "number", "date", "place"]), rng.uniform(5, 8))]
    for _ in range(rng.randint(1, 3)):
        columns.append(_Column(rng.choice(["words", "words", "place"]), rng.uniform(9, 22), lines=rng.randint(2, 4)))
    if rng.random() < 0.3:
        columns.append(_Column(rng.choice(["date", "code", "amount"]), rng.uniform(5, 7)))
    _set(page, columns, rng.randint(3, 12), 100.0, rng.uniform(1.15, 1.5) * page.size)


def _labels(page: Drawn) -> None:
    """Labels with values some of which run over several lines: words, or an address."""
    rng, size = page.rng, page.size
    leading, y, tab = rng.uniform(1.15, 1.5) * size, 100.0, rng.uniform(9, 16) * size
    gap, colon, words = rng.uniform(0, 0.9) * size, rng.choice([":", ":", ""]), prose(rng)
    wide = rng.uniform(10, 22) * size
    for label in rng.sample(rng.choice(LABELS).split("|"), rng.randint(4, 9)):
        kind = rng.choice(["date", "code", "amount", "words", "words", "address"])
        lines = address(rng) if kind == "address" else _wrapped(_text(rng, kind, words), wide, size)[:4]
        page.line((label + colon).split(), 100, y)
        for line in lines:
            page.line(line.split(), 100 + tab, y, new=False)
            y += leading
        y += gap


def _addresses(page: Drawn, y: float, leading: float) -> float:
    """Two addresses side by side; where the next thing would begin."""
    bottom = y
    for x in (100.0, 100 + page.rng.uniform(18, 26) * page.size):
        for n, text in enumerate(address(page.rng)):
            page.line(text.split(), x, y + n * leading)
            bottom = max(bottom, y + (n + 1) * leading)
    return bottom


def _set(page: Drawn, columns: Sequence[_Column], many: int, y: float, leading: float) -> tuple[float, float]:
    """Set a table, perhaps under heads; where its last column ends and where the next thing would begin. Rows are told apart by
    the white between them, or by cells of one line at their top or their bottom.
    """
    rng, size, words = page.rng, page.size, prose(page.rng)
    place = rng.choice(["top", "top", "middle", "bottom"])
    gap = rng.uniform(0.4 if place == "middle" else 0.05, 1.2) * size
    page.name += f", {place}"
    pad = rng.uniform(1, 3)
    rows = [[_wrapped(_text(rng, c.kind, words), c.wide * size, size)[: c.lines] for c in columns] for _ in range(many)]
    if rng.random() < 0.7:
        rows.insert(0, [[rng.choice(HEADS[c.kind].split("|"))] for c in columns])
    for row in rows:
        high, new, x = max(map(len, row)), True, 100.0
        for column, lines in zip(columns, row, strict=True):
            top = y + PLACES[place] * (high - len(lines)) * leading
            for n, text in enumerate(lines):
                off = max(column.wide * size - width(text, size), 0.0) if column.is_right else 0.0
                page.line(text.split(), x + off, top + n * leading, new=new)
                new = False
            x += (column.wide + pad) * size
        y += high * leading + gap
    return x - pad * size, y


def _wrapped(text: str, wide: float, size: float) -> list[str]:
    """A text in lines so wide, in pixels, at most; a longer word is a line by itself."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(f"{lines[-1]} {word}", size) <= wide:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _text(rng: random.Random, kind: str, words: Iterator[str]) -> str:
    """What stands in a cell."""
    if kind == "goods":
        more = [rng.choice([next(words), next(words), f"{rng.randint(20, 240)} cm", "oak,", "No. 12"]) for _ in range(12)]
        return " ".join([rng.choice(GOODS.split("|")), *more[: rng.choice([0, 0, *range(13)])]])
    if kind == "words":
        found = " ".join(next(words) for _ in range(rng.randint(1, 14)))
        return found[:1].upper() + found[1:]
    if kind == "place":
        street = f"{rng.choice(STREETS.split('|'))} {rng.randint(1, 99)}"
        return ", ".join([f"{rng.choice(LAST.split())} {rng.choice(FIRMS.split())}", street, rng.choice(TOWNS.split())])
    if kind == "date":
        return f"{rng.randint(1, 28):02}.{rng.randint(1, 12):02}.20{rng.randint(10, 29)}"
    if kind == "code":
        return rng.choice([f"{rng.randint(100, 999)}-{rng.randint(1, 99)}", f"A{rng.randint(1000, 99999)}"])
    return str(rng.randint(1, 99)) if kind in ("number", "count") else _amount(rng)


def _amount(rng: random.Random) -> str:
    return f"{rng.choice([9, 99, 999, 9999]) * rng.random():,.2f}"
