"""What a correction did, measured against the truth: errors before and after, harm, and each edit right or wrong.

Rates are those of :mod:`ocrect.measure.metrics` (micro averages; its normalisation). Whether an edit is right is told at its
place: in its stretch of words (:mod:`ocrect.measure.alignment`) it is

- **right** where it makes its stretch equal to the truth,
- **partly** right where fewer character errors are left than there were (a number is right or wrong, never partly),
- **wrong** otherwise, and a harm where the stretch was right as read,
- **unplaced** where read and true stretch have less than half their characters in common: the truth there is not known.

An edit that changes only what the comparison forgives is not counted. An error is **missed** where
no edit that was proposed, whatever the decision on it, is right.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rapidfuzz.distance import Levenshtein

from ocrect.measure import metrics
from ocrect.measure.alignment import Alignment, Stretch, alike, word_spans
from ocrect.measure.metrics import Counts
from ocrect.record.correction import Decision, Edit, EditKind, Verdict, apply, kind_of
from ocrect.record.document import PAGE_SEPARATOR, Document, Page

Outcome = Literal["right", "partly", "wrong", "unplaced"]
OUTCOMES: tuple[Outcome, ...] = ("right", "partly", "wrong", "unplaced")
DECISIONS: tuple[Decision, ...] = ("accepted", "review", "rejected")
KINDS: tuple[EditKind, ...] = ("digits", "letters", "punctuation", "accents", "case", "spaces")


@dataclass(frozen=True, slots=True)
class Sample:
    """A document that was read and corrected, its true text, and the language it counts under."""

    document: Document
    truth: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """One edit, the decision on it, and what the truth says: ``truth`` is what stands there, ``harm``: it was right as read."""

    place: str
    edit: Edit
    decision: Decision
    outcome: Outcome
    truth: str
    harm: bool = False

    @property
    def kind(self) -> EditKind:
        return kind_of(self.edit)


@dataclass(slots=True)
class Tally:
    """Sums over pages. ``cer``, ``wer`` and ``numbers`` are pairs, before and after; ``numbers`` counts those missing."""

    pages: int = 0
    cer: tuple[Counts, Counts] = (Counts(), Counts())
    wer: tuple[Counts, Counts] = (Counts(), Counts())
    numbers: tuple[Counts, Counts] = (Counts(), Counts())
    harm: Counts = field(default_factory=Counts)
    better: int = 0
    worse: int = 0

    @property
    def same(self) -> int:
        return self.pages - self.better - self.worse

    def add(self, raw: str, corrected: str, truth: str, *, ignore_case: bool) -> int:
        """Count one page; by how many character errors the correction changed it (negative: better)."""
        cer = _pair(metrics.cer(text, truth, ignore_case=ignore_case) for text in (raw, corrected))
        self.pages += 1
        self.cer = _sum(self.cer, cer)
        self.wer = _sum(self.wer, _pair(metrics.wer(text, truth, ignore_case=ignore_case) for text in (raw, corrected)))
        self.numbers = _sum(self.numbers, _pair(metrics.number_recall(text, truth) for text in (raw, corrected)))
        self.harm += metrics.harm(raw, corrected, truth, ignore_case=ignore_case)
        difference = cer[1].errors - cer[0].errors
        self.better += difference < 0
        self.worse += difference > 0
        return difference

    def as_json(self) -> dict[str, Any]:
        """JSON values: each rate with its counts."""
        return {
            "pages": {"all": self.pages, "better": self.better, "worse": self.worse, "same": self.same},
            "cer": _rates(self.cer),
            "wer": _rates(self.wer),
            "number_recall": {
                when: {"rate": counts.share_right, "found": counts.total - counts.errors, "of": counts.total}
                for when, counts in zip(("before", "after"), self.numbers, strict=True)
            },
            "harm": _rate(self.harm),
        }


@dataclass(slots=True)
class Report:
    """What :func:`evaluate` found. ``harmed_numbers`` and ``worse_pages`` say where; ``missed`` counts errors by kind."""

    ignore_case: bool = False
    documents: int = 0
    total: Tally = field(default_factory=Tally)
    languages: dict[str, Tally] = field(default_factory=dict)
    harmed_numbers: list[tuple[str, str]] = field(default_factory=list)
    worse_pages: list[tuple[str, int]] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    missed: Counter[EditKind] = field(default_factory=Counter)
    elsewhere: int = 0
    """Words of the truth that were not read, or not at their place in the order."""

    def edits(self) -> dict[EditKind, dict[Decision, Counter[Outcome]]]:
        """How many edits of each kind had which decision and outcome; kinds that do not occur are left out."""
        table: dict[EditKind, dict[Decision, Counter[Outcome]]] = {
            kind: {decision: Counter() for decision in DECISIONS} for kind in KINDS
        }
        for judged in self.judged:
            table[judged.kind][judged.decision][judged.outcome] += 1
        return {kind: row for kind, row in table.items() if self.missed[kind] or any(row.values())}

    def as_json(self) -> dict[str, Any]:
        """JSON values; the edits that were accepted or set aside for review are listed with what the truth says."""
        return {
            "normalisation": normalisation(self.ignore_case),
            "documents": self.documents,
            **self.total.as_json(),
            "harmed_numbers": [{"place": place, "number": number} for place, number in self.harmed_numbers],
            "worse_pages": [{"place": place, "errors_more": more} for place, more in self.worse_pages],
            "languages": {language: tally.as_json() for language, tally in sorted(self.languages.items())},
            "kinds": {
                kind: {**{d: {o: row[d][o] for o in OUTCOMES} for d in DECISIONS}, "missed": self.missed[kind]}
                for kind, row in self.edits().items()
            },
            "words_elsewhere": self.elsewhere,
            "edits": [_edit_json(judged) for judged in self.judged if judged.decision != "rejected"],
        }


def evaluate(samples: Iterable[Sample], *, ignore_case: bool = False) -> Report:
    """Measure corrected documents against their truth. Pure; ``samples`` is consumed one at a time.

    A truth with form feeds, as many as the document has page breaks, is compared page by page; any other one is compared
    with the whole document, which then counts as one page.
    """
    report = Report(ignore_case)
    for sample in samples:
        report.documents += 1
        for place, pages, truth in _parts(sample):
            _measure(report, place, pages, truth, sample.language)
    return report


def words_right(text: str, truth: str, *, ignore_case: bool = False) -> list[tuple[int, int, bool | None]]:
    """Each word of ``text`` as ``(start, end, right)``; ``right`` is ``None`` where its place in the truth is not known."""
    found: list[tuple[int, int, bool | None]] = []
    for stretch in Alignment(text, truth, ignore_case).stretches:
        right = None if not stretch.true or not stretch.alike() else stretch.read == stretch.true
        spans = word_spans(text[stretch.start : stretch.end]) if stretch.read else ()
        found += [(stretch.start + start, stretch.start + end, right) for start, end in spans]
    return found


def normalisation(ignore_case: bool) -> str:
    """What the comparison forgives, in words."""
    return f"Unicode NFC, each run of white space one space, {'case ignored' if ignore_case else 'case counts'}"


def _parts(sample: Sample) -> Iterator[tuple[str, Sequence[Page], str]]:
    """The name, pages and truth of each part of a document that is compared by itself."""
    document = sample.document
    truths = sample.truth.removesuffix("\f").split("\f")
    if len(truths) == 1 or len(truths) != len(document.pages):
        yield document.source, document.pages, sample.truth
        return
    for page, truth in zip(document.pages, truths, strict=True):
        yield f"{document.source}, page {page.number}", [page], truth


def _measure(report: Report, place: str, pages: Sequence[Page], truth: str, language: str) -> None:
    raw = PAGE_SEPARATOR.join(page.text for page in pages)
    corrected = PAGE_SEPARATOR.join(page.corrected for page in pages)
    difference = report.total.add(raw, corrected, truth, ignore_case=report.ignore_case)
    report.languages.setdefault(language, Tally()).add(raw, corrected, truth, ignore_case=report.ignore_case)
    if difference > 0:
        report.worse_pages.append((place, difference))
    report.harmed_numbers += [(place, number) for number in metrics.numbers_harmed(raw, corrected, truth).elements()]
    _judge_edits(report, place, pages, Alignment(raw, truth, report.ignore_case))


def _judge_edits(report: Report, place: str, pages: Sequence[Page], alignment: Alignment) -> None:
    start = 0
    solved: set[Stretch] = set()
    for page in pages:
        offset = start
        for number, line in enumerate(page.lines(), 1):
            where = f"{place}, line {number}" if len(pages) == 1 else f"{place}, page {page.number}, line {number}"
            for verdict in line.verdicts:
                if alignment.same(verdict.edit.before) == alignment.same(verdict.edit.after) != "":
                    continue
                judged, stretches = _judge(where, verdict, offset, alignment)
                report.judged.append(judged)
                solved |= set(stretches) if judged.outcome == "right" else set()
            offset += len(line.text) + 1
        start += len(page.text) + len(PAGE_SEPARATOR)
    for stretch in alignment.errors():
        if not stretch.alike():
            report.elsewhere += len(stretch.true)
        elif stretch not in solved:
            report.missed[kind_of(Edit(0, len(stretch.read_text), stretch.read_text, stretch.true_text))] += 1


def _judge(where: str, verdict: Verdict, offset: int, alignment: Alignment) -> tuple[Judged, tuple[Stretch, ...]]:
    """The edit judged, and the stretches that it touches. ``offset`` is where the line begins in the text aligned.

    Words that only the truth has count where the edit brings them, and are not held against it where it does not.
    """
    edit = verdict.edit
    start, end = offset + edit.start, offset + edit.end
    touched = alignment.touched(start, end)
    read = tuple(s for s in touched if s.read)
    for stretches in dict.fromkeys((touched, read)):
        first, last = (stretches[0].start, stretches[-1].end) if stretches else (start, end)
        before = alignment.raw[first:last]
        after = apply(before, [Edit(start - first, end - first, edit.before, edit.after)])
        truth = " ".join(s.true_text for s in stretches if s.true)
        outcome, harm = _outcome(alignment.same(before), alignment.same(after), truth)
        if outcome == "right":
            break
    return Judged(where, edit, verdict.decision, outcome, truth, harm), stretches


def _outcome(before: str, after: str, truth: str) -> tuple[Outcome, bool]:
    """What an edit of one stretch is worth, and whether the stretch was right before it."""
    if after == truth:
        return "right", False
    if before == truth:
        return "wrong", True
    errors = Levenshtein.distance(before, truth)
    left = Levenshtein.distance(after, truth)
    if not alike(before, truth) and not alike(after, truth):
        return "unplaced", False
    return ("partly" if left < errors and not any(c.isdigit() for c in truth) else "wrong"), False


def _pair(counts: Iterable[Counts]) -> tuple[Counts, Counts]:
    before, after = counts
    return before, after


def _sum(first: tuple[Counts, Counts], second: tuple[Counts, Counts]) -> tuple[Counts, Counts]:
    return first[0] + second[0], first[1] + second[1]


def _rates(pair: tuple[Counts, Counts]) -> dict[str, Any]:
    return {when: _rate(counts) for when, counts in zip(("before", "after"), pair, strict=True)}


def _rate(counts: Counts) -> dict[str, Any]:
    """The rate with its counts; ``null`` where there was nothing to get wrong, and something was."""
    return {"rate": counts.rate if math.isfinite(counts.rate) else None, "errors": counts.errors, "of": counts.total}


def _edit_json(judged: Judged) -> dict[str, Any]:
    return {
        "place": judged.place,
        "before": judged.edit.before,
        "after": judged.edit.after,
        "truth": judged.truth,
        "kind": judged.kind,
        "decision": judged.decision,
        "outcome": judged.outcome,
        "harm": judged.harm,
    }
