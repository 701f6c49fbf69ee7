"""What the description of the interface (OpenAPI 3.1) says beside what the endpoints say of themselves."""

from __future__ import annotations

import http
from typing import Any

from ocrect.server import problems
from ocrect.server.options import ALLOWED, FOR_TEXTS, schema

JOB = "01976f3a2b4c8d1e6f00a1b2c3d4e5f6"
_EXAMPLE = {
    "id": JOB,
    "name": "invoice.png",
    "kind": "scan",
    "state": "done",
    "created": "2026-11-26T08:00:00+00:00",
    "finished": "2026-11-26T08:00:03+00:00",
    "seconds": 2.9,
    "pages": {"wanted": 1, "done": 1, "failed": 0, "for_review": 2, "unread": 0},
    "results": {"text": f"/v1/documents/{JOB}/result?format=text"},
    "problems": {},
}
_STATES = ["waiting", "working", "writing", "done", "failed", "aside"]
DOCUMENT: dict[str, Any] = {
    "type": "object",
    "required": ["id", "name", "kind", "state", "created", "pages", "results", "problems"],
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string", "description": "the file's name, as it was sent"},
        "kind": {"type": "string", "enum": ["scan", "text", "hocr", "alto"]},
        "state": {"type": "string", "enum": _STATES, "description": "aside: it ended its worker three times"},
        "created": {"type": "string", "format": "date-time"},
        "finished": {"type": ["string", "null"], "format": "date-time"},
        "seconds": {"type": "number", "description": "seconds of work"},
        "pages": {
            "type": "object",
            "properties": {
                "wanted": {"type": ["integer", "null"], "description": "null until the file has been opened"},
                "done": {"type": "integer"},
                "failed": {"type": "integer"},
                "for_review": {"type": "integer", "description": "edits left for a person"},
                "unread": {"type": "integer", "description": "places of ink that was not read"},
            },
        },
        "results": {"type": "object", "additionalProperties": {"type": "string"}, "description": "format: address"},
        "problems": {
            "type": "object",
            "additionalProperties": {"$ref": "#/components/schemas/Problem"},
            "description": "by format; under the empty name, that of the whole document",
        },
    },
    "example": _EXAMPLE,
}
PAGES: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["number", "failed", "for_review", "unread", "href"],
        "properties": {
            "number": {"type": "integer"},
            "failed": {"type": "boolean"},
            "for_review": {"type": "integer"},
            "unread": {"type": "integer"},
            "href": {"type": "string"},
        },
    },
    "example": [{"number": 1, "failed": False, "for_review": 2, "unread": 0, "href": f"/v1/documents/{JOB}/pages/1"}],
}
SCHEMAS = {"Document": DOCUMENT, "Pages": PAGES, "Problem": problems.SCHEMA}
PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": "^wait=[0-9]{1,3}$"},
    "description": "wait=N: answer when the work is done, or after N seconds (RFC 7240)",
    "example": "wait=30",
}
IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "the same key with the same request is the same document, however often it is sent",
    "example": "b1f7c0de-1",
}
_ALWAYS = (400, 401, 403, 405, 429, 507)


def answers(*failures: int, **good: Any) -> dict[int | str, dict[str, Any]]:
    """The answers of an endpoint: the good ones by name (``_200=…``), problems of these statuses and those of all endpoints."""
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    found: dict[int | str, dict[str, Any]] = {int(name[1:]): made for name, made in good.items()}
    for status in sorted({*failures, *_ALWAYS}):
        found[status] = {"description": http.HTTPStatus(status).phrase, "content": content}
        if status == http.HTTPStatus.TOO_MANY_REQUESTS:
            found[status]["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}}
    return found


def document(description: str, *, location: bool = False) -> dict[str, Any]:
    """An answer that is the state of a document."""
    made: dict[str, Any] = {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Document"}}},
    }
    if location:
        made["headers"] = {"Location": {"schema": {"type": "string"}, "description": "where the document's state is"}}
    return made


def upload() -> dict[str, Any]:
    """The body that takes a scan and its settings."""
    properties = {
        "file": {"type": "string", "format": "binary", "description": "an image or a PDF"},
        "formats": {"type": "string", "default": "text", "description": "formats of results, joined by commas"},
        **schema(ALLOWED),
    }
    form = {"type": "object", "required": ["file"], "additionalProperties": False, "properties": properties}
    return {"required": True, "content": {"multipart/form-data": {"schema": form}}}


def text() -> dict[str, Any]:
    """The body that takes a text, hOCR or ALTO."""
    plain = {"schema": {"type": "string"}, "example": "Invoic # 12345\nTotal: $1O0.00"}
    others = ("text/vnd.hocr+html", "application/alto+xml")
    return {"required": True, "content": {"text/plain": plain, **{name: {"schema": {"type": "string"}} for name in others}}}


def text_settings() -> list[dict[str, Any]]:
    """The query parameters of a correction."""
    return [
        {"name": name, "in": "query", "required": False, "schema": made, "description": made["description"]}
        for name, made in schema(FOR_TEXTS).items()
    ]
