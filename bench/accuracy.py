"""How right the reading is and what the correction does to it: CER, number recall, harm, seconds a page, peak memory.

Each engine runs in a process of its own, so that peak memory is its own. What was read is kept (`--keep FOLDER`), so a
second run measures the correction alone.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.dataset import Item, items
from ocrect import schema
from ocrect.document import Document
from ocrect.metrics import Counts, cer, number_recall, numbers_harmed
from ocrect.pipeline import Pipeline
from ocrect.settings import Settings

HEADER = (
    f"{'set':15} {'settings':40} pages  CER raw → corrected  numbers raw → corrected  harmed  better worse"
    "  accepted review  seconds a page: read + correct  peak MB"
)
CAPITALS = {"SROIE"}  # sets whose truth is in capitals: compared without regard to case


@dataclass
class Tally:
    """Sums over the pages of one set, read by one engine."""

    pages: int = 0
    raw: Counts = field(default_factory=Counts)
    corrected: Counts = field(default_factory=Counts)
    numbers_raw: Counts = field(default_factory=Counts)
    numbers_corrected: Counts = field(default_factory=Counts)
    better: int = 0
    worse: list[str] = field(default_factory=list)
    harmed: list[str] = field(default_factory=list)
    accepted: int = 0
    review: int = 0
    read_seconds: float = 0.0
    correct_seconds: float = 0.0
    peak_mb: float = 0.0

    def add(self, item: Item, document: Document) -> None:
        truth, casefold = item.truth, item.set in CAPITALS
        raw, corrected = (cer(text, truth, casefold=casefold) for text in (document.text, document.corrected))
        self.pages += 1
        self.raw += raw
        self.corrected += corrected
        self.numbers_raw += number_recall(document.text, truth)
        self.numbers_corrected += number_recall(document.corrected, truth)
        self.better += corrected.errors < raw.errors
        if corrected.errors > raw.errors:
            self.worse.append(f"{item.id}: {raw.errors} → {corrected.errors} errors")
        self.harmed += [
            f"{item.id}: {number}" for number in numbers_harmed(document.text, document.corrected, truth).elements()
        ]
        decisions = [v.decision for line in document.lines() for v in line.verdicts]
        self.accepted += decisions.count("accepted")
        self.review += decisions.count("review")


def run(data: Path, sets: Sequence[str], runs: Sequence[dict[str, str]], limit: int, keep: Path | None) -> None:
    """Print a table: a row for each set and each of ``runs`` (settings, as ``engine=ppocr second_engine=tesseract``)."""
    context = multiprocessing.get_context("spawn")
    print(HEADER)
    for name in sets:
        for settings in runs:
            with context.Pool(1) as pool:
                tally = pool.apply(measure, (data, name, settings, limit, keep))
            _print(name, settings, tally)


def measure(data: Path, name: str, settings: dict[str, str], limit: int, keep: Path | None) -> Tally:
    """One set under one choice of settings, in this process."""
    tally = Tally()
    with Pipeline(Settings.load({}, **{"language": "en", **settings})) as pipeline:
        for item in list(items(data, name))[: limit or None]:
            start = time.perf_counter()
            read = _read(pipeline, item, settings, keep)
            middle = time.perf_counter()
            document = pipeline.correct(read)
            tally.correct_seconds += time.perf_counter() - middle
            tally.read_seconds += middle - start
            tally.add(item, document)
    tally.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return tally


def _read(pipeline: Pipeline, item: Item, settings: dict[str, str], keep: Path | None) -> Document:
    key = "-".join((settings.get("engine", "auto"), settings.get("second_engine", "none"), item.id.replace("/", "-")))
    kept = keep / f"{key}.json" if keep else None
    if kept and kept.exists():
        return schema.loads(kept.read_text(encoding="utf-8"))
    document = Document(item.id, tuple(_pages(pipeline, item)))
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(schema.dumps(document), encoding="utf-8")
    return document


def _pages(pipeline: Pipeline, item: Item) -> Iterator:
    from ocrect import source

    for image in source.pages(item.path(item.kind), pipeline.settings):
        yield pipeline.recognize(image)


def _print(name: str, settings: dict[str, str], tally: Tally) -> None:
    chosen = " ".join(f"{k}={v}" for k, v in settings.items())
    print(
        f"{name:15} {chosen:40} {tally.pages:5}  {tally.raw.rate:6.2%} → {tally.corrected.rate:6.2%}"
        f"  {tally.numbers_raw.share_right:8.4f} → {tally.numbers_corrected.share_right:.4f}"
        f"  {len(tally.harmed):6}  {tally.better:6} {len(tally.worse):5}  {tally.accepted:4} {tally.review:4}"
        f"  {tally.read_seconds / tally.pages:8.2f} + {tally.correct_seconds / tally.pages:.2f}  {tally.peak_mb:8.0f}"
    )
    for line in (*(f"harmed {h}" for h in tally.harmed), *(f"worse {w}" for w in tally.worse)):
        print("    " + line)
