"""Check "arithmetic": do the amounts of the page add up better, or worse, with the edit?

It knows, of the numbers of one line, quantity × price = amount, net × rate = tax and net + tax = a total elsewhere; and of
the last amounts of lines, totals: the sum of those just above (net and tax included), and one of three in a row that is the
sum of the other two (total, cash, change). An edit that makes such an equation hold is supported, one that breaks it opposed.

The work is bounded: only equations with a number that the edit changes are asked for, among the numbers around it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import accumulate, combinations, permutations
from typing import NamedTuple

from ocrect.correcting.case import Case, Check, LineFacts
from ocrect.ends import alike
from ocrect.numbers.figures import Figure, figures
from ocrect.record.correction import Edit, Finding, whole_words
from ocrect.settings import Settings

NAME = "arithmetic"
_CENT = Decimal("0.01")
_HUNDREDTH = Decimal(100)
_REACH = 120
"""Characters before and behind an edit in which the numbers of its line are looked for."""
_WORD = re.compile(r"\S+")
_NEAR, _MOST_ROWS = 6, 40
"""Numbers before and behind the changed ones; lines above and below."""
_TELLING = {True: 1, False: 100}
"""The least product, of an amount with cents and of another number: small numbers are products of one another by chance."""
_CLOSE, _FINE_FROM = 2, 10
"""Lines above and below that a price with three decimals may be multiplied on, and the least that must come out."""


class _Equation(NamedTuple):
    """What it says, and what makes it the same one before and after the edit: its kind and the numbers that stay."""

    key: tuple[object, ...]
    words: str


def build(settings: Settings) -> Check:
    """The check; it has no settings."""
    del settings
    return check


def check(case: Case, /) -> Finding:
    """What the page's equations say; silence where the edit changes no amount or no equation."""
    found = case.fact(sums)
    return Finding(NAME, found.prove or (False if found.lost else None), found.reason)


class Sums(NamedTuple):
    """The equations of the page that hold only with an edit, and those that hold only without it, in words."""

    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    changes: bool = True

    @property
    def prove(self) -> bool:
        """True where equations come to hold and none breaks."""
        return bool(self.gained) and not self.lost

    @property
    def reason(self) -> str:
        if self.lost:
            return f"without it {min(self.lost)}"
        if self.gained:
            return f"with it {min(self.gained)}"
        return "no sum or product of the page tells" if self.changes else "no amount changes"


def sums(case: Case) -> Sums:
    """What the page's equations make of the edit."""
    before, after, at_end = _windows(case.line.text, case.edit)
    row = _Row.of(before, after, at_end=at_end)
    if row is None:
        return Sums(changes=False)
    around = case.about.fact(_around)
    held, holds = (dict(row.equations(around, edited=edited)) for edited in (False, True))
    gained = (words for key, words in holds.items() if key not in held)
    lost = (words for key, words in held.items() if key not in holds)
    return Sums(tuple(gained), tuple(lost))


def _windows(text: str, edit: Edit) -> tuple[str, str, bool]:
    """Whole words around the edit, as read and edited, and whether they reach the line's end."""
    start, end = whole_words(text, edit.start, edit.end)
    start = max(start, edit.start - _REACH)
    end = min(end, edit.end + _REACH)
    head = [m for m in _WORD.finditer(text, max(0, start - _REACH), start) if m.start() > start - _REACH or not m.start()]
    tail = [m for m in _WORD.finditer(text, end, end + _REACH) if m.end() < end + _REACH or m.end() == len(text)]
    first = _nearest(head[::-1])
    last = _nearest(tail)
    start, end = first.start() if first else start, last.end() if last else end
    before, after = text[start : edit.start], text[edit.end : end]
    return before + edit.before + after, before + edit.after + after, not text[end:].strip()


def _nearest(words: Sequence[re.Match[str]]) -> re.Match[str] | None:
    """The last of ``words``, up to the one with the last number that is looked at."""
    numbers = [k for k, word in enumerate(words) if any(map(str.isdecimal, word.group()))]
    return words[numbers[_NEAR]] if len(numbers) > _NEAR else (words[-1] if words else None)


class _Around(NamedTuple):
    """The last amounts of the lines around, without those that have none, how many of them stand above the line, and the
    numbers of the nearest lines.
    """

    amounts: tuple[Decimal, ...] = ()
    above: int = 0
    near: tuple[Figure, ...] = ()


class _Row(NamedTuple):
    """The numbers around an edit: those before and behind the changed ones, and the changed ones as read and as edited."""

    head: tuple[Figure, ...]
    read: tuple[Figure, ...]
    edited: tuple[Figure, ...]
    tail: tuple[Figure, ...]
    at_end: bool

    @classmethod
    def of(cls, before: str, after: str, *, at_end: bool) -> _Row | None:
        """``None`` where no number changes."""
        read, edited = figures(before), figures(after)
        if read == edited:
            return None
        head, tail = alike(read, edited)
        return cls(
            read[max(0, head - _NEAR) : head],
            read[head : len(read) - tail][:_NEAR],
            edited[head : len(edited) - tail][:_NEAR],
            read[len(read) - tail :][:_NEAR],
            at_end,
        )

    def equations(self, around: _Around, *, edited: bool) -> Iterator[_Equation]:
        """The equations that hold with the changed numbers as read, or as edited."""
        changed = self.edited if edited else self.read
        row = (*self.head, *changed, *self.tail)
        inside = range(len(self.head), len(self.head) + len(changed))
        names = [f"head {k}" for k in range(len(self.head))] + ["changed"] * len(changed)
        names += [f"tail {k}" for k in range(len(self.tail))]
        found = (_products(row), _rates(row), _same(row), _pairs(row, around.amounts))
        for kind, equations in enumerate(found):
            for places, words in equations:
                if any(place in inside for place in places):
                    yield _Equation((kind, *(names[place] for place in places)), words)
        for figure in changed:
            yield from _fine_products(figure, around.near)
        if row and row[-1].cents and self.at_end and not self.tail:
            yield from _sums(around, row[-1].value)


