"""Reading order from boxes alone: columns, rows and blocks.

Three steps. Boxes that stand under one another are chained into columns, none across a gutter that goes on for several rows,
and the columns that hold running text are told from the two sides of a table or a receipt. Boxes side by side become one
row, unless they are running text of different columns. Rows under one another become blocks, which are ordered by the partial
order of Breuel (High performance document layout analysis, 2003): what is above comes first, and a column comes before the
one at its right.

Boxes are upright in the frame in which lines run from left to right; the caller straightens a tilted page first.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from math import inf
from statistics import median
from typing import NamedTuple

from ocrect.record.document import Box

Row = list[int]
Block = list[Row]

LEAST_ROWS = 3  # a column of running text has at least so many boxes
PROSE_ASPECT = 8.0  # each so many times wider than high, in the median
PROSE_ALIKE = 0.6  # and sharing at least this part of its span with the one above, in the median
LEVEL = 0.2  # boxes of one row of a table are level within this part of the lesser height
ONE_SIZE = 1.2  # and the heights of its two sides differ by at most this factor, in the median
TABLE = 0.7  # a column is a side of a table where at least this part of its boxes is level with the other side's
GAP = 1.0  # a column, or a block, ends above a gap higher than this, in heights of a box
SHARED = 0.5  # boxes stand under one another where they share at least this part of the narrower one's width
SIZES = 1.8  # and their heights differ by at most this factor
SLACK = 0.5  # boxes that are grown too far reach into a gutter by so many of their heights
GUTTER_REACH = 6.0  # a gutter is looked for so many heights of a box up and down
APART = 0.1  # blocks are side by side where they share at most this part of the narrower one's width
NEAR = 40  # rows: how far back a box looks for its row, or for the box above it


def reading_order(boxes: Sequence[Box]) -> list[Block]:
    """Blocks in reading order: a block is a list of rows, top to bottom; a row a list of indices into ``boxes``, left to right.

    Every index appears exactly once. Widths and heights may be zero.
    """
    columns = _Columns(boxes)
    found = rows(boxes, columns.share_rows)
    around = [_band([boxes[i] for i in row]) for row in found]
    is_prose = [any(columns.is_prose(i) for i in row) for row in found]
    chains = _unentangled(_chains(around)[0], around, is_prose)
    prose = [any(is_prose[row] for row in chain) for chain in chains]
    order = _ordered([Box.around([around[row] for row in chain]) for chain in chains], prose)
    return [[found[row] for row in chains[block]] for block in order]


def across(boxes: Sequence[Box]) -> dict[int, float]:
    """The boxes across a gutter of running text, each with where in x that is: two lines found as one, or a heading."""
    columns = _Columns(boxes)
    return {i: bridge.gutter for i, bridge in columns.bridges.items() if columns.is_prose(i)}


def rows(boxes: Sequence[Box], may_share: Callable[[int, int], bool]) -> list[Row]:
    """The boxes gathered into rows, top to bottom, each row left to right.

    A box joins a row where it can stand beside all its members: they overlap by at least half of the lesser height, their
    heights differ less than threefold, and ``may_share`` says of the two indices that they may stand in one row.
    """
    found: list[Row] = []
    for i in sorted(range(len(boxes)), key=lambda i: (_middle(boxes[i]), boxes[i].left)):
        fitting = (row for row in reversed(found[-NEAR:]) if all(_beside(boxes[i], boxes[j]) and may_share(i, j) for j in row))
        home = next(fitting, None)
        if home is None:
            found.append([i])
        else:
            home.append(i)
    found.sort(key=lambda row: sum(_middle(boxes[i]) for i in row) / len(row))
    return [sorted(row, key=lambda i: (boxes[i].left, boxes[i].right)) for row in found]


def _band(row: Sequence[Box]) -> Box:
    """The box of a row, as high as its members: a row that rises or sags, on crumpled paper, stays clear of the next one."""
    whole = Box.around(list(row))
    return Box(whole.left, median(box.top for box in row), whole.right, median(box.bottom for box in row))


class _Bridge(NamedTuple):
    """A box across a gutter: the boxes right above and below it, and where in x the gutter is."""

    joined: frozenset[int]
    gutter: float


class _Columns:
    """The chains of a page's boxes, which of them are running text, and which of them are sides of one table."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        found, self.bridges = _chains(boxes)
        numbers: list[list[int]] = []
        self._prose: list[bool] = []
        for chain in found:
            *heads, rest = _headed(boxes, chain)
            numbers += [*heads, rest]
            self._prose += [*(False for _ in heads), _is_prose([boxes[i] for i in chain])]
        self._chains = [[boxes[i] for i in chain] for chain in numbers]
        self._chain_of = {i: number for number, chain in enumerate(numbers) for i in chain}
        self._around = [Box.around(chain) for chain in self._chains]
        for i, bridge in self.bridges.items():
            self._go_on(self._chain_of[i], {self._chain_of[j] for j in bridge.joined})
        self._one_table: dict[tuple[int, int], bool] = {}

    def is_prose(self, i: int) -> bool:
        """True for a box of running text."""
        return self._prose[self._chain_of[i]]

    def share_rows(self, i: int, j: int) -> bool:
        """True where two boxes may stand in one row: not if both are running text, of one only where the other is its table."""
        a, b = sorted((self._chain_of[i], self._chain_of[j]))
        if a == b or not (self._prose[a] or self._prose[b]):
            return True
        if self._prose[a] and self._prose[b]:
            return False
        if (a, b) not in self._one_table:
            text, other = (a, b) if self._prose[a] else (b, a)
            self._one_table[a, b] = _is_table(self._chains[text], self._chains[other]) and not self._parted(a, b)
        return self._one_table[a, b]

    def _go_on(self, bridge: int, joined: Collection[int]) -> None:
        """Mark as running text the short ends of columns beyond a box across their gutter, and that box between columns."""
        text = [column for column in joined if self._prose[column]]
        for end in joined:
            alike = (_alike(self._around[end], self._around[column]) >= PROSE_ALIKE for column in text)
            self._prose[end] = self._prose[end] or (_is_wide(self._chains[end]) and any(alike))
        self._prose[bridge] = self._prose[bridge] or sum(self._prose[column] for column in joined) > 1

    def _parted(self, a: int, b: int) -> bool:
        """True where other running text stands between two chains."""
        one, other = sorted((self._around[a], self._around[b]), key=lambda box: box.left)
        between = (box for box, prose in zip(self._around, self._prose, strict=True) if prose)
        return any(
            one.right <= (box.left + box.right) / 2 <= other.left
            and min(box.bottom, one.bottom, other.bottom) > max(box.top, one.top, other.top)
            for box in between
        )


