"""A page cut into regions: columns read one after the other, and between them what is read row by row."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, product
from math import inf
from statistics import median
from typing import NamedTuple

from ocrect.layout.abreast import BLOCK_GAP, SHEETS_GUTTER, Sides
from ocrect.layout.cells import share_rows, with_strays, with_wrapped_cells
from ocrect.layout.gutters import CLOSE, Gutter, gutters, over_one_another
from ocrect.layout.rows import Row, band, middle, rows, whites
from ocrect.layout.specks import with_specks, without_specks
from ocrect.layout.strips import FEW, Strip, are_apart, are_columns, are_far, are_prose
from ocrect.layout.tables import parted
from ocrect.record.document import Box

MOST_NESTED = 12
"""Columns inside columns, at most; deeper parts are read row by row."""

ISOLATED = 1.6
"""The least distance of a running head or foot from the rest, in heights of a letter."""

MANY, SET_OFF, LARGER = 6, 0.3, 1.25
"""A section of fewer than ``MANY`` rows must be set off from the rows above and below it: by a space ``SET_OFF`` heights of a
letter wider than those between its rows, or by their letters, which are ``LARGER`` times as high."""

HEADING_GAP, SPACED = 1.5, 0.2
"""Lines at a section's edge with none beside them are cut off at the widest space, if this is so many times the one beyond, and
wider by more than boxes are uneven, in heights of a letter."""

KNOWN, IN_STEP = 8, 0.25
"""A box across a gutter is surely two lines where the gutter goes on for the first many rows besides, and the rows above and
below are as far from its own as rows are, give or take the second, in heights of a letter."""

ABOVE, BELOW = 2, 2
"""Lines at the left of a letterhead at the right: at most ``ABOVE`` above its top, and at least ``BELOW`` below its bottom."""


class Bridge(NamedTuple):
    """The index of a box across a gutter of columns, the gutter's middle in x, and where the second of two lines begins, if it
    is surely two; whether the gutter goes on above and below it.
    """

    box: int
    x: float
    edge: float | None = None
    is_inside: bool = False


@dataclass(slots=True)
class Cut:
    """The parts of a page in reading order, each the rows of a region; and ``bridges``, runs of boxes across a gutter of text.

    Only the first of a run is sure to be level with columns: the others are two lines found as one if those before them are.
    """

    parts: list[list[Row]] = field(default_factory=list)
    bridges: list[list[Bridge]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Section:
    """Rows ``first`` to ``last`` (both counted) that a gutter parts in two."""

    first: int
    last: int
    gutter: Gutter


def cut(boxes: Sequence[Box], texts: Sequence[str], rules: Sequence[Box] = ()) -> Cut:
    """The page's parts in reading order; every box is in exactly one row of one part. No gutter goes over one of ``rules``."""
    done = Cut()
    if boxes:
        which = without_specks(boxes)
        _Cutter(boxes, texts, rules, done).region(which, 0)
        done.parts = with_specks(boxes, done.parts, sorted({*range(len(boxes))} - {*which}))
    return done


