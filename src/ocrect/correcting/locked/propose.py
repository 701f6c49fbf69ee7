"""Proposer "rules": repairs of numbers, amounts, dates and rates that cannot be what they look like, or not on this page.

What may be misread, and for what, each rule says (:mod:`ocrect.numbers.forms`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ocrect.correcting.case import LineFacts
from ocrect.correcting.rules import found
from ocrect.numbers.forms.rule import Found, version_scores
from ocrect.plugins import Context, Proposer
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.settings import Settings

MOST_RIVALS, MOST_RANKED = 4, 2
"""Versions proposed at most of one number, and where only the image tells which are worth it."""


def build(settings: Settings) -> Proposer:
    """The proposer; which rules are on stands in the context."""
    del settings
    return propose


def propose(lines: Sequence[Line], context: Context, /) -> list[list[Edit]]:
    """For each line what the rules find, rule by rule."""
    page = context if context.lines else replace(context, lines=lines)
    return [list(dict.fromkeys(_edits(LineFacts(line, page)))) for line in lines]


def _edits(about: LineFacts) -> Iterator[Edit]:
    text = about.line.text
    for form, one in about.fact(found):
        for version in _likeliest(about.line, one) if form.ranked else one.versions[:MOST_RIVALS]:
            yield Edit(one.start, one.end, text[one.start : one.end], version)


def _likeliest(line: Line, one: Found) -> list[str]:
    """The versions that the image makes likeliest; none where there is no image."""
    scored = sorted((-score, version) for version, score in version_scores(line, one).items())
    return [version for _, version in scored[:MOST_RANKED]]
