"""Cells that are not level with their row: amounts centred beside a description of several lines, or half a row off it."""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from statistics import median

from ocrect.layout.gutters import Gutter
from ocrect.layout.rows import Row, band, middle, rows
from ocrect.layout.strips import FEW
from ocrect.layout.texts import is_count
from ocrect.record.document import Box

PARTED = 0.3
"""Cells are farther apart than the lines of one cell by more than this, in heights of a letter."""

CENTRED, MOSTLY = 0.3, 0.7
"""A cell of one line is centred beside one of several where their middles are off by at most the first, in heights of a letter;
a table has its cells centred where at least the second part of those of several lines have such a one beside them."""

BESIDE, STEP, TIE = 0.2, 0.62, 0.25
"""Amounts by themselves belong to a row beside which they stand by at least the first part of the lesser height, and that is no
farther than the second, in steps from row to row: a line of its own is one step from the others. Two rows are as near where
their distances differ by at most the third, in steps."""

COLUMN = 3
"""The least number of amounts in a column."""


def with_strays(boxes: Sequence[Box], texts: Sequence[str], found: list[Row]) -> list[Row]:
    """The rows of a region with amounts of its columns that stand by themselves between two rows in the one that is nearest.

    Where both are as near, the other amounts tell which; where none has a place for them, they stay a row.
    """
    if not texts or len(found) < FEW:
        return found
    is_alone = [all(is_count(texts[i]) for i in row) for row in found]
    bands = [band(boxes, row) for row in found]
    pitch = _pitch([middle(one) for one in bands], is_alone)
    columns = _columns(boxes, [i for row in found for i in row if is_count(texts[i])])

    def far(n: int, m: int) -> float:
        return abs(middle(bands[n]) - middle(bands[m])) / pitch

    def may_join(n: int, m: int) -> bool:
        near = min(bands[n].bottom, bands[m].bottom) - max(bands[n].top, bands[m].top)
        is_beside = near >= BESIDE * min(bands[n].height, bands[m].height) and far(n, m) <= STEP
        return is_beside and not is_alone[m] and _has_place(boxes, found[m], found[n])

    strays = [n for n, row in enumerate(found) if is_alone[n] and any(i in columns for i in row)]
    near = {n: [m for m in (n - 1, n + 1) if 0 <= m < len(found) and may_join(n, m)] for n in strays}
    ways = [far(n, n - 1) - far(n, n + 1) if len(beside) > 1 else beside[0] - n for n, beside in near.items() if beside]
    is_below = sum(ways) > 0
    joined = [list(row) for row in found]
    for n, beside in near.items():
        is_tie = len(beside) > 1 and abs(far(n, n - 1) - far(n, n + 1)) <= TIE
        order = sorted(beside, reverse=is_below) if is_tie else sorted(beside, key=partial(far, n))
        for m in order:
            if joined[n] and _has_place(boxes, joined[m], found[n]):
                joined[m] = sorted([*joined[m], *found[n]], key=lambda i: boxes[i].left)
                joined[n] = []
    return [row for row in joined if row]


def _pitch(middles: Sequence[float], is_alone: Sequence[bool]) -> float:
    """From one row to the next, in pixels, by those that follow one another with no amounts by themselves between; where there
    are few, by all others.
    """
    followed = [b - a for n, (a, b) in enumerate(pairwise(middles)) if not is_alone[n] and not is_alone[n + 1]]
    others = [place for place, alone in zip(middles, is_alone, strict=True) if not alone]
    return max(median(followed if len(followed) >= FEW else [b - a for a, b in pairwise(others)] or [1.0]), 1.0)


def _columns(boxes: Sequence[Box], amounts: Sequence[int]) -> set[int]:
    """Those of some amounts that begin or end under others."""
    if not amounts:
        return set()
    unit = max(median(boxes[i].height for i in amounts), 1.0)
    edges = {i: ((0, round(boxes[i].left / unit)), (1, round(boxes[i].right / unit))) for i in amounts}
    places = Counter((side, x + off) for found in edges.values() for side, x in found for off in (-1, 0, 1))
    return {i for i, found in edges.items() if any(places[edge] >= COLUMN for edge in found)}


def _has_place(boxes: Sequence[Box], row: Row, amounts: Row) -> bool:
    """True where some amounts end beyond all of a row, and stand over or under nothing of it."""
    apart = all(boxes[i].right <= boxes[k].left or boxes[i].left >= boxes[k].right for i in amounts for k in row)
    return apart and boxes[amounts[-1]].left >= boxes[row[-1]].right and boxes[amounts[0]].left >= boxes[row[0]].right


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
