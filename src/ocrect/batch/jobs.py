"""The jobs of a service: files of a manifest, with who sent them, what was asked, and what came of it.

A job's id is the ``path`` of its file. It is claimed, leased, begun again after a death and set aside by the code that does so
for a folder of files (:class:`~ocrect.batch.manifest.Manifest`); what is here is what only a service needs.
"""

from __future__ import annotations

import json
import math
import secrets
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ocrect.batch.limits import Limits
from ocrect.batch.manifest import Job, Manifest
from ocrect.errors import BusyError, ConflictError, IdempotencyError, JobNotFoundError, OcrectError, StorageFullError

DOCUMENT = ""
"""The key in ``problems`` of what failed as a whole; others are names of formats."""
HOUR, DAY = 3600, 24
_SHORT = 10_000  # milliseconds that a request waits for another process's transaction
MOST_RECORD = 256 * 2**20
"""Most bytes of a page's JSON, unpacked."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a client asks for. ``options`` are settings that differ from the service's, ``request`` is a hash of all of it."""

    client: str
    name: str
    kind: str
    options: Mapping[str, Any]
    formats: Sequence[str]
    size: int
    content: str
    settings: str
    request: str
    idempotency: str | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A job as its client sees it. ``state`` is the file's, or ``writing`` where only results are missing."""

    id: str
    name: str
    kind: str
    state: str
    formats: tuple[str, ...]
    outputs: tuple[str, ...]
    problems: Mapping[str, Mapping[str, str]]
    pages: int
    failed_pages: int
    review: int
    unread: int
    wanted: int | None
    created: float
    finished: float | None
    seconds: float

    @property
    def is_open(self) -> bool:
        """Whether there is work left to do."""
        return self.state in ("waiting", "working", "writing")


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker has to know of a job."""

    client: str
    name: str
    kind: str
    options: Mapping[str, Any]
    formats: tuple[str, ...]
    outputs: tuple[str, ...]
    problems: Mapping[str, Mapping[str, str]]


def new_id() -> str:
    """An id that cannot be guessed; ids sort by their time, so that jobs are done in order of arrival."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def problem(error: OcrectError) -> dict[str, str]:
    """An error as it is kept: its class, its message and its hint. See :func:`ocrect.errors.of_kind`."""
    return {"kind": type(error).__name__, "message": str(error), "hint": error.hint}


