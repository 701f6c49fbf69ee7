"""What stands at the two sides of a gutter: columns of running text, sides of one table, or things of their own.

A column of running text is told by its words, where the texts are known (its lines begin in small letters and hold several
words), and by its shape where they are not. Two columns of text are read one after the other; a table, whose sides are level
row by row, row by row; things that are not level, such as an advert, an infobox or the parts of a payment slip, apart.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import inf
from statistics import mean, median

from ocrect.layout.rows import middle
from ocrect.layout.texts import are_codes, are_facts, have_labels, is_address, is_labels, is_number, is_stack, wordiness
from ocrect.record.document import Box

PROSE, LEAST_PROSE = 0.5, 0.2
"""The least mean of what its lines say for running text (:func:`wordiness`); and for a strip beside one that has more of it, so
that they have the first in the mean."""

FEW = 3
"""The least number of lines of a column of running text."""

NARROW = 2.5
"""The least width of lines of running text, in their heights, in the median: units and numbers are narrower."""

WIDE, ALIKE = 8.0, 0.6
"""The same without texts, and the least part of their span that lines share with the one above, in the median."""

NUMBERS = 0.5
"""A strip is numbers where at least this part of its lines have more digits than letters."""

LEVEL, LEVEL_SHARE, WORDS_SHARE = 0.25, 0.65, 0.9
"""Two strips are level if the middles of neighbouring lines differ by at most ``LEVEL`` heights from the usual
offset (a page rises or sags), in at least ``LEVEL_SHARE`` of the lines; in ``WORDS_SHARE`` of those of two compact strips of
words that are far apart, as two addresses are."""

AMOUNTS = 0.2
"""A strip holds the amounts of the one at its left if this part of its lines, and three, are numbers level with words."""

BY_TURNS = 0.3
"""Two strips alternate if their lines overlap by at most this part of a height, in the median."""

COMPACT, COMPACT_SHARE = 0.8, 0.7
"""Things that are read apart are compact: at least the second part of the spaces between their lines are at most the first, in
heights of a letter."""

RIVER = 0.7
"""The spaces inside of the lines of columns are at most this part of the gutter, in the median, if there are many."""

STACK_SHARE, CELLS_SHARE = 0.7, 0.3
"""Boxes of a form stand beside an address of at least so many lines for each of theirs; and at most so many of their lines hold
two cells."""

APART, FAR_APART = 1.5, 3.0
"""Gutter between two things that are not running text, in heights of a letter: where both are compact, and where one is."""


@dataclass(frozen=True)
class Strip:
    """Lines that stand over one another between two gutters, top to bottom; no text is known where ``texts`` is empty."""

    boxes: Sequence[Box]
    texts: Sequence[str]
    spaces: Sequence[float] = ()  # between the pieces in which lines were found, pixels

    @cached_property
    def unit(self) -> float:
        """The height of a letter in pixels."""
        return max(median(box.height for box in self.boxes), 1.0)

    @property
    def is_prose(self) -> bool:
        """True for a column of running text."""
        return self.wordiness >= PROSE

    @cached_property
    def wordiness(self) -> float:
        """How much a strip looks like a column of running text: 0 and less for none."""
        wide = median(box.width / max(box.height, 1.0) for box in self.boxes)
        if len(self.boxes) < FEW or self.is_numbers or wide < NARROW:
            return 0.0
        if self.texts:
            return mean(map(wordiness, self.texts))
        return float(wide >= WIDE and median(_alike(a, b) for a, b in pairwise(self.boxes)) >= ALIKE)

    @cached_property
    def is_numbers(self) -> bool:
        """True for a column of amounts, dates or codes."""
        return bool(self.texts) and sum(map(is_number, self.texts)) >= NUMBERS * len(self.texts)

    @cached_property
    def is_address(self) -> bool:
        """True for a name and address."""
        return is_address(self.texts)

    @cached_property
    def are_facts(self) -> bool:
        """True for labels, each with its value."""
        return are_facts(self.texts)

    @cached_property
    def is_stack(self) -> bool:
        """True for labels, each with a number below; no rows of cells."""
        cells = sum(space >= self.unit for space in self.spaces)
        return not self.is_address and is_stack(self.texts) and cells <= CELLS_SHARE * len(self.boxes)

    @cached_property
    def is_compact(self) -> bool:
        """True for several lines most of which stand closely under one another."""
        return len(self.boxes) >= FEW and self._close >= COMPACT_SHARE * (len(self.boxes) - 1)

    @property
    def is_unbroken(self) -> bool:
        """True for lines all of which do."""
        return self._close == len(self.boxes) - 1

    @cached_property
    def _close(self) -> int:
        """How many lines stand closely under the one before."""
        return sum(lower.top - upper.bottom <= COMPACT * self.unit for upper, lower in pairwise(self.boxes))

    def gap_to(self, right: Strip) -> float:
        """How far, in pixels, a strip at the right is from this one where both have lines: under and over the other a line may
        be longer.
        """
        top, bottom = max(self.boxes[0].top, right.boxes[0].top), min(self.boxes[-1].bottom, right.boxes[-1].bottom)
        ends = [box.right for box in self.boxes if box.bottom > top and box.top < bottom]
        begins = [box.left for box in right.boxes if box.bottom > top and box.top < bottom]
        return min(begins, default=0.0) - max(ends, default=inf)

    def is_level(self, other: Strip, share: float = 0.0, *, may_sag: bool = True) -> bool:
        """True where the lines of the strip with fewer lines stand beside lines of the other; ``share`` of them, if that is
        more than usual. If the page ``may_sag``, all may be off alike.
        """
        offsets = self._offsets(other)
        usual = median(offsets) if may_sag and len(offsets) > FEW else 0.0
        level = sum(abs(offset - usual) <= LEVEL for offset in offsets)
        return level >= max(LEVEL_SHARE, share) * len(offsets)

    def is_by_turns(self, other: Strip) -> bool:
        """True where the lines of the one stand between those of the other."""
        few, many = sorted((self, other), key=lambda strip: len(strip.boxes))
        overlaps = [
            max(min(box.bottom, beside.bottom) - max(box.top, beside.top) for beside in near) / max(box.height, 1.0)
            for box, near in few._nearest(many)
        ]
        return median(overlaps) <= BY_TURNS

    def holds_amounts_of(self, other: Strip) -> bool:
        """True where several lines of numbers stand level with lines of words of the ``other``: a table below or above the
        parts of a letterhead is a table all the same, and its rows stay rows.
        """
        if not (self.texts and other.texts):
            return False
        words = sorted(middle(box) for box, text in zip(other.boxes, other.texts, strict=True) if not is_number(text))
        numbers = [middle(box) for box, text in zip(self.boxes, self.texts, strict=True) if is_number(text)]
        near = LEVEL * min(self.unit, other.unit)
        level = sum(bisect_left(words, place - near) < bisect_right(words, place + near) for place in numbers)
        return level >= max(FEW, AMOUNTS * len(self.boxes))

    def _offsets(self, other: Strip) -> list[float]:
        """How far each line of the strip with fewer lines is under the nearest of the other, in heights."""
        few, many = sorted((self, other), key=lambda strip: len(strip.boxes))
        unit = min(self.unit, other.unit)
        return [min((middle(box) - middle(b) for b in near), key=abs) / unit for box, near in few._nearest(many)]

    def _nearest(self, other: Strip) -> list[tuple[Box, list[Box]]]:
        """Each line with the one or two of the other strip that are next to it in height; of those within its extent."""
        found, at = [], 0
        for box in self.boxes:
            while at < len(other.boxes) and middle(other.boxes[at]) < middle(box):
                at += 1
            near = list(other.boxes[max(at - 1, 0) : at + 1])
            found.append((box, near))
        inside = [pair for pair in found if min(b.top for b in pair[1]) < pair[0].bottom + self.unit]
        inside = [pair for pair in inside if max(b.bottom for b in pair[1]) > pair[0].top - self.unit]
        return inside or found


def are_far(left: Strip, right: Strip, gap: float, least: float = APART) -> bool:
    """True where two strips with a gutter of ``gap`` pixels between are so far apart, in heights of a letter."""
    return max(gap, left.gap_to(right)) >= least * min(left.unit, right.unit)


def are_columns(left: Strip, right: Strip, gap: float) -> bool:
    """True where two strips, with a gutter of ``gap`` pixels between, are read one after the other and not row by row."""
    shared = min(left.boxes[-1].bottom, right.boxes[-1].bottom) - max(left.boxes[0].top, right.boxes[0].top)
    if shared < min(left.unit, right.unit):
        return False
    if are_far(left, right, gap) and are_apart(left, right):
        return True
    if _is_river(left, right) or right.holds_amounts_of(left):
        return False
    if are_prose(left, right):
        return True
    compact = left.is_compact + right.is_compact
    apart = compact == 2 and are_far(left, right, gap, FAR_APART) and not (left.is_numbers or right.is_numbers)
    if left.is_level(right, WORDS_SHARE * apart) or left.is_by_turns(right):
        return False
    if left.is_prose or right.is_prose:
        other = right if left.is_prose else left
        return not other.is_numbers
    if left.is_numbers or right.is_numbers or min(len(left.boxes), len(right.boxes)) < 2:
        return False
    if is_labels(left.texts) and not right.are_facts:
        return False
    return compact > 0 and are_far(left, right, gap, APART if compact == 2 else FAR_APART)


def are_prose(left: Strip, right: Strip) -> bool:
    """True for two columns of running text."""
    less, more = sorted((left.wordiness, right.wordiness))
    return less >= LEAST_PROSE and less + more >= 2 * PROSE


def are_apart(left: Strip, right: Strip) -> bool:
    """True where the texts of two strips tell that each is a block by itself, however level they are: two addresses, an address
    beside facts, boxes of a form beside other text. Not labels and what stands beside them and has none: their values.
    """
    if is_labels(left.texts) and not right.are_facts:
        return False
    if left.is_address or right.is_address:
        address, other = (left, right) if left.is_address else (right, left)
        if address.is_compact and (other.are_facts or (other.is_compact and (other.is_address or are_codes(other.texts)))):
            return True
    elif left.is_compact and right.is_compact and right.are_facts and not have_labels(left.texts):
        return True
    if left.is_stack == right.is_stack:
        return False
    stack, other = (left, right) if left.is_stack else (right, left)
    return other.is_address and len(other.boxes) >= STACK_SHARE * len(stack.boxes)


def _is_river(left: Strip, right: Strip) -> bool:
    """True for spaces between words that are over one another by chance: the lines have many more as wide."""
    spaces = [*left.spaces, *right.spaces]
    gap = median(box.left for box in right.boxes) - median(box.right for box in left.boxes)
    return len(spaces) >= min(len(left.boxes), len(right.boxes)) and median(spaces) > RIVER * gap


def _alike(a: Box, b: Box) -> float:
    """The part of their common span in x that two boxes share, 0..1."""
    shared = min(a.right, b.right) - max(a.left, b.left)
    return max(shared, 0.0) / max(max(a.right, b.right) - min(a.left, b.left), 1.0)
