"""What is known of a folder's files: an SQLite database, which several processes and machines may share.

Its tables are :mod:`ocrect.batch.tables`. A file is ``waiting``, then ``working`` under a lease that its
worker renews, then ``done``, ``failed`` (an error that would come again) or ``aside`` (it ended its worker :data:`MOST_DEATHS`
times). A page is kept as soon as it is read, so nothing that was finished is read again. Every change is one transaction; a
worker may be killed at any moment.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ocrect.batch import decisions, tables
from ocrect.record import schema
from ocrect.record.document import Document, Page
from ocrect.record.lazy import LazyPages

LEASE = 60.0
"""Seconds for which a file is a worker's without a word from it."""
MOST_DEATHS, MOST_ATTEMPTS = 3, 10
"""Workers that a file may end, and times that it may be begun, before it is set aside."""
STATES = ("waiting", "working", "done", "failed", "aside")
_WAIT = 30.0  # seconds for another process's transaction
_RECENT = 16  # pages of the file in work that are held as well as kept, so that a short one is not loaded again to be written


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it lies in the folder: path relative to it, bytes, time of change in nanoseconds, SHA-256 of its content."""

    path: str
    size: int
    modified: int
    content: str


@dataclass(frozen=True, slots=True)
class Job:
    """A file that the worker ``owner`` has claimed. ``total`` is its number of pages where all of them are read."""

    id: int
    path: str
    content: str
    total: int | None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A file of the manifest for reports."""

    path: str
    state: str
    pages: int
    failed_pages: int
    review: int
    unread: int
    error: str
    exit_code: int
    seconds: float
    outputs: tuple[str, ...]


