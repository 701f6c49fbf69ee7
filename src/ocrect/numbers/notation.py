"""How a page writes its amounts, dates, rates and words with digits, and what on it cannot be as it was read.

Each form is one way in which they are misread; for each there is a function that finds it and says what it was misread for.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ocrect.numbers.figures import figures
from ocrect.numbers.tokens import locked_tokens, repairs
from ocrect.numbers.values import iso_date
from ocrect.record.document import Line
from ocrect.words.confusions import DIGITS

LEAST_AMOUNTS = 4
"""Amounts that must be written in one way for it to be the page's."""

MOST_OTHERS = 0.25
"""Amounts written otherwise for each one of these, at most: they may be the misread ones."""

LEAST_CHARACTERS = 4
"""Characters of a word that is known again by its digits."""

_MARKED = re.compile(r"(?<![\w.,])[$€£]?\d{1,3}(?:[.,' ]?\d{3})*([.,])\d\d(?![\w]|[.,]\d)")
"""An amount, and the sign before its cents."""


def decimal_marks(text: str) -> list[str]:
    """The signs before the cents of the amounts of ``text``, in order."""
    return [match[1] for match in _MARKED.finditer(text)]


@lru_cache(maxsize=64)
def decimal_mark(texts: Sequence[str]) -> str:
    """The sign that stands before the cents in nearly all amounts of a page; empty where there are few, or both ways occur."""
    marks = Counter(mark for text in texts for mark in decimal_marks(text))
    (mark, count), *others = [*marks.most_common(), (".", 0)]
    return mark if count >= LEAST_AMOUNTS and sum(n for _, n in others) <= MOST_OTHERS * count else ""


_RESTYLED = re.compile(
    r"(?<![\w.,:/-])(?P<money>(?:[$€£]|RM|EUR|USD|GBP|CHF) ?)?(?P<whole>\d{1,3}(?:[.,]\d{3})+|\d{1,6})"
    r"(?P<mark>[.,:])(?P<cents>\d\d)(?![\w%]|[.,:/-]\d)"
)
"""An amount, and its sign before the cents: with a currency, or of up to six digits or groups of three before the sign."""


