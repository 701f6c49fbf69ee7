"""What persons decided on a folder's pages: rows of the manifest, which are only ever added, and are laid over what was read.

A page as it stands is the page as read and corrected, with the decisions that stand laid over it in their order
(:func:`laid_over`). So a decision costs one small transaction, is taken back by another row, and holds again when the page is
read or corrected anew: it finds its place by the line's name and its text, else by where the line lay.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from ocrect.record import review, rewriting
from ocrect.record.correction import Correction, Edit, Finding, Verdict
from ocrect.record.document import Box, Document, Line, Page
from ocrect.record.review import PERSON

Kind = Literal["read", "add", "delete", "move", "undo"]

_COLUMNS = "id, token, path, page, line, kind, start, before, after, box, who, made, crop, series, of"
_SAME = 0.5
"""Share of two lines' boxes, of what they cover together, from which on they are the same line read twice."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One word of a person on a page of the file ``path``.

    ``read``: ``line.text[start:start + len(before)]``, which reads ``before``, is ``after`` (the same: it was read rightly).
    ``add``: a line that reads ``after`` lies in ``box``, or nothing that can be read where that is empty; it stands before the
    line ``before``, or by its place. ``delete``: the line is none. ``move``: it stands before the line ``after``, or last.
    ``undo``: the decision ``of`` no longer stands.

    ``token`` is the sender's name for it: sent twice, it is kept once. ``box`` is the line's. ``crop`` is the SHA-256 of the
    pixels that were shown. ``series`` joins what was decided at one go. ``made`` is in seconds since 1970.
    """

    token: str
    path: str
    page: int
    line: str
    kind: Kind
    start: int = 0
    before: str = ""
    after: str = ""
    box: Box | None = None
    who: str = ""
    made: float = 0.0
    crop: str = ""
    series: str = ""
    of: int | None = None
    id: int = 0

    @property
    def end(self) -> int:
        """Where the place ends in the line's text."""
        return self.start + len(self.before)

    @property
    def when(self) -> datetime:
        """When it was made."""
        return datetime.fromtimestamp(self.made, UTC)

    @property
    def name(self) -> str:
        """The line that is meant; for one put in, its own."""
        return self.line or f"by-{self.token}"

    def meets(self, other: Decision) -> bool:
        """Whether both are about the same place, so that the later one would cover the other unseen."""
        if (self.path, self.page) != (other.path, other.page):
            return False
        if self.kind == "add" and other.kind == "add":
            return bool(self.box and other.box and _shared(self.box, other.box) >= _SAME)
        if self.name != other.name:
            return False
        if self.kind == "read" and other.kind == "read":
            a, b = (self.start, self.end), (other.start, other.end)
            return (
                a == b
                or (a[0] < b[1] and b[0] < a[1])
                or (a[0] == a[1] and b[0] <= a[0] <= b[1])
                or (b[0] == b[1] and a[0] <= b[0] <= a[1])
            )
        return "move" not in (self.kind, other.kind) or self.kind == other.kind


