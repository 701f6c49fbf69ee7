"""Sums over texts that were read and corrected, against their truth: characters, numbers, better and worse, harm, edits."""

from __future__ import annotations

from dataclasses import dataclass, field

from ocrect.measure.metrics import Counts, cer, harm, number_recall, numbers_harmed
from ocrect.record.document import Document

CLEAN = 0.005
"""CER below which a page counts as read without errors that matter: the correction must not make it worse."""


@dataclass
class Totals:
    """``raw`` and ``corrected`` count wrong characters, before and after; ``numbers_…`` the truth's missing numbers."""

    pages: int = 0
    raw: Counts = field(default_factory=Counts)
    corrected: Counts = field(default_factory=Counts)
    numbers_raw: Counts = field(default_factory=Counts)
    numbers_corrected: Counts = field(default_factory=Counts)
    words_harmed: Counts = field(default_factory=Counts)
    harmed: list[str] = field(default_factory=list)
    better: int = 0
    worse: list[str] = field(default_factory=list)
    clean_worse: int = 0
    accepted: int = 0
    review: int = 0

    def count(self, name: str, document: Document, truth: str, *, ignore_case: bool = False) -> None:
        """Count one page, or one text."""
        read, done = document.text, document.corrected
        raw, corrected = (cer(text, truth, ignore_case=ignore_case) for text in (read, done))
        self.pages += 1
        self.raw += raw
        self.corrected += corrected
        self.numbers_raw += number_recall(read, truth)
        self.numbers_corrected += number_recall(done, truth)
        self.words_harmed += harm(read, done, truth, ignore_case=ignore_case)
        self.harmed += [f"{name}: {number}" for number in numbers_harmed(read, done, truth).elements()]
        self.better += corrected.errors < raw.errors
        if corrected.errors > raw.errors:
            self.clean_worse += raw.rate < CLEAN
            self.worse.append(f"{name}: {raw.errors} → {corrected.errors} errors")
        decisions = [verdict.decision for line in document.lines() for verdict in line.verdicts]
        self.accepted += decisions.count("accepted")
        self.review += decisions.count("review")

    def print_losses(self) -> None:
        """The numbers that were right and are not, and the pages with more errors than before."""
        for line in (*(f"harmed {h}" for h in self.harmed), *(f"worse {w}" for w in self.worse)):
            print("    " + line)
