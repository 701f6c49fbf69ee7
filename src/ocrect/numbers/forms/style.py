"""How a page writes its numbers: the sign before its cents, its currency, the digit read for its euro sign, its words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ocrect.numbers.grammar import TAXED
from ocrect.numbers.tokens import locked_tokens
from ocrect.record.document import Line
from ocrect.words.confusions import DIGITS

LEAST_AMOUNTS = 4
"""Amounts that must be written in one way for it to be the page's."""

MOST_OTHERS = 0.25
"""Amounts written otherwise for each one of these, at most: they may be the misread ones."""

LEAST_TAXED = 2
"""Amounts of a page with the code of a tax behind them, from which it has such codes."""

SHAPED = "cosuvwxz"
"""Small letters that have the shape of their capitals."""

LEAST_CHARACTERS = 4
"""Characters of a word that is known again by its digits."""

_MARKED = re.compile(r"(?<![\w.,])[$€£]?\d{1,3}(?:[.,' ]?\d{3})*([.,])\d\d(?![\w]|[.,]\d)")
"""An amount, and the sign before its cents."""

_CAPITAL = str.maketrans(SHAPED, SHAPED.upper())
_LAST_OF_THREE = re.compile(r"(?<![\w.,])\d{1,4}[.,]\d\d(\d)(?!\w|[.,]\d)")


@dataclass(frozen=True, eq=False)
class Style:
    """What the lines of a page have in common; each fact is worked out when it is asked for, once."""

    lines: Sequence[Line]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        return tuple(line.text for line in self.lines)

    @cached_property
    def mark(self) -> str:
        """The sign that stands before the cents in nearly all amounts; empty where there are few, or both ways occur."""
        marks = Counter(mark for text in self.texts for mark in decimal_marks(text))
        (mark, count), *others = [*marks.most_common(), (".", 0)]
        return mark if count >= LEAST_AMOUNTS and sum(n for _, n in others) <= MOST_OTHERS * count else ""

    @cached_property
    def amounts(self) -> frozenset[str]:
        """The amounts, without signs of a currency, as they are written."""
        return frozenset(match.group().lstrip("$€£") for text in self.texts for match in _MARKED.finditer(text))

    @cached_property
    def currencies(self) -> frozenset[str]:
        """The currencies named beside amounts and by themselves, as ISO 4217 codes where they are known."""
        tokens = [t for text in self.texts for t in locked_tokens(text) if t.well_formed]
        named = {t.value.split()[-1] for t in tokens if t.kind == "amount"}
        named |= {"EUR" if t.text == "€" else t.text for t in tokens if t.kind == "currency" and t.text not in "%‰°"}
        return frozenset(named | ({"EUR"} if any("eur" in text.lower() for text in self.texts) else set()))

    def is_in(self, currency: str) -> bool:
        """True where some line names the currency and none another one."""
        return self.currencies == {currency}

    @cached_property
    def last_digits(self) -> tuple[str, int]:
        """The digit in which all numbers of three decimals end, and how many these are; empty where they differ."""
        ends = [match[1] for text in self.texts for match in numbers_of_three_decimals(text)]
        return (ends[0], len(ends)) if len(set(ends)) == 1 else ("", len(ends))

    @cached_property
    def tax_codes(self) -> frozenset[str]:
        """The single letters right behind amounts: the codes of taxes on a till's roll. None where too few amounts have one."""
        found = (TAXED.fullmatch(word) for text in self.texts for word in text.split())
        codes = [match.string[-1] for match in found if match and len(match.string) == match.end("amount") + 1]
        return frozenset(codes if len(codes) >= LEAST_TAXED else ())

    @cached_property
    def words(self) -> Mapping[str, frozenset[str]]:
        """The words with digits that were read in several ways, by what the readings of one have in common."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for text in self.texts:
            for word in text.split():
                if len(word) >= LEAST_CHARACTERS and any(map(str.isdecimal, word)):
                    found[skeleton(word)].add(word)
        return {bones: frozenset(words) for bones, words in found.items() if len(words) > 1}

    @cached_property
    def alone(self) -> frozenset[str]:
        """The runs of letters that are words by themselves, with or without a sign behind."""
        return frozenset(word.rstrip(".:;,") for text in self.texts for word in text.split() if word.rstrip(".:;,").isalpha())

    def elsewhere(self, line: Line) -> tuple[str, ...]:
        """The texts of the other lines."""
        return tuple(other.text for other in self.lines if other.id != line.id)


def decimal_marks(text: str) -> list[str]:
    """The signs before the cents of the amounts of ``text``, in order."""
    return [match[1] for match in _MARKED.finditer(text)]


def numbers_of_three_decimals(text: str) -> list[re.Match[str]]:
    """The numbers with three decimals of ``text``; the last one is the group 1."""
    return list(_LAST_OF_THREE.finditer(text))


@lru_cache(maxsize=4096)
def skeleton(word: str) -> str:
    """``word`` with each letter that is read for a digit as this digit, and capitals for small letters of their shape: what
    ``50OA`` and ``500A`` share.
    """
    return "".join(DIGITS.get(c, c)[0] for c in word.translate(_CAPITAL))