class _Cutter:
    def __init__(self, boxes: Sequence[Box], texts: Sequence[str], rules: Sequence[Box], done: Cut) -> None:
        self._boxes, self._texts, self._rules, self._done = boxes, texts, rules, done

    def region(self, which: list[int], depth: int) -> None:
        """Cut a region of the page: its rows where it has no columns, else section by section, column by column."""
        found = rows(self._boxes, which)
        whole = gutters(self._boxes, found)
        abreast = parted(self._boxes, self._texts, found, self._rules, whole) if whole else []
        sections = self._sections(found, abreast) if depth < MOST_NESTED else []
        if not sections:  # a table goes on over its rules
            found = with_wrapped_cells(self._boxes, found, whole)
            self._done.parts.append(with_strays(self._boxes, self._texts, found))
            return
        at = 0
        for section in sections:
            self._between(found[at : section.first], depth)
            x = section.gutter.x
            self._done.bridges += [[bridge] for bridge in self._inside(section, found)]
            self._done.bridges += [run for run in self._at_ends(section, found) if run]
            inside = [i for row in found[section.first : section.last + 1] for i in row]
            left = [i for i in inside if self._boxes[i].left + self._boxes[i].right < 2 * x or i in section.gutter.bridges]
            chosen = set(left)
            right = [i for i in inside if i not in chosen]
            goes_on = section.last + 1 < len(found)
            for part in (right, left) if goes_on and self._ends_first(right, left) else (left, right):
                if part:
                    self.region(part, depth + 1)
            at = section.last + 1
        self._between(found[at:], depth)

    def _ends_first(self, right: list[int], left: list[int]) -> bool:
        """True where the right column is read first, since the left one belongs to what follows below the section.

        So it is with a letterhead at the right, beside which an address and a greeting go on below its end. Not where the left
        one is a column of running text, or the longer one of two blocks.
        """
        if not right or not left:
            return False
        beside, goes_on = self._strip(right), self._strip(left)
        if goes_on.is_unbroken and are_apart(goes_on, beside):
            return False
        top, bottom = beside.boxes[0].top, beside.boxes[-1].bottom
        above = sum(box.bottom <= top for box in goes_on.boxes)
        below = sum(box.top >= bottom for box in goes_on.boxes)
        return above <= ABOVE and below >= BELOW and beside.is_compact and not goes_on.is_prose

    def _strip(self, which: list[int]) -> Strip:
        """The rows of some boxes as one column."""
        lines = rows(self._boxes, which)
        texts = [" ".join(self._texts[i] for i in row) for row in lines] if self._texts else ()
        return Strip([Box.around(self._of(row)) for row in lines], texts)

    def _between(self, found: list[Row], depth: int) -> None:
        if found:
            self.region([i for row in found for i in row], depth + 1)

    def _inside(self, section: _Section, found: list[Row]) -> Iterator[Bridge]:
        """The boxes across a section's gutter in its own rows: those in step with the rows around are two lines."""
        gutter = section.gutter
        if not gutter.bridges:
            return
        edge = self._edge(section, found)
        row_of = {i: n for n, row in enumerate(found) for i in row}
        for i in gutter.bridges:
            n = row_of[i]
            yield Bridge(i, gutter.x, edge(n - 1, n) and edge(n, n + 1), is_inside=True)

    def _edge(self, section: _Section, found: list[Row]) -> Callable[[int, int], float | None]:
        """Where in x the second of two lines begins that were found as one across a section's gutter: told for two rows, the
        upper and the lower one, that are as far apart as the left column's are; ``None`` where they are not.
        """
        middles = [middle(band(self._boxes, row)) for row in found]
        steps = [below - above for above, below in pairwise(middles)]
        unit = median(self._boxes[i].height for row in found for i in row)
        lefts = [n for n in range(section.first, section.last + 1) if self._sides(found[n], section.gutter.x)[0]]
        usual = median([middles[below] - middles[above] for above, below in pairwise(lefts)] or [inf])
        is_known = section.gutter.many - len(section.gutter.bridges) >= KNOWN

        def edge(upper: int, lower: int) -> float | None:
            in_step = upper >= 0 and lower < len(found) and abs(steps[upper] - usual) <= IN_STEP * unit
            return section.gutter.right if is_known and in_step else None

        return edge

    def _at_ends(self, section: _Section, found: list[Row]) -> Iterator[list[Bridge]]:
        """Boxes across a section's gutter in the rows over and under it, outward: lines of both columns found as one, or text
        of full width.
        """
        gutter, edge = section.gutter, self._edge(section, found)
        for end, way in ((section.first, -1), (section.last, 1)):
            run: list[Bridge] = []
            upper, in_step = self._of(found[end]), True
            for n in range(end + way, len(found) if way > 0 else -1, way):
                row = self._of(found[n])
                whole, near = Box.around(row), Box.around(upper)
                far = max(near.top - whole.bottom, whole.top - near.bottom) >= CLOSE * whole.height
                if far or whole.left >= gutter.left or whole.right <= gutter.right:
                    break
                begins = edge(min(n, n - way), max(n, n - way)) if in_step else None
                in_step = begins is not None
                members = [i for i in found[n] if self._boxes[i].left < gutter.left and self._boxes[i].right > gutter.right]
                run += [Bridge(i, gutter.x, begins) for i in members]
                upper = row
            yield run

    def _of(self, row: Sequence[int]) -> list[Box]:
        return [self._boxes[i] for i in row]

    def _sections(self, found: list[Row], abreast: list[Sides]) -> list[_Section]:
        """The sections of columns, top to bottom; of two that share rows, the one that goes on for more of them. ``abreast`` is
        what stands at the sides of the gutters.
        """
        if not abreast:
            return []
        seen = [sides.gutter for sides in abreast]
        strips = _Strips(self._boxes, self._texts, found, seen)
        unit = max(median(box.height for box in (self._boxes[i] for row in found for i in row)), 1.0)
        parting = [gutter for gutter in seen if strips.part(gutter)]
        for sides in abreast:
            if (sides.tables or sides.gutter in parting) and sides.are_sheets and not strips.are_prose(sides.gutter):
                return [_Section(0, len(found) - 1, sides.gutter)]
        sections = [self._section(gutter, found, unit) for gutter in parting]
        told = [replace(one, last=strips.without_cells(one.first, one.last)) for one in sections if strips.tell(one.gutter)]
        sections = [one for one in sections if not strips.tell(one.gutter) and self._stands_out(one, found, unit)] + told
        sections += [self._section(sides.tables, found, unit) for sides in abreast if sides.tables]
        sections += [self._section(part, found, unit) for gutter in seen for part in strips.told(gutter)]
        kept: list[_Section] = []
        for one in sorted(sections, key=lambda s: (s.first - s.last, s.gutter.x)):
            if all(one.last < other.first or one.first > other.last for other in kept):
                kept.append(one)
        return sorted(kept, key=lambda s: s.first)

    def _section(self, gutter: Gutter, found: list[Row], unit: float) -> _Section:
        """The rows that a gutter parts, without heads, feet and headings that belong to what is above or below."""
        bands = [band(self._boxes, row) for row in found]
        first, last = self._without_margins(gutter, bands, unit)
        sides = [self._sides(row, gutter.x) for row in found]
        both_from = next((n for n in range(first, last + 1) if _both(sides[first : n + 1])), first)
        both_to = next((n for n in range(last, first - 1, -1) if _both(sides[n : last + 1])), last)
        usual = median([_space(bands, n, n + 1) for n in range(first, last)] or [0.0])
        above = _of_own(bands, sides, last, both_to)
        return _Section(
            _nearer(bands, first, both_from, 1, usual, both_from), _nearer(bands, last, both_to, -1, inf, above), gutter
        )

    def _stands_out(self, section: _Section, found: list[Row], unit: float) -> bool:
        """True for a section of many rows, or one that is set off from what is above and below it by space or larger letters.

        Spaces between words are now and then over one another in a few lines of a paragraph, above all in typescript.
        """
        if section.last - section.first + 1 >= MANY:
            return True
        bands = [band(self._boxes, row) for row in found]
        usual = (
            median(_space(bands, n, n + 1) for n in range(section.first, section.last)) if section.last > section.first else 0.0
        )

        def is_set_off(edge: int, outer: int) -> bool:
            if not 0 <= outer < len(bands):
                return True
            return _space(bands, edge, outer) >= usual + SET_OFF * unit or bands[outer].height >= LARGER * unit

        return is_set_off(section.first, section.first - 1) and is_set_off(section.last, section.last + 1)

    def _sides(self, row: Row, x: float) -> tuple[bool, bool]:
        boxes = [self._boxes[i] for i in row]
        return any(box.left < x for box in boxes), any(box.right > x for box in boxes)

    def _without_margins(self, gutter: Gutter, bands: Sequence[Box], unit: float) -> tuple[int, int]:
        """The rows of a gutter without a running head or foot at the region's edge that it parts too.

        Where two pages lie side by side, each keeps its own.
        """
        first, last = gutter.first, gutter.last
        whole = Box.around(list(bands))
        if gutter.right - gutter.left >= SHEETS_GUTTER * unit and whole.width > whole.height:
            return first, last
        if first == 0 and last > first and bands[1].top - bands[0].bottom >= ISOLATED * unit:
            first = 1
        if last == len(bands) - 1 and last > first and bands[last].top - bands[last - 1].bottom >= ISOLATED * unit:
            last -= 1
        return first, last


