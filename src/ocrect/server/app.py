"""The application: routes, errors as problems, its description, and the guard around all of it."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import traceback
from collections.abc import AsyncIterator, Container
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match

import ocrect
from ocrect.errors import BusyError, OcrectError, StorageFullError
from ocrect.server import documents, health, openapi, problems, texts
from ocrect.server.guard import PAGES, Guard
from ocrect.server.keys import Keys
from ocrect.server.reviewing import Pages
from ocrect.server.state import State

log = logging.getLogger("ocrect")

DESCRIPTION = """OCR whose every correction is checked against the pixels. Send a scan, follow it, fetch it in any format;
or send a text, hOCR or ALTO and get it back corrected. Errors are problems (RFC 9457) with a hint what to do."""

_LEFT = 499
"""What nginx calls a request whose client left; it is counted, and sent to nobody."""


def application(state: State, hosts: Container[str], keys: Keys) -> Guard:
    """The whole application, for an ASGI server."""
    app = FastAPI(
        title="ocrect",
        version=ocrect.__version__,
        description=DESCRIPTION,
        docs_url=None,  # FastAPI's pages load scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.ocrect = state
    for part in (documents, texts, health):
        app.include_router(part.router)
    if state.pool.reviewer is not None:
        app.mount(PAGES, Pages(state.pool.reviewer))
    app.add_exception_handler(OcrectError, _refused)
    app.add_exception_handler(sqlite3.Error, _unkept)
    app.add_exception_handler(HTTPException, _by_status)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _bug)
    app.openapi = lambda: _described(app, with_keys=bool(keys.known()))  # type: ignore[method-assign]
    return Guard(app, hosts=hosts, keys=keys, limits=state.plan.limits, metrics=state.metrics)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """While the service runs, its pool works and waiting requests are woken; afterwards the pool is stopped."""
    state: State = app.state.ocrect
    state.pool.start()
    watching = asyncio.create_task(state.watch.run())
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        await asyncio.to_thread(state.pool.stop)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, OcrectError)
    if isinstance(error.__cause__, sqlite3.Error):
        return await _unkept(request, error.__cause__)
    return problems.response(error)


async def _unkept(request: Request, error: Exception) -> Response:
    """The manifest could not be asked or written to: a disk that is slow for the moment, or full."""
    del request
    log.error("the manifest: %s", error)
    if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_BUSY) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return problems.response(BusyError("the manifest is written to by others, for longer than usual", after=5))
    return problems.response(StorageFullError("the manifest cannot be written to"))


async def _by_status(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:  # starlette names the methods of one route, and a path may have several
        fitting = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
        headers["Allow"] = ", ".join(sorted({method for route in fitting for method in getattr(route, "methods", None) or ()}))
    return problems.of_status(error.status_code, str(error.detail), headers)


async def _invalid(request: Request, error: Exception) -> Response:
    """The answer to an invalid parameter of the address, without its value."""
    del request
    assert isinstance(error, RequestValidationError)
    told = "; ".join(f"{'.'.join(map(str, found['loc']))}: {found['msg']}" for found in error.errors())
    return problems.of_status(422, told)


async def _gone(request: Request, error: Exception) -> Response:
    """The client left before its request had come whole: nobody is there to be answered, and nothing is wrong here."""
    del request, error
    return Response(status_code=_LEFT)


async def _bug(request: Request, error: Exception) -> Response:
    """A bug of ours: where and what kind goes to the log; values may be a client's."""
    del request
    log.error("a bug in the service: %s\n%s", type(error).__qualname__, "".join(traceback.format_tb(error.__traceback__)))
    return problems.of_status(500)


def _described(app: FastAPI, *, with_keys: bool) -> dict[str, Any]:
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        parts = made.setdefault("components", {})
        parts["schemas"] = openapi.SCHEMAS
        parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer", "description": "ocrect serve --new-key NAME"}}
        if with_keys:
            made["security"] = [{"key": []}]
        app.openapi_schema = made
    return app.openapi_schema