_Found = Iterator[tuple[tuple[int, ...], str]]


def _products(row: Sequence[Figure]) -> _Found:
    """``a × b = c`` for numbers in this order, none of them 0, where that tells something. What is taken off has its own sign,
    of which a product tells nothing.
    """
    for i, j, k in combinations(range(len(row)), 3):
        a, b, c = row[i], row[j], row[k]
        if a.percent or b.percent or c.percent or not (a.value and b.value and c.value):
            continue
        if _tells(a, b, c) and abs(abs(a.value * b.value) - abs(c.value)) < _CENT / 2:
            yield (i, j, k), f"{a.shown} × {b.shown} = {c.shown}"


def _tells(a: Figure, b: Figure, c: Figure) -> bool:
    """Whether ``a × b = c`` is no matter of chance; 1, or -1 of what is taken back, counts only as the quantity of an amount
    that stands there twice.
    """
    if 1 in (abs(a.value), abs(b.value)):
        return c.cents and (a if abs(b.value) == 1 else b).cents
    return abs(c.value) >= _TELLING[c.cents]


def _rates(row: Sequence[Figure]) -> _Found:
    """``a × r% = c`` where the line has the rate, the net amount and the tax, rounded to cents; or what is taken off, whose
    sign the rate does not tell.
    """
    cents = [k for k, f in enumerate(row) if f.cents]
    for rate in (k for k, f in enumerate(row) if f.percent and f.value):
        for i, k in combinations(cents, 2):
            tax = (row[i].value * row[rate].value / _HUNDREDTH).quantize(_CENT, ROUND_HALF_UP)
            if abs(tax) == abs(row[k].value) != 0:
                yield (rate, i, k), f"{row[i].shown} × {row[rate].shown} = {row[k].shown}"


def _same(row: Sequence[Figure]) -> _Found:
    """``a - 0.00 = a`` for three amounts in a row: price, discount, amount."""
    for i in range(len(row) - 2):
        a, b, c = row[i : i + 3]
        if a.cents and b.cents and c.cents and a.value == c.value and not b.value and a.value:
            yield (i, i + 1, i + 2), f"{a.shown} - {b.shown} = {c.shown}"


def _pairs(row: Sequence[Figure], totals: Sequence[Decimal]) -> _Found:
    """``a + b = c`` for two amounts in a row and one that is the last of another line: net and tax are the total."""
    known = frozenset(totals)
    for i in range(len(row) - 1):
        a, b = row[i : i + 2]
        if a.cents and b.cents and a.value > 0 < b.value and a.value + b.value in known:
            yield (i, i + 1), f"{a.shown} + {b.shown} = {a.value + b.value}"


def _fine_products(figure: Figure, near: Sequence[Figure]) -> Iterator[_Equation]:
    """``a × b = c`` over neighbouring lines where the one changed, ``a``, has three decimals: litres and their price."""
    if figure.fine is None:
        return
    for i, j in permutations(range(len(near)), 2):
        b, c = near[i], near[j]
        if b.value not in (0, 1) and c.cents and c.value > _FINE_FROM and abs(figure.fine * b.value - c.value) < _CENT / 2:
            yield _Equation(("fine", i, j), f"{figure.fine} × {b.shown} = {c.shown}")


def _sums(around: _Around, last: Decimal) -> Iterator[_Equation]:
    """Totals of two or more last amounts in a row right above them that ``last``, the line's own, is or is part of; and the
    one of three in a row that is the sum of the other two.
    """
    amounts = (*around.amounts[: around.above], last, *around.amounts[around.above :])
    place = around.above
    sums = list(accumulate(amounts, initial=Decimal(0)))
    starts: defaultdict[Decimal, list[int]] = defaultdict(list)
    for first in range(place + 1):
        starts[sums[first]].append(first)
    for total in range(max(place, 2), len(amounts)):
        for first in starts.get(sums[total] - amounts[total], ()):
            if first <= total - 2 and amounts[total]:
                words = " + ".join(map(str, amounts[first:total]))
                yield _Equation(("sum", first, total), f"{words} = {amounts[total]}")
    for first in range(max(0, place - 2), min(place, len(amounts) - 3) + 1):
        a, b, c = amounts[first : first + 3]
        if min(a, b, c) > 0 and a + c == b:
            yield _Equation(("change", first), f"{b} - {a} = {c}")
        elif min(a, b, c) > 0 and b + c == a:
            yield _Equation(("parts", first), f"{b} + {c} = {a}")


def _around(about: LineFacts) -> _Around:
    lines, index = about.context.lines, about.context.places.get(about.line.id)
    if index is None:
        return _Around()
    above, below = lines[max(0, index - _MOST_ROWS) : index], lines[index + 1 : index + _MOST_ROWS]
    known = [amount for other in above if (amount := _last_amount(other.text)) is not None]
    amounts = (*known, *(amount for other in below if (amount := _last_amount(other.text)) is not None))
    near = [figure for other in (*above[-_CLOSE:], *below[:_CLOSE]) for figure in figures(other.text)[:_NEAR]]
    return _Around(amounts, len(known), tuple(near))


@lru_cache(maxsize=1024)
def _last_amount(text: str) -> Decimal | None:
    """The line's last number if it is written with two decimals."""
    found = [figure for figure in figures(text) if not figure.percent]
    return found[-1].value if found and found[-1].cents else None
