"""The relations that the numbers of a page stand in: quantity × price = amount, net × rate = tax, amounts that add up to a
total, cash less change, an old balance and a new one; and what each number would have to be for one to hold.

A page is laid out for them. Each group are the alternatives of one place, of which one should hold.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, pairwise
from typing import NamedTuple

from ocrect.numbers.figures import Figure, figures
from ocrect.numbers.terms import CENT, Group, Relation, Term, added, is_one_digit, may_add, others, to_cents

MOST_FIGURES, MOST_ROWS, MOST_NETS = 8, 40, 4
"""Numbers of a row, from its end, amounts above a total, and amounts above a tax, that are looked at."""

MOST_SUMMARIES = 8
"""Rows of a page with the same word of a summary, above which it is a word of rows: each of a bank's list is a payment."""

MOST_FAILS = 2
"""Rows of a page in which the numbers at some places are no product, above which they are one nowhere unless two rows say so:
columns of stock multiply in one by chance.
"""

ROUNDED, ROUNDED_TO, NOTES = Decimal("0.04"), Decimal("0.05"), Decimal(5)
"""By how much a total may be rounded, to which coins, and the least banknote."""

_HALF, _HUNDRED = Decimal("0.005"), Decimal(100)
_APART = re.compile(r"(\d{1,2}) (\d{3}\.\d\d)")
_TAX_SHARE = Decimal("0.28")
_TOTALS = "|".join(f"{'total'[:at]}\\w{'total'[at + 1 :]}" for at in range(len("total")))
"""*total* with a letter misread, alone or as part of a word: ``Totai``, ``SUBTŪTAL``."""

_TOTAL_WORDS = rf"{_TOTALS}|\bs[uo]mm?[ea]?\b|gesamt|\bdue\b|tổng|totaal|montant|importo|\bnett?o?\b|amount"
_TOTAL = re.compile(_TOTAL_WORDS, re.IGNORECASE)
_SUMMARY = re.compile(
    rf"{_TOTAL_WORDS}|\bcash\b|paid|tender|\bbar\b|gegeben|esp[eè]ces"
    r"|tiền|payment|\bpay\b|change|rückgeld|zurück|\brendu\b|balance|\bg\.?s\.?t\b|\bvat\b|\btax(?:es)?\b|mwst|\bust\b|\btva\b|thuế|\biva\b"
    r"|round|disc|service|charge|saldo|subtotal|visa|master|card",
    re.IGNORECASE,
)
_NO_PART = re.compile(r"points?\b|saving", re.IGNORECASE)


class Laid(NamedTuple):
    """A page's numbers in their relations: the groups, and the last amounts of its rows that are a summary's."""

    groups: tuple[Group, ...]
    summaries: tuple[Term, ...]


def relations(texts: Sequence[str]) -> Laid:
    """The relations of a page with these lines: of rows, rates, totals and balances."""
    rows = [list(_terms(place, text))[-MOST_FIGURES:] for place, text in enumerate(texts)]
    last = [t for t in map(_last, rows) if t is not None and not _NO_PART.search(texts[t.line])]
    summaries = _summary_lines(last, texts)
    groups = (
        *_products(rows),
        *(_rates(row, last) for row in rows),
        *_taxes(rows, last, summaries),
        *_summaries(last, texts, summaries),
        *_totals(last, texts, summaries),
        *_columns(rows, texts),
        *_balances(rows),
    )
    return Laid(groups, tuple(t for t in last if t.line in summaries))


def _line(term: Term) -> int:
    return term.line


def _terms(place: int, text: str) -> Iterator[Term]:
    """The numbers of a line; ``6 255.00`` is a rate or a quantity and an amount: with points few pages group by spaces."""
    for figure in figures(text):
        apart = _APART.fullmatch(text, figure.start, figure.end)
        if apart:
            yield Term(place, Figure(Decimal(apart[1]), start=figure.start, end=apart.end(1)))
            yield Term(place, Figure(Decimal(apart[2]), cents=True, start=apart.start(2), end=figure.end))
        else:
            yield Term(place, figure)


def _slack(*terms: Term) -> Decimal:
    """By how much a sum may be off where one of its terms may be rounded to the coins that there are, and is no banknote."""
    return ROUNDED if any(t.value % ROUNDED_TO == 0 and t.value % NOTES for t in terms) else Decimal(0)


def _last(row: Sequence[Term]) -> Term | None:
    """The last number of a row if it is an amount with cents."""
    plain = [t for t in row if not t.figure.percent]
    return plain[-1] if plain and plain[-1].figure.cents else None


