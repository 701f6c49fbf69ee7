"""What is to be reviewed: the output folder of a batch, one scan, or one document as JSON, as a folder with a manifest.

One document gets such a folder of its own beside it (``invoice.pdf.review/``), in which it is read once; opened again, the
review goes on where it was left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ocrect import plugins, source
from ocrect.batch.decisions import stripped
from ocrect.batch.manifest import Found, Manifest, owner
from ocrect.batch.names import kept
from ocrect.batch.run import manifest_of, settings_key
from ocrect.batch.work import Plan, read
from ocrect.checksum import sha256_of
from ocrect.errors import InputError, InputNotFoundError, OcrectError
from ocrect.pipeline import Pipeline
from ocrect.record import schema
from ocrect.record.document import Document
from ocrect.review.ledger import Ledger
from ocrect.settings import Settings

BESIDE = ".review"
"""What the name of a document's own folder ends in."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command names: what to review, where results go and in which formats, and where the scans are."""

    target: Path
    outputs: Path | None = None
    formats: tuple[str, ...] = ()
    scan: Path | None = None
    force: bool = False


def opened(wanted: Wanted, settings: Settings, said: Callable[[str], None] = lambda _: None) -> Plan:
    """The folder to review, with everything in it read; ``said`` is told of pages as they are read.

    Raises:
        InputError: there is nothing to review, or it cannot be read.
        ExportError: the folder cannot be written to.
        SettingsError: a format that there is not.
    """
    for name in wanted.formats:
        plugins.find("writers", name)
    if not wanted.target.exists():
        raise InputNotFoundError(f"there is no {wanted.target}", hint="Name what `ocrect batch` wrote to, a scan, or JSON.")
    if wanted.target.is_dir():
        return _folder(wanted, settings)
    if wanted.target.suffix.lower() == ".json":
        return _document(wanted, settings)
    return _scan(wanted, settings, said)


def _folder(wanted: Wanted, settings: Settings) -> Plan:
    path = manifest_of(wanted.target)
    if not path.is_file():
        raise InputNotFoundError(
            f"{wanted.target} is no output folder of `ocrect batch`",
            hint="Make one: ocrect batch SCANS/ OUT/; or name one scan.",
        )
    with Manifest(path) as manifest:
        known = manifest.remembered()
    inputs = wanted.scan or (known[0] if known else None)
    if inputs is None:
        raise InputError(f"{wanted.target} does not say where its scans are", hint="Name their folder: --scan SCANS/")
    if known:
        settings = settings.with_(**{name: value for name, value in known[1].items() if name in _READING})
    return Plan(path, inputs, wanted.target, settings, wanted.formats, wanted.force)


_READING = ("dpi", "max_pixels", "max_pages", "language", "dictionary", "json_whole", "pdf_text")
"""Settings of a batch that a review of it goes by."""


def _scan(wanted: Wanted, settings: Settings, said: Callable[[str], None]) -> Plan:
    scan = wanted.target.resolve()
    outputs = wanted.outputs or scan.with_name(scan.name + BESIDE)
    plan = Plan(manifest_of(outputs), scan.parent, outputs, settings, wanted.formats, wanted.force)
    stat = scan.stat()
    content = sha256_of(scan)
    with Manifest(plan.manifest) as manifest:
        manifest.remember(plan.inputs, settings.public())
        formats = ",".join(wanted.formats or ("text",))
        manifest.add(Found(kept(scan.name), stat.st_size, stat.st_mtime_ns, content), settings_key(settings), formats)
        manifest.retry_failed()
        name = owner(0)
        job = manifest.claim(name)
        if job is None:
            return plan
        with Pipeline(settings) as pipeline:
            try:
                for total in read(manifest, pipeline, job, scan):
                    said(f"page {min(len(manifest.numbers(job)) + 1, total)} of {total}")
            except OcrectError as error:
                manifest.fail(job, error.in_full, error.exit_code, 0.0)
                raise
            except BaseException:
                manifest.give_back(job)
                raise
        manifest.finish(job, [], 0.0)
    return plan


def _document(wanted: Wanted, settings: Settings) -> Plan:
    """The folder of a document as JSON. What is in it is taken in again where somebody else has changed it since."""
    path = wanted.target.resolve()
    document = schema.loads(source.read_text(path))
    scan = _scan_of(wanted, document, path)
    outputs = wanted.outputs or path.with_name(path.name + BESIDE)
    plan = Plan(manifest_of(outputs), scan.parent, outputs, settings, wanted.formats or ("json",), wanted.force)
    with Ledger(plan.manifest) as ledger:
        ledger.prepare()
        ledger.remember(plan.inputs, settings.public())
        found = Found(kept(scan.name), path.stat().st_size, 0, sha256_of(path))
        job = ledger.claim(owner(0)) if ledger.add(found, "json", ",".join(plan.formats)) else None
        if job is not None:
            made = ledger.of_file(job.path)
            for page in document.pages:
                ledger.add_page(job, stripped(page, [d for d in made if d.page == page.number]))
            ledger.complete(job, len(document.pages))
            ledger.finish(job, [], 0.0)
    return plan


def _scan_of(wanted: Wanted, document: Document, path: Path) -> Path:
    """Where the scan of a document is: as named, as the document says, or beside it. It need not be there."""
    if wanted.scan is not None:
        return wanted.scan.resolve()
    for place in (Path(document.source), path.parent / Path(document.source).name):
        if document.source and place.is_file():
            return place.resolve()
    return path.with_name(Path(document.source).name or path.stem)


def result_of(wanted: Wanted) -> Path | None:
    """The JSON that is written anew in its place; ``None`` where a folder or a scan is reviewed."""
    is_json = wanted.target.is_file() and wanted.target.suffix.lower() == ".json"
    return wanted.target.resolve() if is_json else None
