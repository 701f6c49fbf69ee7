"""What stands behind a line's corrections: its pixels, what the recogniser saw strip by strip, the readings and their scores.

:func:`explain` computes an :class:`Explanation` and draws nothing; :mod:`ocrect.explain.html` and
:mod:`ocrect.explain.text` draw it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ocrect.evidence import CtcPosterior, Evidence, LatticeEvidence, fold
from ocrect.record.correction import Edit, Verdict, apply, atoms, strength, whole_words
from ocrect.record.document import Box, Line, PageImage

BLANK = ""
MOST_COLUMNS, MOST_ROWS, MARGIN = 40, 14, 8
"""Columns and rows of a heat map at most; columns shown on either side of the change where there is room."""

LIKELY = 0.05
"""A symbol that no reading holds gets a row where it reaches this probability in a column."""


@dataclass(frozen=True, slots=True, eq=False)
class Heat:
    """How sure the recogniser is of each symbol in each column of a part of the line.

    A column is a frame of the CTC posterior, a strip a few pixels wide (``unit`` is "strip"), or a whole character of a
    lattice. ``probabilities`` has shape ``(len(symbols), columns)``, 0..1; the symbol ``""`` is the blank. ``changed`` are
    the columns where the readings differ, start and end (exclusive). ``left`` and ``right`` are the edges of the
    first and the last column in pixels of the page, ``None`` where that is not known. ``cut``: the change is wider than this.
    """

    unit: Literal["strip", "character"]
    first: int
    symbols: tuple[str, ...]
    probabilities: NDArray[np.float64]
    changed: tuple[int, int]
    read: frozenset[str] = frozenset()
    proposed: frozenset[str] = frozenset()
    left: float | None = None
    right: float | None = None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of a place: its words, its scores in nats, and the verdict on it (``None``: as read, or not proposed).

    ``image`` is log P(image | line with this reading), ``gain`` that minus the same of the line as read; ``language`` is the
    language model's gain over the words as read. ``None`` where nothing is known.
    """

    text: str
    image: float | None = None
    gain: float | None = None
    language: float | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Words of a line that edits would change, ``line.text[start:end]``: as read first, then the rivals, best first.

    ``hidden`` counts further rivals that were rejected. ``pixels`` is the part of the page above the heat map's columns.
    """

    start: int
    end: int
    candidates: tuple[Candidate, ...]
    hidden: int = 0
    heat: Heat | None = None
    pixels: NDArray[np.uint8] | None = None

    @property
    def read(self) -> str:
        return self.candidates[0].text

    @property
    def verdict(self) -> Verdict | None:
        """The verdict on the strongest edit; ``None`` where none was proposed."""
        return next((c.verdict for c in self.candidates if c.verdict), None)


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """One line explained. ``pixels`` is its crop, ``uint8`` of shape ``(height, width, 3)``, or ``None`` without the scan."""

    source: str
    page: int
    number: int
    line: Line
    places: tuple[Place, ...]
    pixels: NDArray[np.uint8] | None = None


def explain(
    line: Line, *, source: str = "", page: int = 1, number: int = 1, image: PageImage | None = None, rivals: int = 4
) -> Explanation:
    """Explain the edits of ``line``, the ``number``-th of its page; ``image`` is the page that it was read from.

    At most ``rivals`` edits of a place are shown. Where no edit was proposed, the place is the character that the
    recogniser is least sure of, with the readings that the image allows there.
    """
    places = tuple(_place(line, group, image, rivals) for group in _rivals(line.verdicts))
    if not places and line.evidence is not None and line.text.strip():
        places = (_doubtful(line, line.evidence, image, rivals),)
    pixels = _crop(image, line.box) if line.box else None
    return Explanation(source, page, number, line, places, pixels)


def compared(gain: float) -> str:
    """A difference of ``gain`` nats in words: ``11 times less likely``."""
    times = math.exp(min(abs(gain), 50.0))
    if times < 1.05:
        return "as likely"
    size = f"{times:.1f} times" if times < 10 else f"{times:.0f} times" if times < 1000 else _large(times)
    return f"{size} {'more' if gain > 0 else 'less'} likely"


def _large(times: float) -> str:
    for limit, name in ((1e9, "a billion"), (1e6, "a million"), (1e3, "a thousand")):
        if times >= limit:
            return f"more than {name} times"
    raise ValueError(f"{times} is not large")


def _rivals(verdicts: Sequence[Verdict]) -> Iterator[list[Verdict]]:
    """Verdicts whose edits touch the same characters, in text order."""
    group: list[Verdict] = []
    for verdict in sorted(verdicts, key=lambda v: (v.edit.start, v.edit.end)):
        if group and not any(verdict.edit.overlaps(other.edit) for other in group):
            yield group
            group = []
        group.append(verdict)
    if group:
        yield group


_RANK = {"accepted": 0, "review": 1, "rejected": 2}


def _place(line: Line, group: list[Verdict], image: PageImage | None, rivals: int) -> Place:
    group = sorted(group, key=lambda v: (_RANK[v.decision], *(-value for value in strength(v))))
    start, end = whole_words(line.text, min(v.edit.start for v in group), max(v.edit.end for v in group))
    kept = [v for i, v in enumerate(group) if i < rivals or v.decision != "rejected"]
    texts = [line.text, *(apply(line.text, [v.edit]) for v in kept)]
    scores = _scores(line.evidence, texts)
    grown = [0, *(len(v.edit.after) - len(v.edit.before) for v in kept)]
    candidates = tuple(
        Candidate(text[start : end + more], score, _difference(score, scores[0]), _language(verdict), verdict)
        for text, score, more, verdict in zip(texts, scores, grown, [None, *kept], strict=True)
    )
    heat = _heat(line, [v.edit for v in kept])
    return Place(start, end, candidates, len(group) - len(kept), heat, _above(image, line, heat))


def _doubtful(line: Line, evidence: Evidence, image: PageImage | None, rivals: int) -> Place:
    """The least certain character of a line without edits, with the image's own alternatives to the whole line."""
    others = {r.text: None for r in evidence.alternatives(rivals + 1) if r.text.split() != line.text.split()}
    texts = [line.text, *others][: rivals + 1]
    scores = _scores(evidence, texts)
    candidates = tuple(Candidate(t, s, _difference(s, scores[0])) for t, s in zip(texts, scores, strict=True))
    columns = _columns(line)
    heat = None
    if columns is not None:
        seen = [i for i, c in enumerate(line.text) if not c.isspace()]
        at = min(seen, key=lambda i: columns.confidence(line.text, i))
        heat = _heat(line, [Edit(at, at + 1, line.text[at], BLANK)], asked=False)
    return Place(0, len(line.text), candidates, 0, heat, _above(image, line, heat))


