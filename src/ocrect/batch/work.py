"""One worker: a process that claims files, reads them page by page, and writes their results."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocrect import plugins, source, writers
from ocrect.batch.manifest import LEASE, Job, Manifest
from ocrect.batch.names import on_disk
from ocrect.batch.tables import Kept
from ocrect.errors import DiskError, InputTooLargeError, OcrectError
from ocrect.plugins import Writer
from ocrect.record.document import Document, Failure, Page
from ocrect.record.rewriting import printed
from ocrect.settings import LOG_LEVEL, Settings
from ocrect.source.original import OriginalFile
from ocrect.writers.terminal import visible

if TYPE_CHECKING:
    from ocrect.pipeline import Pipeline

_log = logging.getLogger("ocrect")

IDLE = 1.0
"""Seconds between two looks for work, while other workers still have files that may come back."""
RECORDS = ("json", "record")
"""Formats that keep the record: what was read, proposed and decided."""
STOPPED, OVERDUE = 75, 76
"""Exit codes of a worker that ended because nothing can be read or written (EX_TEMPFAIL): the run ends with it; and of one with
a page that took too long: that page has failed, and another worker goes on.
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a worker has to know; it travels to its process."""

    manifest: Path
    inputs: Path
    outputs: Path
    settings: Settings
    formats: tuple[str, ...]
    force: bool = False


def main(plan: Plan, owner: str) -> None:
    """Work until there is nothing left. Ends the process at once where its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    said = Naming.installed()
    try:
        pipeline, made = prepared(plan)
    except OcrectError:
        os._exit(STOPPED)  # the run meets the same error, and tells it
    with Manifest(plan.manifest) as manifest, pipeline:
        Pulse(plan.manifest, owner, lambda: overdue(pipeline)).start()
        while True:
            job = manifest.claim(owner)
            if job is None:
                if not manifest.counts()["working"]:
                    return
                time.sleep(IDLE)
                continue
            said.file = job.path
            try:
                _one(plan, manifest, pipeline, job, made)
            except DiskError as error:
                manifest.give_back(job)
                _log.error("%s: %s", job.path, error.in_full)
                os._exit(STOPPED)


class Naming(logging.Filter):
    """Begins each line of a worker's log with the ``file`` that it works on, where the line does not name it."""

    file = ""

    @classmethod
    def installed(cls) -> Naming:
        """The one of this process, whose log goes to the standard error of the run."""
        logging.basicConfig(format="ocrect: %(message)s", level=(os.environ.get(LOG_LEVEL) or "WARNING").upper())
        naming = cls()
        for handler in logging.getLogger().handlers:
            handler.addFilter(naming)
        return naming

    def filter(self, record: logging.LogRecord) -> bool:
        """Let all pass."""
        if self.file:
            record.msg, record.args = of_file(self.file, record.getMessage()), None
        return True


def of_file(file: str, said: str) -> str:
    """What is said, with the file that it is about."""
    return said if file in said else f"{visible(file)}: {said}"


def prepared(plan: Plan) -> tuple[Pipeline, list[tuple[str, Writer]]]:
    """What a worker works with.

    Raises:
        SettingsError: the settings name something that there is not.
    """
    from ocrect.pipeline import Pipeline  # here, since the run that starts the workers reads nothing

    return Pipeline(plan.settings), writers_of(plan)


def writers_of(plan: Plan) -> list[tuple[str, Writer]]:
    """The formats and their writers."""
    return [(name, plugins.load("writers", name)(plan.settings)) for name in plan.formats]


def overdue(pipeline: Pipeline) -> list[Page]:
    """The pages that the pipeline has read or corrected for longer than its settings allow, as they are to be kept."""
    seconds = pipeline.settings.page_seconds
    error = InputTooLargeError(
        f"the page took more than {seconds:g} s to read or to correct",
        hint="Raise --page-seconds, or lower --dpi; where a language model is slow, choose a smaller one.",
    )
    return [replace(page, failure=Failure.of(error)) for page in pipeline.times.overdue(seconds)]


class Pulse(threading.Thread):
    """Renews the worker's lease, and ends the process when its parent is gone, or when pages are ``late``: they are kept as
    that gives them, and the worker's file waits for another one.
    """

    def __init__(self, manifest: Path, owner: str, late: Callable[[], list[Page]]) -> None:
        super().__init__(daemon=True)
        self._manifest, self._owner, self._late = manifest, owner, late
        self._parent = multiprocessing.parent_process()

    def run(self) -> None:
        with Manifest(self._manifest) as manifest:
            renewed = time.monotonic()
            while True:
                if self._parent is None:  # not started by a run, as in tests
                    time.sleep(IDLE)
                else:
                    self._parent.join(IDLE)
                    if not self._parent.is_alive():
                        os._exit(1)
                with suppress(DiskError):  # the manifest is busy, or the disk full: the next second tries again
                    if late := self._late():
                        self._end(manifest, late)
                    if time.monotonic() - renewed > LEASE / 6:
                        manifest.renew(self._owner)
                        renewed = time.monotonic()

    def _end(self, manifest: Manifest, late: list[Page]) -> None:
        """Keep the pages that are late as the file's, and end the process."""
        job = manifest.working().get(self._owner)
        if job is None:
            return
        keep_failed(manifest, job, late)
        os._exit(OVERDUE)


