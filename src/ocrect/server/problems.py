"""Errors as RFC 9457 problems: their class is the type, their status and hint stand on the class."""

from __future__ import annotations

import http
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse

from ocrect import errors
from ocrect.errors import BusyError, OcrectError, UnauthorizedError

MEDIA_TYPE = "application/problem+json"
TYPE = "urn:ocrect:error:"
SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "urn:ocrect:error: and the error's class"},
        "title": {"type": "string", "description": "what kind of error it is"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what happened"},
        "hint": {"type": "string", "description": "the next step"},
        "retryable": {"type": "boolean", "description": "whether the same request can succeed later"},
    },
    "example": {
        "type": "urn:ocrect:error:DamagedInputError",
        "title": "An empty, truncated or corrupt file.",
        "status": 422,
        "detail": "the file ends in the middle of its data",
        "hint": "Scan or send it again.",
        "retryable": False,
    },
}


def of(error: OcrectError) -> dict[str, Any]:
    """The problem that an error is."""
    found = {
        "type": TYPE + type(error).__name__,
        "title": (type(error).__doc__ or "").partition("\n")[0],
        "status": error.http_status,
        "detail": str(error),
        "retryable": error.retryable,
    }
    return {**found, "hint": error.hint} if error.hint else found


def of_kept(kept: Mapping[str, str]) -> dict[str, Any]:
    """The problem of an error that a job keeps."""
    return of(errors.of_kind(kept["kind"], kept["message"], kept["hint"]))


def response(error: OcrectError) -> JSONResponse:
    """The answer to a request that failed."""
    headers = {}
    if isinstance(error, BusyError):
        headers["Retry-After"] = str(error.after)
    if isinstance(error, UnauthorizedError):
        headers["WWW-Authenticate"] = 'Bearer realm="ocrect"'
    return JSONResponse(of(error), error.http_status, headers, MEDIA_TYPE)


def of_status(status: int, detail: str = "", headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The answer where HTTP's own word says it all: an unknown path, a method that a path does not have."""
    title = http.HTTPStatus(status).phrase
    found = {"type": "about:blank", "title": title, "status": status, "detail": detail or title}
    if status in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.METHOD_NOT_ALLOWED):
        found["hint"] = "The paths and their methods are in /openapi.json; the pages for a person begin at /review/."
    return JSONResponse(found, status, headers, MEDIA_TYPE)
