"""What a rule is: one narrow way in which numbers are misread, a file each, with its cases beside it.

A rule *finds* what it is about in a line, may *prove* that it was misread so, names the *bar* that the image must leave to it,
and holds its *cases* as data, which one test runs. The proposer "rules" and the check "locked" loop over all of them; the page
of the docs is made from them (:mod:`ocrect.numbers.forms.page`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


class Example(NamedTuple):
    """A case: in the line ``text`` the rule finds that ``read`` was meant to be ``meant``; nothing where these are empty.

    ``page`` are the texts of the other lines. ``proved``: the rule proves it, where the image gives each sign that changes the
    probability ``share``, or the gap at each new space.
    """

    text: str
    read: str = ""
    meant: str = ""
    page: tuple[str, ...] = ()
    proved: bool = True
    share: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``says`` is its sentence in the docs; ``set_on`` the documents on which it was found worth having.

    An ``experimental`` rule is off unless the settings name it: one layout's documents alone speak for it.
    """

    name: str
    says: str
    set_on: str
    cases: tuple[Example, ...]
    experimental: bool = False


def any_match(match: re.Match[str]) -> bool:
    """True: the pattern alone tells."""
    del match
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed(Rule):
    """A token that cannot be what it looks like, whatever stands around it, and the well-formed ones that it may be.

    ``pattern`` finds it, where ``holds``, as a token of ``kind``; an empty one where the tokens look for it themselves
    (:mod:`ocrect.numbers.tokens`). ``currency``: the repair writes it, so the page must be in it (ISO 4217). ``impossible``:
    where it stands the page contradicts itself.
    """

    kind: str
    repairs: Callable[[str], tuple[str, ...]]
    pattern: str = ""
    holds: Callable[[re.Match[str]], bool] = any_match
    currency: str = ""
    impossible: bool = False
