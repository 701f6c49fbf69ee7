"""The sections of a region: rows that a gutter parts in two, without the heads, feet and headings around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from statistics import median

from ocrect.layout.abreast import SHEETS_GUTTER, Sides
from ocrect.layout.beside import SET_OFF, Beside
from ocrect.layout.gutters import Gutter
from ocrect.layout.rows import Row, band
from ocrect.record.document import Box

ISOLATED = 1.6
"""The least distance of a running head or foot from the rest, in heights of a letter."""

MANY, LARGER = 6, 1.25
"""A section of fewer than ``MANY`` rows must be set off from the rows above and below it: by a space (:data:`SET_OFF`), or by
their letters, which are ``LARGER`` times as high."""

HEADING_GAP, SPACED = 1.5, 0.2
"""Lines at a section's edge with none beside them are cut off at the widest space, if this is so many times the one beyond, and
wider by more than boxes are uneven, in heights of a letter."""


@dataclass(frozen=True, slots=True)
class Section:
    """Rows ``first`` to ``last`` (both counted) that a gutter parts in two."""

    first: int
    last: int
    gutter: Gutter


def sections_of(boxes: Sequence[Box], texts: Sequence[str], found: Sequence[Row], abreast: Sequence[Sides]) -> list[Section]:
    """The sections of columns of a region ``found`` in rows, top to bottom; of two that share rows, the one that goes on for
    more of them. ``abreast`` is what stands at the sides of the gutters.
    """
    if not abreast:
        return []
    seen = [sides.gutter for sides in abreast]
    beside = Beside(boxes, texts, found, seen)
    bounds = _Bounds(boxes, found)
    parting = [gutter for gutter in seen if beside.part(gutter)]
    for sides in abreast:
        if (sides.tables or sides.gutter in parting) and sides.are_sheets and not beside.are_prose(sides.gutter):
            return [Section(0, len(found) - 1, sides.gutter)]
    every = []
    for one in map(bounds.section, parting):
        if beside.tell(one.gutter):
            every.append(replace(one, last=beside.without_cells(one.first, one.last)))
        elif bounds.stands_out(one):
            every.append(one)
    every += [bounds.section(sides.tables) for sides in abreast if sides.tables]
    every += [bounds.section(part) for gutter in seen for part in beside.told(gutter)]
    kept: list[Section] = []
    for one in sorted(every, key=lambda s: (s.first - s.last, s.gutter.x)):
        if all(one.last < other.first or one.first > other.last for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda s: s.first)


class _Bounds:
    """Where sections begin and end among the rows of a region."""

    def __init__(self, boxes: Sequence[Box], found: Sequence[Row]) -> None:
        self._rows = [[boxes[i] for i in row] for row in found]
        self._bands = [band(boxes, row) for row in found]
        self._unit = max(median(box.height for row in self._rows for box in row), 1.0)

    def section(self, gutter: Gutter) -> Section:
        """The rows that a gutter parts, without heads, feet and headings that belong to what is above or below."""
        first, last = self._without_margins(gutter)
        sides = [(any(box.left < gutter.x for box in row), any(box.right > gutter.x for box in row)) for row in self._rows]
        both_from = next((n for n in range(first, last + 1) if _both(sides[first : n + 1])), first)
        both_to = next((n for n in range(last, first - 1, -1) if _both(sides[n : last + 1])), last)
        top = self._nearer(first, both_from, 1, self._usual(first, last), both_from)
        return Section(top, self._nearer(last, both_to, -1, inf, self._of_own(sides, last, both_to)), gutter)

    def stands_out(self, section: Section) -> bool:
        """True for a section of many rows, or one that is set off from what is above and below it by space or larger letters.

        Spaces between words are now and then over one another in a few lines of a paragraph, above all in typescript.
        """
        if section.last - section.first + 1 >= MANY:
            return True
        wide = self._usual(section.first, section.last) + SET_OFF * self._unit

        def is_set_off(edge: int, outer: int) -> bool:
            if not 0 <= outer < len(self._bands):
                return True
            return self._space(edge, outer) >= wide or self._bands[outer].height >= LARGER * self._unit

        return is_set_off(section.first, section.first - 1) and is_set_off(section.last, section.last + 1)

    def _without_margins(self, gutter: Gutter) -> tuple[int, int]:
        """The rows of a gutter without a running head or foot at the region's edge that it parts too.

        Where two pages lie side by side, each keeps its own.
        """
        first, last, bands = gutter.first, gutter.last, self._bands
        whole = Box.around(bands)
        if gutter.right - gutter.left >= SHEETS_GUTTER * self._unit and whole.width > whole.height:
            return first, last
        if first == 0 and last > first and self._space(0, 1) >= ISOLATED * self._unit:
            first = 1
        if last == len(bands) - 1 and last > first and self._space(last - 1, last) >= ISOLATED * self._unit:
            last -= 1
        return first, last

    def _usual(self, first: int, last: int) -> float:
        """The usual space between some rows, pixels."""
        return median([self._space(n, n + 1) for n in range(first, last)] or [0.0])

    def _space(self, a: int, b: int) -> float:
        """The white between two rows, pixels."""
        return self._bands[max(a, b)].top - self._bands[min(a, b)].bottom

    def _of_own(self, sides: Sequence[tuple[bool, bool]], last: int, both: int) -> int:
        """The row above a section's last ones, those below ``both``, which stand beside nothing: the next one at their own side
        if the row below the section begins where they do, as a letter's text under its greeting; else the next one.
        """
        bands = self._bands
        if last == both or last + 1 == len(bands) or abs(bands[last].left - bands[last + 1].left) > bands[last].height:
            return both
        side = sides[last].index(True)
        return next((n for n in range(both, -1, -1) if sides[n][side]), both)

    def _nearer(self, edge: int, both: int, way: int, beyond: float, inner: int) -> int:
        """Where a section ends: rows beside nothing, between its ``edge`` and where ``both`` sides have lines, belong to it up
        to the widest space, if that is far wider than the space beyond the edge (where no row is there: than ``beyond``,
        pixels); ``way`` is 1 at its top, -1 at its bottom. The space at the inner end is to the row ``inner``.
        """
        if edge == both:
            return edge
        outer = edge - way
        beyond = self._space(edge, outer) if 0 <= outer < len(self._bands) else beyond
        widest, at = max((self._space(n, inner if n + way == both else n + way), n) for n in range(edge, both, way))
        unit = median(box.height for box in self._bands)
        return at + way if widest >= max(HEADING_GAP * beyond, beyond + SPACED * unit) else edge


def _both(sides: Sequence[tuple[bool, bool]]) -> bool:
    """True where both sides of a gutter have a box in some of the rows."""
    return any(left for left, _ in sides) and any(right for _, right in sides)
