"""The readers of a run on a cluster, and what each is at.

The machine of the run claims files, opens them, cuts them into parts, keeps the pages that come back and writes the results;
pages are read by the cluster. A reader that is lost with its machine is replaced; we count that ourselves, since Ray by default
tries such calls again without an end.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

import ray

import ocrect
from ocrect.batch import work
from ocrect.batch.manifest import LEASE, MOST_DEATHS, Job, Manifest, owner
from ocrect.batch.names import on_disk
from ocrect.batch.tables import Kept
from ocrect.batch.work import Plan
from ocrect.errors import DiskError, InputNotFoundError, InputTooLargeError, RecognitionError, SettingsError
from ocrect.record.document import Failure, Page
from ocrect.scale.reader import Greeting, Reader, Refusal

log = logging.getLogger("ocrect")

PART = 16
"""Most pages that a reader takes at a time."""
_LATE = 5.0  # seconds between two questions to a reader for pages that take too long
_HEARD = 0.05  # seconds to wait where no reader is at anything
_WATCH = "watch"  # the actor's thread that answers while it reads


@dataclass(slots=True)
class Task:
    """A file that readers are at: ``content`` is where the cluster has its bytes, ``parts`` the pages that nobody has taken."""

    job: Job
    content: Any
    wanted: int
    parts: list[list[int]]
    began: float
    readers: int = 0
    ended: Refusal | None = None
    said: set[str] = field(default_factory=set)  # warnings, each once however many parts there are

    @property
    def is_done(self) -> bool:
        """No page of it is read, or will be."""
        return not self.readers and not self.parts


@dataclass(slots=True, eq=False)
class Member:
    """A reader, what it will say next (None: it is idle), the task that it is at and the part of it, and what it was asked."""

    actor: Any
    awaited: Any
    task: Task | None = None
    part: list[int] = field(default_factory=list)
    late: Any = None
    asked: float = 0.0


class Readers:
    """A team for :func:`ocrect.batch.run.run`: at most ``count`` readers with a core each, and a share ``gpus`` of one."""

    def __init__(self, plan: Plan, count: int, gpus: float = 0.0) -> None:
        self.stopped = False
        self.running: dict[str, Task] = {}
        self._plan, self._count = plan, count
        self._writers = work.writers_of(plan)
        self._actors = ray.remote(
            num_cpus=1, num_gpus=gpus, max_restarts=0, max_task_retries=0, concurrency_groups={_WATCH: 1}
        )(Reader)
        self._readers: list[Member] = []
        self._woken: list[Member] = []
        self._numbers = itertools.count(1)
        self._deaths = Counter[tuple[int, int]]()
        self._stillborn = 0
        self._leases = _Leases(plan, self.running)
        self._leases.start()

    def start(self, most: int) -> None:
        """Start what is missing of readers for so many files, and for the parts that wait of those in work."""
        busy = sum(reader.task is not None for reader in self._readers)
        parts = sum(len(task.parts) for task in self.running.values())
        while len(self._readers) < min(self._count, max(most, busy + parts)):
            actor = self._actors.remote(self._plan.settings)
            self._readers.append(Member(actor, actor.greet.remote()))

    def wait(self, seconds: float) -> None:
        """Until one of them has something to say, or for so long."""
        waiting = {reader.awaited: reader for reader in self._readers if reader.awaited is not None}
        if not waiting:
            time.sleep(_HEARD)
            return
        if ray.wait(list(waiting), timeout=seconds)[0]:
            ready, _ = ray.wait(list(waiting), num_returns=len(waiting), timeout=0)
            self._woken = [waiting[awaited] for awaited in ready]

    def look(self, manifest: Manifest) -> Iterator[str]:
        """Keep what they have read, write what is complete, and give the idle ones more; tells of those that were lost.

        Raises:
            SettingsError: the readers there cannot do what the settings ask for.
            DiskError: nothing can be written.
        """
        woken, self._woken = self._woken, []
        for reader in woken:
            yield from self._hear(manifest, reader)
        self._end_late(manifest)
        for reader in self._readers:
            if reader.awaited is None and not self._give(manifest, reader):
                break
        self.start(0)

    def end(self) -> Iterable[str]:
        """End them now, whatever they do; gives the names that still hold files."""
        self._leases.end()
        for reader in self._readers:
            ray.kill(reader.actor)
        self._readers.clear()
        return list(self.running)

    def _hear(self, manifest: Manifest, reader: Member) -> Iterator[str]:
        """The next thing that a reader has to say, which is there: a greeting, a page, a refusal, a warning; or its end."""
        task = reader.task
        try:
            said = ray.get(reader.awaited if task is None else next(reader.awaited))
        except StopIteration:
            self._leave(manifest, reader)
            return
        except ray.exceptions.RayError as error:
            yield from self._lost(manifest, reader, error)
            return
        if isinstance(said, Greeting):
            self._stillborn, reader.awaited = 0, None
            _welcome(said)
        elif task is not None and isinstance(said, Kept):
            manifest.add_record(task.job, said)
        elif task is not None and isinstance(said, Refusal):
            task.ended = said
            task.parts.clear()
        elif task is not None and said not in task.said:
            task.said.add(said)
            log.warning("%s", work.of_file(task.job.path, said))

    def _give(self, manifest: Manifest, reader: Member) -> bool:
        """Give an idle reader the next part; false where there is none."""
        task = next((task for task in self.running.values() if task.parts), None) or self._next(manifest)
        if task is None:
            return False
        reader.task, reader.part, reader.asked = task, task.parts.pop(0), time.monotonic()
        task.readers += 1
        read = reader.actor.read.options(num_returns="streaming")
        reader.awaited = read.remote(task.content, task.job.path, reader.part)
        return True

    def _next(self, manifest: Manifest) -> Task | None:
        """The next file of which pages are to be read. Those before it of which all are there are written at once."""
        until = time.monotonic() + 1
        while time.monotonic() < until:
            job = manifest.claim(owner(next(self._numbers)))
            if job is None:
                return None
            task = self._begun(manifest, job)
            if task is not None:
                self.running[job.owner] = task
                return task
        return None

    def _begun(self, manifest: Manifest, job: Job) -> Task | None:
        began, path = time.perf_counter(), self._plan.inputs / on_disk(job.path)
        with work.failing(manifest, job, began):
            wanted, missing = work.wanting(manifest, self._plan.settings, job, path)
            if missing:
                content = _put(path)
                size = max(1, min(PART, ceil(len(missing) / (2 * self._count))))
                parts = [missing[first : first + size] for first in range(0, len(missing), size)]
                return Task(job, content, wanted, parts, began)
            if wanted:
                manifest.complete(job, wanted)
            work.finish(self._plan, manifest, job, self._writers, began)
        return None

    def _leave(self, manifest: Manifest, reader: Member) -> None:
        """The reader is done with its part; where that was the file's last one, so is the file."""
        task, reader.task, reader.awaited, reader.late = reader.task, None, None, None
        if task is None:
            return
        task.readers -= 1
        if not task.is_done:
            return
        del self.running[task.job.owner]
        if task.ended is not None:
            manifest.fail(task.job, task.ended.error, task.ended.exit_code, time.perf_counter() - task.began)
        else:
            with work.failing(manifest, task.job, task.began):
                manifest.complete(task.job, task.wanted)
                work.finish(self._plan, manifest, task.job, self._writers, task.began)

    def _lost(self, manifest: Manifest, reader: Member, error: Exception) -> Iterator[str]:
        """A reader ended without a word. The page that it was at is read by another one; it has failed after three of them."""
        task, why = reader.task, _why(error)
        if task is None:
            self._replace(manifest, reader)
            self._stillborn += 1
            if self._stillborn >= MOST_DEATHS:
                raise SettingsError(f"no reader can be started on the cluster: {why}", hint=_INSTALL)
            return
        for number in self._left(manifest, task, reader)[:1]:
            yield f"{task.job.path}, page {number}: its reader was lost ({why})"
            self._deaths[task.job.id, number] += 1
            if self._deaths[task.job.id, number] >= MOST_DEATHS:
                fault = RecognitionError(f"the page ended its reader {MOST_DEATHS} times ({why})")
                work.keep_failed(manifest, task.job, [Page(number, failure=Failure.of(fault))])
        self._replace(manifest, reader)

    def _end_late(self, manifest: Manifest) -> None:
        """Pages that take too long have failed: they are kept as that, and their readers ended."""
        now = time.monotonic()
        for reader in list(self._readers):
            task = reader.task
            if task is None or not self._plan.settings.page_seconds:
                continue
            if reader.late is None:
                if now - reader.asked > _LATE:
                    late = reader.actor.late.options(concurrency_group=_WATCH)
                    reader.late, reader.asked = late.remote(), now
            elif ray.wait([reader.late], timeout=0)[0]:
                pages, reader.late = _answer(reader.late), None
                if work.keep_failed(manifest, task.job, pages):
                    self._replace(manifest, reader)

    def _left(self, manifest: Manifest, task: Task, reader: Member) -> list[int]:
        """The pages of the reader's part that are not kept yet."""
        kept = manifest.numbers(task.job)
        return [number for number in reader.part if number not in kept]

    def _replace(self, manifest: Manifest, reader: Member) -> None:
        """End a reader; others read what is left of its part."""
        self._readers.remove(reader)
        ray.kill(reader.actor)
        task = reader.task
        if task is not None and task.ended is None and (left := self._left(manifest, task, reader)):
            task.parts.insert(0, left)
        self._leave(manifest, reader)


