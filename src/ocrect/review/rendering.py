"""Pages as HTML: templates with the words of the reader's language, and what they draw."""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote, unquote

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from ocrect.errors import InputError
from ocrect.record.document import Box
from ocrect.review import catalogue
from ocrect.review.desk import Desk
from ocrect.review.gate import Access
from ocrect.review.ledger import Numbered

NAME, LANGUAGE = "ocrect_who", "ocrect_language"
"""Cookies: who the reviewer is, and in which language the pages are."""
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Room:
    """What all routes need: the desk, who may come in, and the name of a reviewer who has given none."""

    desk: Desk
    access: Access
    who: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A card's picture as it is drawn: where it comes from, its size, and the frame in it."""

    source: str
    width: float
    height: float
    frame: Box | None


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The templates. What they are given is escaped; a name that they are not given is an error."""
    made = Environment(loader=PackageLoader("ocrect.review"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    made.filters["visible"] = visible
    return made


class Reader:
    """One request's reader: their language, their name, and the way to addresses of ours."""

    def __init__(self, request: Request) -> None:
        self.room: Room = request.app.state.room
        self.root = str(request.scope.get("root_path", "")).rstrip("/")
        self.language = catalogue.preferred(request.headers.get("accept-language", ""), request.cookies.get(LANGUAGE, ""))
        self.who = unquote(request.cookies.get(NAME, ""))[:LONGEST_NAME].strip() or self.room.who

    @property
    def desk(self) -> Desk:
        return self.room.desk

    def say(self, name: str, **values: object) -> str:
        """A message in the reader's language."""
        return catalogue.message(self.language, name, **values)

    def at(self, path: str) -> str:
        """The address of a page of ours."""
        return self.root + path

    def fill(self, template: str, **values: Any) -> str:
        """A template with what every one needs."""
        made = templates().get_template(template)
        filled: str = made.render(
            t=self.say,
            detail=partial(catalogue.detail, self.language),
            at=self.at,
            reader=self,
            languages=catalogue.LANGUAGES,
            **values,
        )
        return filled

    def page(self, template: str, **values: Any) -> HTMLResponse:
        """A whole page."""
        return HTMLResponse(self.fill(template, word=self.room.access.word, names=self.names(), **values))

    def names(self) -> str:
        """The messages that the script says, as JSON."""
        return json.dumps({name: self.say(name) for name in ("said-lost", "said-no-key", "typed-label")}, ensure_ascii=False)

    def card(self, numbered: Numbered | None) -> str:
        """A card as a part of a page; without one, the message that no card is left."""
        answered, total, waiting = self.desk.ledger.progress()
        if numbered is None:
            return self.fill("none.html", is_done=answered == total and not waiting, last=self.desk.ledger.last())
        numbered = self.desk.dressed(numbered)
        card = numbered.card
        ahead = [self.picture_address(other) for other in self.desk.expect(numbered) if other.card.box]
        return self.fill(
            "card.html",
            numbered=numbered,
            card=card,
            shown=self.shown(numbered),
            changes=changes(card.now, card.proposed),
            series=len(self.desk.ledger.series(numbered, 100)) if card.proposal and card.line else 0,
            last=self.desk.ledger.last(),
            ahead=" ".join(ahead),
        )

    def shown(self, numbered: Numbered, *, far: bool = False) -> Shown | None:
        """How a card's picture is drawn; ``None`` where it has no place."""
        card = numbered.card
        if card.box is None:
            return None
        part, frame = self.desk.part(numbered, far=far), card.frame
        if frame is not None:
            left, right = max(frame.left, part.left) - part.left, min(frame.right, part.right) - part.left
            frame = Box(left - 3, frame.top - part.top - 3, right + 3, frame.bottom - part.top + 3)
        return Shown(self.picture_address(numbered, far=far), part.width, part.height, frame)

    def picture_address(self, numbered: Numbered, *, far: bool = False) -> str:
        """Where the picture of a card is."""
        part = self.desk.part(numbered, far=far)
        sides = "-".join(f"{side:.0f}" for side in (part.left, part.top, part.right, part.bottom))
        return self.at(f"/cards/{numbered.id}/picture?part={sides}{'&far=1' if far else ''}")

    def progress(self) -> str:
        """How far the session has come."""
        answered, total, waiting = self.desk.ledger.progress()
        mine = self.desk.ledger.count_of(self.who, self.desk.since)
        return self.fill("progress.html", answered=answered, total=total, waiting=waiting, mine=mine)


def why_not(error: InputError) -> str:
    """An error of the file in words, with the next step."""
    return error.in_full


def changes(before: str, after: str) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """Both texts in parts, each with whether the other one differs there."""
    one: list[tuple[str, bool]] = []
    other: list[tuple[str, bool]] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if i < j:
            one.append((before[i:j], tag != "equal"))
        if k < m:
            other.append((after[k:m], tag != "equal"))
    return one, other


def visible(text: str) -> str:
    """A space that matters, drawn as one."""
    return text.replace(" ", "␣")


def cookie_safe(text: str) -> str:
    """A name as a cookie's value."""
    return quote(text[:LONGEST_NAME].strip())