class _Strips:
    """What stands beside the gutters of a region, up to the next gutter at each side."""

    def __init__(self, boxes: Sequence[Box], texts: Sequence[str], found: Sequence[Row], seen: Sequence[Gutter]) -> None:
        self._boxes, self._texts, self._found = boxes, texts, found
        self._places = list(over_one_another(seen))

    def part(self, gutter: Gutter) -> bool:
        """True where a gutter parts columns, and not the sides of a table."""
        beside = list(self._beside(gutter))
        if any(share_rows(left, right) for left, right in beside):
            return False
        return any(are_columns(left, right, gutter.right - gutter.left) for left, right in beside)

    def are_prose(self, gutter: Gutter) -> bool:
        """True where running text stands at both sides of a gutter: a line over it may be the heading of both."""
        return any(are_prose(left, right) for left, right in self._beside(gutter))

    def tell(self, gutter: Gutter) -> bool:
        """True where what stands beside a gutter says that it is parted there."""
        return any(are_apart(left, right) for left, right in self._beside(gutter))

    def told(self, gutter: Gutter) -> Iterator[Gutter]:
        """The parts of a gutter at whose sides two blocks stand that are told apart by their texts, whatever else stands over
        or under them.
        """
        for low, high in self._ends(gutter):
            lefts, rights = self._blocks(gutter, low, gutter.x), self._blocks(gutter, gutter.x, high)
            for left, right in product(lefts, rights):
                first, last = min(left[0], right[0]), self.without_cells(min(left[0], right[0]), max(left[-1], right[-1]))
                left, right = ([n for n in side if n <= last] for side in (left, right))
                shared = left and right and max(left[0], right[0]) <= min(left[-1], right[-1])
                if shared and (first, last) != (gutter.first, gutter.last):
                    part = replace(gutter, first=first, last=last, bridges=())
                    beside = self._strip(part, low, gutter.x, left), self._strip(part, gutter.x, high, right)
                    if are_far(*beside, gutter.right - gutter.left) and are_apart(*beside):
                        yield part

    def without_cells(self, first: int, last: int) -> int:
        """The last of some rows but for a row of several cells that is set off below the others: it belongs to no block."""
        bands = [band(self._boxes, row) for row in self._found[first : last + 1]]
        spaces = [_space(bands, n, n + 1) for n in range(last - first)]
        is_set_off = len(bands) > FEW and spaces[-1] >= median(spaces) + SET_OFF * bands[-1].height
        return last - (is_set_off and len(whites(self._boxes, self._found[last])) >= FEW)

    def _blocks(self, gutter: Gutter, low: float, high: float) -> list[list[int]]:
        """The numbers of a gutter's rows that have something between two places in x, parted at white."""
        blocks: list[list[int]] = []
        bottom = -inf
        for number in range(gutter.first, gutter.last + 1):
            members = self._between(self._found[number], low, high)
            if members:
                box = band(self._boxes, members)
                if box.top - bottom > BLOCK_GAP * box.height:
                    blocks.append([])
                blocks[-1].append(number)
                bottom = box.bottom
        return blocks

    def _beside(self, gutter: Gutter) -> Iterator[tuple[Strip, Strip]]:
        """The strips at both sides of a gutter up to the next ones, and up to the region's edges."""
        rows = range(gutter.first, gutter.last + 1)
        for low, high in self._ends(gutter):
            left, right = self._strip(gutter, low, gutter.x, rows), self._strip(gutter, gutter.x, high, rows)
            if left.boxes and right.boxes:
                yield left, right

    def _ends(self, gutter: Gutter) -> list[tuple[float, float]]:
        """Where what stands beside a gutter ends in x: at the next gutters, and at the region's edges."""
        beside = [place for place, parts in self._places if 2 * sum(map(gutter.shared, parts)) >= gutter.many]
        low = max((x for x in beside if x < gutter.left), default=-inf)
        high = min((x for x in beside if x > gutter.right), default=inf)
        return [(low, high), (-inf, inf)][: 1 + (len(beside) > 1)]

    def _strip(self, gutter: Gutter, low: float, high: float, numbers: Iterable[int]) -> Strip:
        boxes, texts, spaces = [], [], []
        for row in (self._found[number] for number in numbers):
            members = [i for i in self._between(row, low, high) if i not in gutter.bridges]
            if members:
                boxes.append(Box.around([self._boxes[i] for i in members]))
                spaces += [self._boxes[b].left - self._boxes[a].right for a, b in pairwise(members)]
                if self._texts:
                    texts.append(" ".join(self._texts[i] for i in members))
        return Strip(boxes, texts, spaces)

    def _between(self, row: Row, low: float, high: float) -> Row:
        """The boxes of a row whose middles are between two places in x."""

        def place(i: int) -> float:
            return (self._boxes[i].left + self._boxes[i].right) / 2

        return [i for i in row[: bisect_left(row, high, key=lambda i: self._boxes[i].left)] if low <= place(i) < high]


