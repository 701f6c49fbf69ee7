"""What a worker does with a job: read or correct it page by page, and write it in the formats that were asked for."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ocrect import markup, plugins, source, writers
from ocrect.batch import work as batch
from ocrect.batch.jobs import Jobs, Task, problem
from ocrect.batch.manifest import Job
from ocrect.errors import DiskError, InputTooLargeError, OcrectError
from ocrect.pipeline import Pipeline
from ocrect.record import plaintext
from ocrect.record.document import Document, Page
from ocrect.record.rewriting import printed
from ocrect.server import confine
from ocrect.server.plan import Plan
from ocrect.settings import Settings
from ocrect.source.original import OriginalFile
from ocrect.wording import counted

log = logging.getLogger("ocrect")

CORRECTED = "corrected"
"""The format of a text, hOCR or ALTO that came and goes back with its words exchanged."""
SUFFIXES = {"text": ".txt", "hocr": ".hocr", "alto": ".alto.xml"}
"""Suffix of :data:`CORRECTED` by kind of job."""
SCAN = "scan"
_LOOK = 0.05  # seconds between two looks for work
_PIPELINES = 2


class Pipelines:
    """The pipelines of the last settings asked for; what was used longest ago is closed first."""

    def __init__(self) -> None:
        self._open: dict[Settings, Pipeline] = {}  # its order is that of use

    def of(self, settings: Settings) -> Pipeline:
        """Raises :class:`~ocrect.errors.SettingsError` where a setting names what is not there."""
        pipeline = self._open.pop(settings, None)
        if pipeline is None:
            while len(self._open) >= _PIPELINES:
                self._open.pop(next(iter(self._open))).close()
            pipeline = Pipeline(settings)
        self._open[settings] = pipeline
        return pipeline

    def overdue(self) -> list[Page]:
        """The pages that took too long, in whichever of them (:func:`ocrect.batch.work.overdue`)."""
        return [page for pipeline in list(self._open.values()) for page in batch.overdue(pipeline)]

    def close(self) -> None:
        while self._open:
            self._open.popitem()[1].close()


def work(plan: Plan, owner: str, stop: threading.Event) -> None:
    """Claim jobs and do them, until ``stop`` is set, none came for a while, or the process has grown."""
    pipelines = Pipelines()
    with Jobs(plan.manifest) as jobs:
        batch.Pulse(plan.manifest, owner, pipelines.overdue).start()
        last = time.monotonic()
        try:
            while not stop.is_set() and time.monotonic() - last < plan.limits.worker_idle:
                job = jobs.claim(owner) if jobs.is_waiting() else None
                if job is None:
                    stop.wait(_LOOK)
                    continue
                _guarded(plan, jobs, pipelines, job, stop)
                last = time.monotonic()
                confine.trim()
                if _has_grown(plan):
                    return
        finally:
            pipelines.close()


def _guarded(plan: Plan, jobs: Jobs, pipelines: Pipelines, job: Job, stop: threading.Event) -> None:
    """One job within its share of CPU; where nothing can be written, it waits and the process ends."""
    confine.limit_cpu(_share(plan))
    try:
        _one(plan, jobs, pipelines, job, stop)
    except DiskError as error:
        jobs.give_back(job)
        log.error("%s: %s", job.path, error.in_full)
        pipelines.close()
        os._exit(batch.STOPPED)


def _share(plan: Plan) -> float:
    """CPU seconds that a document may take: its time on every core."""
    return plan.limits.document_seconds * (os.cpu_count() or 1)


def _one(plan: Plan, jobs: Jobs, pipelines: Pipelines, job: Job, stop: threading.Event) -> None:
    began, task, path = time.perf_counter(), jobs.task(job), plan.upload(job.path)
    if task is None:
        return
    try:
        settings = plan.settings.with_(**task.options)
        pipeline = pipelines.of(settings)
        pages = batch.read(jobs, pipeline, job, path) if task.kind == SCAN else _correct(jobs, pipeline, job, task, path)
        for kept, wanted in enumerate(pages):
            jobs.tell(job, task.client, wanted, min(kept, 1))
            if stop.is_set():
                jobs.give_back(job)
                return
        outputs, problems = _write(plan, jobs, job, task, settings)
    except DiskError:
        raise
    except MemoryError:
        pipelines.close()
        error = InputTooLargeError("the document needs more memory than a worker may take", hint="Send fewer or smaller pages.")
        jobs.refuse(job, error, time.perf_counter() - began)
        return
    except OcrectError as error:
        jobs.refuse(job, _without_path(error, path, task.name), time.perf_counter() - began)
        return
    size = sum((plan.results(job.path) / output).stat().st_size for output in outputs)
    if not jobs.settle(job, outputs, problems, size, time.perf_counter() - began) and jobs.task(job) is None:
        shutil.rmtree(plan.results(job.path), ignore_errors=True)


def _correct(jobs: Jobs, pipeline: Pipeline, job: Job, task: Task, path: Path) -> Iterator[int]:
    """Correct a text, or the words of an hOCR or ALTO file, page by page; gives the number of pages, as a reading does."""
    if job.total is not None:
        return
    document = _parsed(path, task)
    total = len(document.pages)
    if total > pipeline.settings.max_pages:
        raise InputTooLargeError(
            f"the file has {counted(total, 'page')}, more than the {pipeline.settings.max_pages} allowed", hint="Part it."
        )
    yield total
    kept = jobs.numbers(job)
    for page in document.pages:
        if page.number not in kept:
            parts = plaintext.parts(page)
            with pipeline.times.timed(page, len(parts)):
                (done,) = plaintext.joined(pipeline.correct_pages(parts))
            jobs.add_page(job, done)
            yield total
    jobs.complete(job, total)


def _parsed(path: Path, task: Task) -> Document:
    text = source.read_text(path) if task.kind == "text" else ""
    return plaintext.document(text) if task.kind == "text" else markup.document(path.read_bytes(), task.kind)


def _write(plan: Plan, jobs: Jobs, job: Job, task: Task, settings: Settings) -> tuple[list[str], dict[str, dict[str, str]]]:
    """Write what is wanted and not there; all results, and what kept others from being written, by format."""
    folder, path = plan.results(job.path), plan.upload(job.path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise writers.refused(folder, error) from error
    outputs = [output for output in task.outputs if (folder / output).exists()]
    problems = {name: dict(found) for name, found in task.problems.items()}
    missing = [form for form in task.formats if form not in {o.partition(".")[0] for o in outputs} | problems.keys()]
    document = replace(jobs.document(job), source=task.name) if missing else Document(task.name)
    for form in missing:
        try:
            outputs.append(_written(form, document, task, settings, folder, path))
        except DiskError:
            raise
        except OcrectError as error:
            problems[form] = problem(_without_path(error, path, task.name))
    return outputs, problems


def _written(form: str, document: Document, task: Task, settings: Settings, folder: Path, path: Path) -> str:
    """Write one format; the name of its file."""
    if form == CORRECTED:
        name = CORRECTED + SUFFIXES[task.kind]
        data = markup.replaced(path.read_bytes(), task.kind, document)
        writers.save(lambda out: out.write(data), folder / name, force=True)
        return name
    writer = plugins.load("writers", form)(settings)
    document = document if form in batch.RECORDS else printed(document)
    name = form + str(writer.suffixes[0])
    with OriginalFile(path if task.kind == SCAN else None, settings, task.name) as original:
        writers.save(lambda out: writer(document, original, out), folder / name, force=True)
    return name


def _without_path(error: OcrectError, path: Path, name: str) -> OcrectError:
    """The error as the client may see it: its file's name in place of ours."""
    message = str(error).replace(str(path), name or "the file").replace(str(path.parent), "")
    return type(error)(message, hint=error.hint) if message != str(error) else error


def _has_grown(plan: Plan) -> bool:
    """Whether the process should be replaced: it keeps more memory than its share once what is garbage is gone, or the language
    model's process, which has the limit of CPU of when it began, has used half of it.
    """
    if confine.children_cpu() > _share(plan) / 2:
        return True
    if confine.resident() < plan.limits.worker_growth:
        return False
    gc.collect()
    confine.trim()
    return confine.resident() >= plan.limits.worker_growth
