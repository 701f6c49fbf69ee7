"""The review pages as an application: :func:`app`, to be served alone or mounted in another one."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from ocrect.errors import ConflictError, OcrectError, RequestError
from ocrect.review import catalogue, queue, shelves
from ocrect.review.desk import Desk
from ocrect.review.gate import Access, Gate
from ocrect.review.rendering import LANGUAGE, LONGEST_NAME, NAME, Reader, Room, cookie_safe

STATIC = {"review.js": "text/javascript", "review.css": "text/css", "icon.svg": "image/svg+xml"}


def app(desk: Desk, *, access: Access | None = None, who: str = "") -> ASGIApp:
    """The review pages of ``desk`` as an ASGI application without global state, wherever it is mounted.

    ``access`` says under which host names it is served and holds the token that lets a reader in: open
    ``/?token=`` and :attr:`Access.token`. ``who`` is the name of a reviewer who has given none.
    """
    access = access or Access()
    made = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    made.state.room = Room(desk, access, who)
    made.include_router(queue.router)
    made.include_router(shelves.router)
    made.add_api_route("/static/{name}", _static, methods=["GET"])
    made.add_api_route("/reader", _reader, methods=["POST"])
    made.add_exception_handler(OcrectError, _failed)
    made.add_exception_handler(HTTPException, _missing)
    made.add_exception_handler(RequestValidationError, _impossible)
    return Gate(made, access)


def _static(name: str) -> Response:
    """The script and the style."""
    if name not in STATIC:
        raise HTTPException(404)
    data = files("ocrect.review").joinpath("static", name).read_bytes()
    return Response(data, media_type=STATIC[name], headers={"Cache-Control": "private, max-age=3600"})


def _reader(
    request: Request,
    name: Annotated[str, Form(max_length=LONGEST_NAME)] = "",
    language: Annotated[str, Form(max_length=8)] = "",
) -> Response:
    """Keep who the reader is, or in which language the pages are."""
    reader = Reader(request)
    response = RedirectResponse(reader.at("/"), status_code=303)
    kept = {NAME: cookie_safe(name), LANGUAGE: language if language in catalogue.LANGUAGES else ""}
    for cookie, value in kept.items():
        if value:
            response.set_cookie(cookie, value, path=reader.root or "/", samesite="strict", httponly=True, max_age=31_536_000)
    return response


async def _failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, OcrectError)
    reader = Reader(request)
    if isinstance(error, ConflictError):
        said = reader.say("said-no-place")
    elif isinstance(error, RequestError):
        said = reader.say("said-no-text")
    else:
        said = reader.say("wrong", why=error.in_full)
    return JSONResponse({"said": said}, status_code=error.http_status)


async def _impossible(request: Request, error: Exception) -> Response:
    del error
    return JSONResponse({"said": Reader(request).say("said-no-text")}, status_code=422)


async def _missing(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"said": Reader(request).say("not-found")}, status_code=error.status_code)
