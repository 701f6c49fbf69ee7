"""Years that none of a page's others are like: ``1385`` in a list of references of 1963 to 1986."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

LEAST_YEARS = 4
"""Years that a page has in brackets or between commas, for one more to be told from them."""

_PLACE = re.compile(r"(?:(?<=\()|(?<=, )|(?<=^))(?P<year>[12][0-9]{3})(?=[a-d]?(?:\)|,|\.?$))")
"""A number of four digits in brackets, or behind a comma or a line's beginning and before a comma or the line's end."""

_FIRST, _LAST = 1700, 2039


class StrangeYear(NamedTuple):
    """The place of a year in ``texts[line]``, and in words what it is unlike."""

    line: int
    start: int
    end: int
    words: str


def strange_years(texts: Sequence[str]) -> Iterator[StrangeYear]:
    """The years before 1700 of a page that has at least twice as many from then to now in such places: a page of older history
    has more of them.
    """
    places = [(line, match) for line, text in enumerate(texts) for match in _PLACE.finditer(text)]
    years = [int(match["year"]) for _, match in places]
    usual = [year for year in years if _FIRST <= year <= _LAST]
    strange = [place for place, year in zip(places, years, strict=True) if year < _FIRST]
    if len(usual) < LEAST_YEARS or 2 * len(strange) > len(usual):
        return
    for line, match in strange:
        words = f"the page's other {len(usual)} years are of {min(usual)} to {max(usual)}, and {match['year']} is not"
        yield StrangeYear(line, match.start("year"), match.end("year"), words)
