"""``/v1/correct``: texts, and hOCR and ALTO of other engines, corrected and given back as they came."""

from __future__ import annotations

import tempfile
from typing import IO, cast

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ocrect.errors import RequestError
from ocrect.server import openapi, options, waiting
from ocrect.server.documents import delivered
from ocrect.server.job import CORRECTED
from ocrect.server.state import client, state

router = APIRouter(prefix="/v1", tags=["correction"])

KINDS = {
    "text/plain": "text",
    "text/vnd.hocr+html": "hocr",
    "text/html": "hocr",
    "application/xhtml+xml": "hocr",
    "application/alto+xml": "alto",
    "application/xml": "alto",
    "text/xml": "alto",
}
_WAIT = 60.0
_IN_MEMORY = 2**20


@router.post(
    "/correct",
    summary="Correct a text, hOCR or ALTO",
    status_code=200,
    responses=openapi.answers(
        404, 408, 409, 413, 415, 422, 500, 501, 503, 507,
        _200={"description": "the same, with words corrected and all else as it was", "content": {
            "text/plain": {"schema": {"type": "string"}, "example": "Invoice # 12345\nTotal: $100.00"},
            "text/vnd.hocr+html": {"schema": {"type": "string"}}, "application/alto+xml": {"schema": {"type": "string"}}}},
        _202=openapi.document("not done within the seconds waited for; it goes on, see Location", location=True),
    ),
    openapi_extra={
        "requestBody": openapi.text(),
        "parameters": [openapi.PREFER, openapi.IDEMPOTENCY, *openapi.text_settings()],
    },
)  # fmt: skip
async def correct(request: Request) -> Response:
    """No image vouches for the edits of a text: they are accepted by what the words and the model say, and well-formed numbers,
    dates and codes stay as they are. `accept_text_only=false` leaves all edits for review. The edits with their reasons are in
    `Content-Location` with `format=json`.
    """
    here, who = state(request), client(request)
    kind = KINDS.get(request.headers.get("content-type", "").partition(";")[0].strip().lower())
    if kind is None:
        raise HTTPException(415, f"send one of {', '.join(KINDS)}")
    wait, key = waiting.seconds(request, _WAIT), waiting.idempotency(request)
    given = dict(request.query_params.multi_items())
    if len(given) != len(request.query_params.multi_items()):
        raise RequestError("a setting is there twice", hint="Send each once.")
    chosen = options.settings({"accept_text_only": "true", **given}, here.plan, options.FOR_TEXTS)
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as body:
        async for chunk in request.stream():
            body.write(chunk)
        body.seek(0)
        about = {
            "client": who,
            "name": "text",
            "kind": kind,
            "formats": [CORRECTED],
            "options": chosen,
            "idempotency": key,
        }
        job = await run_in_threadpool(waiting.take, here, cast("IO[bytes]", body), about)
    return delivered(here, await waiting.ended(here, job, who, wait), CORRECTED)