class Jobs(Manifest):
    """The manifest of a service. Accepted jobs survive a power failure."""

    def durable(self) -> Jobs:
        """This object, with each change on the disk before it is acknowledged, and with a short wait for the database lock."""
        self._base.execute("PRAGMA synchronous = FULL")
        self._base.execute(f"PRAGMA busy_timeout = {_SHORT}")
        return self

    # what clients do

    def submit(self, job: str, order: Order, limits: Limits) -> str:
        """Take in an order as ``job``, or find the one that came before with its Idempotency-Key; the id that it has.

        Raises:
            IdempotencyError: that key came with another request.
            BusyError: the queue is full, or the client's share of it or of pages is used up.
            StorageFullError: the uploads and results fill what they may.
        """
        with self._transaction():
            known = self._known_order(order)
            if known:
                return known
            self._check_room(order, limits)
            now = time.time()
            values = (job, order.size, 0, order.content, order.settings, ",".join(order.formats))
            file = self._base.execute(
                "INSERT INTO file (path, size, modified, content, settings, formats) VALUES (?, ?, ?, ?, ?, ?)", values
            ).lastrowid
            told = (
                file,
                order.client,
                order.name,
                order.kind,
                json.dumps(order.options),
                order.request,
                order.idempotency,
                now,
            )
            self._base.execute(
                "INSERT INTO job (file, client, name, kind, options, request, idempotency, created) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                told,
            )
            return job

    def view(self, job: str, client: str) -> View:
        """A client's job.

        Raises:
            JobNotFoundError: the client has none of that id.
        """
        row = self._base.execute(
            "SELECT f.path, j.name, j.kind, f.state, f.total, f.formats, f.outputs, j.problems, f.error, j.wanted, j.created, "
            "f.finished, f.seconds, count(p.number), coalesce(sum(p.failed), 0), coalesce(sum(p.review), 0), "
            "coalesce(sum(p.unread), 0) "
            "FROM file AS f JOIN job AS j ON j.file = f.id LEFT JOIN page AS p ON p.file = f.id "
            "WHERE f.path = ? AND j.client = ? GROUP BY f.id",
            (job, client),
        ).fetchone()
        if row is None:
            raise JobNotFoundError(f"there is no document {job}")
        path, name, kind, state, total, formats, outputs, problems, error, wanted, created, finished, seconds, *counts = row
        pages, failed, review, unread = counts
        found = json.loads(problems)
        if state in ("failed", "aside"):
            found.setdefault(DOCUMENT, {"kind": "RecognitionError", "message": error, "hint": "Send the file again."})
        elif total is not None and state != "done":
            state = "writing"
        written, ended = tuple(json.loads(outputs)), finished if state in ("done", "failed", "aside") else None
        wanted = total if wanted is None else wanted
        return View(
            path,
            name,
            kind,
            state,
            _names(formats),
            written,
            found,
            pages,
            failed,
            review,
            unread,
            wanted,
            created,
            ended,
            seconds,
        )

    def page_numbers(self, job: str) -> list[tuple[int, bool, int, int]]:
        """The pages that are kept: number, whether it failed, edits for review, ink not read."""
        rows = self._base.execute(
            "SELECT number, p.failed, review, unread FROM page AS p JOIN file AS f ON f.id = p.file WHERE f.path = ? "
            "ORDER BY number",
            (job,),
        )
        return [(number, bool(failed), review, unread) for number, failed, review, unread in rows]

    def page_json(self, job: str, number: int) -> bytes:
        """A page that is kept, as a document of ocrect's JSON with this page.

        Raises:
            JobNotFoundError: there is no such page, or it is not read yet.
        """
        row = self._base.execute(
            "SELECT record FROM page AS p JOIN file AS f ON f.id = p.file WHERE f.path = ? AND number = ?", (job, number)
        ).fetchone()
        if row is None:
            raise JobNotFoundError(f"page {number} of {job} is not there (yet)", hint="See which pages are: GET …/pages.")
        return zlib.decompressobj().decompress(row[0], MOST_RECORD)

    def want(self, job: str, form: str) -> None:
        """Have a format written from the pages that are kept, where it is not there; and all of them anew, where a person has
        decided on the document since.

        Raises:
            ConflictError: the document failed.
        """
        with self._transaction():
            row = self._base.execute(
                "SELECT id, state, formats, finished < (SELECT max(made) FROM decision WHERE decision.path = file.path) "
                "FROM file WHERE path = ?",
                (job,),
            ).fetchone()
            if row is None or (form in _names(row[2]) and not row[3]):
                return
            if row[1] in ("failed", "aside"):
                raise ConflictError("the document failed, and has no results", hint="Its state says why.")
            if form not in _names(row[2]):
                self._base.execute("UPDATE file SET formats = ? WHERE id = ?", (f"{row[2]},{form}".strip(","), row[0]))
            if row[3] and row[1] == "done":
                self._base.execute("UPDATE file SET outputs = '[]' WHERE id = ?", (row[0],))
            self._base.execute("UPDATE file SET state = 'waiting' WHERE id = ? AND state = 'done'", (row[0],))

    def remove(self, job: str, client: str) -> str:
        """Delete a job with its pages; gives the worker that has it, empty where none has.

        Raises:
            JobNotFoundError: the client has none of that id.
        """
        with self._transaction():
            row = self._base.execute(
                "SELECT f.id, f.owner FROM file AS f JOIN job AS j ON j.file = f.id WHERE f.path = ? AND j.client = ?",
                (job, client),
            ).fetchone()
            if row is None:
                raise JobNotFoundError(f"there is no document {job}")
            self._base.execute("DELETE FROM file WHERE id = ?", (row[0],))
            self._base.execute("DELETE FROM decision WHERE path = ?", (job,))
            return str(row[1])

    def _known_order(self, order: Order) -> str:
        if order.idempotency is None:
            return ""
        row = self._base.execute(
            "SELECT f.path, j.request FROM job AS j JOIN file AS f ON f.id = j.file WHERE j.client = ? AND j.idempotency = ?",
            (order.client, order.idempotency),
        ).fetchone()
        if row is not None and row[1] != order.request:
            raise IdempotencyError("this Idempotency-Key came before with another request")
        return str(row[0]) if row else ""

    def _check_room(self, order: Order, limits: Limits) -> None:
        """Refuse what is too much. A client without work is refused by a full queue alone."""
        every, own = self._base.execute(
            "SELECT count(*), coalesce(sum(j.client = ?), 0) FROM file AS f JOIN job AS j ON j.file = f.id "
            "WHERE f.state IN ('waiting', 'working')",
            (order.client,),
        ).fetchone()
        if every >= limits.queue:
            raise BusyError(f"{every} documents wait or are in work", after=self._until_next(every))
        if own >= limits.jobs_per_key:
            raise BusyError(f"{own} documents of this key wait or are in work", after=self._until_next(own))
        if limits.pages_per_day:
            hour = int(time.time()) // HOUR
            pages, first = self._base.execute(
                "SELECT coalesce(sum(pages), 0), min(hour) FROM usage WHERE client = ? AND hour > ?", (order.client, hour - DAY)
            ).fetchone()
            if pages >= limits.pages_per_day:
                after = (first + DAY) * HOUR - int(time.time())
                raise BusyError(f"{pages} pages were read for this key in 24 hours", after=max(1, after))
        if self.bytes() + order.size > limits.disk_bytes:
            raise StorageFullError(f"uploads and results take {self.bytes()} bytes of {limits.disk_bytes}")

    def _until_next(self, waiting: int) -> int:
        """Seconds in which some of ``waiting`` documents are done, by how long the last ones took."""
        (mean,) = self._base.execute(
            "SELECT avg(seconds) FROM (SELECT seconds FROM file WHERE state = 'done' ORDER BY finished DESC LIMIT 20)"
        ).fetchone()
        return min(600, max(1, math.ceil((mean or 1.0) * min(waiting, 10))))

    # what workers do

    def is_waiting(self) -> bool:
        """Whether a claim is worth a try; writes nothing."""
        return self._base.execute("SELECT 1 FROM file WHERE state = 'waiting' LIMIT 1").fetchone() is not None

    def task(self, job: Job) -> Task | None:
        """What is to be done for a job that was claimed; ``None`` where it was deleted since."""
        row = self._base.execute(
            "SELECT client, name, kind, options, formats, outputs, problems FROM job JOIN file ON id = file WHERE id = ?",
            (job.id,),
        ).fetchone()
        if row is None:
            return None
        client, name, kind, options, formats, outputs, problems = row
        return Task(client, name, kind, json.loads(options), _names(formats), tuple(json.loads(outputs)), json.loads(problems))

    def tell(self, job: Job, client: str, wanted: int, pages: int) -> None:
        """How many pages are wanted, and how many more have been read for the client."""
        with self._transaction():
            self._base.execute("UPDATE job SET wanted = ? WHERE file = ?", (wanted, job.id))
            if pages:
                self._base.execute(
                    "INSERT INTO usage VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET pages = pages + excluded.pages",
                    (client, int(time.time()) // HOUR, pages),
                )

    def settle(
        self, job: Job, outputs: Sequence[str], problems: Mapping[str, Mapping[str, str]], size: int, seconds: float
    ) -> bool:
        """What was written, and what could not be; done, or waiting again where a format has been asked for since.

        False where it was deleted, or is another worker's.
        """
        with self._transaction():
            row = self._base.execute(
                "SELECT formats FROM file WHERE id = ? AND state = 'working' AND owner = ?", (job.id, job.owner)
            ).fetchone()
            if row is None:
                return False
            self._base.execute("UPDATE job SET problems = ?, bytes = ? WHERE file = ?", (json.dumps(problems), size, job.id))
            self.finish(job, outputs, seconds)
            made = {output.partition(".")[0] for output in outputs} | problems.keys()
            if set(_names(row[0])) - made:
                self._base.execute("UPDATE file SET state = 'waiting' WHERE id = ?", (job.id,))
            return True

    def refuse(self, job: Job, error: OcrectError, seconds: float) -> None:
        """The document failed as a whole; its pages that were read stay. Nothing where it is another worker's."""
        with self._transaction():
            held = self.working().get(job.owner)
            if held is None or held.id != job.id:
                return
            self._base.execute("UPDATE job SET problems = ? WHERE file = ?", (json.dumps({DOCUMENT: problem(error)}), job.id))
            self.fail(job, error.in_full, error.exit_code, seconds)

    # what keeps house

    def release_all(self) -> None:
        """Give back what workers had that are gone: asked where nobody else works on this manifest."""
        with self._transaction():
            self._base.execute("UPDATE file SET state = 'waiting', owner = '' WHERE state = 'working'")

    def expire(self, seconds: float) -> list[str]:
        """Delete what was finished that long ago; the ids."""
        with self._transaction():
            now = time.time()
            rows = self._base.execute(
                "DELETE FROM file WHERE id IN (SELECT f.id FROM file AS f JOIN job AS j ON j.file = f.id "
                "WHERE f.state IN ('done', 'failed', 'aside') AND coalesce(f.finished, j.created) < ?) RETURNING path",
                (now - seconds,),
            ).fetchall()
            self._base.execute("DELETE FROM decision WHERE path NOT IN (SELECT path FROM file)")
            self._base.execute("DELETE FROM usage WHERE hour <= ?", (int(now) // HOUR - DAY,))
            return [path for (path,) in rows]

    def ids(self) -> set[str]:
        """All jobs there are."""
        return {path for (path,) in self._base.execute("SELECT path FROM file")}

    def bytes(self) -> int:
        """What uploads and results take on the disk."""
        (found,) = self._base.execute(
            "SELECT coalesce(sum(f.size + j.bytes), 0) FROM file AS f JOIN job AS j ON j.file = f.id"
        ).fetchone()
        return int(found)

    def data_version(self) -> int:
        """A number that differs once another connection has changed the database."""
        (found,) = self._base.execute("PRAGMA data_version").fetchone()
        return int(found)


def _names(joined: str) -> tuple[str, ...]:
    return tuple(filter(None, joined.split(",")))