def restyled(text: str, mark: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and repair of each amount of ``text`` that is not written as the page writes its own, with ``mark``.

    What may be a date or a time (``24.12`` among amounts with commas, ``119:10``) is left alone unless a currency stands
    before, and an amount written the other way throughout (``1.250,00`` among ``1,250.00``) is foreign, not misread in all its
    signs.
    """
    group = {".": ",", ",": "."}.get(mark, "")
    for match in _RESTYLED.finditer(text) if mark else ():
        whole, read = match["whole"], match["mark"]
        rights = re.sub("[.,]", group, whole)
        if (whole, read) == (rights, mark) or (read == ":" and (len(whole) > 3 or not match["money"])):
            continue
        if len(whole) <= 2 and not match["money"] and mark == ",":
            continue
        if read == group and set(whole) & set(".,") == {mark}:
            continue
        start = match.start("whole")
        yield start, match.end(), f"{rights}{mark}{match['cents']}"


_LIKE_A_DATE = re.compile(r"(?<![\w./-])(?=\d{1,4}[./:-]\d)[\d./:-]{8,11}(?![\w/]|[.:-]\d)")
_DATE = re.compile(r"(\d\d)([./-])(\d\d)\2((?:19|20)\d\d)|((?:19|20)\d\d)([./-])(\d\d)\6(\d\d)")
_SIGNS = "0123456789./-"
_OTHER_CALENDAR = re.compile(r"(?<!\d)(?:1[34]|2[45])\d\d(?!\d)")
"""A year of the Islamic and the Persian calendar, or of the Buddhist one."""

_FOUR_PARTS = re.compile(r"\d+([.-])\d+\1\d+\1\d+")
"""An address of a network, or a code: a digit of a date is read as a slash, but not as a point or a hyphen."""


def impossible_dates(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of what looks like a date with the year in full and is none: ``14/05/201``, ``21/88/2007``.

    What may be a date of another calendar (``29/12/1439``), or a code of four parts (``10.12.20.15``), is left alone.
    """
    for match in _LIKE_A_DATE.finditer(text):
        found = match.group()
        sizes = [len(part) for part in re.split("[./:-]", found)]
        has_year = sum(sizes) in (7, 8, 9) and 2 <= len(sizes) <= 4 and set(found) & set("./-")
        if _FOUR_PARTS.fullmatch(found) or _OTHER_CALENDAR.search(found):
            continue
        if has_year and not is_date(found) and any(dates_near(found)):
            yield match.span()


def dates_near(text: str) -> Iterator[str]:
    """The dates with days and months of two digits and the year in full that are one sign away from ``text``, each once."""
    versions: dict[str, None] = {}
    for i in range(len(text) + 1):
        if i < len(text):
            versions[text[:i] + text[i + 1 :]] = None
            versions.update((text[:i] + sign + text[i + 1 :], None) for sign in _SIGNS)
        versions.update((text[:i] + sign + text[i:], None) for sign in _SIGNS)
    return (version for version in versions if version != text and is_date(version))


def date_scores(line: Line, start: int, end: int) -> dict[str, float]:
    """log P(image | line with it), in nats, of each date one sign away from that part of the text; none without an image."""
    if line.evidence is None:
        return {}
    text, dates = line.text, list(dates_near(line.text[start:end]))
    _, *seen = line.evidence.log_likelihood([text, *(text[:start] + date + text[end:] for date in dates)])
    return {date: score for date, score in zip(dates, seen, strict=True) if score is not None}


def is_date(text: str) -> bool:
    """True for a day that there is, from 1900 to 2099, written in digits."""
    return _DATE.fullmatch(text) is not None and iso_date(text) is not None


_MISREAD_AT = re.compile(r"(?<![\d.,@])(?<!@ )0(?=\d{1,2}(?:\.\d{1,2})?%)")


def misread_at(text: str) -> Iterator[int]:
    """Where a 0 stands before a rate that it cannot belong to, as in ``GST 06%``: it may be an @."""
    return (match.start() for match in _MISREAD_AT.finditer(text))


def by_skeleton(texts: Sequence[str]) -> dict[str, frozenset[str]]:
    """The words with digits of a page that were read in several ways, by what the readings of one have in common."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for text in texts:
        for word in text.split():
            if len(word) >= LEAST_CHARACTERS and any(map(str.isdecimal, word)):
                found[skeleton(word)].add(word)
    return {bones: frozenset(words) for bones, words in found.items() if len(words) > 1}


def skeleton(word: str) -> str:
    """``word`` with each letter that is read for a digit as this digit: what ``50OA`` and ``500A`` share."""
    return "".join(DIGITS.get(c, c)[0] for c in word)


_SUFFIXED = re.compile(r"\d+(?:[.,]\d+)?(?:GB?|[lL])|(?:[A-Z]{2}|[$€£])?\d+[.,]\d\d[SZ]R?")
"""A number with its unit (``500G``), an amount with the code of its tax (``1.50S``): the letters are none of its digits."""


def reads_as_digits(before: str, after: str) -> bool:
    """True where ``after`` is ``before`` with letters read as the digits that they are taken for, in a word with two digits.

    The letters of a unit or of a tax code behind a number are not.
    """
    return (
        before != after
        and not _SUFFIXED.fullmatch(before)
        and len(before) == len(after) >= LEAST_CHARACTERS
        and sum(map(str.isdecimal, before)) >= 2
        and all(a == b or a in DIGITS.get(b, "") for b, a in zip(before, after, strict=True))
    )


_MEANT = str.maketrans("OolI", "0011")
_LETTERED = re.compile(
    r"(?<![\w.,/-])(?P<dose>(?:[0-9OolI]{1,5}[.,])?[0-9OolI]{1,5})(?=\s?(?:mg|µg|μg|mcg|ml|mL|kg|IU|IE|mmol|mEq)(?!\w))"
    r"|(?<![\w.,/-])(?P<year>[lI][89]\d\d)(?![\w/-]|[.,]\d)"
    r"|(?<=[\w.] )(?P<named>l[0-9lO]{0,3}|[1-9][0-9]{0,2}[lO][0-9lO]{0,2})(?![\w'’/-]|[.,]\w)"
    r"|(?<![\w.,/-])(?P<point>l\.\d{1,3})(?![\w/-]|[.,]\d)"
)
_NAMED = re.compile(
    r"\b(?:plates?|pages?|pp?\.|figs?\.|figures?|tables?|vols?\.|volumes?|chapters?|sections?|nos?\.) $", re.IGNORECASE
)


def lettered_numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and repair of each number with letters in its digits' places that its neighbours tell: a dose before its
    unit (``l000 mg``, ``O.5 mL``), a year (``l984``), the number of a page, plate or figure (``plate l``), ``l.0``.

    A capital I by itself is a Roman numeral, and a dose needs a digit besides, or a zero before the point.
    """
    for match in _LETTERED.finditer(text):
        found = match.group()
        repair = found.translate(_MEANT)
        if match["dose"] and not (any(map(str.isdecimal, found)) or re.match("[Oo][.,]", found)):
            continue
        if match["named"] and not _NAMED.search(text, max(0, match.start() - 12), match.start()):
            continue
        if repair != found:
            yield match.start(), match.end(), repair


_WITHOUT_MARK = re.compile(r"(?<![\w.,:/-])0(?=\d\d(?![\w.,:/-]))")


def without_mark(text: str, mark: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and repair of each ``060`` beside an amount, on a page whose amounts have ``mark`` before the cents."""
    if mark and any(figure.cents for figure in figures(text)):
        for match in _WITHOUT_MARK.finditer(text):
            cents = text[match.end() : match.end() + 2]
            yield match.start(), match.end() + 2, f"0{mark}{cents}"


_LAST_OF_THREE = re.compile(r"(?<![\w.,])\d{1,4}[.,]\d\d(\d)(?!\w|[.,]\d)")

_EURO_DIGITS = "64"
"""Digits that a euro sign behind an amount is read as; one of thousands (0, 5) would prove nothing."""

_LEAST_ENDS, _LEAST_ENDS_ALONE = 3, 5
"""Numbers of three decimals that must agree: on a page in euros, and where nothing else says that it is. By chance one page in
100, and in 10,000, has so many and all end in the same digit."""


def misread_euros(texts: Sequence[str], *, in_euros: bool) -> str:
    """The digit that stands for the page's euro signs: all its numbers of three decimals end in it (``6.906 14.706 3.606``);
    empty where there is none.
    """
    ends = [match[1] for text in texts for match in _LAST_OF_THREE.finditer(text)]
    same = len(ends) >= (_LEAST_ENDS if in_euros else _LEAST_ENDS_ALONE) and len(set(ends)) == 1 and ends[0] in _EURO_DIGITS
    return ends[0] if same else ""


def with_euros(text: str, digit: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and repair of each number of ``text`` whose last one of three decimals is ``digit``, a misread euro sign."""
    for match in _LAST_OF_THREE.finditer(text) if digit else ():
        if match[1] == digit:
            yield match.start(), match.end(), match.group()[:-1] + "€"


def in_doubt(text: str, mark: str) -> list[tuple[int, int]]:
    """Start and end of what cannot be the number, amount or date that it looks like, or not on a page that writes ``mark``."""
    spans = [(token.start, token.end) for token in locked_tokens(text) if repairs(token)]
    spans += [(start, end) for start, end, _ in (*restyled(text, mark), *without_mark(text, mark))]
    return [*spans, *impossible_dates(text), *((at, at + 1) for at in misread_at(text))]
