"""What a correction did, measured against the truth: errors before and after, harm, and each edit right or wrong.

Rates are those of :mod:`ocrect.metrics` (micro averages; its normalisation). Whether an edit is right is told at its place.
The read words and the true words are aligned with the least edits; between two matched words, those that differ are paired
at the least edits of characters, one with one, or with two or three that were joined or parted. An edit of such a stretch is

- **right** where it makes its stretch equal to the truth,
- **partly** right where fewer character errors are left than there were (a number is right or wrong, never partly),
- **wrong** otherwise, and a harm where the stretch was right as read,
- **unplaced** where read and true stretch have less than half their characters in common: the truth there is not known.

An edit that changes only what the comparison forgives is not counted. An error is **missed** where
no edit that was proposed, whatever the decision on it, is right.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal

from rapidfuzz.distance import Levenshtein

from ocrect import metrics
from ocrect.correction import Decision, Edit, EditKind, Verdict, apply, kind_of
from ocrect.document import PAGE_SEPARATOR, Document, Page
from ocrect.metrics import Counts

Outcome = Literal["right", "partly", "wrong", "unplaced"]
OUTCOMES: tuple[Outcome, ...] = ("right", "partly", "wrong", "unplaced")
DECISIONS: tuple[Decision, ...] = ("accepted", "review", "rejected")
MOST_PAIRS = 250_000
"""A gap of more pairs of a read and a true word than this is not looked into: its order is another one."""

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
        cer = _pair(metrics.cer(text, truth, casefold=ignore_case) for text in (raw, corrected))
        self.pages += 1
        self.cer = _sum(self.cer, cer)
        self.wer = _sum(self.wer, _pair(metrics.wer(text, truth, casefold=ignore_case) for text in (raw, corrected)))
        self.numbers = _sum(self.numbers, _pair(metrics.number_recall(text, truth) for text in (raw, corrected)))
        self.harm += metrics.harm(raw, corrected, truth, casefold=ignore_case)
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
    for stretch in _Alignment(text, truth, ignore_case).stretches:
        right = None if not stretch.true or not stretch.alike() else stretch.read == stretch.true
        spans = _words(text[stretch.start : stretch.end]) if stretch.read else ()
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
    _judge_edits(report, place, pages, _Alignment(raw, truth, report.ignore_case))


def _judge_edits(report: Report, place: str, pages: Sequence[Page], alignment: _Alignment) -> None:
    start = 0
    solved: set[_Stretch] = set()
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


def _judge(where: str, verdict: Verdict, offset: int, alignment: _Alignment) -> tuple[Judged, tuple[_Stretch, ...]]:
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
    if not _alike(before, truth, errors) and not _alike(after, truth, left):
        return "unplaced", False
    return ("partly" if left < errors and not any(c.isdigit() for c in truth) else "wrong"), False


def _alike(text: str, truth: str, errors: int) -> bool:
    """True where at least half of the characters of the longer one are in common."""
    return 2 * errors <= max(len(text), len(truth))


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Words of the raw text, ``raw[start:end]``, and the words of the truth that stand there; either may be none."""

    start: int
    end: int
    read: tuple[str, ...]
    true: tuple[str, ...]

    @property
    def read_text(self) -> str:
        return " ".join(self.read)

    @property
    def true_text(self) -> str:
        return " ".join(self.true)

    def alike(self) -> bool:
        return _alike(self.read_text, self.true_text, Levenshtein.distance(self.read_text, self.true_text))


class _Alignment:
    """A raw text and the truth, cut into stretches."""

    def __init__(self, raw: str, truth: str, ignore_case: bool) -> None:
        self.raw, self._ignore_case = raw, ignore_case
        self._spans = list(_words(raw))
        self._read = [self.same(raw[start:end]) for start, end in self._spans]
        self._true = metrics.normalise(truth, casefold=ignore_case).split()
        self.stretches = [self._stretch(*bounds) for bounds in self._bounds()]
        self._starts = [s.start for s in self.stretches]
        self._ends = [s.end for s in self.stretches]

    def same(self, text: str) -> str:
        """``text`` as it is compared."""
        return metrics.normalise(text, casefold=self._ignore_case)

    def errors(self) -> Iterator[_Stretch]:
        return (s for s in self.stretches if s.read != s.true)

    def touched(self, start: int, end: int) -> tuple[_Stretch, ...]:
        """The stretches that hold or border on the characters from ``start`` to ``end``; those only true are in between."""
        return tuple(self.stretches[bisect_left(self._ends, start) : bisect_right(self._starts, end)])

    def _stretch(self, i: int, j: int, k: int, m: int) -> _Stretch:
        if i < j:
            start, end = self._spans[i][0], self._spans[j - 1][1]
        else:  # nothing was read here: an empty place behind the word before
            start = end = self._spans[i - 1][1] if i else 0
        return _Stretch(start, end, tuple(self._read[i:j]), tuple(self._true[k:m]))

    def _bounds(self) -> Iterator[tuple[int, int, int, int]]:
        """Indices of words, read from i to j and true from k to m, of each stretch in order."""
        i = k = 0  # where the gap since the last matched word begins
        for block in _equal(self._read, self._true):
            yield from self._cut(i, block.src_start, k, block.dest_start)
            for i, k in zip(range(block.src_start, block.src_end), range(block.dest_start, block.dest_end), strict=True):
                yield i, i + 1, k, k + 1
            i, k = block.src_end, block.dest_end
        yield from self._cut(i, len(self._read), k, len(self._true))

    def _cut(self, i: int, j: int, k: int, m: int) -> Iterator[tuple[int, int, int, int]]:
        """A gap cut into stretches by :func:`_paired`; one too large for that is left whole."""
        if (j - i) * (m - k) > MOST_PAIRS:
            yield i, j, k, m
            return
        for words_read, words_true in _paired(self._read[i:j], self._true[k:m]):
            yield i, i + words_read, k, k + words_true
            i, k = i + words_read, k + words_true


_STEPS = ((1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (1, 0), (0, 1))  # words read, words true; of equal ones the first wins


def _paired(read: Sequence[str], true: Sequence[str]) -> list[tuple[int, int]]:
    """How many read words stand for how many true words, in order, at the least edits of characters.

    A word stands for one, for two or three that were parted or joined, or for none (dynamic programming over both).
    """
    cost = {(0, 0): 0}
    step: dict[tuple[int, int], tuple[int, int]] = {}
    for x, y in product(range(len(read) + 1), range(len(true) + 1)):
        for dx, dy in _STEPS:
            before = cost.get((x - dx, y - dy))
            if before is None:
                continue
            value = before + Levenshtein.distance(" ".join(read[x - dx : x]), " ".join(true[y - dy : y])) + ((dx, dy) != (1, 1))
            if value < cost.get((x, y), value + 1):
                cost[x, y], step[x, y] = value, (dx, dy)
    x, y = len(read), len(true)
    back = []
    while (x, y) != (0, 0):
        back.append(step[x, y])
        x, y = x - back[-1][0], y - back[-1][1]
    return back[::-1]


def _equal(first: Sequence[str], second: Sequence[str]) -> Iterator[Any]:
    return (block for block in Levenshtein.opcodes(first, second) if block.tag == "equal")


def _words(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in re.finditer(r"\S+", text))


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
