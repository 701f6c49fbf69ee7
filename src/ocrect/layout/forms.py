"""Forms: a value stands in one ruled cell with its label, and the cells are read one after the other.

Labels side by side, each over its value, look like a table's head over a row of it. What tells them apart is the ruling: the
rows of a table are ruled apart or run through cells of many numbers, and begin with a number in some column; in a form each
cell begins with words. To the rest of the layout a cell is its first line, as wide as the cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ocrect.layout.regions import Piece
from ocrect.layout.rows import Row, middle, rows
from ocrect.layout.texts import is_number
from ocrect.record.document import Box

BESIDE = 0.5
"""Cells are beside one another where they share at least this part of the lower one's height"""

APART = 3.0
"""and are no farther apart than this, in heights of a line."""

MOST_ROWS = 8
"""Rows in a form's cell, at most."""

INSIDE = 0.8
"""Text is in a cell by at least this part of its width."""

COUNTED = 0.15
"""Of a form's cells less than this part begin with a number, as an empty field may, or hold several; of a table's rows more."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Boxes with their texts as the page is cut by them, and what each stands for: a box, or the rows of a form's cell."""

    boxes: list[Box]
    texts: list[str]
    held: list[int | list[Row]]

    def box(self, i: int) -> int | None:
        """Which box it is, if it is no cell."""
        found = self.held[i]
        return found if isinstance(found, int) else None

    def pieces(self, part: Sequence[Row]) -> list[Piece]:
        """The rows of a part in pieces: a form's cells, and what stands between them."""
        found = [Piece([])]
        for row in part:
            rest: Row = []
            for i in row:
                cell = self.held[i]
                if isinstance(cell, int):
                    rest.append(cell)
                else:
                    found[-1].rows.extend([rest] if rest else [])
                    found += [Piece(cell, is_whole=True), Piece([])]
                    rest = []
            found[-1].rows.extend([rest] if rest else [])
        return [piece for piece in found if piece.rows]


def folded(boxes: Sequence[Box], texts: Sequence[str], cells: Sequence[Box]) -> Folded:
    """The boxes with those of a form's cell as one; ``cells`` are closed by rules all around."""
    lines = {n: rows(boxes, which) for n, which in _inside(boxes, cells).items()} if texts else {}
    held: dict[int, int] = {}  # by the first box of each cell of a form
    for group in _beside(boxes, cells, lines):
        if _is_form([[" ".join(texts[i] for i in row) for row in lines[n]] for n in group]):
            held |= {lines[n][0][0]: n for n in group}
    within = {i for n in held.values() for row in lines[n] for i in row}
    done = Folded([], [], [])
    for i, box in enumerate(boxes):
        if i in held:
            cell, found = cells[held[i]], lines[held[i]]
            first = Box.around([boxes[k] for k in found[0]])
            done.boxes.append(Box(cell.left, first.top, cell.right, first.bottom))
            done.texts.append(" ".join(texts[k] for row in found for k in row))
            done.held.append(found)
        elif i not in within:
            done.boxes.append(box)
            done.texts.extend(texts[i : i + 1])
            done.held.append(i)
    return done


def _inside(boxes: Sequence[Box], cells: Sequence[Box]) -> dict[int, list[int]]:
    """The boxes in each cell; in the smallest one, where cells are in cells, and none in the others."""
    by_size = sorted(range(len(cells)), key=lambda n: cells[n].width * cells[n].height)
    inside: dict[int, list[int]] = {}
    around: set[int] = set()
    for i, box in enumerate(boxes):
        of = [n for n in by_size if _is_in(box, cells[n])]
        if of:
            inside.setdefault(of[0], []).append(i)
            around.update(of[1:])
    return {n: which for n, which in inside.items() if n not in around}


def _is_in(box: Box, cell: Box) -> bool:
    shared = min(box.right, cell.right) - max(box.left, cell.left)
    return cell.top <= middle(box) <= cell.bottom and shared >= INSIDE * box.width


def _beside(boxes: Sequence[Box], cells: Sequence[Box], lines: dict[int, list[Row]]) -> Iterable[list[int]]:
    """Cells with text gathered into groups of those that are beside one another."""
    groups = {n: [n] for n in lines}
    order = sorted(lines, key=lambda n: cells[n].left)
    for at, a in enumerate(order):
        for b in order[at + 1 :]:
            shared = min(cells[a].bottom, cells[b].bottom) - max(cells[a].top, cells[b].top)
            unit = boxes[lines[a][0][0]].height
            near = cells[b].left - cells[a].right <= APART * unit
            if near and shared >= BESIDE * min(cells[a].height, cells[b].height) and groups[a] is not groups[b]:
                groups[a] += groups[b]
                for n in groups[b]:
                    groups[n] = groups[a]
    return {id(group): group for group in groups.values()}.values()


def _is_form(cells: Sequence[Sequence[str]]) -> bool:
    """True for cells beside one another, each the texts of its rows, that begin with labels, some over a value."""
    if max(map(len, cells)) > MOST_ROWS or sum(len(cell) > 1 for cell in cells) < 2:
        return False
    if sum(map(_is_of_table, cells)) >= COUNTED * len(cells):
        return False
    return any(map(str.isdigit, (sign for cell in cells for text in cell[1:] for sign in text)))


def _is_of_table(cell: Sequence[str]) -> bool:
    """True for a cell that begins with a number or has several below one another."""
    return _is_count(cell[0]) or any(_is_count(upper) and _is_count(lower) for upper, lower in pairwise(cell))


def _is_count(text: str) -> bool:
    return is_number(text) and any(map(str.isdigit, text))
