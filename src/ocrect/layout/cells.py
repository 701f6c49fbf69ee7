"""Cells of several lines beside others, and cells that are not level with their row: amounts centred beside a description, or
half a row off it.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from math import inf
from statistics import median

from ocrect.layout.gutters import Gutter
from ocrect.layout.rows import Row, White, band, middle, rows
from ocrect.layout.strips import FEW, Strip
from ocrect.layout.texts import is_count
from ocrect.record.document import Box

PARTED = 0.3
"""Cells are farther apart than the lines of one cell by more than this, in heights of a letter."""

CENTRED, MOSTLY = 0.3, 0.7
"""A cell of one line is centred beside one of several where their middles are off by at most the first, in heights of a letter;
a table has its cells centred where at least the second part of those of several lines have such a one beside them."""

SPACED, TOLD = 0.25, 0.85
"""The next cell of a column is farther away than the next line of one by more than the first, in heights of a letter; of such
spaces in two columns of a table at least the second part go through both."""

GROWN = 0.05
"""By so much lines are less high than their boxes at the top and the bottom, in heights of a letter."""

LEAST_ROWS, FILLED, WRAPPED = 4, 0.7, 0.25
"""Rows that tell a table with cells of several lines, at least; and the least parts of them in which both columns have one, and
in which one has several lines."""

LINES, HIGHEST = 2, 8
"""Lines of the lower of two cells in a row, at most, in the median: blocks side by side have more; and of the higher one."""

ALIKE, ALIGNED = 0.4, 0.8
"""Two cells begin, end or are centred alike where they are off by at most the first, in heights of a letter; in a table at
least the second part of the rows have such ones."""

BESIDE, STEP, TIE = 0.2, 0.62, 0.25
"""Amounts by themselves belong to a row beside which they stand by at least the first part of the lesser height, and that is no
farther than the second, in steps from row to row: a line of its own is one step from the others. Two rows are as near where
their distances differ by at most the third, in steps."""

COLUMN = 3
"""The least number of amounts in a column."""


def share_rows(left: Strip, right: Strip) -> bool:
    """True where two strips are columns of one table with cells of several lines: the white between its rows goes through both,
    and in each row their cells begin, end or are centred alike.
    """
    unit = min(left.unit, right.unit)
    cuts = _cuts(left, right, unit)
    if not cuts or left.is_stack or right.is_stack:
        return False
    some, others = _parted(left, cuts), _parted(right, cuts)
    both = [(some[n], others[n]) for n in some if n in others]
    lines = [sorted(map(len, pair)) for pair in both]
    if len(both) < max(LEAST_ROWS, FILLED * len({*some, *others})) or median(low for low, _ in lines) > LINES:
        return False
    off = [(a[0] - b[0], a[-1] - b[-1]) for a, b in both]
    ways = ([first for first, _ in off], [last for _, last in off], [(first + last) / 2 for first, last in off])
    are_alike = any(sum(abs(one) <= ALIKE * unit for one in way) >= ALIGNED * len(both) for way in ways)
    high = [high for _, high in lines]
    return are_alike and max(high) <= HIGHEST and sum(many > 1 for many in high) >= max(2, WRAPPED * len(high))


def _cuts(left: Strip, right: Strip, unit: float) -> list[float]:
    """Where in y the rows of two columns of a table end; nowhere if the white between cells goes through one of them alone."""
    steps = sorted(middle(b) - middle(a) for strip in (left, right) for a, b in pairwise(strip.boxes))
    leading = steps[len(steps) // 10] + SPACED * unit if steps else inf
    spaces = [_spaces(strip, leading) for strip in (left, right)]
    cuts = [(low + high) / 2 for low, high in _in_both(*spaces)]
    between = [space for side in spaces for space in side[1:-1]]
    through = sum(bisect(cuts, low) < bisect(cuts, high) for low, high in between)
    return cuts[1:-1] if between and through >= TOLD * len(between) else []


def _parted(strip: Strip, cuts: Sequence[float]) -> dict[int, list[float]]:
    """The middles of a strip's lines by the number of the row that they are in."""
    cells: defaultdict[int, list[float]] = defaultdict(list)
    for box in strip.boxes:
        cells[bisect(cuts, middle(box))].append(middle(box))
    return cells


def _spaces(strip: Strip, leading: float) -> list[White]:
    """Where in y the white begins and ends between lines farther apart than ``leading``; above the first and below the last.
    Boxes are grown, and so a little less high than they are.
    """
    off = GROWN * strip.unit
    apart = [(a.bottom - off, b.top + off) for a, b in pairwise(strip.boxes) if middle(b) - middle(a) > leading]
    return [(-inf, strip.boxes[0].top + off), *apart, (strip.boxes[-1].bottom - off, inf)]


def _in_both(some: Sequence[White], others: Sequence[White]) -> Iterator[White]:
    """What is white in both of two columns, top to bottom."""
    at = {0: 0, 1: 0}
    while at[0] < len(some) and at[1] < len(others):
        one, other = some[at[0]], others[at[1]]
        if max(one[0], other[0]) < min(one[1], other[1]):
            yield max(one[0], other[0]), min(one[1], other[1])
        at[one[1] >= other[1]] += 1


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
