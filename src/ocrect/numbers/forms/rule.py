"""What a rule of the page's forms looks at and says: see :mod:`ocrect.numbers.rule`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ocrect.numbers.forms.style import Style
from ocrect.numbers.grammar import has_known_form
from ocrect.numbers.rule import Rule
from ocrect.numbers.tokens import LockedToken
from ocrect.record.document import Line
from ocrect.words.lexicon import Lexicon


class Found(NamedTuple):
    """What stands at ``text[start:end]`` may have been one of ``versions``."""

    start: int
    end: int
    versions: tuple[str, ...]


class Claim(NamedTuple):
    """That a place of a line was misread for one of its versions: what a rule is asked to prove."""

    line: Line
    style: Style
    found: Found
    version: str

    @property
    def read(self) -> str:
        return self.line.text[self.found.start : self.found.end]


class Proof(NamedTuple):
    """Why it was misread, in words; where it does not ``hold``, why it was not."""

    words: str
    holds: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Rule):
    """A rule about how a number, amount, date or rate is written.

    ``find(text, style)`` gives what may be misread in a line. ``prove(claim)``: whether it was, ``None`` for no word on it; a
    rule without leaves that to the image and to the page's sums. ``bar``: the kind of edit whose bar of the image's opposition
    (:data:`ocrect.bars.IMAGE_OPPOSES`) the image must clear for the proof to count; empty for a proof that needs no image.
    ``blind``: a rule only where there is no image, which would tell better. ``ranked``: the versions are many, and only those
    that the image makes likeliest are proposed. ``malformed``: what it finds is no token as it stands. ``impossible``: why the
    page contradicts itself where it finds something (``is no date``); empty where it does not.
    """

    find: Callable[[str, Style], Iterator[Found]]
    prove: Callable[[Claim], Proof | None] | None = None
    bar: str = "digits"
    blind: bool = False
    ranked: bool = False
    malformed: bool = False
    impossible: str = ""


LEAST_LETTERS = 3
"""Letters of a listed word that stands apart from the digits beside it: shorter ones are as likely parts of a code."""

REACH = 60
"""Characters before and behind a place that are looked at: words are shorter."""

_LETTERS_BEFORE, _LETTERS_BEHIND = re.compile(r"[^\W\d_]+$"), re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Cut:
    """A space before ``text[at]``, inside ``token``."""

    text: str
    at: int
    token: LockedToken
    style: Style
    words: Lexicon

    @cached_property
    def head(self) -> str:
        """The token's part before the space."""
        return self.text[self.token.start : self.at]

    @cached_property
    def tail(self) -> str:
        """The token's part behind the space."""
        return self.text[self.at : self.token.end]

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """The runs of letters that end and begin there."""
        before, behind = self.text[max(0, self.at - REACH) : self.at], self.text[self.at : self.at + REACH]
        found = (_LETTERS_BEFORE.search(before), _LETTERS_BEHIND.match(behind))
        return tuple(match.group() for match in found if match)

    @cached_property
    def is_of_digits(self) -> bool:
        """True where no letter is beside it, and the token is no number, amount or date as it stands, or nothing but digits."""
        return not self.letters and (self.token.text.isdecimal() or not has_known_form(self.token.text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting(Rule):
    """A rule about what is two tokens and not one. ``parts(cut)``: what says so besides a gap on the page; empty: nothing.

    ``any_gap``: a gap that is likely or not is enough beside it; else it must be as clear as between other numbers
    (:data:`ocrect.bars.GAP_PARTED`, :data:`~ocrect.bars.GAP_SURE`).
    """

    parts: Callable[[Cut], str]
    any_gap: bool = False


def version_scores(line: Line, found: Found) -> dict[str, float]:
    """log P(image | line with it), in nats, of each version; none without an image."""
    if line.evidence is None:
        return {}
    head, tail = line.text[: found.start], line.text[found.end :]
    seen = line.evidence.log_likelihood([f"{head}{version}{tail}" for version in found.versions])
    return {version: score for version, score in zip(found.versions, seen, strict=True) if score is not None}
