"""``/v1/documents``: scans read, followed, given back and deleted."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import IO, Annotated, Any, cast
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from ocrect.batch.jobs import DOCUMENT, View
from ocrect.errors import ConflictError, JobNotFoundError, RequestError, of_kind
from ocrect.server import openapi, options, problems, waiting
from ocrect.server.job import SCAN
from ocrect.server.state import State, client, state

router = APIRouter(prefix="/v1/documents", tags=["documents"])

MEDIA_TYPES = {
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".hocr": "text/vnd.hocr+html",
    ".alto.xml": "application/alto+xml",
    ".xml": "application/xml",
    ".html": "text/html; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_RESULT_WAIT = 30.0
_BEAT = 15.0
Job = Annotated[str, Path(description="the document's id", pattern="^[0-9a-f]{32}$", examples=[openapi.JOB])]


@router.post(
    "",
    summary="Read a scan",
    status_code=202,
    responses=openapi.answers(
        404, 408, 413, 415, 422, 501, 507,
        _200=openapi.document("it is done (or failed) within the seconds that Prefer: wait=N gives", location=True),
        _202=openapi.document("taken in; its state is at Location", location=True),
    ),
    openapi_extra={"requestBody": openapi.upload(), "parameters": [openapi.PREFER, openapi.IDEMPOTENCY]},
)  # fmt: skip
async def create(request: Request) -> Response:
    """Send a file with settings as form fields: `curl -F file=@scan.pdf -F language=de -F formats=pdf,text …/v1/documents`."""
    here = state(request)
    wait, key = waiting.seconds(request), waiting.idempotency(request)
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise HTTPException(415, "send the file as multipart/form-data, in a field named file")
    async with request.form(max_files=1, max_fields=len(options.ALLOWED) + 1, max_part_size=4 * options.MOST_TEXT) as form:
        given: dict[str, str] = {}
        for name, value in form.multi_items():
            if name in given or (isinstance(value, UploadFile) != (name == "file")):
                raise RequestError(
                    f"the field {name[:50]!r} is there twice, or of the wrong kind", hint="Send one file, as file."
                )
            if isinstance(value, str):
                given[name] = value
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise RequestError("there is no file in the request", hint="Send it as the form field file.")
        about = {
            "client": client(request),
            "name": options.label(file.filename),
            "kind": SCAN,
            "formats": options.formats(given.pop("formats", "text")),
            "options": options.settings(given, here.plan),
            "idempotency": key,
        }
        job = await run_in_threadpool(waiting.take, here, cast("IO[bytes]", file.file), about)
    return waiting.answer(await waiting.ended(here, job, client(request), wait), accepted=True)


@router.get(
    "/{job}",
    summary="The state of a document",
    responses=openapi.answers(404, 422, _200=openapi.document("as it is now, or when it is done: Prefer: wait=N")),
    openapi_extra={"parameters": [openapi.PREFER]},
)
async def read(job: Job, request: Request) -> Response:
    """Where it stands: waiting, in work (with pages done), done, or failed with the problem and what to do."""
    view = await waiting.ended(state(request), waiting.checked(job), client(request), waiting.seconds(request))
    return waiting.answer(view, accepted=False)


@router.delete(
    "/{job}",
    summary="Cancel and delete a document",
    status_code=204,
    responses=openapi.answers(404, 422, _204={"description": "gone, with its upload, pages and results"}),
)
def delete(job: Job, request: Request) -> Response:
    """Work on it ends at once, and nothing of it is kept."""
    here = state(request)
    owner = here.jobs.remove(waiting.checked(job), client(request))
    here.pool.cancel(owner)
    here.pool.remove_files(job)
    return Response(status_code=204)


@router.get(
    "/{job}/pages",
    summary="The pages that are done",
    responses=openapi.answers(
        404, 422, _200={"description": "those that are done so far", "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Pages"}}}}),
)  # fmt: skip
def pages(job: Job, request: Request) -> JSONResponse:
    """Each page can be had as soon as it is read, while others are still in work."""
    here = state(request)
    view = here.jobs.view(waiting.checked(job), client(request))
    return JSONResponse([_page(view.id, *found) for found in here.jobs.page_numbers(view.id)])


@router.get(
    "/{job}/pages/{number}",
    summary="One page",
    responses=openapi.answers(
        404, 422, _200={"description": "a document of ocrect's JSON with this page",
                        "content": {"application/json": {"schema": {"type": "object"}}}}),
)  # fmt: skip
def page(job: Job, number: Annotated[int, Path(ge=1, le=1_000_000)], request: Request) -> Response:
    """Lines, words, boxes, evidence, edits and findings, as `ocrect read --format json` writes them."""
    here = state(request)
    view = here.jobs.view(waiting.checked(job), client(request))
    return Response(here.jobs.page_json(view.id, number), media_type="application/json")


@router.get(
    "/{job}/result",
    summary="The result in a format",
    responses=openapi.answers(
        404, 409, 413, 415, 422, 500, 501, 503,
        _200={"description": "the result", "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
        _202=openapi.document("not there yet: ask again, after Retry-After"),
    ),
    openapi_extra={"parameters": [openapi.PREFER]},
)  # fmt: skip
async def result(job: Job, request: Request, format: Annotated[str, Query(max_length=50, examples=["text"])] = "") -> Response:
    """Any format, also one that was not asked for before: it is written from the pages that were read."""
    here, who = state(request), client(request)
    view = await run_in_threadpool(here.jobs.view, waiting.checked(job), who)
    name = waiting.form(format or (view.formats or ("text",))[0], view.kind)
    if DOCUMENT not in view.problems:
        await run_in_threadpool(here.jobs.want, view.id, name)
        here.pool.wake()
    view = await waiting.ended(
        here,
        view.id,
        who,
        waiting.seconds(request, _RESULT_WAIT),
        lambda seen: bool(_output(seen, name)) or name in seen.problems,
    )
    return delivered(here, view, name)


@router.get(
    "/{job}/events",
    summary="Progress as it happens",
    responses=openapi.answers(
        404, 422, _200={"description": "server-sent events `state`, each with the document's state, and `end`",
                        "content": {"text/event-stream": {"schema": {}}}}),
)  # fmt: skip
async def events(job: Job, request: Request) -> Response:
    """One event for each change: a page done, work begun or ended. The stream ends with the work."""
    here, who = state(request), client(request)
    view = await run_in_threadpool(here.jobs.view, waiting.checked(job), who)
    return StreamingResponse(_events(here, view, who), media_type="text/event-stream")


async def _events(here: State, view: View, who: str) -> AsyncIterator[str]:
    told = ""
    while True:
        seen = json.dumps(waiting.shown(view), ensure_ascii=False)
        if seen != told:
            told = seen
            yield f"event: state\ndata: {seen}\n\n"
        if not view.is_open or here.watch.ending:
            yield "event: end\ndata: {}\n\n"
            return
        if not await here.watch.change(_BEAT):
            yield ": still here\n\n"
        try:
            view = await run_in_threadpool(here.jobs.view, view.id, who)
        except JobNotFoundError as error:
            yield f"event: end\ndata: {json.dumps(problems.of(error))}\n\n"
            return


def delivered(here: State, view: View, name: str) -> Response:
    """The file of a result, or why there is none (yet).

    Raises:
        OcrectError: the problem that kept it from being made.
    """
    problem = view.problems.get(DOCUMENT) or view.problems.get(name)
    if problem:
        raise of_kind(problem["kind"], problem["message"], problem["hint"])
    output = _output(view, name)
    if not output:
        if not view.is_open:
            raise ConflictError(f"there is no {name} of this document", hint="Its state says what there is.")
        return waiting.answer(view, accepted=True)
    path = here.plan.results(view.id) / output
    if not path.is_file():
        raise JobNotFoundError(f"there is no document {view.id}")
    suffix = output.removeprefix(name)
    file = f"{view.name}{suffix}"
    plain = file.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_").replace("\\", "_")
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file, safe='')}",
        "Content-Location": f"/v1/documents/{view.id}/result?format={name}",
    }
    return FileResponse(path, media_type=MEDIA_TYPES.get(suffix, "application/octet-stream"), headers=headers)


def _output(view: View, name: str) -> str:
    return next((output for output in view.outputs if output.partition(".")[0] == name), "")


def _page(job: str, number: int, failed: bool, review: int, unread: int) -> dict[str, Any]:
    place = f"/v1/documents/{job}/pages/{number}"
    return {"number": number, "failed": failed, "for_review": review, "unread": unread, "href": place}
