"""Spaces that a recogniser saw but did not write: where the posterior gives a space some odds and the characters stand apart.

A CTC recogniser gives the frames between two words to the blank or to the space, and where they share them the blank wins,
though a space was likelier than none. The distance between the peaks of the two characters is a second sign of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import median

from ocrect import bars
from ocrect.correcting.case import Case
from ocrect.evidence import CtcPosterior, Symbol
from ocrect.record.correction import Edit
from ocrect.record.document import Line

TELLING = 4
"""So many other distances in a word tell how far apart its characters stand."""

WIDEST = 2.0
"""A distance beyond this many times the usual one counts as this much."""

OFFSET, WEIGHT_SPACE, WEIGHT_PITCH = -0.6, 1.0, 2.7
"""Log-odds of a space = offset + nats of the space + weight of the distance; a logistic fit on 1,400 pairs of characters of
60 receipts and 4 pages, halves of them agreeing. At log-odds 1: 147 lost spaces found and 16 put where there was none, half
of these before a colon where the truth is not consistent."""

_CLOSING = frozenset(".,:;!?)]}")
_RUN = re.compile(r"[^\W_]+")
_NUMERAL = re.compile(r"(?<![\d/:-])\d+(?:[.,]\d+)*(?![\d/:-])")


@dataclass(frozen=True, slots=True)
class Gap:
    """A place between two characters read without a space: ``at`` is the position of the ``right`` one in the line's text.

    ``space`` is the highest log-probability of a space between their peaks, in nats; ``pitch`` the distance of the peaks, in
    medians of the line's, or of the word's others where these stand further apart: fixed-width type among prose does.
    """

    at: int
    right: str
    space: float
    pitch: float

    @property
    def log_odds(self) -> float:
        """Of a space here, in nats."""
        return OFFSET + WEIGHT_SPACE * self.space + WEIGHT_PITCH * min(self.pitch, WIDEST)

    @property
    def _needed(self) -> float:
        return bars.GAP_LIKELY_BEFORE_SIGN if self.right in _CLOSING else bars.GAP_LIKELY

    @property
    def is_likely(self) -> bool:
        return self.space >= bars.GAP_LEAST_ALONE and self.log_odds >= self._needed


@lru_cache(maxsize=64)
def gaps(posterior: CtcPosterior) -> tuple[Gap, ...]:
    """The gaps of the posterior's own text that may hold a space, left to right."""
    if " " not in posterior.alphabet:
        return ()
    spaces = posterior.log_probs[:, 1 + posterior.alphabet.index(" ")]
    symbols = posterior.spans()
    pairs = [
        (at, left, right)
        for at, (left, right) in enumerate(pairwise(symbols), start=1)
        if not (left.text.isspace() or right.text.isspace())
    ]
    apart = [_distance(left, right) for _, left, right in pairs]
    usual = [max(median(apart), wide) for wide in _in_their_words([at for at, _, _ in pairs], apart)] if pairs else []
    found = (
        Gap(at, right.text, float(spaces[left.end - 1 : right.start + 1].max()), distance / among)
        for (at, left, right), distance, among in zip(pairs, apart, usual, strict=True)
    )
    return tuple(gap for gap in found if gap.space >= bars.GAP_LEAST and gap.log_odds >= bars.GAP_DOUBTFUL)


def _in_their_words(places: Sequence[int], apart: Sequence[float]) -> Iterator[float]:
    """For each pair of characters the median distance of the others in its word; 0 where these are too few to tell."""
    start = 0
    for end in range(1, len(places) + 1):
        if end < len(places) and places[end] == places[end - 1] + 1:
            continue
        for at in range(start, end):
            others = [*apart[start:at], *apart[at + 1 : end]]
            yield median(others) if len(others) >= TELLING else 0.0
        start = end


def line_gaps(line: Line) -> tuple[Gap, ...]:
    """:func:`gaps` of the line's evidence; empty where it is none of frames, or its text is not the line's. Signs of a row
    (``####9165``, ``***``) stand apart without a space.
    """
    if not isinstance(line.evidence, CtcPosterior) or line.evidence.text != line.text:
        return ()
    return tuple(gap for gap in gaps(line.evidence) if not _is_in_a_row(line.text, gap.at))


def _is_in_a_row(text: str, at: int) -> bool:
    return text[at - 1] == text[at] and not text[at].isalnum()


def new_spaces(edit: Edit) -> tuple[int, ...]:
    """Where ``edit`` puts spaces, as positions in the text as read; empty where it changes anything else."""
    places, position = [], edit.start
    for c in edit.after:
        if edit.before[position - edit.start : position - edit.start + 1] == c:
            position += 1
        elif c == " ":
            places.append(position)
        else:
            return ()
    return tuple(places) if position == edit.end else ()


def spaces_put(case: Case) -> tuple[int, ...]:
    """:func:`new_spaces` of the case's edit."""
    return new_spaces(case.edit)


def gaps_seen(case: Case) -> tuple[Gap, ...]:
    """The gaps of the line's evidence at the spaces that the edit puts, as far as it has them."""
    places = case.fact(spaces_put)
    return tuple(gap for gap in line_gaps(case.line) if gap.at in places) if places else ()


def may_hold(case: Case) -> bool:
    """True where the edit only puts spaces and each has a gap, likely or not: then the image is no witness against them."""
    places = case.fact(spaces_put)
    return bool(places) and len(case.fact(gaps_seen)) == len(places)


def as_seen(gap: Gap) -> str:
    """A gap in words."""
    likely = "" if gap.is_likely else ": neither for nor against"
    apart = f"the characters stand {gap.pitch:.1f} times as far apart as others on the line"
    return f"{apart}, log odds of a space {gap.log_odds:+.1f}{likely}"


def splits_a_number(text: str, at: int) -> bool:
    """True where a space before ``text[at]`` would part a number: digits with single points or commas between them."""
    return any(run.start() < at < run.end() for run in _NUMERAL.finditer(text))


def is_beside_a_number(text: str, at: int) -> bool:
    """True where a space before ``text[at]`` would have letters and digits, of which some are digits, on one of its sides, next
    to it or behind signs: in ``CNPJ:88.612`` before the 8, in ``14-Fax`` on both sides of the hyphen.
    """
    left, right = text[:at].rpartition(" ")[2], text[at:].partition(" ")[0]
    beside = _RUN.findall(left)[-1:] + _RUN.findall(right)[:1]
    return any(c.isnumeric() for run in beside for c in run)


def _distance(left: Symbol, right: Symbol) -> float:
    """Frames between the middles of two symbols."""
    return (right.start + right.end - left.start - left.end) / 2
