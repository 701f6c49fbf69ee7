"""Reading order from boxes alone: columns, blocks and rows.

A recursive XY-cut (Nagy and Seth, 1984; Ha, Haralick and Phillips, 1995) that knows rows: a region is cut at the gutter between
two columns of running text, wherever the gutter begins and ends, and never at the white space inside the rows of a receipt or
a table, whose right side belongs to the text at its left. What is left is cut into blocks at its wide horizontal gaps.

Boxes are upright in the frame in which lines run from left to right; the caller straightens a tilted page first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from ocrect.document import Box

Row = list[int]
Block = list[Row]

GUTTER = 1.0  # least width of a gutter, in median heights of a box
LEAST_BOXES = 3  # a column has at least so many boxes
PROSE_ASPECT = 6.0  # a box of running text is at least so many times wider than high, in the median
PROSE_FILL = 0.6  # and the boxes of one row fill at least this part of their column's width, in the median
PHRASE_ASPECT = 4.0  # a box of a few words is at least so many times wider than high; one of a price is not
ALIGNED = 0.25  # two boxes stand on one row where their centres are closer than this part of the lesser height
TABLE = 0.5  # two columns are one table where at least this part of the smaller one's boxes are aligned with the other's
BLOCK_GAP = 1.0  # a new block begins below a gap higher than this, in median heights of a box


def reading_order(boxes: Sequence[Box]) -> list[Block]:
    """Blocks in reading order: a block is a list of rows, top to bottom; a row a list of indices into ``boxes``, left to right.

    Every index appears exactly once. Widths and heights may be zero.
    """
    return _ordered(boxes, rows(boxes, range(len(boxes))))


def rows(boxes: Sequence[Box], indices: Sequence[int]) -> list[Row]:
    """The given boxes gathered into rows, top to bottom, each row left to right.

    A box joins the row whose members' vertical middle it shares: they overlap by at least half of the lesser height, their
    heights differ less than threefold, and they stand beside each other.
    """
    found: list[Row] = []
    for i in sorted(indices, key=lambda i: (_middle(boxes[i]), boxes[i].left)):
        home = next((row for row in reversed(found[-4:]) if all(_beside(boxes[i], boxes[j]) for j in row)), None)
        if home is None:
            found.append([i])
        else:
            home.append(i)
    found.sort(key=lambda row: sum(_middle(boxes[i]) for i in row) / len(row))
    return [sorted(row, key=lambda i: (boxes[i].left, boxes[i].right)) for row in found]


def _ordered(boxes: Sequence[Box], page_rows: list[Row]) -> list[Block]:
    cut = _best_gutter(boxes, page_rows)
    if cut is None:
        return _blocks(boxes, page_rows)
    first, last, x = cut
    inside = [i for row in page_rows[first:last] for i in row]
    left = [i for i in inside if boxes[i].left + boxes[i].right < 2 * x]
    right = [i for i in inside if boxes[i].left + boxes[i].right >= 2 * x]
    parts = (page_rows[:first], rows(boxes, left), rows(boxes, right), page_rows[last:])
    return [block for part in parts for block in _ordered(boxes, part)]


def _best_gutter(boxes: Sequence[Box], page_rows: list[Row]) -> tuple[int, int, float] | None:
    """First row, the row after the last one, and x of the gutter with the most boxes on both of its sides, if there is any."""
    if len(page_rows) < LEAST_BOXES:
        return None
    height = median(boxes[i].height for row in page_rows for i in row)
    best, best_support = None, LEAST_BOXES - 1
    for first, last, low, high in _gutters(boxes, page_rows, GUTTER * height):
        x = (low + high) / 2
        inside = [i for row in page_rows[first:last] for i in row]
        left = [i for i in inside if boxes[i].right <= x]
        right = [i for i in inside if boxes[i].left >= x]
        support = min(len(left), len(right))
        if support > best_support and _are_columns([boxes[i] for i in left], [boxes[i] for i in right]):
            best, best_support = (first, last, x), support
    return best


def _gutters(boxes: Sequence[Box], page_rows: list[Row], least: float) -> Iterator[tuple[int, int, float, float]]:
    """Runs of rows (first, after the last) that leave a strip free from ``low`` to ``high``, at least ``least`` wide."""
    right = max(boxes[i].right for row in page_rows for i in row)
    free = [_free(boxes, row, right) for row in page_rows]
    open_strips: list[tuple[int, float, float]] = []
    for number, strips in enumerate([*free, []]):
        kept: dict[tuple[float, float], int] = {}
        for first, low, high in open_strips:
            parts = [(max(low, a), min(high, b)) for a, b in strips]
            parts = [(a, b) for a, b in parts if b - a >= least]
            if (low, high) not in parts:
                yield first, number, low, high
            for part in parts:
                kept[part] = min(first, kept.get(part, first))
        for a, b in strips:
            if b - a >= least:
                kept.setdefault((a, b), number)
        open_strips = [(first, a, b) for (a, b), first in kept.items()]


def _free(boxes: Sequence[Box], row: Row, right: float) -> list[tuple[float, float]]:
    """The strips that a row leaves free to the left of ``right``, its own left margin not counted."""
    strips, edge = [], 0.0
    for i in row:
        if boxes[i].left > edge:
            strips.append((edge, boxes[i].left))
        edge = max(edge, boxes[i].right)
    return [*strips, (edge, right)] if right > edge else strips


def _are_columns(left: Sequence[Box], right: Sequence[Box]) -> bool:
    """True for two columns that are read one after the other; false for the two sides of a table's or receipt's rows."""
    if min(_aspect(left), _aspect(right)) >= PROSE_ASPECT and _is_filled(left) and _is_filled(right):
        return True
    fewer, more = sorted((left, right), key=len)
    aligned = sum(any(_aligned(a, b) for b in more) for a in fewer)
    return aligned < TABLE * len(fewer) and min(_aspect(left), _aspect(right)) >= PHRASE_ASPECT


def _aspect(column: Sequence[Box]) -> float:
    return median(box.width / max(box.height, 1.0) for box in column)


def _is_filled(column: Sequence[Box]) -> bool:
    width = Box.around(list(column)).width
    return median(sum(column[i].width for i in row) for row in rows(column, range(len(column)))) >= PROSE_FILL * width


def _blocks(boxes: Sequence[Box], page_rows: list[Row]) -> list[Block]:
    """Rows parted wherever the white space above one is wide."""
    if not page_rows:
        return []
    gap = BLOCK_GAP * median(boxes[i].height for row in page_rows for i in row)
    blocks: list[Block] = [[page_rows[0]]]
    bottom = max(boxes[i].bottom for i in page_rows[0])
    for row in page_rows[1:]:
        if min(boxes[i].top for i in row) - bottom > gap:
            blocks.append([])
        blocks[-1].append(row)
        bottom = max(bottom, *(boxes[i].bottom for i in row))
    return blocks


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2


def _beside(a: Box, b: Box) -> bool:
    """True where two boxes can stand in one row."""
    lesser, greater = sorted((a.height, b.height))
    overlap = min(a.bottom, b.bottom) - max(a.top, b.top)
    covered = min(a.right, b.right) - max(a.left, b.left)
    return overlap >= 0.5 * lesser and greater <= 3 * max(lesser, 1.0) and covered <= 0.3 * min(a.width, b.width)


def _aligned(a: Box, b: Box) -> bool:
    return abs(_middle(a) - _middle(b)) < ALIGNED * min(a.height, b.height)
