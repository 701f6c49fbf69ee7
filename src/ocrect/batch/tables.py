"""The tables of a manifest, documented in docs/batch.md; an older version's are brought up to date, without loss."""

from __future__ import annotations

import errno
import sqlite3
import time
import zlib
from pathlib import Path
from typing import NamedTuple

from ocrect import writers
from ocrect.errors import DiskError, InputError
from ocrect.record import schema
from ocrect.record.document import Document, Page

_STEPS = (
    """
CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    content TEXT NOT NULL,
    settings TEXT NOT NULL,
    formats TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    owner TEXT NOT NULL DEFAULT '',
    lease REAL NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    deaths INTEGER NOT NULL DEFAULT 0,
    total INTEGER,
    outputs TEXT NOT NULL DEFAULT '[]',
    error TEXT NOT NULL DEFAULT '',
    exit_code INTEGER NOT NULL DEFAULT 0,
    seconds REAL NOT NULL DEFAULT 0,
    finished REAL
);
CREATE INDEX file_by_state ON file (state, lease);
CREATE INDEX file_by_content ON file (content, settings, state);
CREATE TABLE page (
    file INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    record BLOB NOT NULL,
    failed INTEGER NOT NULL,
    review INTEGER NOT NULL,
    unread INTEGER NOT NULL,
    PRIMARY KEY (file, number)
);
""",
    """
CREATE TABLE job (
    file INTEGER PRIMARY KEY REFERENCES file (id) ON DELETE CASCADE,
    client TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    options TEXT NOT NULL,
    request TEXT NOT NULL,
    idempotency TEXT,
    created REAL NOT NULL,
    wanted INTEGER,
    problems TEXT NOT NULL DEFAULT '{}',
    bytes INTEGER NOT NULL DEFAULT 0,
    UNIQUE (client, idempotency)
);
CREATE TABLE usage (
    client TEXT NOT NULL,
    hour INTEGER NOT NULL,
    pages INTEGER NOT NULL,
    PRIMARY KEY (client, hour)
);
""",
    """
CREATE TABLE run (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    inputs TEXT NOT NULL,
    settings TEXT NOT NULL
);
CREATE TABLE decision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token TEXT NOT NULL UNIQUE,
    path TEXT NOT NULL,
    page INTEGER NOT NULL,
    line TEXT NOT NULL,
    kind TEXT NOT NULL,
    start INTEGER NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    box TEXT NOT NULL,
    who TEXT NOT NULL,
    made REAL NOT NULL,
    crop TEXT NOT NULL,
    series TEXT NOT NULL,
    of INTEGER REFERENCES decision (id)
);
CREATE INDEX decision_by_page ON decision (path, page, id);
CREATE INDEX decision_undone ON decision (of) WHERE of IS NOT NULL;
CREATE INDEX decision_by_person ON decision (who, id);
CREATE INDEX decision_by_series ON decision (series) WHERE series != '';
""",
    "CREATE INDEX file_by_turn ON file (state, attempts, path);",
)
"""What each version added: 1 files and their pages, 2 the jobs of a service, 3 where a run's files lie and what persons
decided, 4 the order in which files are claimed.
"""

VERSION = len(_STEPS)

_HINTS = {
    sqlite3.SQLITE_FULL: writers.hint_of(errno.ENOSPC),
    sqlite3.SQLITE_IOERR: "The disk is full, or fails: free some space, look at the system's log, or write elsewhere.",
    sqlite3.SQLITE_READONLY: writers.hint_of(errno.EACCES),
    sqlite3.SQLITE_CANTOPEN: writers.hint_of(errno.EACCES),
    sqlite3.SQLITE_BUSY: "Another run holds it: try again when that has gone on.",
    sqlite3.SQLITE_NOTADB: "It is damaged: move it away, and the folder is read anew.",
    sqlite3.SQLITE_CORRUPT: "It is damaged: move it away, and the folder is read anew.",
}
"""The next step by SQLite's primary result code."""
_LEVEL = 1  # of zlib: most of a record is evidence, which is compressed already
_AGAIN = 0.01  # seconds until write-ahead logging is asked for again


class Kept(NamedTuple):
    """A page as the manifest keeps it: a row of the table ``page``, but for the file's number."""

    number: int
    record: bytes
    failed: bool
    review: int
    unread: int

    @classmethod
    def of(cls, path: str, page: Page) -> Kept:
        """Of a page of the file ``path``."""
        record = zlib.compress(schema.dumps(Document(path, (page,))).encode(), _LEVEL)
        review = sum(v.decision == "review" for line in page.lines() for v in line.verdicts)
        return cls(page.number, record, page.failure is not None, review, len(page.unread))


def prepare(base: sqlite3.Connection, path: Path) -> None:
    """Make the tables that are missing, within the transaction that is open.

    Raises:
        InputError: the database is not ours, or a later version's.
    """
    (version,) = base.execute("PRAGMA user_version").fetchone()
    strange = version == 0 and base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if strange or not 0 <= version <= VERSION:
        raise InputError(
            f"{path} is no manifest of this version of ocrect",
            hint="Name another output folder, or remove that file.",
        )
    for step in _STEPS[version:]:
        for statement in filter(str.strip, step.split(";")):
            base.execute(statement)
    base.execute(f"PRAGMA user_version = {VERSION}")


def write_ahead(base: sqlite3.Connection, seconds: float) -> None:
    """Switch to write-ahead logging. Where several processes open a new file at once SQLite refuses that without waiting:
    it is tried again for so many ``seconds``.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            base.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(_AGAIN)
        else:
            return


def refused(path: Path, error: Exception) -> DiskError:
    """What was raised where the manifest ``path`` was made, opened or written, as an error of ours with the next step."""
    if isinstance(error, NotADirectoryError | FileExistsError):
        return DiskError(
            f"cannot use the manifest {path}: something on its way is a file", hint="Name a folder for the output."
        )
    if isinstance(error, OSError):
        return DiskError(f"cannot use the manifest {path}: {error.strerror}", hint=writers.hint_of(error.errno or 0))
    hint = _HINTS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, "Check the folder, or name another one for the output.")
    return DiskError(f"cannot use the manifest {path}: {error}", hint=hint)
