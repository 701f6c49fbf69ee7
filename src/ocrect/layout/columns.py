"""A page cut into regions: columns read one after the other, and between them what is read row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from statistics import median
from typing import NamedTuple

from ocrect.layout.cells import with_strays, with_wrapped_cells
from ocrect.layout.gutters import CLOSE, gutters
from ocrect.layout.rows import Row, band, middle, rows
from ocrect.layout.sections import Section, sections_of
from ocrect.layout.specks import with_specks, without_specks
from ocrect.layout.strips import Strip, are_apart
from ocrect.layout.tables import parted
from ocrect.record.document import Box

MOST_NESTED = 12
"""Columns inside columns, at most; deeper parts are read row by row."""

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
        sections = sections_of(self._boxes, self._texts, found, abreast) if depth < MOST_NESTED else []
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

    def _inside(self, section: Section, found: list[Row]) -> Iterator[Bridge]:
        """The boxes across a section's gutter in its own rows: those in step with the rows around are two lines."""
        gutter = section.gutter
        if not gutter.bridges:
            return
        edge = self._edge(section, found)
        row_of = {i: n for n, row in enumerate(found) for i in row}
        for i in gutter.bridges:
            n = row_of[i]
            yield Bridge(i, gutter.x, edge(n - 1, n) and edge(n, n + 1), is_inside=True)

    def _edge(self, section: Section, found: list[Row]) -> Callable[[int, int], float | None]:
        """Where in x the second of two lines begins that were found as one across a section's gutter: told for two rows, the
        upper and the lower one, that are as far apart as the left column's are; ``None`` where they are not.
        """
        middles = [middle(band(self._boxes, row)) for row in found]
        steps = [below - above for above, below in pairwise(middles)]
        unit = median(self._boxes[i].height for row in found for i in row)
        lefts = [
            n for n in range(section.first, section.last + 1) if any(box.left < section.gutter.x for box in self._of(found[n]))
        ]
        usual = median([middles[below] - middles[above] for above, below in pairwise(lefts)] or [inf])
        is_known = section.gutter.many - len(section.gutter.bridges) >= KNOWN

        def edge(upper: int, lower: int) -> float | None:
            in_step = upper >= 0 and lower < len(found) and abs(steps[upper] - usual) <= IN_STEP * unit
            return section.gutter.right if is_known and in_step else None

        return edge

    def _at_ends(self, section: Section, found: list[Row]) -> Iterator[list[Bridge]]:
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
