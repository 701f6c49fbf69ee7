"""Forms and panels: what stands in a ruled cell is read together, and the cells one after the other.

Labels side by side, each over its value, look like a table's head over a row of it, and panels side by side like its columns.
What tells them apart is the ruling: the rows of a table are ruled apart or run through cells of many numbers, and begin with a
number in some column; in a form and in panels each cell begins with words. To the rest of the layout a cell is one line at its
top, as wide as it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ocrect.layout.columns import cut
from ocrect.layout.regions import Piece
from ocrect.layout.rows import Row, middle, rows
from ocrect.layout.texts import begins_with_word, have_labels, is_count
from ocrect.record.document import Box

BESIDE = 0.5
"""Cells are beside one another where they share at least this part of the lower one's height"""

APART = 3.0
"""and are no farther apart than this, in heights of a line."""

MOST_ROWS, PANEL_ROWS = 8, 3
"""Rows in a form's cell, at most; and in one of two panels, at least."""

INSIDE = 0.8
"""Text is in a cell by at least this part of its width."""

COUNTED = 0.15
"""Of a form's cells less than this part begin with a number, as an empty field may, or hold several; of a table's rows more."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Boxes with their texts as the page is cut by them, and what each stands for: a box, or what is in a cell."""

    boxes: list[Box]
    texts: list[str]
    held: list[int | list[Piece]]

    def box(self, i: int) -> int | None:
        """Which box it is, if it is no cell."""
        found = self.held[i]
        return found if isinstance(found, int) else None

    def pieces(self, part: Sequence[Row]) -> list[Piece]:
        """The rows of a part in pieces: those of cells, and what stands between them."""
        found = [Piece([])]
        for row in part:
            rest: Row = []
            for i in row:
                cell = self.held[i]
                if isinstance(cell, int):
                    rest.append(cell)
                else:
                    found[-1].rows.extend([rest] if rest else [])
                    found += [*cell, Piece([])]
                    rest = []
            found[-1].rows.extend([rest] if rest else [])
        return [piece for piece in found if piece.rows]


def folded(boxes: Sequence[Box], texts: Sequence[str], cells: Sequence[Box]) -> Folded:
    """The boxes with those of a form's cell or of a panel as one; ``cells`` are closed by rules all around."""
    lines = {n: rows(boxes, which) for n, which in _inside(boxes, cells).items()} if texts else {}
    held: dict[int, tuple[int, list[Piece]]] = {}  # by the first box of each cell: the cell, and what is in it
    for group in _beside(boxes, cells, lines):
        read = [[" ".join(texts[i] for i in row) for row in lines[n]] for n in group]
        if _is_form(read):
            held |= {lines[n][0][0]: (n, [Piece(lines[n], is_whole=True)]) for n in group}
        elif _are_panels(read):
            held |= {lines[n][0][0]: (n, _panel(boxes, texts, lines[n])) for n in group}
    within = {i for n, _ in held.values() for row in lines[n] for i in row}
    done = Folded([], [], [])
    for i, box in enumerate(boxes):
        if i in held:
            n, pieces = held[i]
            done.boxes.append(Box(cells[n].left, cells[n].top, cells[n].right, cells[n].top + box.height))
            done.texts.append(" ".join(texts[k] for row in lines[n] for k in row))
            done.held.append(pieces)
        elif i not in within:
            done.boxes.append(box)
            done.texts.extend(texts[i : i + 1])
            done.held.append(i)
    return done


def _panel(boxes: Sequence[Box], texts: Sequence[str], lines: Sequence[Row]) -> list[Piece]:
    """What is in a panel, which is read like a page."""
    which = [i for row in lines for i in row]
    parts = cut([boxes[i] for i in which], [texts[i] for i in which]).parts
    return [Piece([[which[k] for k in row] for row in part]) for part in parts]


def _inside(boxes: Sequence[Box], cells: Sequence[Box]) -> dict[int, list[int]]:
    """The boxes in each cell; in the smallest one, where cells are in cells, and none in the others."""
    order = sorted(range(len(boxes)), key=lambda i: middle(boxes[i]))
    middles = [middle(boxes[i]) for i in order]
    of: dict[int, int] = {}
    around: set[int] = set()
    for n in sorted(range(len(cells)), key=lambda n: cells[n].width * cells[n].height):
        for i in order[bisect_left(middles, cells[n].top) : bisect_right(middles, cells[n].bottom)]:
            shared = min(boxes[i].right, cells[n].right) - max(boxes[i].left, cells[n].left)
            if shared >= INSIDE * boxes[i].width and of.setdefault(i, n) != n:
                around.add(n)
    inside: dict[int, list[int]] = {}
    for i, n in of.items():
        if n not in around:
            inside.setdefault(n, []).append(i)
    return inside


def _beside(boxes: Sequence[Box], cells: Sequence[Box], lines: dict[int, list[Row]]) -> Iterable[list[int]]:
    """Cells with text gathered into groups of those that are beside one another."""
    groups = {n: [n] for n in lines}
    order = sorted(lines, key=lambda n: cells[n].top)
    tops = [cells[n].top for n in order]
    for at, a in enumerate(order):
        for b in order[at + 1 : bisect_left(tops, cells[a].bottom)]:
            shared = min(cells[a].bottom, cells[b].bottom) - cells[b].top
            unit = boxes[lines[a][0][0]].height
            near = max(cells[a].left, cells[b].left) - min(cells[a].right, cells[b].right) <= APART * unit
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


def _are_panels(cells: Sequence[Sequence[str]]) -> bool:
    """True for cells beside one another, each the texts of its rows, two of which hold several that are no table's."""
    large = [cell for cell in cells if len(cell) >= PANEL_ROWS]
    if len(large) < 2 or any(2 * sum(map(begins_with_word, cell)) <= len(cell) for cell in cells):
        return False
    return len({len(cell) for cell in large}) > 1 or all(map(have_labels, large))


def _is_of_table(cell: Sequence[str]) -> bool:
    """True for a cell that begins with a number or has several below one another."""
    return is_count(cell[0]) or any(is_count(upper) and is_count(lower) for upper, lower in pairwise(cell))