def _scores(evidence: Evidence | None, texts: list[str]) -> list[float | None]:
    return evidence.log_likelihood(texts) if evidence is not None else [None] * len(texts)


def _difference(score: float | None, reference: float | None) -> float | None:
    return None if score is None or reference is None else score - reference


def _language(verdict: Verdict | None) -> float | None:
    findings = verdict.findings if verdict else ()
    return next((f.score for f in findings if f.witness == "model"), None)


# What the recogniser saw


@dataclass(frozen=True, slots=True)
class _Columns:
    """A line's evidence as columns: the columns of each character of the text, and the probability of a symbol in each."""

    unit: Literal["strip", "character"]
    total: int
    spans: tuple[tuple[int, int], ...]
    rows: dict[str, NDArray[np.float64]]

    def confidence(self, text: str, character: int) -> float:
        """The highest probability, 0..1, that a character of the line's text reaches in its columns."""
        start, end = self.spans[character]
        return float(self.rows[fold(text[character])][start:end].max(initial=0.0))


def _columns(line: Line) -> _Columns | None:
    """``None`` where the evidence is of another kind, or does not fit the line's text."""
    evidence = line.evidence
    if isinstance(evidence, CtcPosterior):
        aligned = evidence.align(line.text)
        if aligned is None or len(aligned) != len(line.text):
            return None
        probabilities = np.exp(evidence.log_probs.astype(np.float64))
        rows: dict[str, NDArray[np.float64]] = {BLANK: probabilities[:, 0]}
        for column, symbol in enumerate(evidence.alphabet, 1):
            rows[fold(symbol)] = rows.get(fold(symbol), 0.0) + probabilities[:, column]
        return _Columns("strip", evidence.frames, tuple((s.start, s.end) for s in aligned), rows)
    if isinstance(evidence, LatticeEvidence) and fold(evidence.text) == fold(line.text):
        return _lattice_columns(evidence)
    return None


def _lattice_columns(evidence: LatticeEvidence) -> _Columns:
    """A column for each slot; a reading of several characters counts for each of them."""
    rows: dict[str, NDArray[np.float64]] = {}
    spans: list[tuple[int, int]] = []
    for column, slot in enumerate(evidence.slots):
        weights = np.exp([reading.log_likelihood or 0.0 for reading in slot])
        for reading, weight in zip(slot, weights / weights.sum(), strict=True):
            for symbol in dict.fromkeys(fold(reading.text)) or (BLANK,):
                rows.setdefault(symbol, np.zeros(len(evidence.slots)))[column] += weight
        spans += [(column, column + 1)] * len(fold(slot[0].text))
    return _Columns("character", len(evidence.slots), tuple(spans), rows)