def standing(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions, in their order, that were not taken back."""
    found = sorted(decisions, key=lambda decision: decision.id)
    undone = {decision.of for decision in found if decision.kind == "undo"}
    return [decision for decision in found if decision.kind != "undo" and decision.id not in undone]


def laid_over(page: Page, decisions: Iterable[Decision]) -> tuple[Page, list[Decision]]:
    """``page`` with the decisions that stand, and those of them that have no place on it, because it was read otherwise."""
    lost = []
    for decision in standing(decisions):
        try:
            page = _after(page, decision)
        except (KeyError, ValueError):
            lost.append(decision)
    return page, lost


def stripped(page: Page, decisions: Iterable[Decision]) -> Page:
    """``page`` without what the decisions had made of it: that of a document written with them, which is taken in again."""
    made = list(decisions)
    times = {decision.when.isoformat() for decision in made}
    put_in = {decision.name for decision in made if decision.kind == "add"}
    blocks = (replace(b, lines=tuple(line for line in b.lines if line.id not in put_in)) for b in page.blocks)
    document = Document("", (replace(page, blocks=tuple(block for block in blocks if block.lines)),))
    for line in list(document.lines()):
        for edit, finding in list(review.words(line)):
            if finding.when in times:
                document = review.undo(document, line.id, edit)
    return document.pages[0]


def _after(page: Page, decision: Decision) -> Page:
    when = decision.when
    if decision.kind == "add":
        left = tuple(item for item in page.unread if decision.box is None or _inside(item.box, decision.box) < _SAME)
        page = replace(page, unread=left)
        return rewriting.put_in(page, _line(decision, when), decision.before) if decision.after else page
    line = _found(page, decision)
    if decision.kind == "delete":
        return rewriting.struck_out(page, line.id, who=decision.who, when=when)
    if decision.kind == "move":
        return rewriting.moved(page, line.id, decision.after)
    start = _start(line, decision)
    if start is None:
        raise ValueError(f"{decision.before!r} does not stand in {line.text!r}")
    end = start + len(decision.before)
    edit = Edit(start, end, decision.before, decision.after) if decision.before != decision.after else (start, end)
    return rewriting.reads(page, line.id, edit, who=decision.who, when=when)


def _line(decision: Decision, when: datetime) -> Line:
    """The line that a person put in: nothing was read there."""
    said = Finding(
        PERSON, True, f"put in by {decision.who or 'a person'}", None, "person", who=decision.who, when=when.isoformat()
    )
    verdicts = (Verdict(Edit(0, 0, "", decision.after), "accepted", (said,), PERSON),) if decision.after else ()
    return Line(decision.name, "", decision.box, correction=Correction(verdicts, PERSON))


def _found(page: Page, decision: Decision) -> Line:
    """The line that was meant: that of its name if its text allows it, else the one that lies where it lay."""
    named = next((line for line in page.lines() if line.id == decision.name), None)
    if named is not None and (decision.kind != "read" or _start(named, decision) is not None):
        return named
    box = decision.box
    for line in page.lines():
        fits = box is not None and line.box is not None and _shared(box, line.box) >= _SAME
        if fits and (decision.kind != "read" or _start(line, decision) is not None):
            return line
    raise KeyError(f"there is no line {decision.name!r}")


def _start(line: Line, decision: Decision) -> int | None:
    """Where the words that were decided on stand now: where they stood, else their only place in the line."""
    if line.text.startswith(decision.before, decision.start) and decision.start <= len(line.text):
        return decision.start
    at = line.text.find(decision.before) if decision.before else -1
    return at if at >= 0 and line.text.find(decision.before, at + 1) < 0 else None


def _inside(one: Box, other: Box) -> float:
    """The share of ``one`` that the other covers: of what lies together as one place each part lies in it."""
    return _common(one, other) / max(one.width * one.height, 1e-9)


def _shared(one: Box, other: Box) -> float:
    """The area that both cover, as a share of what they cover together."""
    both = _common(one, other)
    whole = one.width * one.height + other.width * other.height - both
    return both / whole if whole > 0 else 0.0


def _common(one: Box, other: Box) -> float:
    """The area that both cover."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(width, 0.0) * max(height, 0.0)


# as rows


def insert(base: sqlite3.Connection, decision: Decision) -> int:
    """Keep a decision; its number. To be called inside a transaction; a token that is known gives the number it has."""
    known = base.execute("SELECT id FROM decision WHERE token = ?", (decision.token,)).fetchone()
    if known is not None:
        return int(known[0])
    box = json.dumps([decision.box.left, decision.box.top, decision.box.right, decision.box.bottom]) if decision.box else ""
    values = (
        decision.token, decision.path, decision.page, decision.line, decision.kind, decision.start, decision.before,
        decision.after, box, decision.who, decision.made, decision.crop, decision.series, decision.of,
    )  # fmt: skip
    marks = ", ".join("?" * len(values))
    columns = _COLUMNS.removeprefix("id, ")
    return int(base.execute(f"INSERT INTO decision ({columns}) VALUES ({marks})", values).lastrowid or 0)  # noqa: S608


def of_page(base: sqlite3.Connection, path: str, page: int) -> list[Decision]:
    """All rows about one page, in their order."""
    return _rows(base, "WHERE path = ? AND page = ? ORDER BY id", (path, page))


def of_file(base: sqlite3.Connection, path: str) -> list[Decision]:
    """All rows about one file, in their order."""
    return _rows(base, "WHERE path = ? ORDER BY id", (path,))


def last_of(base: sqlite3.Connection, who: str) -> Decision | None:
    """The latest decision of a person that stands."""
    found = _rows(
        base,
        "WHERE who = ? AND kind != 'undo' AND id NOT IN (SELECT of FROM decision WHERE of IS NOT NULL) "
        "ORDER BY id DESC LIMIT 1",
        (who,),
    )
    return found[0] if found else None


def about(base: sqlite3.Connection, number: int) -> list[Decision]:
    """The row of that number and those that take it back."""
    return _rows(base, "WHERE id = ? OR of = ? ORDER BY id", (number, number))


def by_token(base: sqlite3.Connection, token: str) -> list[Decision]:
    """The row that its sender named so, if there is one."""
    return _rows(base, "WHERE token = ?", (token,))


def of_series(base: sqlite3.Connection, series: str) -> list[Decision]:
    """All rows of a series, in their order."""
    return _rows(base, "WHERE series = ? ORDER BY id", (series,))


def _rows(base: sqlite3.Connection, where: str, values: Sequence[object]) -> list[Decision]:
    return [_decision(row) for row in base.execute(f"SELECT {_COLUMNS} FROM decision {where}", tuple(values))]  # noqa: S608


def _decision(row: Sequence[object]) -> Decision:
    names = [name.strip() for name in _COLUMNS.split(",")]
    values = dict(zip(names, row, strict=True))
    box = values.pop("box")
    made = Decision(**values)  # type: ignore[arg-type]
    return replace(made, box=Box(*json.loads(str(box)))) if box else made