def _headed(boxes: Sequence[Box], chain: list[int]) -> list[list[int]]:
    """A chain, the short boxes on top of it that are unlike the next ones by themselves: labels over an address."""
    last = max(len(chain) - LEAST_ROWS, 0)
    runs_on = (_is_wide([boxes[i]]) or _alike(boxes[i], boxes[j]) >= PROSE_ALIKE for i, j in pairwise(chain[: last + 1]))
    heads = next((n for n, whether in enumerate(runs_on) if whether), last)
    return [*([i] for i in chain[:heads]), chain[heads:]]


def _is_prose(column: Sequence[Box]) -> bool:
    """True for a column of several wide boxes, most of which end about where the one above ends."""
    if len(column) < LEAST_ROWS or not _is_wide(column):
        return False
    return median(_alike(upper, lower) for upper, lower in pairwise(column)) >= PROSE_ALIKE


def _is_wide(part: Sequence[Box]) -> bool:
    return median(box.width / max(box.height, 1.0) for box in part) >= PROSE_ASPECT


def _alike(a: Box, b: Box) -> float:
    """The part of their common span in x that two boxes share, 0..1."""
    shared = min(a.right, b.right) - max(a.left, b.left)
    return max(shared, 0.0) / max(max(a.right, b.right) - min(a.left, b.left), 1.0)