def _products(rows: Sequence[Sequence[Term]]) -> Iterator[Group]:
    """Quantity × price = amount, in either order: next to one another, or where other rows of the page have them."""
    plains = [[_unsigned(t) for t in row if not t.figure.percent] for row in rows]
    found = [
        {place: r for place in _places(row) if (r := _product(*(row[at] for at in place)))} if not _is_a_list(row) else {}
        for row in plains
    ]
    votes = Counter(place for relations in found for place, relation in relations.items() if relation.holds())
    fails = Counter(place for relations in found for place, relation in relations.items() if not relation.holds())
    for row, relations in zip(plains, found, strict=True):
        holding = [relation for relation in relations.values() if relation.holds()]
        near = {
            place: r
            for place, r in relations.items()
            if votes[place] > 1 or (fails[place] <= MOST_FAILS and _is_usual(place, r, row))
        }
        yield holding or [r for _, r in sorted(near.items(), reverse=True)]  # what stands nearest to the row's end


def _is_a_list(row: Sequence[Term]) -> bool:
    """True for a row that has an amount three times: instalments, each with its number."""
    return max(Counter(t.value for t in row if t.figure.cents).values(), default=0) > 2


def _is_usual(place: tuple[int, int, int], product: Relation, row: Sequence[Term]) -> bool:
    """True where quantity and price are neighbours, or one of the two, and one of them whole, is just before the amount; but
    for an amount below both, and a quantity of 1.00 among more numbers, as in a row of factors.
    """
    if product.rate is None and _is_less(*product.terms):
        return False
    whole = any(not term.figure.cents for term in product.terms[:2])
    if len(row) > len(place) and any(term.value == 1 and term.figure.cents for term in product.terms[:2]):
        return False
    return place[2] >= -2 and (place[1] == place[0] + 1 or (whole and place[1:] == (-2, -1)))


def _places(row: Sequence[Term]) -> Iterator[tuple[int, int, int]]:
    """The places of three numbers of a row, in order, counted from its end."""
    yield from combinations(range(-len(row), 0), 3)


def _product(a: Term, b: Term, c: Term) -> Relation | None:
    """``a × b = c``, or the tax at a rate without its sign; ``None`` where these, all unsigned, can be no quantity, price and
    amount. What is sold by weight may be rounded to coins.
    """
    if not c.figure.cents or not (a.figure.cents or b.figure.cents) or 0 in (a.value, b.value, c.value):
        return None
    amount = to_cents(a.value * b.value)
    if a.figure.cents and b.figure.cents and c.value == a.value + b.value != amount:  # net, tax and gross
        return None
    weighed = all(t.figure.cents or t.value % 1 for t in (a, b)) and abs(c.value - amount) <= _slack(c)
    wanted = (_factor(a, b, c), _factor(b, a, c), c.value if weighed else amount)
    if not (a.figure.fine or b.figure.fine or any(map(_may_be_whole, (a, b), wanted[:2]))):
        return None
    taxed = _taxed(a, b, c)
    if taxed is not None and (_is_less(a, b, c) or taxed.holds(nearly=True)):
        return taxed
    words = f"{a.shown} × {b.shown} is {(a.value * b.value).normalize():f}, not {c.shown}"
    return Relation((a, b, c), wanted, words)


def _is_less(a: Term, b: Term, c: Term) -> bool:
    """True where an amount is less than the two of which it is the product, and none of them is a single piece."""
    return c.value < min(a.value, b.value) and not any(t.value == 1 and not t.figure.cents for t in (a, b))


def _may_be_whole(term: Term, wanted: Decimal | None) -> bool:
    """True for a quantity: a whole number, or one that would be with another digit."""
    return not term.value % 1 or (wanted is not None and not wanted % 1 and is_one_digit(term.figure, wanted))


def _unsigned(term: Term) -> Term:
    """The number without its sign, which a dash before it, or a page that counts payments below zero, gives it."""
    return term if term.value >= 0 else Term(term.line, replace(term.figure, value=-term.value))


def _taxed(a: Term, b: Term, tax: Term) -> Relation | None:
    """The tax on one of the numbers at the rate of the other, a whole number below 28."""
    rate, net = (a, b) if a.value < b.value else (b, a)
    if rate.value % 1 or not net.figure.cents or rate.value / _HUNDRED > _TAX_SHARE:
        return None
    return _rated(net, rate.value / _HUNDRED, tax)


