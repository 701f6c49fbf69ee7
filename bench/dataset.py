"""Data with ground truth: a folder with a `manifest.jsonl`, an item a line (see bench/README.md)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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
        return self.folder / self.row[key]

    @property
    def truth(self) -> str:
        """The truth as text: inline, or the rows of a CSV of boxes."""
        if "truth_boxes" in self.row:
            return "\n".join(_rows(self.path("truth_boxes")))
        return str(self.row["truth"])


def items(folder: Path, *sets: str) -> Iterator[Item]:
    """The items of the named sets (all where none is named) in manifest order."""
    for line in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if not sets or row["set"] in sets:
            yield Item(row["set"], row["id"], row["kind"], row["lang"], row, folder)


def _rows(path: Path) -> list[str]:
    """The texts of a CSV of quadrilaterals, boxes that stand side by side joined into one row, left to right."""
    boxes = []
    for cells in csv.reader(io.StringIO(path.read_text(encoding="utf-8", errors="replace")), quoting=csv.QUOTE_NONE):
        if len(cells) >= 9:
            xs, ys = [int(c) for c in cells[0:8:2]], [int(c) for c in cells[1:8:2]]
            boxes.append((min(ys), max(ys), min(xs), ",".join(cells[8:])))
    rows: list[list[tuple[int, int, int, str]]] = []
    for box in sorted(boxes):
        middle = (box[0] + box[1]) / 2
        row = next((r for r in rows if r[0][0] <= middle <= r[0][1]), None)
        if row is None:
            rows.append([box])
        else:
            row.append(box)
    return [" ".join(text for *_, text in sorted(row, key=lambda b: b[2])) for row in rows]
