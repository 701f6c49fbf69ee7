"""The queue of cards over HTTP: looking at them, answering, taking back, a series at a glance."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ocrect.batch.decisions import Decision
from ocrect.errors import ConflictError
from ocrect.review.desk import LONGEST_TEXT, MOST_SERIES, Seen
from ocrect.review.ledger import Numbered, Stale
from ocrect.review.rendering import Reader

router = APIRouter()
Token = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-]{8,64}$")]
HIGHEST = 2**62
"""Numbers of files, cards and decisions are below."""
Number = Annotated[int, Field(ge=0, lt=HIGHEST)]


class Said(BaseModel):
    """What every change says: the last decision that was seen, and the sender's name for this one."""

    model_config = ConfigDict(extra="forbid", strict=True)
    last: Number
    token: Token

    def seen(self, reader: Reader) -> Seen:
        """What the sender had seen, with the reader's name."""
        return Seen(reader.who, self.last, self.token)


class Answer(Said):
    """An answer to a card: see :func:`ocrect.review.desk.change_of`."""

    said: Annotated[str, StringConstraints(max_length=LONGEST_TEXT + len("line="))]


class Several(Said):
    """The cards of a series whose proposals are accepted."""

    cards: Annotated[list[Number], Field(max_length=MOST_SERIES)]


@router.get("/")
def queue(request: Request, card: Number | None = None) -> HTMLResponse:
    """The queue, from the costliest open card on, or at a card."""
    reader = Reader(request)
    ledger = reader.desk.ledger
    numbered = ledger.card(card) if card is not None else ledger.next_card()
    return reader.page("queue.html", card_html=reader.card(numbered), progress_html=reader.progress(), here="queue")


@router.get("/cards/next")
def next_card(request: Request, after: Number | None = None) -> JSONResponse:
    """The open card after one, or the first of all."""
    reader = Reader(request)
    ledger = reader.desk.ledger
    return _answer(reader, ledger.next_card(ledger.card(after) if after is not None else None))


@router.get("/cards/before")
def card_before(request: Request, card: Number) -> JSONResponse:
    """The card before ``card``; itself if it is the first."""
    reader = Reader(request)
    ledger = reader.desk.ledger
    numbered = ledger.card(card)
    return _answer(reader, ledger.card_before(numbered) or numbered)


@router.get("/cards/{number}/picture")
def picture(request: Request, number: Number, far: bool = False) -> Response:
    """The picture of a card's place."""
    reader = Reader(request)
    made = reader.desk.picture(reader.desk.ledger.card(number), far=far)
    return Response(made.data, media_type=made.type, headers={"Cache-Control": "private, max-age=600"})


@router.get("/cards/{number}/zoom")
def zoom(request: Request, number: Number) -> JSONResponse:
    """A closer look at a card's place."""
    reader = Reader(request)
    shown = reader.shown(reader.desk.ledger.card(number), far=True)
    return JSONResponse({"html": reader.fill("picture.html", shown=shown)})


@router.post("/cards/{number}")
def answer(request: Request, number: Number, given: Answer) -> JSONResponse:
    """Keep an answer; gives the next card."""
    reader = Reader(request)
    numbered = reader.desk.ledger.card(number)
    kept = reader.desk.answer(number, given.said, given.seen(reader))
    if isinstance(kept, Stale):
        return _answer(reader, reader.desk.ledger.card(number), stale(reader, kept), status=409)
    others = kept[0].id - given.last - 1
    said = reader.say("said-kept") + (" " + reader.say("said-others", count=others) if others > 0 else "")
    return _answer(reader, following(reader, numbered), said)


@router.post("/undo")
def undo(request: Request, given: Said) -> JSONResponse:
    """Take back the reader's latest decision; gives its card again."""
    reader = Reader(request)
    undone = reader.desk.undo(given.seen(reader))
    if not undone:
        return _answer(reader, reader.desk.ledger.next_card(), reader.say("said-nothing-to-undo"))
    card = reader.desk.ledger.card_at(undone[0])  # of an undo that came twice, none
    return _answer(reader, card or reader.desk.ledger.next_card(), reader.say("said-undone"))


@router.get("/cards/{number}/series")
def series(request: Request, number: Number) -> JSONResponse:
    """All places of the same change, at a glance."""
    reader = Reader(request)
    cards = reader.desk.ledger.series(reader.desk.ledger.card(number), MOST_SERIES)
    shown = [(card, reader.shown(card)) for card in cards]
    html = reader.fill("series.html", number=number, cards=cards, shown=shown, last=reader.desk.ledger.last())
    return JSONResponse({"html": html})


@router.post("/cards/{number}/series")
def answer_series(request: Request, number: Number, given: Several) -> JSONResponse:
    """Accept the proposal of several cards, each as a decision of its own, taken back together."""
    reader = Reader(request)
    first = reader.desk.ledger.card(number)
    allowed = {card.id: card for card in reader.desk.ledger.series(first, MOST_SERIES)}
    kept = left = 0
    for place, card in enumerate(allowed[chosen] for chosen in dict.fromkeys(given.cards) if chosen in allowed):
        assert card.card.proposal is not None, "a series has a proposal"
        seen = Seen(reader.who, given.last, f"{given.token}-{place}")
        try:
            made = reader.desk.decide(card, card.card.proposal, seen, series=given.token)
        except ConflictError:
            made = Stale(())
        left += isinstance(made, Stale)
        kept += not isinstance(made, Stale)
    said = reader.say("said-series", count=kept) + (" " + reader.say("said-series-left", count=left) if left else "")
    return _answer(reader, following(reader, first), said)


def following(reader: Reader, numbered: Numbered) -> Numbered | None:
    """What comes after an answer: the same place where something is still asked there, else the next card."""
    now = reader.desk.ledger.card(numbered.id)
    return now if not now.answered else reader.desk.ledger.next_card(numbered)


def stale(reader: Reader, found: Stale) -> str:
    """The message that somebody else has decided on the place in the meantime."""
    last: Decision = found.others[-1]
    who = last.who or reader.say("somebody")
    if last.kind == "undo":
        return reader.say("said-stale-undone", who=who)
    return reader.say("said-stale", who=who, text=last.after)


def _answer(reader: Reader, numbered: Numbered | None, said: str = "", *, status: int = 200) -> JSONResponse:
    body: dict[str, Any] = {
        "html": reader.card(numbered), "said": said, "progress": reader.progress(), "card": numbered.id if numbered else None,
        "last": reader.desk.ledger.last(),
    }  # fmt: skip
    return JSONResponse(body, status_code=status)
