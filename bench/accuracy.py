"""How right the reading is and what the correction does to it: CER, number recall, harm, seconds a page, peak memory.

Each engine runs in a process of its own, so that peak memory is its own. What was read is kept (`--keep FOLDER`), so a
second run measures the correction alone. `--worst N` prints the pages with most errors, what was read beside the truth.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench import worst
from bench.dataset import Sample
from bench.reading import Choice, in_words, language_of, pipeline, read
from ocrect.document import Document
from ocrect.metrics import Counts, cer, harm, number_recall, numbers_harmed

HEADER = (
    f"{'set':15} {'settings':40} pages  CER raw → corrected  numbers raw → corrected  harmed  better worse"
    "  accepted review  seconds a page: read + correct  peak MB"
)
CAPITALS = {"SROIE"}  # sets whose truth is in capitals: compared without regard to case
CLEAN = 0.005
"""CER below which a page counts as read without errors that matter: the correction must not make it worse."""


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
    clean_worse: int = 0
    words_harmed: Counts = field(default_factory=Counts)
    read_pages: list[worst.Read] = field(default_factory=list)

    def add(self, sample: Sample, document: Document) -> None:
        truth, casefold = sample.truth, sample.item.set in CAPITALS
        raw, corrected = (cer(text, truth, casefold=casefold) for text in (document.text, document.corrected))
        self.pages += 1
        self.raw += raw
        self.corrected += corrected
        self.numbers_raw += number_recall(document.text, truth)
        self.numbers_corrected += number_recall(document.corrected, truth)
        self.better += corrected.errors < raw.errors
        self.words_harmed += harm(document.text, document.corrected, truth, casefold=casefold)
        self.read_pages.append(worst.Read(sample.id, document.text, document.corrected, truth, casefold))
        if corrected.errors > raw.errors:
            self.clean_worse += raw.rate < CLEAN
            self.worse.append(f"{sample.id}: {raw.errors} → {corrected.errors} errors")
        self.harmed += [
            f"{sample.id}: {number}" for number in numbers_harmed(document.text, document.corrected, truth).elements()
        ]
        decisions = [v.decision for line in document.lines() for v in line.verdicts]
        self.accepted += decisions.count("accepted")
        self.review += decisions.count("review")


def run(choice: Choice, sets: Sequence[str], runs: Sequence[dict[str, str]], show_worst: int = 0) -> None:
    """Print a table: a row for each set and each of ``runs`` (settings, as ``engine=ppocr second_engine=tesseract``)."""
    context = multiprocessing.get_context("spawn")
    print(HEADER)
    for name in sets:
        for settings in runs:
            with context.Pool(1) as pool:
                tally = pool.apply(measure, (choice, name, settings))
            _print(name, settings, tally)
            worst.show(tally.read_pages, show_worst)


def measure(choice: Choice, name: str, settings: dict[str, str]) -> Tally:
    """One set, all in one language, under one choice of settings, in this process."""
    tally = Tally()
    chosen = list(choice.samples(name))
    with pipeline(language_of(chosen), settings) as reader:
        for sample in chosen:
            document, took = read(reader, sample, choice)
            began = time.perf_counter()
            document = reader.correct(document)
            tally.correct_seconds += time.perf_counter() - began
            tally.read_seconds += took
            tally.add(sample, document)
    tally.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return tally


def _print(name: str, settings: dict[str, str], tally: Tally) -> None:
    print(
        f"{name:15} {in_words(settings):40} {tally.pages:5}  {tally.raw.rate:6.2%} → {tally.corrected.rate:6.2%}"
        f"  {tally.numbers_raw.share_right:8.4f} → {tally.numbers_corrected.share_right:.4f}"
        f"  {len(tally.harmed):6}  {tally.better:6} {len(tally.worse):5}  {tally.accepted:4} {tally.review:4}"
        f"  {tally.read_seconds / tally.pages:8.2f} + {tally.correct_seconds / tally.pages:.2f}  {tally.peak_mb:8.0f}"
    )
    if tally.clean_worse:
        print(f"    {tally.clean_worse} of the worse pages had a CER below {CLEAN:.1%}")
    for line in (*(f"harmed {h}" for h in tally.harmed), *(f"worse {w}" for w in tally.worse)):
        print("    " + line)
