"""The queue of a service, whatever clients and workers do in whatever order: nothing taken twice, lost, or beyond a limit."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from ocrect.batch.jobs import DOCUMENT, Jobs, Order
from ocrect.batch.limits import Limits
from ocrect.batch.manifest import MOST_DEATHS, Job, owner
from ocrect.errors import BusyError, DamagedInputError, IdempotencyError, JobNotFoundError, StorageFullError
from ocrect.record.document import Page

LIMITS = Limits(queue=5, jobs_per_key=3, disk_bytes=1_000, pages_per_day=6)
CLIENTS = ("", "one", "two")


class Queue(RuleBasedStateMachine):
    """Clients that send, ask again and delete; workers that claim, finish, fail, die, are told to stop, and sleep so long that
    another one gets their job.
    """

    jobs = Bundle("jobs")
    claims = Bundle("claims")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.queue = Jobs(self.folder / "manifest.sqlite")
        self.known: dict[str, tuple[str, int]] = {}
        self.keys: dict[tuple[str, str], tuple[str, str]] = {}
        self.at_work: dict[str, tuple[str, Job]] = {}
        self.asleep: dict[str, tuple[str, Job]] = {}
        self.late: list[Job] = []
        self.deaths: dict[str, int] = {}
        self.waits: list[int] = []
        self.pages = dict.fromkeys(CLIENTS, 0)
        self.sent = 0

    def teardown(self) -> None:
        self.queue.close()
        shutil.rmtree(self.folder)

    def open_jobs(self, client: str | None = None) -> list[str]:
        return [job for job, (of, _) in self.known.items() if client in (None, of) and self.queue.view(job, of).is_open]

    @rule(
        target=jobs,
        client=st.sampled_from(CLIENTS),
        size=st.integers(1, 400),
        key=st.sampled_from([None, "a", "b"]),
        what=st.sampled_from("xy"),
    )
    def send(self, client: str, size: int, key: str | None, what: str):
        order = Order(client, "scan", "scan", {}, ["text"], size, what, what, f"{what}{size}", key)
        self.sent += 1  # ids of a real service that fall into one millisecond are in a random order: no run would be repeatable
        job, before = f"{self.sent:012x}", self.keys.get((client, key or ""))
        free = sum(size for _, size in self.known.values()) + size <= LIMITS.disk_bytes
        try:
            taken = self.queue.submit(job, order, LIMITS)
        except IdempotencyError:
            assert before is not None
            assert before[1] != order.request
            return multiple()
        except BusyError as error:
            self.waits.append(error.after)
            assert len(self.open_jobs()) >= 5 or len(self.open_jobs(client)) >= 3 or self.pages[client] >= 6
            return multiple()
        except StorageFullError:
            assert not free
            return multiple()
        if before is not None:
            assert (taken, order.request) == before
            return multiple()
        assert taken == job
        self.known[job] = (client, size)
        if key:
            self.keys[client, key] = (job, order.request)
        return job

    @rule(job=jobs, client=st.sampled_from(CLIENTS))
    def ask(self, job: str, client: str) -> None:
        if job in self.known and self.known[job][0] == client:
            assert self.queue.view(job, client).id == job
        else:
            with pytest.raises(JobNotFoundError):
                self.queue.view(job, client)

    @rule(job=jobs)
    def delete(self, job: str) -> None:
        if job not in self.known:
            return
        of = self.queue.remove(job, self.known.pop(job)[0])
        assert (of in self.at_work or of in self.asleep) == bool(of)
        self.at_work.pop(of, None)
        self.asleep.pop(of, None)
        self.keys = {key: value for key, value in self.keys.items() if value[0] != job}

    @rule(target=claims)
    def claim(self):
        for held in self.at_work:  # what a worker's pulse does: on a busy machine these steps take longer than a lease
            self.queue.renew(held)
        name = owner(len(self.at_work))
        job = self.queue.claim(name)
        for sleeper in self.asleep.keys() - self.queue.working().keys():
            self.late.append(self.asleep.pop(sleeper)[1])
        if job is None:
            assert not [job for job in self.open_jobs() if job not in {held.path for _, held in self.at_work.values()}]
            return multiple()
        assert job.path in self.known
        assert job.path not in {held.path for _, held in self.at_work.values()}, "a job is one worker's"
        self.at_work[name] = (job.path, job)
        return name

    @rule(name=claims, pages=st.integers(1, 3))
    def finish(self, name: str, pages: int) -> None:
        if name not in self.at_work:
            return
        path, job = self.at_work.pop(name)
        client = self.known[path][0]
        had = self.queue.numbers(job)
        if job.total is None:
            for number in range(1, pages + 1):
                if number not in had:
                    self.queue.add_page(job, Page(number))
                    self.queue.tell(job, client, pages, 1)
                    self.pages[client] += 1
            self.queue.complete(job, pages)
        assert self.queue.settle(job, ["text.txt"], {}, 0, 0.1)
        view = self.queue.view(path, client)
        assert view.state == "done" or view.formats != ("text",)

    @rule(name=claims)
    def fail(self, name: str) -> None:
        if name in self.at_work:
            path, job = self.at_work.pop(name)
            self.queue.refuse(job, DamagedInputError("broken"), 0.1)
            assert self.queue.view(path, self.known[path][0]).problems[DOCUMENT]["kind"] == "DamagedInputError"

    @rule(name=claims)
    def die(self, name: str) -> None:
        if name in self.at_work:
            path, _ = self.at_work.pop(name)
            self.deaths[path] = self.deaths.get(path, 0) + 1
            assert self.queue.died(name, "signal 9") == path
            state = self.queue.view(path, self.known[path][0]).state
            assert (state == "aside") == (self.deaths[path] >= MOST_DEATHS)

    @rule(name=claims)
    def sleep_too_long(self, name: str) -> None:
        if name in self.at_work:
            self.asleep[name] = self.at_work.pop(name)
            self.queue._base.execute("UPDATE file SET lease = 0 WHERE owner = ?", (name,))

    @rule()
    def wake_up_late(self) -> None:
        for job in self.late:
            before = self.queue.counts(), self.queue.working()
            assert not self.queue.settle(job, ["text.txt"], {}, 1, 0.1)
            self.queue.refuse(job, DamagedInputError("broken"), 0.1)
            self.queue.give_back(job)
            assert (self.queue.counts(), self.queue.working()) == before
            assert all(
                DOCUMENT not in self.queue.view(j, of).problems or self.queue.view(j, of).state in ("failed", "aside")
                for j, (of, _) in self.known.items()
            )

    @rule()
    def restart(self) -> None:
        self.queue.close()
        self.queue = Jobs(self.folder / "manifest.sqlite")
        self.queue.release_all()
        self.late += [job for _, job in (*self.at_work.values(), *self.asleep.values())]
        self.at_work.clear()
        self.asleep.clear()

    @rule(job=jobs)
    def want_another_format(self, job: str) -> None:
        if job in self.known and self.queue.view(job, self.known[job][0]).state == "done":
            self.queue.want(job, "json")
            view = self.queue.view(job, self.known[job][0])
            assert "json" in view.formats
            assert view.state in ("writing", "done")

    @invariant()
    def nothing_is_lost_and_no_limit_is_passed(self) -> None:
        assert self.queue.ids() == set(self.known)
        assert all(seconds >= 1 for seconds in self.waits)
        assert self.queue.bytes() == sum(size for _, size in self.known.values()) <= LIMITS.disk_bytes
        assert {name: job.path for name, job in self.queue.working().items()} == {
            name: path for name, (path, _) in (self.at_work | self.asleep).items()
        }


TestQueue = Queue.TestCase
TestQueue.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
