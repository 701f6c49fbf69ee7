"""Proposer "sums": of the numbers that the page's own relations contradict, the one reading that makes them hold.

A contradiction (:mod:`ocrect.numbers.contradictions`) says what each of its numbers would have to be. Where the image leaves
room for exactly one of these readings it is proposed; whether the page's sums prove it is for the checks to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from ocrect import bars
from ocrect.correcting.case import LineFacts
from ocrect.numbers.contradictions import Contradiction, contradictions
from ocrect.plugins import Context, Proposer
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.settings import Settings


def build(settings: Settings) -> Proposer:
    """The proposer; it has no settings."""
    del settings
    return propose


def propose(lines: Sequence[Line], context: Context, /) -> list[list[Edit]]:
    """For each line the readings that a contradiction of the page leaves; none without an image."""
    found: list[list[Edit]] = [[] for _ in lines]
    page = context if context.lines else replace(context, lines=lines)
    places = {line.id: place for place, line in enumerate(lines)}
    for contradiction in page.fact(_contradictions):
        allowed = [one for one in _readings(contradiction, page) if _has_room(*one, page)]
        if len(allowed) == 1:
            line, edit = allowed[0]
            place = places.get(line.id)
            if place is not None:
                found[place].append(edit)
    return [list(dict.fromkeys(edits)) for edits in found]


def _contradictions(context: Context) -> tuple[Contradiction, ...]:
    seen = any(line.evidence is not None for line in context.lines)
    return tuple(contradictions(context.texts)) if seen else ()


def _readings(contradiction: Contradiction, page: Context) -> Iterator[tuple[Line, Edit]]:
    """The readings of its numbers that would each make the relation hold, each with its line."""
    for part in contradiction.parts:
        line = page.lines[part.line]
        read = line.text[part.start : part.end]
        for value in dict.fromkeys(part.values):
            written = _written_like(read, value)
            if written:
                yield line, Edit(part.start, part.end, read, written)


def _written_like(read: str, value: Decimal) -> str:
    """``value`` with the signs of the number ``read``; empty where it needs more digits, or fewer."""
    decimals = len(read) - 1 - max(read.rfind("."), read.rfind(",")) if set(read) & {".", ","} else 0
    digits = "".join(filter(str.isdecimal, f"{abs(value):.{decimals if decimals < 3 else 0}f}"))
    if len(digits) != sum(map(str.isdecimal, read)):
        return ""
    following = iter(digits)
    written = "".join(next(following) if c.isdecimal() else c for c in read)
    return written if written != read else ""


def _has_room(line: Line, edit: Edit, page: Context) -> bool:
    score = LineFacts(line, page).score(edit)
    return score is not None and score.value >= bars.LOCKED_ROOM