class _Leases(threading.Thread):
    """Renews the leases of the files in work, however long a result takes to be written."""

    def __init__(self, plan: Plan, running: dict[str, Task]) -> None:
        super().__init__(daemon=True)
        self._plan, self._running, self._over = plan, running, threading.Event()

    def run(self) -> None:
        while not self._over.wait(LEASE / 6):
            # busy, or the disk full: the next time tries again
            with suppress(DiskError), Manifest(self._plan.manifest) as manifest:
                for name in list(self._running):
                    manifest.renew(name)

    def end(self) -> None:
        self._over.set()
        self.join()


def _put(path: Path) -> Any:
    """Where the cluster has the file's bytes.

    Raises:
        InputError: it cannot be read, or is too large for the cluster's memory.
    """
    try:
        return ray.put(path.read_bytes())
    except OSError as error:
        raise InputNotFoundError(f"cannot read {path}: {error.strerror}") from error
    except (MemoryError, ray.exceptions.RayError) as error:
        raise InputTooLargeError(
            f"{path} is too large for the cluster's memory: {_why(error)}",
            hint="Give the cluster a larger object store, or read the file without --ray.",
        ) from error


_INSTALL = f"Install ocrect {ocrect.__version__} and what the settings name on every node of the cluster."


def _welcome(said: Greeting) -> None:
    """Raises what keeps a reader from reading."""
    if said.version != ocrect.__version__:
        raise SettingsError(f"the cluster has ocrect {said.version}, and this is {ocrect.__version__}", hint=_INSTALL)
    if said.error:
        raise SettingsError(f"a reader on the cluster: {said.error}", hint=_INSTALL)


def _answer(awaited: Any) -> list[Page]:
    """What a reader said of its late pages; nothing where it was lost, which is heard elsewhere."""
    try:
        late: list[Page] = ray.get(awaited)
    except ray.exceptions.RayError:
        return []
    return late


def _why(error: Exception) -> str:
    """The line in which the cluster says why: of an exception of the reader's own the last one, of its end the first."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    own = isinstance(error, ray.exceptions.RayTaskError) or getattr(error, "actor_init_failed", False)
    return lines[-1 if own else 0]
