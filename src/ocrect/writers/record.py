"""The record for people: every edit, the decision on it, and what each check found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import IO

from ocrect.plugins import Original
from ocrect.record.correction import Verdict
from ocrect.record.document import TEXT_LIKE, Document, Page
from ocrect.record.gathering import guessed, lost_text
from ocrect.settings import Settings
from ocrect.wording import counted
from ocrect.writers.terminal import visible

MARKS = {"accepted": "✓", "review": "?", "rejected": "✗"}
WORDS = {"accepted": "accepted", "review": "for review", "rejected": "rejected"}
MOST_REJECTED = 3
"""Rejected edits shown of a page; all of them are in the JSON."""


class RecordWriter:
    """Writes the record as UTF-8 text: a line an edit, below it its findings; at the end how many of each decision.

    All accepted edits, those for review and the numbers in doubt are there, and of the rejected ones a few of a page: those
    that would have changed a locked token first.
    """

    suffixes = (".edits.txt",)

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        del original
        for line in lines(document):
            out.write((line + "\n").encode("utf-8", errors="replace"))


def build(settings: Settings) -> RecordWriter:
    del settings
    return RecordWriter()


def lines(document: Document) -> Iterator[str]:
    """The lines of the record, fit for a terminal."""
    yield from map(visible, _lines(document))


def _lines(document: Document) -> Iterator[str]:
    counts, hidden = dict.fromkeys(MARKS, 0), 0
    for page in document.pages:
        verdicts = [(number, v) for number, line in enumerate(page.lines(), 1) for v in line.verdicts]
        for _, verdict in verdicts:
            counts[verdict.decision] += 1
        shown = [pair for pair in verdicts if pair[1].decision != "rejected"]
        rejected = sorted((pair for pair in verdicts if pair[1].decision == "rejected"), key=_dullness)
        hidden += len(rejected[MOST_REJECTED:])
        for number, verdict in [*shown, *rejected[:MOST_REJECTED]]:
            yield from _described(f"page {page.number}, line {number}", verdict)
        for number, line in enumerate(page.lines(), 1):
            for doubt in line.doubts:
                yield f"! page {page.number}, line {number}: {line.text[doubt.start : doubt.end]!r} is in doubt: {doubt.reason}"
        yield from _left(page)
    left_out = f" ({hidden} of them are not shown; the JSON has all)" if hidden else ""
    yield "edits: " + ", ".join(f"{counts[decision]} {word}" for decision, word in WORDS.items()) + left_out


def _left(page: Page) -> Iterator[str]:
    """What of the page was not read, or hardly: why it failed, each place that looks like text, and how much else there is."""
    if page.failure:
        yield f"! page {page.number} failed: {page.failure.message}"
    if doubt := guessed(page):
        yield f"! page {page.number}: {doubt}"
    for item in lost_text(page):
        box, guess = item.box, f", perhaps {item.text!r}" if item.text else ""
        place = f"{box.left:.0f},{box.top:.0f} to {box.right:.0f},{box.bottom:.0f}"
        yield f"! page {page.number}: what looks like text at {place} was not read ({item.why}{guess})"
    others = Counter(item.why for item in page.unread if item.why not in TEXT_LIKE)
    if others:
        yield f"  page {page.number}: not text: " + ", ".join(counted(count, why) for why, count in sorted(others.items()))


def _dullness(numbered: tuple[int, Verdict]) -> tuple[bool, float]:
    """Rejected edits of locked tokens first, those the image came nearest to before the others."""
    findings = numbered[1].findings
    scores = [f.score for f in findings if f.witness == "image" and f.score is not None]
    return not any(f.check == "locked" and f.supports is False for f in findings), -max(scores, default=-99.0)


def _described(place: str, verdict: Verdict) -> Iterator[str]:
    edit = verdict.edit
    mark, decision = MARKS[verdict.decision], WORDS[verdict.decision]
    yield f"{mark} {place}: {edit.before!r} → {edit.after!r}  {decision} (from {verdict.source})"
    heard = [f for f in verdict.findings if f.supports is not None or f.score is not None]
    for finding in heard:
        sign = {True: "+", False: "−", None: "·"}[finding.supports]
        yield f"    {sign} {finding.check}: {finding.reason}"
    if not heard and verdict.reason:
        yield f"    · {verdict.reason}"