def _factor(of: Term, other: Term, c: Term) -> Decimal | None:
    """What times ``other`` is ``c``, a number of at most two decimals, or none. Of a weight many a price makes the same amount:
    of these one that is ``of`` but for a digit.
    """
    if of.figure.cents and other.value % 1:
        near = others(of.value, (c.value - _HALF) / other.value, (c.value + _HALF) / other.value)
        if found := next((value for value in near if to_cents(value * other.value) == c.value), None):
            return found
    value = to_cents(c.value / other.value)
    return value if to_cents(value * other.value) == c.value else None


def _rates(row: Sequence[Term], last: Sequence[Term]) -> Group:
    """Net × rate = tax in a row with one rate, in either order, or with the net among the amounts above."""
    rates = [t for t in row if t.figure.percent and 0 < t.value < 100]
    others = [t for t in row if not t.figure.percent and t.value > 0]
    if len(rates) != 1 or not 1 <= len(others) <= 3:
        return []
    rate = rates[0].value / _HUNDRED
    if len(others) == 1:
        above = last[: bisect_left(last, others[0].line, key=_line)][-MOST_ROWS:]
        nets = [t for t in above if t.value > others[0].value][-MOST_NETS:]
        if not others[0].figure.cents or any(_is_within(t.value, rate, others[0].value) for t in nets):
            return []
        return [_rated(net, rate, others[0]) for net in nets]
    beside = [(x, y) for x, y in pairwise(others) if x.value != y.value]  # not the price and the amount of one piece
    pairs = [*beside, *((y, x) for x, y in beside)]
    if any(_is_within(gross.value, rate, tax.value) for gross, tax in pairs):
        return []
    return [_rated(net, rate, tax) for net, tax in pairs if net.figure.cents]


def _is_within(gross: Decimal, rate: Decimal, tax: Decimal) -> bool:
    """True where ``tax`` is the part of ``gross`` that is tax."""
    return abs(gross * rate / (1 + rate) - tax) <= CENT


def _rated(net: Term, rate: Decimal, tax: Term) -> Relation:
    right = to_cents(net.value * rate)
    nets = others(net.value, (tax.value - CENT) / rate, (tax.value + CENT) / rate) if tax.figure.cents else iter(())
    around = (right, right - CENT, right + CENT)
    words = f"{(rate * _HUNDRED).normalize():f}% of {net.shown} is {right}, not {tax.shown}"
    wanted = (
        net.value if right == tax.value else next(nets, None),
        next((value for value in around if is_one_digit(tax.figure, value)), right),
    )
    return Relation((net, tax), wanted, words, CENT, rate)


def _taxes(rows: Sequence[Sequence[Term]], last: Sequence[Term], summaries: AbstractSet[int]) -> Iterator[Group]:
    """Net and tax side by side in a row are the total behind them, or one that stands at the end of another line; the row has a
    rate, or one of the two the word of a summary.
    """
    lines = [_line(t) for t in last]
    for row in rows:
        cents = [t for t in row if t.figure.cents and t.value > 0]
        plain = [t for t in row if not t.figure.percent]
        if len(cents) == 3 and len(plain) == 3:
            if cents[0].value == cents[1].value + cents[2].value:  # gross, net and tax
                continue
            if may_add(cents[:2], cents[2]):
                yield [added(cents[:2], cents[2], CENT)]
        cents = cents[-2:]
        rates = [t.value / _HUNDRED for t in row if t.figure.percent]
        if len(cents) == 2 and any(_is_within(cents[0].value, rate, cents[1].value) for rate in rates):
            continue
        if len(cents) == 2 and cents[1].value <= cents[0].value * _TAX_SHARE:
            near = last[bisect_left(lines, cents[0].line - MOST_ROWS) : bisect_right(lines, cents[0].line + MOST_ROWS)]
            near = [t for t in near if t.line != cents[0].line and t.value > cents[1].value]
            totals = {t.value: t for t in near if may_add(cents, t) and (rates or {t.line, cents[0].line} & summaries)}
            yield [added(cents, total, _slack(total)) for total in totals.values()]


def _summaries(last: Sequence[Term], texts: Sequence[str], summaries: Container[int]) -> Iterator[Group]:
    """Three or four amounts in a row, with those of 0.00 between them and without, of which most have the word of a summary:
    one is the sum of the others.
    """
    yield from _windows(last, texts, summaries)
    if any(not t.value for t in last):
        yield from _windows([t for t in last if t.value], texts, summaries)