class Manifest:
    """The manifest of one output folder. Each process opens its own; threads may share one.

    Raises:
        ExportError: it cannot be made or opened, or the disk is full.
        InputError: the file is no manifest, or another version's.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._recent_of, self._recent = 0, dict[int, Page]()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
            tables.write_ahead(self._base, _WAIT)
            self._base.execute("PRAGMA synchronous = NORMAL")
            self._base.execute("PRAGMA foreign_keys = ON")
            with self._transaction():
                tables.prepare(self._base, path)
        except (sqlite3.DatabaseError, OSError) as error:
            raise tables.refused(path, error) from error

    def close(self) -> None:
        self._base.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # what there is to do

    def add(self, found: Found, settings: str, formats: str) -> bool:
        """Take in a file as it lies there now; true where it has to be worked on.

        Another content or other settings begin it anew. Other formats only write it anew: its pages are kept.
        """
        with self._transaction():
            row = self._base.execute(
                "SELECT id, content, settings, formats, state FROM file WHERE path = ?", (found.path,)
            ).fetchone()
            if row is None:
                values = (found.path, found.size, found.modified, found.content, settings, formats)
                self._base.execute(
                    "INSERT INTO file (path, size, modified, content, settings, formats) VALUES (?, ?, ?, ?, ?, ?)", values
                )
                return True
            known, content, same_settings, same_formats = row[0], row[1] == found.content, row[2] == settings, row[3] == formats
            self._base.execute(
                "UPDATE file SET size = ?, modified = ?, content = ?, settings = ?, formats = ? WHERE id = ?",
                (found.size, found.modified, found.content, settings, formats, known),
            )
            if content and same_settings and same_formats:
                return bool(row[4] == "waiting")
            if not (content and same_settings):
                self._base.execute("DELETE FROM page WHERE file = ?", (known,))
                self._base.execute("UPDATE file SET total = NULL, deaths = 0 WHERE id = ?", (known,))
            self._base.execute(
                "UPDATE file SET state = 'waiting', owner = '', attempts = 0, error = '', exit_code = 0 WHERE id = ?", (known,)
            )
            return True

    def remember(self, inputs: Path, settings: dict[str, Any]) -> None:
        """Keep where the files lie and how they are read, for whoever opens the folder later. ``settings`` hold no secret."""
        with self._transaction():
            values = (str(inputs.resolve()), json.dumps(settings))
            self._base.execute("INSERT OR REPLACE INTO run VALUES (1, ?, ?)", values)

    def remembered(self) -> tuple[Path, dict[str, Any]] | None:
        """What :meth:`remember` kept; ``None`` for a folder of an earlier version."""
        row = self._base.execute("SELECT inputs, settings FROM run").fetchone()
        return (Path(row[0]), json.loads(row[1])) if row else None

    def known(self, path: str) -> tuple[int, int, str] | None:
        """Size, time of change and content of a file when it was taken in."""
        row = self._base.execute("SELECT size, modified, content FROM file WHERE path = ?", (path,)).fetchone()
        return (row[0], row[1], row[2]) if row else None

    def redo(self, path: str) -> None:
        """Work on a file again, whose results are gone; pages that were read are kept."""
        with self._transaction():
            self._base.execute("UPDATE file SET state = 'waiting', attempts = 0 WHERE path = ? AND state = 'done'", (path,))

    def outputs(self) -> Iterator[tuple[str, list[str]]]:
        """The files that are done, and what was written for each."""
        for path, outputs in self._base.execute("SELECT path, outputs FROM file WHERE state = 'done'").fetchall():
            yield path, json.loads(outputs)

    def release_dead(self) -> None:
        """Give back what processes of this machine had claimed that no longer run, and what leases ran out on."""
        with self._transaction():
            rows = self._base.execute("SELECT DISTINCT owner, lease FROM file WHERE state = 'working'").fetchall()
            for owner, lease in rows:
                if lease < time.time() or _is_dead(owner):
                    self._base.execute(
                        "UPDATE file SET state = 'waiting', owner = '' WHERE owner = ? AND state = 'working'", (owner,)
                    )

    def release(self, owner: str) -> None:
        """A worker was ended by its run: its file waits, and nothing is held against it."""
        with self._transaction():
            self._base.execute(
                "UPDATE file SET state = 'waiting', owner = '', attempts = max(0, attempts - 1) "
                "WHERE owner = ? AND state = 'working'",
                (owner,),
            )

    def claim(self, owner: str) -> Job | None:
        """The next file for a worker; ``None`` where there is none now. One that was begun too often is set aside."""
        with self._transaction():
            self._base.execute(
                "UPDATE file SET state = 'aside', error = 'it was begun too often without an end' "
                "WHERE state IN ('waiting', 'working') AND attempts >= ? AND (state = 'waiting' OR lease < ?)",
                (MOST_ATTEMPTS, time.time()),
            )
            row = self._base.execute(
                "SELECT * FROM (SELECT id, path, content, total, attempts FROM file WHERE state = 'waiting' "
                "ORDER BY attempts, path LIMIT 1) "  # by the index file_by_turn, without sorting all that wait
                "UNION ALL SELECT id, path, content, total, attempts FROM file WHERE state = 'working' AND lease < ? "
                "ORDER BY attempts, path LIMIT 1",
                (time.time(),),
            ).fetchone()
            if row is None:
                return None
            self._recent_of, self._recent = row[0], {}
            self._base.execute(
                "UPDATE file SET state = 'working', owner = ?, lease = ?, attempts = attempts + 1 WHERE id = ?",
                (owner, time.time() + LEASE, row[0]),
            )
            return Job(row[0], row[1], row[2], row[3], owner)

    def working(self) -> dict[str, Job]:
        """The worker and the file of each that is in work."""
        rows = self._base.execute("SELECT id, path, content, total, owner FROM file WHERE state = 'working'")
        return {row[-1]: Job(*row) for row in rows}

    def renew(self, owner: str) -> None:
        """Tell that the worker lives."""
        with self._transaction():
            self._base.execute("UPDATE file SET lease = ? WHERE owner = ? AND state = 'working'", (time.time() + LEASE, owner))

    def died(self, owner: str, how: str) -> str:
        """A worker ended without a word: its file waits again, or is set aside. The file's path; empty where it had none."""
        with self._transaction():
            row = self._base.execute(
                "SELECT id, path, deaths FROM file WHERE owner = ? AND state = 'working'", (owner,)
            ).fetchone()
            if row is None:
                return ""
            state = "aside" if row[2] + 1 >= MOST_DEATHS else "waiting"
            error = f"its worker died {row[2] + 1} times ({how})" if state == "aside" else ""
            self._base.execute(
                "UPDATE file SET state = ?, owner = '', deaths = deaths + 1, error = ?, exit_code = ? WHERE id = ?",
                (state, error, 15 if error else 0, row[0]),
            )
            return str(row[1])

    # what is done

    def copy_pages(self, job: Job) -> bool:
        """Take the pages of another file of the same content and settings that is done; true where there was one."""
        with self._transaction():
            row = self._base.execute(
                "SELECT other.id, other.total FROM file AS other JOIN file AS own ON own.id = ? "
                "WHERE other.content = own.content AND other.settings = own.settings AND other.id != own.id "
                "AND other.total IS NOT NULL LIMIT 1",
                (job.id,),
            ).fetchone()
            if row is None:
                return False
            self._recent = {}
            self._base.execute("DELETE FROM page WHERE file = ?", (job.id,))
            self._base.execute(
                "INSERT INTO page SELECT ?, number, record, failed, review, unread FROM page WHERE file = ?", (job.id, row[0])
            )
            self._base.execute("UPDATE file SET total = ? WHERE id = ?", (row[1], job.id))
            return True

    def add_page(self, job: Job, page: Page) -> None:
        """Keep a page that was read."""
        self.add_record(job, tables.Kept.of(job.path, page))
        if len(self._recent) < _RECENT:
            self._recent[page.number] = page

    def add_record(self, job: Job, page: tables.Kept) -> None:
        """The same of a record. A file that gets on is not begun too often, however often it is broken off."""
        with self._transaction():
            self._base.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?)", (job.id, *page))
            self._base.execute("UPDATE file SET attempts = 1 WHERE id = ?", (job.id,))

    def numbers(self, job: Job) -> set[int]:
        """The pages of a file that are kept."""
        return {number for (number,) in self._base.execute("SELECT number FROM page WHERE file = ?", (job.id,))}

    def document(self, job: Job) -> Document:
        """The file's pages that are kept, in order, as persons decided on them; each is loaded when it is asked for."""
        numbers, recent = sorted(self.numbers(job)), self._recent if self._recent_of == job.id else {}
        decided: dict[int, list[decisions.Decision]] = {}
        for decision in decisions.of_file(self._base, job.path):
            decided.setdefault(decision.page, []).append(decision)

        def load(index: int) -> Page:
            page = recent.get(numbers[index])
            if page is None:
                query = "SELECT record FROM page WHERE file = ? AND number = ?"
                (record,) = self._base.execute(query, (job.id, numbers[index])).fetchone()
                page = schema.loads(zlib.decompress(record).decode()).pages[0]
            return decisions.laid_over(page, decided.get(page.number, ()))[0]

        return Document(job.path, LazyPages(len(numbers), load))

    def complete(self, job: Job, total: int) -> None:
        """All pages that were wanted are kept."""
        with self._transaction():
            self._base.execute("UPDATE file SET total = ? WHERE id = ?", (total, job.id))

    def finish(self, job: Job, outputs: Sequence[str], seconds: float) -> None:
        """The file is done, and its results are written."""
        self._end(job, "done", json.dumps(list(outputs)), "", 0, seconds)

    def fail(self, job: Job, error: str, exit_code: int, seconds: float) -> None:
        """The file cannot be read; it is tried again when it or the settings change, or where that is asked for."""
        self._end(job, "failed", "[]", error, exit_code, seconds)

    def give_back(self, job: Job) -> None:
        """The run ends before the file does: it waits for another one."""
        with self._transaction():
            self._base.execute(
                "UPDATE file SET state = 'waiting', owner = '', attempts = max(0, attempts - 1) "
                "WHERE id = ? AND state = 'working' AND owner = ?",
                (job.id, job.owner),
            )

    def retry_failed(self) -> None:
        """Try again what failed or was set aside."""
        with self._transaction():
            self._base.execute(
                "UPDATE file SET state = 'waiting', attempts = 0, deaths = 0, error = '', exit_code = 0 "
                "WHERE state IN ('failed', 'aside')"
            )

    # what it says

    def counts(self) -> dict[str, int]:
        """How many files are in each state."""
        found = dict.fromkeys(STATES, 0)
        found.update(self._base.execute("SELECT state, count(*) FROM file GROUP BY state").fetchall())
        return found

    def rows(self) -> Iterator[Row]:
        """Every file, by path."""
        query = (
            "SELECT f.path, f.state, count(p.number), coalesce(sum(p.failed), 0), coalesce(sum(p.review), 0), "
            "coalesce(sum(p.unread), 0), f.error, f.exit_code, f.seconds, f.outputs "
            "FROM file AS f LEFT JOIN page AS p ON p.file = f.id GROUP BY f.id ORDER BY f.path"
        )
        for *row, outputs in self._base.execute(query):
            path, state, pages, failed, review, unread, error, exit_code, seconds = row
            yield Row(path, state, pages, failed, review, unread, error, exit_code, seconds, tuple(json.loads(outputs)))

    def _end(self, job: Job, state: str, outputs: str, error: str, exit_code: int, seconds: float) -> None:
        """Nothing where the job's lease ran out and another worker has it: that one ends it."""
        with self._transaction():
            self._base.execute(
                "UPDATE file SET state = ?, owner = '', outputs = ?, error = ?, exit_code = ?, seconds = ?, finished = ?, "
                "attempts = 0 WHERE id = ? AND state = 'working' AND owner = ?",
                (state, outputs, error, exit_code, seconds, time.time(), job.id, job.owner),
            )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing. It is begun for writing, so that two processes never deadlock on the way up to it.

        Within another one of the same thread it is a part of that one.
        """
        with self._lock:
            if self._base.in_transaction:
                yield
                return
            try:
                self._base.execute("BEGIN IMMEDIATE")
                try:
                    yield
                except BaseException:
                    with suppress(sqlite3.Error):
                        self._base.execute("ROLLBACK")
                    raise
                self._base.execute("COMMIT")
            except sqlite3.OperationalError as error:
                raise tables.refused(self.path, error) from error


def owner(number: int) -> str:
    """A name for a worker: machine, process, and which of its workers."""
    return f"{socket.gethostname()}:{os.getpid()}:{number}:{os.urandom(4).hex()}"


def _is_dead(name: str) -> bool:
    """True for the worker of a process of this machine that no longer runs."""
    host, _, process = name.rsplit(":", 2)[0].rpartition(":")
    if host != socket.gethostname() or not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
