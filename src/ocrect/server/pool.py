"""Who looks after the workers: starts what the queue needs, ends what takes too long or was deleted, keeps house."""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import threading
import time
from collections import Counter
from pathlib import Path

from ocrect.batch.jobs import Jobs
from ocrect.batch.manifest import Job
from ocrect.batch.run import Workers
from ocrect.errors import DiskError, ExportError, InputTooLargeError, OcrectError
from ocrect.server import worker
from ocrect.server.plan import RESULTS, REVIEWED, UPLOADS, Plan
from ocrect.server.reviewing import Reviewer
from ocrect.wording import counted

log = logging.getLogger("ocrect")

LOCK = "server.lock"
FOLDERS = (UPLOADS, RESULTS, REVIEWED)
_LOOK, _HOUSEKEEPING, _REST = 0.1, 30.0, 5.0
_YOUNG = 600.0  # seconds for which a file without a job may be an upload on its way


class Pool:
    """The workers of one service. Its thread starts and ends them; any thread may cancel a job.

    ``jobs`` is its own connection, so that others notice its changes.
    """

    def __init__(self, plan: Plan, jobs: Jobs, cores: int, reviewer: Reviewer | None = None) -> None:
        self.plan, self.jobs, self.reviewer = plan, jobs, reviewer
        self.counts: Counter[str] = Counter()
        """What happened since the start: ``started``, ``died``, ``killed``."""
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._ending = False
        self._since: dict[str, tuple[int, float]] = {}
        self._rest_until = self._cleaned = 0.0
        self._workers = Workers(worker.main, plan, cores)
        self._thread = threading.Thread(target=self._run, name="ocrect-pool", daemon=True)
        jobs.release_all()

    def start(self) -> None:
        """Begin. Jobs that were in work when the service ended go on."""
        self._sweep(all_ages=True)
        self._thread.start()

    def wake(self) -> None:
        """There is something to do."""
        self._wake.set()

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def running(self) -> int:
        """How many workers there are."""
        return len(self._workers.running)

    def cancel(self, owner: str) -> None:
        """End the worker that has a job which was deleted; whatever it has taken up since waits again."""
        with self._lock:
            if owner and self._workers.kill(owner):
                self.counts["killed"] += 1
                self._release(owner)
        self._wake.set()

    def remove_files(self, job: str) -> None:
        """Delete what is kept of a job beside the manifest."""
        shutil.rmtree(self.plan.results(job), ignore_errors=True)
        self.plan.upload(job).unlink(missing_ok=True)
        for path in self.plan.reviewed.glob(f"{job}.*"):
            path.unlink(missing_ok=True)

    def stop(self) -> None:
        """End the workers: each may finish its page; documents go on when the service is started again."""
        self._ending = True
        self._wake.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending:
            try:
                with self._lock:
                    self._look()
                if self.reviewer is not None:
                    self.reviewer.look()
                if time.monotonic() - self._cleaned > _HOUSEKEEPING:
                    self._sweep()
            except OcrectError as error:  # the manifest cannot be written to: a full disk, most likely
                log.error("%s", error.in_full)
                self._rest_until = time.monotonic() + _REST
            self._wake.wait(_LOOK)
            self._wake.clear()
        with self._lock:  # here, since a worker does not outlive the thread that started it
            for name in self._workers.end():
                self._release(name)
        if self.reviewer is not None:
            self.reviewer.end()

    def _look(self) -> None:
        for word in self._workers.look(self.jobs):
            self.counts["died"] += 1
            log.warning("%s", word)
        if self._workers.stopped:  # a worker could not write
            self._workers.stopped = False
            self._rest_until = time.monotonic() + _REST
        self._end_overdue()
        counts = self.jobs.counts()
        if counts["waiting"] and time.monotonic() >= self._rest_until:
            before = self._workers.started
            self._workers.start(counts["waiting"] + counts["working"])
            self.counts["started"] += self._workers.started - before

    def _end_overdue(self) -> None:
        """A document whose time is up has failed, and its worker is ended."""
        working, now = self.jobs.working(), time.monotonic()
        self._since = {owner: self._begun(owner, job, now) for owner, job in working.items()}
        for owner, job in working.items():
            seconds = now - self._since[owner][1]
            if seconds > self.plan.limits.document_seconds:
                self._workers.kill(owner)
                self.counts["killed"] += 1
                limit = self.plan.limits.document_seconds
                error = InputTooLargeError(
                    f"the document took more than {counted(limit, 'second')}", hint="Send fewer pages at a time."
                )
                self.jobs.refuse(job, error, seconds)

    def _begun(self, owner: str, job: Job, now: float) -> tuple[int, float]:
        known = self._since.get(owner)
        return known if known is not None and known[0] == job.id else (job.id, now)

    def _release(self, owner: str) -> None:
        try:
            self.jobs.release(owner)
        except DiskError as error:
            log.error("%s", error)  # its lease runs out, or the next start releases it

    def _sweep(self, *, all_ages: bool = False) -> None:
        """Delete what has expired, and files of no job."""
        self._cleaned = time.monotonic()
        for job in self.jobs.expire(self.plan.limits.keep_seconds):
            self.remove_files(job)
        old, known = time.time() - (0 if all_ages else _YOUNG), self.jobs.ids()
        for folder in FOLDERS:
            for path in (self.plan.folder / folder).iterdir():
                if path.name.partition(".")[0] not in known and _changed(path) < old:
                    if path.is_dir():
                        shutil.rmtree(path, ignore_errors=True)
                    else:
                        path.unlink(missing_ok=True)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def hold(folder: Path) -> int:
    """Make the folder, for its owner's eyes alone, and keep other services off it until what is returned is closed.

    Raises:
        ExportError: it cannot be written to, or another service has it.
    """
    try:
        for path in (folder, *(folder / name for name in FOLDERS)):
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ExportError(f"another service works in {folder}", hint="End it, or name another folder: --data.") from None
    except OSError as error:
        raise ExportError(f"cannot use {folder}: {error.strerror or error}", hint="Name another folder: --data.") from error
    return held
