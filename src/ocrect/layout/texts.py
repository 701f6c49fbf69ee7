"""What texts tell of the lines that they stand in: running text, numbers, an address, facts with their labels.

The lines of a table's column are alike. Those of an address are not: a name, then a street and a town with their numbers. Nor
are those of facts read down a column of cells: each says what its value is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

LINES = 3, 12
"""An address has so many lines, with what is written under it; facts have as many at least."""

PLACED = 0.2, 0.85
"""The least and the greatest part of an address's lines that hold a street or a town with its number, or say how to call or
write."""

FACTS = 0.7
"""The least part of lines that are facts, each a label with its value; of those below another, that are labels with a value
below them."""

NUMBERS = 0.25
"""The least part of the lines of a form's boxes that are numbers below a label."""

_AMOUNT = re.compile(r"(?<![\d.,])\d+(?:[., ]\d{3})*[.,]\d\d(?![.,]?\d)|[%€$£₫]")
_POSTAL = r"(?<!\w)[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2}(?!\w)|(?<!\w)\d{2,4}-\d{3,4}(?!\w)"
_NUMBERED = re.compile(r"(?<!\w)\d{1,6}[A-Za-z]?(?!\w)|" + _POSTAL)
_TOWN = re.compile(r"(?<![\w/])(?<!\d[-.])\d{4,6}(?!\w)|" + _POSTAL)
_NAME = re.compile(r"[^\W\d_]{3,}")
_DATE = r"\d{1,4}([/-])\d{1,2}\1\d{1,4}(?!\d)"
_CONTACT = re.compile(rf"@|www\.|https?:|\+\d|(?<!\w)(?!{_DATE})\d[\d /()-]{{6,}}\d")
_FACT = re.compile(r"[^\d:]*[^\W\d][^:]{0,30}:\s*\S")
_CODE = re.compile(r"[^\W\d]\D*\s.*\d")


def wordiness(text: str) -> float:
    """How much a line looks like one of running text; about 1 for one, about 0 for a name, below it for a number.

    Weighed by hand, on pages of prose and tables: it begins in a small letter (1.5) or in a capital (-0.8); it has three
    words and more, most of them letters (0.7), or one (-0.5); it has fewer letters than digits (-2).
    """
    words = text.split()
    if is_number(text):
        return -2.0
    letters = [c for c in text if c.isalpha()]
    first = letters[0]
    if not first.islower() and not first.isupper():  # a script without capitals
        return 1.0 if len(letters) >= 8 else 0.0
    score = 1.5 if first.islower() else -0.8
    mostly = sum(sum(map(str.isalpha, word)) > len(word) / 2 for word in words)
    if mostly >= 3:
        score += 0.7 + 0.3 * (mostly >= 5)
    if mostly >= 3 and not first.islower() and sum(word.islower() for word in words) >= 2:
        score += 0.5
    return score - 0.5 * (len(words) == 1)


def is_number(text: str) -> bool:
    """True for an amount, a date or a code: no more letters than digits."""
    letters, digits = sum(map(str.isalpha, text)), sum(map(str.isdigit, text))
    return letters <= digits


def is_count(text: str) -> bool:
    """True for a number, and no dash or bullet."""
    return is_number(text) and any(map(str.isdigit, text))


def begins_with_word(text: str) -> bool:
    """True where the first sign but for punctuation is a letter."""
    return next(filter(str.isalnum, text), "0").isalpha()


def is_address(texts: Sequence[str]) -> bool:
    """True for lines like a name and address: some of words alone, some with the number of a house or a town; no amounts."""
    texts = texts[1:] if texts and is_label(texts[0]) else texts
    if not LINES[0] - 1 < len(texts) <= LINES[1] or any(map(_AMOUNT.search, texts)):
        return False
    placed = [is_placed(text) for text in texts]
    named = [not any(map(str.isdigit, text)) for text in texts]
    return any(named) and any(map(_is_code, texts)) and PLACED[0] * len(texts) <= sum(placed) <= PLACED[1] * len(texts)


def _is_code(text: str) -> bool:
    """True for a line with a postal code, or a way to call or write."""
    return bool(_TOWN.search(text) or _CONTACT.search(text))


def is_placed(text: str) -> bool:
    """True for a street, a town or a way to call or write, with its number."""
    if _CONTACT.search(text):
        return True
    return bool(_NUMBERED.search(text)) and any(word[:1].isupper() for word in _NAME.findall(text))


def is_label(text: str) -> bool:
    """True for a label whose value stands elsewhere."""
    return text.rstrip().endswith(":")


def is_fact(text: str) -> bool:
    """True for a label with its value."""
    return bool(_FACT.match(text))


def are_facts(texts: Sequence[str]) -> bool:
    """True for lines most of which are a label with its value."""
    facts = sum(map(is_fact, texts))
    return len(texts) >= LINES[0] and facts >= FACTS * len(texts)


def are_codes(texts: Sequence[str]) -> bool:
    """True for lines most of which are words and then a date or a code, and no amounts: facts whose labels end in no colon."""
    codes = sum(bool(_CODE.match(text)) for text in texts)
    return len(texts) >= LINES[0] and codes >= FACTS * len(texts) and not any(map(_AMOUNT.search, texts))


def is_labels(texts: Sequence[str]) -> bool:
    """True for labels whose values stand elsewhere."""
    return 2 * sum(map(is_label, texts)) >= len(texts)


def have_labels(texts: Sequence[str]) -> bool:
    """True for lines of which half are a label, with its value or without."""
    return 2 * sum(is_fact(text) or is_label(text) for text in texts) >= len(texts)


def is_stack(texts: Sequence[str]) -> bool:
    """True for numbers each of which stands below its label, a word, as in the boxes of a form."""
    below = [is_number(lower) and bool(_NAME.search(upper)) and not is_number(upper) for upper, lower in pairwise(texts)]
    numbers = sum(map(is_number, texts))
    return sum(below) >= max(2, NUMBERS * len(texts), FACTS * numbers)
