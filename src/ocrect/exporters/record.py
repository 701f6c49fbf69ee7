"""The record for people: every edit, the decision on it, and what each check found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from ocrect.correction import Verdict
from ocrect.document import Document

MARKS = {"accepted": "✓", "review": "?", "rejected": "✗"}


def export(document: Document, out: IO[bytes]) -> None:
    """Write the record as UTF-8 text: a line an edit, below it its findings, at the end how many of each decision."""
    for line in _lines(document):
        out.write((line + "\n").encode())


def _lines(document: Document) -> Iterator[str]:
    counts = dict.fromkeys(MARKS, 0)
    for page in document.pages:
        for number, line in enumerate(page.lines(), 1):
            for verdict in line.verdicts:
                counts[verdict.decision] += 1
                yield from _described(f"page {page.number}, line {number}", verdict)
    yield "edits: " + ", ".join(f"{count} {decision}" for decision, count in counts.items())


def _described(place: str, verdict: Verdict) -> Iterator[str]:
    edit = verdict.edit
    yield f"{MARKS[verdict.decision]} {place}: {edit.before!r} → {edit.after!r}  {verdict.decision} (from {verdict.source})"
    for finding in verdict.findings:
        if finding.supports is not None or finding.score is not None:
            sign = {True: "+", False: "−", None: "·"}[finding.supports]
            yield f"    {sign} {finding.check}: {finding.reason}"
