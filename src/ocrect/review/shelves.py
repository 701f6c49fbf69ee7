"""Documents over HTTP: pages beside their text, what is changed there, finding, the record, and writing the documents anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from pydantic import Field, StringConstraints

from ocrect.batch.decisions import Decision, standing
from ocrect.errors import InputError
from ocrect.record.document import Box
from ocrect.review.desk import LONGEST_TEXT
from ocrect.review.ledger import Stale
from ocrect.review.queue import Number, Said, stale
from ocrect.review.rendering import Reader, why_not
from ocrect.review.sheets import Sheet, sheet

router = APIRouter()
MOST_SHELVES, MOST_FOUND = 100, 60
Name = Annotated[str, StringConstraints(max_length=200)]
Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT)]
Side = Annotated[float, Field(ge=0, le=1e6)]


class Retyped(Said):
    """``line.corrected[start:end]`` is to read ``text``."""

    line: Name
    start: Number
    end: Number
    text: Text


class Added(Said):
    """A line that reads ``text`` in ``box``, before the line ``before``, or by its place."""

    text: Text
    box: Annotated[list[Side], Field(min_length=4, max_length=4)]
    before: Name = ""


class Struck(Said):
    """A person's decision that a line is no line of text."""

    line: Name


class Moved(Said):
    """The line stands before another one; last, where that is empty."""

    line: Name
    before: Name


@router.get("/documents")
def documents(request: Request, start: Annotated[int, Query(ge=0, lt=2**31)] = 0) -> HTMLResponse:
    """The files, with how many cards each has left."""
    reader = Reader(request)
    shelves = list(reader.desk.ledger.shelves(start, MOST_SHELVES + 1))
    return reader.page(
        "documents.html",
        here="documents",
        shelves=shelves[:MOST_SHELVES],
        more=start + MOST_SHELVES if len(shelves) > MOST_SHELVES else None,
        first={shelf.file: (reader.desk.ledger.numbers_of(shelf.file) or [1])[0] for shelf in shelves},
        failures=reader.desk.finishing.failures(),
        last=reader.desk.ledger.last(),
        progress_html=reader.progress(),
    )


@router.get("/documents/{file}/record.jsonl")
def record(request: Request, file: Number) -> Response:
    """What was decided on a file, a decision a line."""
    reader = Reader(request)
    path = reader.desk.ledger.path_of(file)

    def lines() -> Iterator[str]:
        for decision in standing(reader.desk.ledger.of_file(path)):
            yield json.dumps(reader.desk.told(decision), ensure_ascii=False) + "\n"

    name = quote(path.rsplit("/", 1)[-1] + ".decisions.jsonl")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return StreamingResponse(lines(), media_type="application/x-ndjson", headers=headers)


@router.get("/find")
def find(request: Request, q: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
    """Lines that hold a text."""
    reader = Reader(request)
    ledger = reader.desk.ledger
    found = [(file, ledger.path_of(file), page, line, text) for file, page, line, text in ledger.find(q, MOST_FOUND)]
    return reader.page("found.html", here="documents", asked=q, found=found, last=ledger.last())


@router.get("/pages/{file}/{number}")
def page(request: Request, file: Number, number: Number) -> HTMLResponse:
    """A page beside its text."""
    reader = Reader(request)
    shown = sheet(reader.desk, file, number)
    return reader.page("page.html", here="documents", sheet=shown, sheet_html=_filled(reader, shown), last=shown.last)


@router.get("/pages/{file}/{number}/image")
def image(request: Request, file: Number, number: Number) -> Response:
    """The picture of a page."""
    desk = Reader(request).desk
    made = desk.crops.of_page(desk.ledger.path_of(file), desk.base(file, number))
    return Response(made.data, media_type=made.type, headers={"Cache-Control": "private, max-age=600"})


@router.post("/pages/{file}/{number}/retype")
def retype(request: Request, file: Number, number: Number, given: Retyped) -> JSONResponse:
    """A word, or any other part of a line, read anew by a person."""
    reader = Reader(request)
    span = given.start, given.end
    kept = reader.desk.retype(file, number, given.line, span, given.text, given.seen(reader))
    return _answer(reader, file, number, kept)


@router.post("/pages/{file}/{number}/add")
def add(request: Request, file: Number, number: Number, given: Added) -> JSONResponse:
    """A line put in."""
    made = Decision("", "", number, "", "add", before=given.before, after=given.text, box=Box(*given.box))
    return _rearranged(request, file, made, given)


@router.post("/pages/{file}/{number}/delete")
def delete(request: Request, file: Number, number: Number, given: Struck) -> JSONResponse:
    """A line struck out."""
    return _rearranged(request, file, Decision("", "", number, given.line, "delete"), given)


@router.post("/pages/{file}/{number}/move")
def move(request: Request, file: Number, number: Number, given: Moved) -> JSONResponse:
    """A line moved."""
    return _rearranged(request, file, Decision("", "", number, given.line, "move", after=given.before), given)


@router.post("/pages/{file}/{number}/undo/{decision}")
def undo(request: Request, file: Number, number: Number, decision: Number, given: Said) -> JSONResponse:
    """One decision taken back, whoever made it."""
    reader = Reader(request)
    undone = reader.desk.undo(given.seen(reader), decision)
    return _answer(reader, file, number, undone, reader.say("said-undone" if undone else "said-nothing-to-undo"))


@router.post("/write")
def write(request: Request, given: Said) -> JSONResponse:
    """Write anew all documents that were decided on since they were written."""
    reader = Reader(request)
    del given
    return JSONResponse(_written(reader, started=reader.desk.finishing.write_all()))


@router.get("/write")
def writing(request: Request) -> JSONResponse:
    """How far the writing has come."""
    return JSONResponse(_written(Reader(request), started=False))


def _written(reader: Reader, *, started: bool) -> dict[str, Any]:
    finishing = reader.desk.finishing
    failures = finishing.failures()
    if started or finishing.is_busy:
        return {"said": reader.say("writing"), "busy": True}
    if failures:
        return {"said": reader.say("could-not-write", why="; ".join(failures.values())[:500]), "busy": False}
    return {"said": reader.say("written", count=finishing.count), "busy": False}


def _rearranged(request: Request, file: int, made: Decision, given: Said) -> JSONResponse:
    reader = Reader(request)
    return _answer(reader, file, made.page, reader.desk.rearrange(file, made, given.seen(reader)))


def _answer(reader: Reader, file: int, number: int, kept: list[Decision] | Stale, said: str = "") -> JSONResponse:
    shown = sheet(reader.desk, file, number)
    is_stale = isinstance(kept, Stale)
    told = stale(reader, kept) if isinstance(kept, Stale) else said or reader.say("said-kept")
    return JSONResponse(
        {"html": _filled(reader, shown), "said": told, "last": shown.last}, status_code=409 if is_stale else 200
    )


def _filled(reader: Reader, shown: Sheet) -> str:
    """The part of the page that changes."""
    why = ""
    try:
        reader.desk.crops.of_page(shown.path, reader.desk.base(shown.file, shown.page.number))
    except InputError as error:
        why = reader.say("no-picture", why=why_not(error))
    return reader.fill("sheet.html", sheet=shown, why=why)
