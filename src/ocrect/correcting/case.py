"""A case: one edit of one line with what is known about it. Checks judge cases; each fact is computed once, when it is asked
for.

Three objects hold what is known: the :class:`~ocrect.plugins.Context` about the page, :class:`LineFacts` about the line, and
the :class:`Case` about the edit. What most checks need is an attribute of theirs. What one room works out is a function that
the room owns, asked for by ``case.fact(f)``, ``case.about.fact(f)`` or ``case.context.fact(f)``: it is called once,
however often it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Protocol

from ocrect.correcting.score import Score, changes_number_marks, scores
from ocrect.ends import alike
from ocrect.evidence import fold
from ocrect.numbers.tokens import LockedToken, differs, locked_tokens
from ocrect.plugins import Context, Facts
from ocrect.record.correction import Correction, Edit, EditKind, Finding, apply, around, atoms, kind_of, words_around
from ocrect.record.document import Line
from ocrect.words.lexicon import Lexicon

REACH = 160
"""Characters before and behind an edit in which a locked token can change by it: more than the longest one with spaces has."""


_RUN = re.compile(r"\s*([.·…_=*-])\s*(?:\1\s*)+")
"""Leaders, rules and rows of asterisks: a sign and more of it."""


class Check(Protocol):
    """Says whether it supports one edit, opposes it, or has nothing to say. It calls no other check.

    Three things are looked for and may be missing. ``is_costly``: true where the check is to be asked last, and only about an
    edit that no other one opposes. ``ahead(cases)``: called with all such edits of a page before the check is asked about
    each. ``together(about, correction)``: what the check makes of all accepted edits of a line together, as a correction.
    """

    def __call__(self, case: Case, /) -> Finding: ...


class Words(NamedTuple):
    """An edit widened to whole words: where they start in the text, as they stand there, and as edited."""

    start: int
    before: str
    after: str


@dataclass(frozen=True, eq=False)
class LineFacts(Facts):
    """A line of a page, and what is known about it; ``sources`` are the edits proposed and who proposed each."""

    line: Line
    context: Context
    sources: Mapping[Edit, str] = field(default_factory=dict)

    @cached_property
    def tokens(self) -> tuple[LockedToken, ...]:
        """The locked tokens of the line as read."""
        return locked_tokens(self.line.text)

    @cached_property
    def above(self) -> str:
        """The text of the line before this one on the page; empty where there is none."""
        place = self.context.places.get(self.line.id)
        return self.context.texts[place - 1] if place else ""

    @cached_property
    def below(self) -> str:
        """The text of the line behind this one on the page; empty where there is none."""
        place = self.context.places.get(self.line.id)
        return "".join(self.context.texts[place + 1 : place + 2]) if place is not None else ""

    @cached_property
    def _cases(self) -> dict[Edit, Case]:
        return {}

    @cached_property
    def _scores(self) -> dict[Edit, Score | None]:
        return {}

    @cached_property
    def _gains(self) -> dict[tuple[int, int, str], float | None]:
        return {}

    def case(self, edit: Edit) -> Case:
        """The case of an edit of this line: the same object for the same edit."""
        if edit not in self._cases:
            self._cases[edit] = Case(edit, self)
        return self._cases[edit]

    def cases(self, edits: Iterable[Edit]) -> list[Case]:
        """The cases of several edits, whose scores cost one question to the line's evidence."""
        found = [self.case(edit) for edit in edits]
        missing = [case.edit for case in found if case.edit not in self._scores]
        if self.line.evidence is not None and missing:
            self._scores.update(zip(missing, scores(self.gains, missing), strict=True))
        return found

    def gains(self, edits: Sequence[Edit]) -> list[float | None]:
        """How much likelier the image is with each edit than as read, in nats; ``None`` where there is no evidence, or it
        cannot tell. The evidence is asked about each text of the line once.
        """
        places = [_narrowed(edit) for edit in edits]
        missing = list(dict.fromkeys(place for place in places if place not in self._gains))
        if missing and self.line.evidence is not None:
            text = self.line.text
            made = [text[:start] + after + text[end:] for start, end, after in missing]
            read, *seen = self.line.evidence.log_likelihood([text, *made])
            gains = (None if nats is None or read is None else nats - read for nats in seen)
            self._gains.update(zip(missing, gains, strict=True))
        return [self._gains.get(place) for place in places]

    def score(self, edit: Edit) -> Score | None:
        """How much likelier the image is with ``edit``; ``None`` where there is no evidence, or it cannot tell."""
        if edit not in self._scores and self.line.evidence is not None:
            self.cases([edit])
        return self._scores.get(edit)


@dataclass(frozen=True, eq=False)
class Case(Facts):
    """One edit, and what is known about it. ``about`` is the line's facts."""

    edit: Edit
    about: LineFacts

    @classmethod
    def of(cls, line: Line, edit: Edit, context: Context | None = None) -> Case:
        """The case of a single edit of a single line; without a context the page is unknown."""
        return LineFacts(line, context or Context(())).case(edit)

    @cached_property
    def line(self) -> Line:
        return self.about.line

    @cached_property
    def context(self) -> Context:
        """The page's facts."""
        return self.about.context

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words of the line's language and of the user's list."""
        return self.context.words

    @cached_property
    def source(self) -> str:
        """The names of the proposers, joined by ", "; empty where none proposed the edit."""
        return self.about.sources.get(self.edit, "")

    @property
    def proposed_by(self) -> list[str]:
        """Each of them by itself."""
        return self.source.split(", ")

    @cached_property
    def edited(self) -> str:
        """The line with the edit made."""
        return apply(self.line.text, [self.edit])

    @cached_property
    def kind(self) -> EditKind:
        return kind_of(self.edit)

    @cached_property
    def atoms(self) -> tuple[Edit, ...]:
        """The smallest changes that make up the edit."""
        return atoms(self.edit)

    @cached_property
    def words(self) -> Words:
        return Words(*words_around(self.line.text, self.edit))

    @cached_property
    def changed(self) -> tuple[LockedToken, ...]:
        """The locked tokens that the edit changes, adds or removes."""
        return differs(*around(self.line.text, self.edit, REACH))

    @cached_property
    def looks_alike(self) -> bool:
        """True where no image tells the line as read from the line as edited: quotes, dashes and kinds of space."""
        return fold(self.edited) == fold(self.line.text)

    @cached_property
    def is_idle(self) -> bool:
        """True where no reader would care: no image tells the two apart, or only the length of a run of dots or lines
        changes.
        """
        return self.looks_alike or _RUN.sub(r"\1", self.edited) == _RUN.sub(r"\1", self.line.text)

    @cached_property
    def moves_number_marks(self) -> bool:
        """True where a sign or space inside a number changes."""
        return changes_number_marks(self.line.text, self.edit)

    @cached_property
    def score(self) -> Score | None:
        """How much likelier the image is with the edit; ``None`` where there is no evidence, or it cannot tell."""
        return self.about.score(self.edit)


def _narrowed(edit: Edit) -> tuple[int, int, str]:
    """Start, end and new text of an edit without what it leaves at its ends: one name for each text that comes of it."""
    head, tail = alike(edit.before, edit.after)
    return edit.start + head, edit.end - tail, edit.after[head : len(edit.after) - tail]


class Together(Protocol):
    """What a check says of all accepted edits of a line: see :class:`Check`."""

    def __call__(self, about: LineFacts, correction: Correction, /) -> Correction: ...
