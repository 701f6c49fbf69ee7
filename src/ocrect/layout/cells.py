"""Tables whose cells are wrapped: an amount that is centred beside a description of several lines stays with its row."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from ocrect.layout.gutters import Gutter
from ocrect.layout.rows import Row, middle, rows
from ocrect.record.document import Box

PARTED = 0.3
"""Cells are farther apart than the lines of one cell by more than this, in heights of a letter."""

CENTRED, MOSTLY = 0.3, 0.7
"""A cell of one line is centred beside one of several where their middles are off by at most the first, in heights of a letter;
a table has its cells centred where at least the second part of those of several lines have such a one beside them."""


def with_wrapped_cells(boxes: Sequence[Box], found: list[Row], seen: Sequence[Gutter]) -> list[Row]:
    """The rows of a region with what is centred beside the lines of a cell moved to the last of these.

    ``seen`` are the region's gutters: those beside the longest one part the table's columns.
    """
    if not seen:
        return found
    longest = max(seen, key=lambda g: g.many)
    parting = [g.x for g in seen if 2 * longest.shared(g) >= longest.many]
    columns: defaultdict[int, list[int]] = defaultdict(list)
    for row in found[longest.first : longest.last + 1]:
        for i in row:
            columns[bisect(parting, (boxes[i].left + boxes[i].right) / 2)].append(i)
    lines = {column: rows(boxes, members) for column, members in columns.items()}
    wrapped = max(lines, key=lambda column: len(lines[column]))
    others = [(middle(boxes[row[0]]), row) for column, found_rows in lines.items() if column != wrapped for row in found_rows]
    table = _table(boxes, _cells(boxes, lines[wrapped]), sorted(others))
    return [*found[: longest.first], *table, *found[longest.last + 1 :]] if table else found


def _cells(boxes: Sequence[Box], lines: list[Row]) -> list[list[Row]]:
    """The lines of a column gathered into cells: none where they are evenly spaced."""
    spaces = [boxes[b[0]].top - boxes[a[0]].bottom for a, b in pairwise(lines)]
    if not spaces:
        return []
    unit = median(boxes[line[0]].height for line in lines)
    least = min(spaces)
    cells = [[lines[0]]]
    for space, line in zip(spaces, lines[1:], strict=True):
        if space > least + PARTED * unit:
            cells.append([])
        cells[-1].append(line)
    return cells


def _table(boxes: Sequence[Box], cells: list[list[Row]], others: list[tuple[float, Row]]) -> list[Row]:
    """The table's rows; empty where its cells are not centred."""
    if not any(len(cell) > 1 for cell in cells):
        return []
    done: list[Row] = []
    centred = wrapped = at = 0
    for number, cell in enumerate(cells):
        top, bottom = boxes[cell[0][0]].top, boxes[cell[-1][0]].bottom
        end = (bottom + boxes[cells[number + 1][0][0]].top) / 2 if number + 1 < len(cells) else float("inf")
        beside = []
        while at < len(others) and others[at][0] < end:
            beside.append(others[at])
            at += 1
        members = [i for _, row in beside for i in row]
        unit = boxes[cell[0][0]].height
        off = [abs(place - (top + bottom) / 2) > CENTRED * unit for place, _ in beside]
        if len(cell) > 1:
            wrapped += 1
            centred += bool(off) and not any(off)
        if len(cell) > 1 and off and not any(off):
            done += [*cell[:-1], sorted([*cell[-1], *members], key=lambda i: boxes[i].left)]
        else:
            done += rows(boxes, [i for line in cell for i in line] + members)
    return done if centred and centred >= MOSTLY * wrapped else []
