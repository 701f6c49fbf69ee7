"""Taking work in, and waiting for it: what the endpoints of scans and of texts share."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from ocrect import plugins
from ocrect.batch.jobs import Order, View, new_id
from ocrect.batch.run import settings_key
from ocrect.errors import OcrectError, RequestError, StorageFullError
from ocrect.server import options, problems
from ocrect.server.job import CORRECTED
from ocrect.server.state import State

MOST_WAIT = 300
_CHUNK = 2**20
_JOB = re.compile(r"[0-9a-f]{32}")
_PREFER = re.compile(r"(?:^|[,;\s])wait\s*=\s*(\d{1,6})\s*(?:$|[,;])")


def seconds(request: Request, default: float = 0.0) -> float:
    """For how long the client is ready to wait (RFC 7240)."""
    found = _PREFER.search(request.headers.get("prefer", ""))
    return min(float(found[1]), MOST_WAIT) if found else default


def idempotency(request: Request) -> str | None:
    """The client's Idempotency-Key.

    Raises:
        RequestError: it is none.
    """
    key = request.headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
        raise RequestError("this is no Idempotency-Key", hint="Give 1 to 255 printable ASCII characters.")
    return key


def checked(job: str) -> str:
    """A job's id, or one that no job has: nothing else comes near a path."""
    return job if _JOB.fullmatch(job) else "0" * 32


def form(name: str, kind: str) -> str:
    """The name of a format that can be asked for.

    Raises:
        SettingsError: there is none of that name.
    """
    if not (name == CORRECTED and kind != "scan"):
        plugins.find("writers", name)
    return name


def keep(source: IO[bytes], path: Path) -> tuple[int, str]:
    """Put an upload on the disk; its size and SHA-256.

    Raises:
        StorageFullError: it cannot be written.
    """
    digest, size = hashlib.sha256(), 0
    try:
        with open(path, "xb", opener=_private) as out:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise StorageFullError(f"the file cannot be kept: {error.strerror or error}") from error
    return size, digest.hexdigest()


def take(state: State, source: IO[bytes], about: Mapping[str, Any]) -> str:
    """Keep an upload and have it worked on; the id of the job, or of the one that came before with its Idempotency-Key.

    ``about`` is the client, name, kind, options, formats and idempotency of an :class:`~ocrect.batch.jobs.Order`.

    Raises:
        RequestError: as :meth:`ocrect.batch.jobs.Jobs.submit` and :func:`keep`.
    """
    job = new_id()
    path = state.plan.upload(job)
    size, content = keep(source, path)
    told = json.dumps([about["name"], about["kind"], about["options"], about["formats"], content], sort_keys=True)
    public = {name: value for name, value in about["options"].items() if name != "password"}
    reading = json.dumps([about["client"], about["kind"], settings_key(state.plan.settings.with_(**public))])
    order = Order(
        size=size,
        content=content,
        settings=hashlib.sha256(reading.encode()).hexdigest(),
        request=hashlib.sha256(told.encode()).hexdigest(),
        **about,
    )
    try:
        taken = state.jobs.submit(job, order, state.plan.limits)
    except OcrectError:
        path.unlink()
        raise
    if taken != job:
        path.unlink()
    state.pool.wake()
    return taken


async def ended(state: State, job: str, client: str, wait: float, is_enough: Callable[[View], bool] | None = None) -> View:
    """The job when it is done (or ``is_enough``), or as it is after ``wait`` seconds, or when the service ends.

    Raises:
        JobNotFoundError: it was deleted.
    """
    until = time.monotonic() + wait
    while True:
        view = await run_in_threadpool(state.jobs.view, job, client)
        left = until - time.monotonic()
        if not view.is_open or left <= 0 or state.watch.ending or (is_enough is not None and is_enough(view)):
            return view
        await state.watch.change(min(left, 5.0))


def shown(view: View) -> dict[str, Any]:
    """A job as JSON values."""
    place = f"/v1/documents/{view.id}"
    written = {output.partition(".")[0] for output in view.outputs}
    return {
        "id": view.id,
        "name": view.name,
        "kind": view.kind,
        "state": view.state,
        "created": _time(view.created),
        "finished": _time(view.finished) if view.finished else None,
        "seconds": round(view.seconds, 3),
        "pages": {
            "wanted": view.wanted,
            "done": view.pages,
            "failed": view.failed_pages,
            "for_review": view.review,
            "unread": view.unread,
        },
        "results": {name: f"{place}/result?format={name}" for name in view.formats if name in written},
        "problems": {name: problems.of_kept(kept) for name, kept in view.problems.items()},
    }


def answer(view: View, *, accepted: bool) -> JSONResponse:
    """The state of a job: 202 where there is work left and ``accepted``, else 200."""
    headers = {"Location": f"/v1/documents/{view.id}"} if accepted else {}
    if view.is_open:
        headers["Retry-After"] = "1"
    return JSONResponse(shown(view), 202 if accepted and view.is_open else 200, headers)


def label(name: str | None) -> str:
    """See :func:`ocrect.server.options.label`."""
    return options.label(name)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
