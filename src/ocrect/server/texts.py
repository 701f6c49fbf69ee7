"""``/v1/correct``: texts, and hOCR and ALTO of other engines, corrected and given back as they came."""

from __future__ import annotations

import codecs
import shutil
import tempfile
from typing import IO, cast

from fastapi import APIRouter
from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ocrect.errors import DamagedInputError, RequestError
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
CHARSETS = frozenset({
    "utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
    *(f"iso8859-{part}" for part in (*range(1, 12), *range(13, 17))), *(f"cp{page}" for page in (437, 850, 852, 866, 874)),
    *(f"cp{page}" for page in range(1250, 1259)), "koi8-r", "koi8-u", "mac-roman", "gb2312", "gbk", "gb18030", "big5",
    "shift_jis", "cp932", "euc_jp", "iso2022_jp", "euc_kr", "cp949",
})  # fmt: skip
"""Character sets of texts, by Python's names of their codecs. Others that Python has are none of texts on the way (``idna``,
``unicode_escape``), and some of them take time that grows with the square of the text.
"""
_WAIT = 60.0
_IN_MEMORY = 2**20
_CHUNK = 2**16


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
    declared, parameters = parse_options_header(request.headers.get("content-type", ""))
    kind = KINDS.get(declared.decode("latin-1").strip().lower())
    if kind is None:
        raise HTTPException(415, f"send one of {', '.join(KINDS)}")
    charset = _charset(parameters.get(b"charset", b"").decode("latin-1")) if kind == "text" else "utf-8"
    wait, key = waiting.seconds(request, _WAIT), waiting.idempotency(request)
    given = dict(request.query_params.multi_items())
    if len(given) != len(request.query_params.multi_items()):
        raise RequestError("a setting is there twice", hint="Send each once.")
    chosen = options.settings({"accept_text_only": "true", **given}, here.plan, options.FOR_TEXTS)
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as body:
        async for chunk in request.stream():
            body.write(chunk)
        if charset not in ("utf-8", "ascii"):
            await run_in_threadpool(_to_utf8, cast("IO[bytes]", body), charset)
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


def _charset(declared: str) -> str:
    """The codec of a text whose character set is declared; that of UTF-8 where none is.

    Raises:
        HTTPException: it is no character set of texts (415).
    """
    try:
        name = codecs.lookup(declared.strip() or "utf-8").name
    except LookupError:
        name = ""
    if name not in CHARSETS:
        raise HTTPException(415, f"the charset {declared[:50]!r} is not known: send UTF-8")
    return name


def _to_utf8(body: IO[bytes], charset: str) -> None:
    """Write what is in ``body`` anew, in UTF-8.

    Raises:
        DamagedInputError: it is not of the character set that is declared.
    """
    body.seek(0)
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as found:
        shutil.copyfileobj(body, found)
        found.seek(0)
        body.seek(0)
        body.truncate()
        decoder = codecs.getincrementaldecoder(charset)()
        try:
            while chunk := found.read(_CHUNK):
                body.write(decoder.decode(chunk).encode())
            body.write(decoder.decode(b"", final=True).encode())
        except UnicodeError as error:
            raise DamagedInputError(
                f"the text is not in the charset that is declared, {charset}", hint="Send UTF-8."
            ) from error
