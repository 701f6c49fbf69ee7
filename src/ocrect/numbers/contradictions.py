"""Where the numbers of a page contradict one another: rows that do not multiply, rates and totals that do not come out,
balances that do not go on, dates and account numbers that cannot be, years unlike all others of the page.

A contradiction is a relation (:mod:`ocrect.numbers.relations`) that does not hold and that one other digit
would make hold, in a number that no relation confirms and that stands nowhere else on the page: what is off by more was
never meant to hold, and of what holds twice the rest is right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ocrect.numbers.forms import FORMS
from ocrect.numbers.forms.style import Style
from ocrect.numbers.relations import relations
from ocrect.numbers.terms import Group, Relation, Term, is_one_digit, to_cents, with_one_digit
from ocrect.numbers.tokens import locked_tokens
from ocrect.numbers.years import strange_years
from ocrect.record.document import Line

_IMPOSSIBLE = tuple(form for form in FORMS if form.impossible)
"""Forms of what cannot be as it stands."""


@dataclass(frozen=True, slots=True)
class Part:
    """A number in doubt: ``line`` is its place on the page, ``start`` and ``end`` are in its text.

    ``values`` are what it would have to be, each alone, for the relation to hold; empty where nothing tells.
    """

    line: int
    start: int
    end: int
    values: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What does not hold, in words, and the numbers that may be wrong."""

    reason: str
    parts: tuple[Part, ...]


def contradictions(texts: Sequence[str]) -> list[Contradiction]:
    """The contradictions of a page with these lines: of rows, rates, totals and balances, then impossible forms, then years."""
    laid = relations(texts)
    held, taxed = _held(laid.groups, laid.summaries), _taxed_nets(laid.groups)
    found = [c for group in laid.groups if (c := _accused(group, held, taxed)) is not None]
    return [*found, *_repeats(laid.summaries, held), *_forms(texts), *_years(texts)]


def _held(groups: Sequence[Group], summaries: Sequence[Term]) -> frozenset[tuple[int, int]]:
    """The places of the numbers that some relation confirms, or that stand more than once in a summary.

    A rate confirms the tax; of the net amount it confirms all but the last digits (:func:`_taxed_nets`).
    """
    holding = [relation for group in groups for relation in group if relation.holds()]
    held = {term.place for r in holding for term in (r.terms if r.rate is None else r.terms[1:])}
    counts = Counter(term.value for term in summaries)
    return frozenset(held | {term.place for term in summaries if counts[term.value] > 1})


def _taxed_nets(groups: Sequence[Group]) -> Mapping[tuple[int, int], Relation]:
    """The relations of a rate that hold, by the place of their net amount."""
    holding = (relation for group in groups for relation in group if relation.rate is not None and relation.holds())
    return {relation.terms[0].place: relation for relation in holding}


def _fits(value: Decimal, taxed: Relation | None) -> bool:
    """Whether a net amount of ``value`` has the tax that stands there; true where no tax does."""
    return taxed is None or taxed.rate is None or to_cents(value * taxed.rate) == taxed.terms[1].value


def _accused(group: Group, held: Container[tuple[int, int]], taxed: Mapping[tuple[int, int], Relation]) -> Contradiction | None:
    """What the first relation that fails by a digit accuses; ``None`` where the group is satisfied or nothing is that near."""
    if any(relation.holds(nearly=True) for relation in group):
        return None
    for relation in group:
        parts = tuple(
            Part(term.line, term.figure.start, term.figure.end, (wanted,))
            for term, wanted in zip(relation.terms, relation.wanted, strict=True)
            if wanted and term.place not in held and is_one_digit(term.figure, wanted)  # none is printed for naught
            if _fits(wanted, taxed.get(term.place))
        )
        if parts:
            return Contradiction(relation.words, parts)
    return None


def _repeats(named: Sequence[Term], held: Container[tuple[int, int]]) -> Iterator[Contradiction]:
    """An amount of a summary that no relation confirms, a digit away from one that some does, or that stands there twice."""
    sure = Counter(t.value for t in named if t.place in held and t.value > 1)
    for term in named:
        near = [value for value in with_one_digit(abs(term.value)) if value in sure and is_one_digit(term.figure, value)]
        if near and term.place not in held:
            part = Part(term.line, term.figure.start, term.figure.end, tuple(near))
            yield Contradiction(f"{near[0]} stands elsewhere, and fits there; {term.shown} does not", (part,))


def _forms(texts: Sequence[str]) -> Iterator[Contradiction]:
    """Dates that there are not, account numbers whose check digits are wrong, numbers with letters in them."""
    page = Style(tuple(Line("", text) for text in texts))
    for place, text in enumerate(texts):
        for form in _IMPOSSIBLE:
            for found in form.find(text, page):
                reason = f"{text[found.start : found.end]!r} {form.impossible}"
                reason += f", and may be {found.versions[0]!r}" if len(found.versions) == 1 else ""
                yield Contradiction(reason, (Part(place, found.start, found.end),))
        for token in locked_tokens(text):
            if token.kind == "iban" and not token.well_formed:
                reason = f"the check digits of {token.text!r} are wrong"
                yield Contradiction(reason, (Part(place, token.start, token.end),))


def _years(texts: Sequence[str]) -> Iterator[Contradiction]:
    """Years that the page's others make unlikely."""
    for line, start, end, words in strange_years(texts):
        yield Contradiction(words, (Part(line, start, end),))