def _windows(last: Sequence[Term], texts: Sequence[str], summaries: Container[int]) -> Iterator[Group]:
    named = [t.line in summaries for t in last]
    for size in (3, 4):
        for start in range(len(last) - size + 1):
            terms = last[start : start + size]
            near = terms[-1].line - terms[0].line <= 3 * size and not _counts_twice(terms[:-1], texts)
            if near and sum(named[start : start + size]) >= size - 1:
                terms = [_unsigned(term) for term in terms] if any(t.value < 0 for t in terms[-2:]) else terms
                parts = [[*terms[:k], *terms[k + 1 :]] for k in range(size)]
                yield [added(p, t, _slack(*terms)) for p, t in zip(parts, terms, strict=True) if may_add(p, t)]


def _summary_lines(last: Sequence[Term], texts: Sequence[str]) -> frozenset[int]:
    """The lines with the word of a summary, and those of a bare number beside one; on a page whose rows have such a word, only
    those with a total's.
    """
    words = [{word.casefold() for word in _SUMMARY.findall(text)} for text in texts]
    count = Counter(word for term in last for word in words[term.line])
    of_rows = {word for word, rows in count.items() if rows > MOST_SUMMARIES}
    named = {line for line, found in enumerate(words) if any(not of_rows or _TOTAL.fullmatch(word) for word in found - of_rows)}
    bare = {line for line, text in enumerate(texts) if not any(map(str.isalpha, text)) and {line - 1, line + 1} & named}
    return frozenset(named | bare)


def _totals(last: Sequence[Term], texts: Sequence[str], summaries: Container[int]) -> Iterator[Group]:
    """A total is the sum of the amounts above it: exactly of any run, or but for a digit of the block that ends there."""
    for place, total in enumerate(last):
        if not _TOTAL.search(texts[total.line]) or place < 2:
            continue
        above = last[max(0, place - MOST_ROWS) : place]
        runs = [above[k:] for k in range(len(above) - 1)]
        for run in list(runs):  # what is added to an item may be in its amount
            items = [t for t in run if not texts[t.line].lstrip().startswith("+")]
            if 0 < len(items) < len(run):
                runs.append(items)
        exact = [run for run in runs if sum(t.value for t in run) == total.value]
        starts = [k for k in range(len(above) - 1) if _begins(above, k, summaries)][-2:]
        chosen = exact[:1] or [above[k:] for k in starts]
        yield [added(run, total, _slack(total)) for run in chosen if not _counts_twice(run, texts) and may_add(run, total)]


def _columns(rows: Sequence[Sequence[Term]], texts: Sequence[str]) -> Iterator[Group]:
    """The amounts in a total's row are the sums of the columns right above it, where that is so of one of them: a table of
    taxes has often a single row, and its total the same amounts.
    """
    amounts = [[t for t in row if t.figure.cents and not t.figure.percent] for row in rows]
    for place, totals in enumerate(amounts):
        block: list[Sequence[Term]] = []
        for row in reversed(amounts[max(0, place - MOST_ROWS) : place] if _TOTAL.search(texts[place]) else ()):
            if len(totals) < 2 or len(row) < len(totals):
                break
            block.insert(0, row[-len(totals) :])
            columns = [added(parts, total) for parts, total in zip(zip(*block, strict=True), totals, strict=True)]
            if any(column.holds() for column in columns):
                yield from ([column] for column in columns)
                break


def _counts_twice(run: Sequence[Term], texts: Sequence[str]) -> bool:
    """True where two amounts of a run are the same total: they add up to something by chance."""
    counts = Counter(t.value for t in run if t.value and _TOTAL.search(texts[t.line]))
    return max(counts.values(), default=0) > 1


def _begins(above: Sequence[Term], k: int, summaries: Container[int]) -> bool:
    """True where a block of amounts begins: a summary or a gap of lines stands before it."""
    return k == 0 or above[k].line - above[k - 1].line > 3 or above[k - 1].line in summaries


def _balances(rows: Sequence[Sequence[Term]]) -> list[Group]:
    """Rows that end in an amount and a balance, where most balances follow from the one before."""
    pairs = [row[-2:] for row in rows if len(row) >= 2 and all(t.figure.cents for t in row[-2:])]
    groups = [_balanced(before[1], *now) for before, now in pairwise(pairs)]
    holding = sum(any(relation.holds() for relation in group) for group in groups)
    return groups if holding >= 3 and 2 * holding >= len(groups) else []


def _balanced(old: Term, amount: Term, new: Term) -> Group:
    return [added([old, amount], new), added([new, amount], old)]
