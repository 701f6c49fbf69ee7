"""Data with ground truth: a folder with a `manifest.jsonl`, an item a line (see bench/README.md), and its pages as scans."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench import scan
from ocrect import source
from ocrect.record.document import Page, PageImage
from ocrect.settings import Settings


@dataclass(frozen=True, slots=True)
class Item:
    """One page, document or text with its truth. ``row`` is its manifest line."""

    set: str
    id: str
    kind: str
    language: str
    row: dict[str, Any]
    folder: Path

    def path(self, key: str) -> Path:
        return self.folder / str(self.row[key])

    @property
    def truth(self) -> str:
        """The truth as text: inline, or the rows of a CSV of boxes. A PDF's stands in its pages (:func:`samples`)."""
        if "truth_boxes" in self.row:
            return "\n".join(_rows(self.path("truth_boxes")))
        return str(self.row["truth"])

    def amounts(self) -> frozenset[Decimal]:
        """The values of all amounts of an invoice's own data (UN/CEFACT CII), such as the total and the prices."""
        elements = ET.parse(self.path("truth_xml")).iter()
        return frozenset(Decimal(e.text.strip()) for e in elements if e.tag.endswith("Amount") and e.text and e.text.strip())


@dataclass(frozen=True, slots=True)
class Scan:
    """How pages become pixels: dots per inch and a strength of :data:`bench.scan.STRENGTHS` or ``none``.

    An image that says its own dots per inch is reduced to ``dpi``, unless that is the default; others stay as they are.
    """

    dpi: int = 300
    strength: str = "none"
    seed: int = 1

    @property
    def name(self) -> str:
        """As part of a file's name; empty for pages as they are."""
        return "" if self == Scan() else f"-{self.dpi}-{self.strength}-{self.seed}"


@dataclass(frozen=True, slots=True)
class Sample:
    """One page to read: its pixels are made when they are asked for, and hold no text layer."""

    item: Item
    id: str
    truth: str
    image: Callable[[], PageImage]


def items(folder: Path, *sets: str) -> Iterator[Item]:
    """The items of the named sets (all where none is named) in manifest order."""
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if not sets or row["set"] in sets:
            yield Item(row["set"], row["id"], row["kind"], row["lang"], row, folder)


def samples(folder: Path, name: str, how: Scan, pages: Collection[int] = ()) -> Iterator[Sample]:
    """The pages of a set's images and PDFs. A PDF's page has its text layer as truth; ``pages`` selects pages of PDFs."""
    for item in items(folder, name):
        if item.kind == "image":
            yield Sample(item, item.id, item.truth, _maker(item, 1, how, item.id))
        elif item.kind == "pdf":
            for layer in source.pages(item.path("pdf"), Settings(text_layer="only")):
                if isinstance(layer, Page) and (not pages or layer.number in pages):
                    name = f"{item.id} p{layer.number}"
                    yield Sample(item, name, layer.text, _maker(item, layer.number, how, name))


def _maker(item: Item, number: int, how: Scan, name: str) -> Callable[[], PageImage]:
    def make() -> PageImage:
        settings = Settings(dpi=how.dpi, text_layer="ignore", pages=str(number))
        (image,) = source.pages(item.path(item.kind), settings)
        if not isinstance(image, PageImage):
            raise SystemExit(f"{name} cannot be shown")
        if item.kind == "image" and how.dpi != Scan().dpi:
            image = scan.reduced(image, how.dpi)
        return image if how.strength == "none" else scan.page(image, how.strength, name=name, seed=how.seed)

    return make


@dataclass(frozen=True, slots=True)
class _Cell:
    """An upright box of the truth and its text."""

    left: int
    right: int
    top: int
    bottom: int
    text: str

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    def gap(self, other: _Cell) -> int:
        """The space between two boxes from left to right; negative where one stands over the other."""
        return max(self.left - other.right, other.left - self.right)

    def may_follow(self, row: list[_Cell]) -> bool:
        """True where the box is level with the nearest one of ``row`` (paper may be tilted) and over or under none of it."""
        nearest = min(row, key=self.gap)
        width = self.right - self.left
        return nearest.top <= self.middle <= nearest.bottom and all(
            -self.gap(cell) <= 0.3 * min(width, cell.right - cell.left) for cell in row
        )


def _rows(path: Path) -> list[str]:
    """The texts of a CSV of quadrilaterals, boxes that stand side by side joined into one row, left to right."""
    found = []
    for cells in csv.reader(io.StringIO(path.read_text(encoding="utf-8", errors="replace")), quoting=csv.QUOTE_NONE):
        if len(cells) >= 9:
            xs, ys = [int(c) for c in cells[0:8:2]], [int(c) for c in cells[1:8:2]]
            found.append(_Cell(min(xs), max(xs), min(ys), max(ys), ",".join(cells[8:])))
    rows: list[list[_Cell]] = []
    for cell in sorted(found, key=lambda cell: cell.middle):
        fitting = [row for row in rows if cell.may_follow(row)]
        if fitting:
            min(fitting, key=lambda row: abs(min(row, key=cell.gap).middle - cell.middle)).append(cell)
        else:
            rows.append([cell])
    return [" ".join(cell.text for cell in sorted(row, key=lambda cell: cell.left)) for row in rows]
