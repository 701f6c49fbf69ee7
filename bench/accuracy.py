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
from bench.totals import CLEAN, Totals
from ocrect.record.document import Document

HEADER = (
    f"{'set':15} {'settings':40} pages  CER raw → corrected  numbers raw → corrected  harmed  better worse"
    "  accepted review  seconds a page: read + correct  peak MB"
)
CAPITALS = {"SROIE"}  # sets whose truth is in capitals: compared without regard to case


@dataclass
class Tally(Totals):
    """The sums of one set read by one engine, with seconds, peak memory, and the pages for :mod:`bench.worst`."""

    read_seconds: float = 0.0
    correct_seconds: float = 0.0
    peak_mb: float = 0.0
    read_pages: list[worst.Read] = field(default_factory=list)

    def add(self, sample: Sample, document: Document) -> None:
        """Count one page, compared as the truth of its set is written."""
        ignore_case = sample.item.set in CAPITALS
        self.count(sample.id, document, sample.truth, ignore_case=ignore_case)
        self.read_pages.append(worst.Read(sample.id, document.text, document.corrected, sample.truth, ignore_case))


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
    tally.print_losses()