def _heat(line: Line, edits: list[Edit], *, asked: bool = True) -> Heat | None:
    """The columns around the changes of the first edit, with a row for each symbol that matters there.

    Without ``asked`` nobody proposed the edit, and it only says where to look.
    """
    columns = _columns(line)
    if columns is None or not edits:
        return None
    places = [_changed(columns, change) for change in atoms(edits[0])]
    start, end = min(s for s, _ in places), max(e for _, e in places)
    cut = end - start > MOST_COLUMNS
    if cut:
        start, end = places[0][0], min(places[0][1], places[0][0] + MOST_COLUMNS)
    margin = min(MARGIN, (MOST_COLUMNS - (end - start)) // 2)
    first, last = max(0, start - margin), min(columns.total, end + margin)
    shown = [i for i, (s, e) in enumerate(columns.spans) if e > first and s < last]
    inside = [change for edit in edits for change in atoms(edit) if not cut or change.start in shown]
    proposed = dict.fromkeys(c for change in inside for c in fold(change.after) or (BLANK,) if asked)
    read = [fold(line.text[i]) for i in shown]
    own = frozenset(c for change in inside for c in fold(change.before) or (BLANK,))
    symbols = _rows(columns, list(_beside(read, own, list(proposed))), slice(first, last))
    missing = np.zeros(columns.total)
    matrix = np.array([columns.rows.get(symbol, missing)[first:last] for symbol in symbols])
    left, right = _edges(line, columns, first, last, shown)
    changed = (start - first, end - first)
    return Heat(
        columns.unit, first, tuple(symbols), np.minimum(matrix, 1.0), changed, own, frozenset(proposed), left, right, cut
    )


def _changed(columns: _Columns, change: Edit) -> tuple[int, int]:
    """The columns of the characters that a change replaces; of an insertion, those between its neighbours."""
    spans = columns.spans
    if change.end > change.start:
        return spans[change.start][0], spans[change.end - 1][1]
    before = spans[change.start - 1][1] if change.start else 0
    after = spans[change.start][0] if change.start < len(spans) else columns.total
    return (before, after) if before < after else (max(0, before - 1), min(columns.total, before + 1))


def _beside(read: list[str], replaced: frozenset[str], proposed: list[str]) -> Iterator[str]:
    """The symbols as read, in order, the proposed ones behind the first that they would replace."""
    waiting = proposed
    for symbol in read:
        yield symbol
        if symbol in replaced:
            yield from waiting
            waiting = []
    yield from waiting


def _rows(columns: _Columns, wanted: list[str], part: slice) -> list[str]:
    """The rows' symbols: those of the readings, others that are likely in some column, and the blank last."""
    others = sorted(
        (symbol for symbol, row in columns.rows.items() if symbol and row[part].max(initial=0.0) >= LIKELY),
        key=lambda symbol: -float(columns.rows[symbol][part].max()),
    )
    symbols = list(dict.fromkeys([*wanted, *others]))[: MOST_ROWS - 1]
    return [*(s for s in symbols if s != BLANK), *([BLANK] if BLANK in columns.rows else [])]


# Where it is on the page


def _edges(line: Line, columns: _Columns, first: int, last: int, shown: list[int]) -> tuple[float | None, float | None]:
    """The pixels of a column's left edge and another's right edge, on the straight line through the words nearest to them.

    A word's box reaches half a column beyond its first and last symbol.
    """
    words = [w for w in line.words if w.end > w.start and any(w.start <= i < w.end for i in shown)]
    if not words or (line.box and line.box.height > line.box.width):
        return None, None
    starts = [columns.spans[w.start][0] - 0.5 for w in words]
    ends = [columns.spans[w.end - 1][1] + 0.5 for w in words]
    low, high = min(starts), max(ends)
    left, right = words[0].box.left, words[-1].box.right
    scale = (right - left) / (high - low)
    return left + (first - low) * scale, left + (last - low) * scale


def _above(image: PageImage | None, line: Line, heat: Heat | None) -> NDArray[np.uint8] | None:
    """The page above the heat map's columns; white where that lies beyond the page."""
    if image is None or line.box is None or heat is None or heat.left is None or heat.right is None:
        return None
    return _crop(image, Box(heat.left, line.box.top, heat.right, line.box.bottom))


def _crop(image: PageImage | None, box: Box) -> NDArray[np.uint8] | None:
    """The pixels of ``box`` with a little above and below; white beyond the page. ``None`` for nothing."""
    if image is None:
        return None
    margin = 0.15 * box.height
    left, right = round(box.left), round(box.right)
    top, bottom = round(box.top - margin), round(box.bottom + margin)
    if right <= left or bottom <= top or right - left > 2 * image.width or bottom - top > 2 * image.height:
        return None
    crop = np.full((bottom - top, right - left, 3), 255, np.uint8)
    x0, x1, y0, y1 = max(left, 0), min(right, image.width), max(top, 0), min(bottom, image.height)
    if x0 < x1 and y0 < y1:
        crop[y0 - top : y1 - top, x0 - left : x1 - left] = image.pixels[y0:y1, x0:x1]
    return crop