def keep_failed(manifest: Manifest, job: Job, pages: Sequence[Page]) -> bool:
    """Keep those of the pages of a file that failed and are not kept yet, and say so; true where there are any."""
    kept = manifest.numbers(job)
    failed = [page for page in pages if page.failure is not None and page.number not in kept]
    for page in failed:
        manifest.add_record(job, Kept.of(job.path, page))
        _log.error("%s, page %d: %s", job.path, page.number, page.failure.message if page.failure else "")
    return bool(failed)


def _one(plan: Plan, manifest: Manifest, pipeline: Pipeline, job: Job, made: Sequence[tuple[str, Writer]]) -> None:
    """Read what is not yet read of one file, and write it in each format that it can be written in; an error of the file, or of
    one of its results, is kept, one of the disk is raised.
    """
    began = time.perf_counter()
    with failing(manifest, job, began):
        for _ in read(manifest, pipeline, job, plan.inputs / on_disk(job.path)):
            pass
        finish(plan, manifest, job, made, began)


@contextmanager
def failing(manifest: Manifest, job: Job, began: float) -> Iterator[None]:
    """An error of the file in the body is kept as how it ended, one of the disk is raised. ``began``: seconds, a performance
    counter's.
    """
    try:
        yield
    except DiskError:
        raise
    except OcrectError as error:
        manifest.fail(job, error.in_full, error.exit_code, time.perf_counter() - began)


def finish(plan: Plan, manifest: Manifest, job: Job, made: Sequence[tuple[str, Writer]], began: float) -> None:
    """Write what was read of the file in each format, and keep that it is done.

    Raises:
        ExportError: a result cannot be written.
    """
    document = replace(manifest.document(job), source=str(plan.inputs / on_disk(job.path)))
    manifest.finish(job, _written_all(plan, document, job.path, made), time.perf_counter() - began)


def _written_all(plan: Plan, document: Document, name: str, made: Sequence[tuple[str, Writer]]) -> list[str]:
    """Write every format that can be; where some cannot, the first of their errors is raised in the end."""
    outputs, errors = [], list[OcrectError]()
    for kind, writer in made:
        try:
            outputs.append(written(plan, document, name, kind, writer))
        except DiskError:
            raise
        except OcrectError as error:
            errors.append(error)
    if errors:
        raise errors[0]
    return outputs


def read(manifest: Manifest, pipeline: Pipeline, job: Job, path: Path) -> Iterator[int]:
    """Read and keep the pages of a file that are wanted and not kept yet; gives how many are wanted, before the first and
    after each.

    Raises:
        InputError: the file cannot be read.
    """
    wanted, missing = wanting(manifest, pipeline.settings, job, path)
    if not wanted:
        return
    yield wanted
    if missing:
        for page in pipeline.pages(path, pages=listed(missing)):
            manifest.add_page(job, page)
            yield wanted
    manifest.complete(job, wanted)


def wanting(manifest: Manifest, settings: Settings, job: Job, path: Path) -> tuple[int, list[int]]:
    """How many pages of a file are wanted, and which of them are not kept yet; none where all are, or a copy's were taken.

    Raises:
        InputError: the file cannot be read.
    """
    if job.total is not None or manifest.copy_pages(job):
        return 0, []
    wanted = source.numbers(path, settings)
    return len(wanted), sorted(set(wanted) - manifest.numbers(job))


def listed(numbers: Sequence[int]) -> str:
    """Pages as the setting ``pages`` takes them."""
    return ",".join(map(str, numbers))


def written(plan: Plan, document: Document, name: str, kind: str, writer: Writer) -> str:
    """Write one result of the input ``name`` in the mirrored tree, in the format ``kind``; gives its path relative to the
    output folder. Lines that a person struck out are in those formats alone that keep the record.

    Raises:
        ExportError: it cannot be written.
    """
    path, result = plan.inputs / on_disk(name), place(name, writer)
    target = plan.outputs / on_disk(result)
    document = document if kind in RECORDS else printed(document)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise writers.refused(target.parent, error) from error
    with OriginalFile(path, plan.settings, name) as original:
        writers.save(lambda out: writer(document, original, out), target, (path,), force=plan.force, origin=name)
    return result


def place(name: str, writer: Any) -> str:
    """Where the result of an input goes: its own name with the format's suffix behind it, so that no two can meet."""
    suffix: str = writer.suffixes[0]
    return name if name.lower().endswith(suffix) else name + suffix
