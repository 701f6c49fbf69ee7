"""What a person does to a page beyond deciding on an edit: a place read anew, lines put in, struck out, and moved.

A place is ``line.text[start:end]``, offsets of the engine's text, so that words of several persons about one line do not get
into each other's way. Nothing of the engine's is lost: a line struck out reads as nothing, a line put in has nothing read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from ocrect.record import lazy, review
from ocrect.record.correction import Edit
from ocrect.record.document import Block, Box, Document, Line, Page


def reads(page: Page, name: str, place: Edit | tuple[int, int], *, who: str = "", when: datetime | None = None) -> Page:
    """``page`` after a person's word on a place of the line ``name``: it reads as the edit has it, or, for a span, as read.

    What the checks asked or doubted there is answered.

    Raises:
        KeyError: there is no such line.
        ValueError: the edit's ``before`` is not what stands in the line.
    """
    line = line_of(page, name)
    start, end = (place.start, place.end) if isinstance(place, Edit) else place
    document = Document("", (page,))
    if isinstance(place, Edit):
        document = review.decide(document, name, place, who=who, when=when)
    else:
        for verdict in line.verdicts:
            if verdict.decision != "rejected" and touches(verdict.edit, start, end):
                document = review.decide(document, name, verdict.edit, accept=False, who=who, when=when)
    kept = tuple(doubt for doubt in line.doubts if not (doubt.start < max(end, start + 1) and start < doubt.end))
    return _changed(document.pages[0], name, lambda found: replace(found, doubts=kept))


def touches(edit: Edit, start: int, end: int) -> bool:
    """Whether the edit and a span share characters, or one of them is an insertion inside or at the edge of the other."""
    if edit.start == edit.end or start == end:
        return edit.start <= end and start <= edit.end
    return edit.start < end and start < edit.end


def span_as_read(line: Line, start: int, end: int, text: str) -> tuple[int, int, str]:
    """A change of the corrected text as one of the text as read: where it stands there, and what it reads then.

    ``line.corrected[start:end]`` is to read ``text``. An accepted edit that the change meets is taken in whole, since no other
    one may stand beside it.
    """
    accepted = line.accepted
    first, last, shift = start, end, 0
    taken: list[Edit] = []
    for edit in accepted:
        low, grown = edit.start + shift, len(edit.after) - len(edit.before)
        high = low + len(edit.after)
        if (low < end and start < high) or low < start < high or start < low < end:
            taken.append(edit)
        first -= grown if high <= start else 0
        last -= grown if (high <= start if start == end else high < end or low < high == end) else 0
        shift += grown
    first, last = min([first, *(e.start for e in taken)]), max([last, *(e.end for e in taken)])
    while met := [edit for edit in accepted if edit not in taken and touches(edit, first, last)]:
        taken += met
        first, last = min([first, *(e.start for e in met)]), max([last, *(e.end for e in met)])
    low = first + sum(len(e.after) - len(e.before) for e in accepted if e.end <= first and e not in taken)
    high = last + sum(len(e.after) - len(e.before) for e in accepted if e.end <= last)
    return first, last, line.corrected[low:start] + text + line.corrected[end:high]


def put_in(page: Page, line: Line, before: str = "") -> Page:
    """``page`` with a line more, before the line ``before``; by its place on the page where that is empty.

    Raises:
        ValueError: there is a line of that name already.
        KeyError: there is no line ``before``.
    """
    if any(line.id == other.id for other in page.lines()):
        raise ValueError(f"there is a line {line.id!r} already")
    if before:
        return _inserted(page, line, before)
    following = _following(page, line.box)
    if following:
        return _inserted(page, line, following)
    blocks = page.blocks or (Block(()),)
    last = replace(blocks[-1], lines=(*blocks[-1].lines, line))
    return replace(page, blocks=(*blocks[:-1], last))


def struck_out(page: Page, name: str, *, who: str = "", when: datetime | None = None) -> Page:
    """``page`` after a person's word that the line is none. Raises :class:`KeyError` where there is none of that name."""
    document = review.decide(Document("", (page,)), name, "", who=who, when=when)
    return _changed(document.pages[0], name, lambda line: replace(line, doubts=()))


def is_struck_out(line: Line) -> bool:
    """Whether a person said that the line is none."""
    return bool(line.correction and line.correction.person and not line.corrected)


def moved(page: Page, name: str, before: str) -> Page:
    """``page`` with a line moved before another one; to the page's end where ``before`` is empty.

    Raises:
        KeyError: there is no such line.
    """
    line = line_of(page, name)
    if before == name:
        return page
    if before:
        line_of(page, before)
    left = replace(page, blocks=tuple(replace(b, lines=tuple(one for one in b.lines if one.id != name)) for b in page.blocks))
    left = replace(left, blocks=tuple(block for block in left.blocks if block.lines)) if before else left
    if before:
        return _inserted(left, line, before)
    last = replace(left.blocks[-1], lines=(*left.blocks[-1].lines, line))
    return replace(left, blocks=tuple(block for block in (*left.blocks[:-1], last) if block.lines))


def printed(document: Document) -> Document:
    """The document without the lines that a person struck out, for what has no place for the record."""
    return replace(document, pages=lazy.changed(document.pages, _printed))


def _printed(page: Page) -> Page:
    blocks = (replace(b, lines=tuple(line for line in b.lines if not is_struck_out(line))) for b in page.blocks)
    return replace(page, blocks=tuple(block for block in blocks if block.lines))


def line_of(page: Page, name: str) -> Line:
    """The line of that name. Raises :class:`KeyError`."""
    for line in page.lines():
        if line.id == name:
            return line
    raise KeyError(f"there is no line {name!r} on page {page.number}")


def _inserted(page: Page, line: Line, before: str) -> Page:
    for i, block in enumerate(page.blocks):
        names = [other.id for other in block.lines]
        if before in names:
            at = names.index(before)
            whole = replace(block, lines=(*block.lines[:at], line, *block.lines[at:]))
            return replace(page, blocks=(*page.blocks[:i], whole, *page.blocks[i + 1 :]))
    raise KeyError(f"there is no line {before!r} on page {page.number}")


def _following(page: Page, box: Box | None) -> str:
    """The first line, in reading order, that stands below the middle of ``box`` and shares its columns with it."""
    if box is None:
        return ""
    middle = (box.top + box.bottom) / 2
    for line in page.lines():
        other = line.box
        if other is None or (other.top + other.bottom) / 2 <= middle:
            continue
        if min(other.right, box.right) > max(other.left, box.left):
            return line.id
    return ""


def _changed(page: Page, name: str, change: Callable[[Line], Line]) -> Page:
    blocks = (replace(b, lines=tuple(change(line) if line.id == name else line for line in b.lines)) for b in page.blocks)
    return replace(page, blocks=tuple(blocks))