def _is_table(text: Sequence[Box], other: Sequence[Box]) -> bool:
    """True where ``other`` stands row by row beside ``text`` in letters of its size, as amounts beside the names of items."""
    less, more = sorted(median(max(box.height, 1.0) for box in column) for column in (text, other))
    if more > ONE_SIZE * less:
        return False
    level = sum(any(abs(_middle(a) - _middle(b)) < LEVEL * min(a.height, b.height) for a in text) for b in other)
    return level >= TABLE * len(other)


def _chains(boxes: Sequence[Box]) -> tuple[list[list[int]], dict[int, _Bridge]]:
    """Boxes that stand closely under one another, gathered; each chain from top to bottom.

    A box that spans a gutter, such as two lines of neighbouring columns found as one, is a chain by itself: a bridge.
    The bridges are given besides.
    """
    by_height = sorted(range(len(boxes)), key=lambda i: (_middle(boxes[i]), boxes[i].left))
    links = [(j, i) for n, i in enumerate(by_height) for j in by_height[max(n - NEAR, 0) : n] if _under(boxes[j], boxes[i])]
    bridges = _bridges(boxes, links)
    chain_of = {i: [i] for i in by_height}
    for pair in links:
        one, other = (chain_of[i] for i in pair)
        if one is not other and not bridges.keys() & set(pair):
            one += other
            chain_of.update(dict.fromkeys(other, one))
    rank = {i: n for n, i in enumerate(by_height)}
    chains = {id(chain): chain for chain in chain_of.values()}.values()
    return [sorted(chain, key=rank.__getitem__) for chain in chains], bridges


def _bridges(boxes: Sequence[Box], links: Sequence[tuple[int, int]]) -> dict[int, _Bridge]:
    """The boxes over or under two others with a gutter between, white space that goes on for several rows; all linked ones."""
    over: dict[int, list[int]] = {}
    under: dict[int, list[int]] = {}
    for upper, lower in links:
        under.setdefault(upper, []).append(lower)
        over.setdefault(lower, []).append(upper)
    gutters = _Gutters(boxes)
    found = {}
    for i in sorted(over.keys() | under.keys()):
        above, below = over.get(i, []), under.get(i, [])
        seen = (gutters.between([boxes[j] for j in side]) for side in (above, below))
        gutter = next((x for x in seen if x is not None), None)
        if gutter is not None:
            found[i] = _Bridge(frozenset(above + below), gutter)
    return found