def _both(sides: Sequence[tuple[bool, bool]]) -> bool:
    """True where both sides of a gutter have a box in some of the rows."""
    return any(left for left, _ in sides) and any(right for _, right in sides)


def _of_own(bands: Sequence[Box], sides: Sequence[tuple[bool, bool]], last: int, both: int) -> int:
    """The row above a section's last ones, those below ``both``, which stand beside nothing: the next one at their own side if
    the row below the section begins where they do, as a letter's text under its greeting; else the next one.
    """
    if last == both or last + 1 == len(bands) or abs(bands[last].left - bands[last + 1].left) > bands[last].height:
        return both
    side = sides[last].index(True)
    return next((n for n in range(both, -1, -1) if sides[n][side]), both)


def _nearer(bands: Sequence[Box], edge: int, both: int, way: int, beyond: float, inner: int) -> int:
    """Where a section ends: rows beside nothing, between its ``edge`` and where ``both`` sides have lines, belong to it up to
    the widest space, if that is far wider than the space beyond the edge (where no row is there: than ``beyond``, pixels);
    ``way`` is 1 at its top, -1 at its bottom. The space at the inner end is to the row ``inner``.
    """
    if edge == both:
        return edge
    outer = edge - way
    beyond = _space(bands, edge, outer) if 0 <= outer < len(bands) else beyond
    widest, at = max((_space(bands, n, inner if n + way == both else n + way), n) for n in range(edge, both, way))
    unit = median(box.height for box in bands)
    return at + way if widest >= max(HEADING_GAP * beyond, beyond + SPACED * unit) else edge


def _space(bands: Sequence[Box], a: int, b: int) -> float:
    upper, lower = (bands[a], bands[b]) if a < b else (bands[b], bands[a])
    return lower.top - upper.bottom