class _Gutters:
    """White space between boxes side by side that is there in most of the rows around, and in several."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        self._boxes = sorted(boxes, key=_middle)
        self._middles = [_middle(box) for box in self._boxes]
        self._nexts = [self._next(n, box) for n, box in enumerate(self._boxes)]

    def _next(self, n: int, box: Box) -> float:
        """Where the next box at the right of this one begins."""
        around = self._boxes[max(n - NEAR, 0) : n + NEAR]
        return min((other.left for other in around if other.left > box.left and _level(box, other)), default=inf)

    def between(self, side: Sequence[Box]) -> float | None:
        """Where in x a gutter is between one of these boxes and the next one at its right, if any is."""
        for left in side:
            slack = SLACK * left.height
            beyond = [box for box in side if box.left > left.left and box.left >= left.right - slack]
            if beyond:
                right = min(beyond, key=lambda box: box.left)
                if self._part(left, right):
                    return (left.right + right.left) / 2
        return None

    def _part(self, left: Box, right: Box) -> bool:
        slack = SLACK * min(left.height, right.height)
        x = (left.right + right.left) / 2
        reach = GUTTER_REACH * max(left.height, right.height)
        low, high = (bisect(self._middles, _middle(left) + way) for way in (-reach, reach))
        near = self._boxes[low:high]
        across = sum(box.left < x - slack and box.right > x + slack for box in near)
        beyond = zip(near, self._nexts[low:high], strict=True)
        parted = sum(box.right <= x + slack and x - slack <= start < inf for box, start in beyond)
        return parted >= LEAST_ROWS and parted > 2 * across


def _level(a: Box, b: Box) -> bool:
    """True where two boxes overlap by at least half of the lesser height."""
    return min(a.bottom, b.bottom) - max(a.top, b.top) >= 0.5 * min(a.height, b.height)


def _under(upper: Box, lower: Box) -> bool:
    """True where ``lower`` is the next line under ``upper``."""
    less, more = sorted((max(upper.height, 1.0), max(lower.height, 1.0)))
    shared = min(upper.right, lower.right) - max(upper.left, lower.left)
    gap = lower.top - upper.bottom
    near = -0.5 * less <= gap <= GAP * more
    return near and more <= SIZES * less and shared > 0 and shared >= SHARED * min(upper.width, lower.width)


def _unentangled(chains: Sequence[list[int]], around: Sequence[Box], is_prose: Sequence[bool]) -> list[list[int]]:
    """The chains of rows, those joined that lie across one another and are not running text for the most part.

    No order of the two would be right: names and amounts on lines by turns, a line in small print among the others.
    """
    joined: list[list[int]] = []
    for chain in chains:
        for other in [other for other in joined if _entangled(chain, other, around, is_prose)]:
            joined.remove(other)
            chain = other + chain
        joined.append(sorted(chain))
    return joined


def _entangled(one: list[int], other: list[int], around: Sequence[Box], is_prose: Sequence[bool]) -> bool:
    if any(2 * sum(is_prose[row] for row in chain) > len(chain) for chain in (one, other)):
        return False
    a, b = (Box.around([around[row] for row in chain]) for chain in (one, other))
    shared = min(a.bottom, b.bottom) - max(a.top, b.top)
    lower = min(a.height, b.height, 2 * median(around[row].height for row in one + other))
    return _over(a, b) and shared >= SHARED * max(lower, 1.0)


def _ordered(blocks: Sequence[Box], prose: Sequence[bool]) -> list[int]:
    """The blocks sorted by what must precede what; among those that may come next, the highest; in a circle likewise."""
    before = {b: {a for a in range(len(blocks)) if a != b and _precedes(blocks, prose, a, b)} for b in range(len(blocks))}
    order: list[int] = []
    waiting = {(box.top, box.left, number) for number, box in enumerate(blocks)}
    while waiting:
        taken = min([entry for entry in waiting if not before[entry[2]]] or waiting)
        waiting.remove(taken)
        order.append(taken[2])
        for others in before.values():
            others.discard(taken[2])
    return order


def _precedes(blocks: Sequence[Box], prose: Sequence[bool], a: int, b: int) -> bool:
    """True where block ``a`` must be read before ``b``."""
    first, second = blocks[a], blocks[b]
    if _over(first, second):
        return (first.top, first.left, a) < (second.top, second.left, b)
    if first.left > second.left:
        return False
    if min(first.bottom, second.bottom) > max(first.top, second.top):
        return True
    return prose[a] and prose[b] and not any(_parts(blocks[c], first, second) for c in range(len(blocks)) if c not in (a, b))


def _parts(between: Box, first: Box, second: Box) -> bool:
    """True where ``between`` runs across both others' columns at a height between them."""
    low, high = sorted((_middle(first), _middle(second)))
    return _over(between, first) and _over(between, second) and low < _middle(between) < high


def _over(a: Box, b: Box) -> bool:
    """True where one of two blocks stands over the other: they share more of their width than a box grown too far does."""
    return min(a.right, b.right) - max(a.left, b.left) > APART * min(a.width, b.width)


def _middle(box: Box) -> float:
    return (box.top + box.bottom) / 2


def _beside(a: Box, b: Box) -> bool:
    """True where two boxes can stand in one row."""
    lesser, greater = sorted((a.height, b.height))
    covered = min(a.right, b.right) - max(a.left, b.left)
    return _level(a, b) and greater <= 3 * max(lesser, 1.0) and covered <= 0.5 * min(a.width, b.width)
