"""What is true of each line of a page as read, where the truth is the page's text and nobody says which line is which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from ocrect import bars
from ocrect.correcting import scope
from ocrect.correcting.case import Case
from ocrect.evidence import fold
from ocrect.letters import apart
from ocrect.measure.metrics import UNREADABLE, as_users_read
from ocrect.numbers.tokens import locked_tokens
from ocrect.record.correction import Edit, apply, around, edits
from ocrect.record.document import Document, Line

LEAST_ALIKE, SHORTEST, WORST = 65.0, 4, 0.35
"""Per cent of a read line that a true line or a part of it must have in common with it; characters of a line for which a truth
is looked for; and the error rate above which the two are not taken for the same line."""

BESIDE = 6
"""Characters on each side of a word by which it is found in another system's text."""


@dataclass(frozen=True, slots=True)
class Known:
    """A line as read and its truth. Where the truth is not known it is as read; ``unknown`` are these places of the text."""

    line: Line
    truth: str
    unknown: tuple[tuple[int, int], ...] = ()

    def tells(self, start: int, end: int) -> bool:
        """Whether the truth of ``line.text[start:end]`` is known."""
        return not any(a < max(end, start + 1) and start < max(b, a + 1) for a, b in self.unknown)


def known_lines(document: Document, truth: str, *, ignore_case: bool = False) -> Iterator[Known]:
    """The lines whose truth is found. With ``ignore_case`` the truth's letters have no case of their own and take the
    line's.
    """
    wanted = [" ".join(row.split()) for row in apart(truth).splitlines() if row.strip()]
    keys = [_key(row, ignore_case) for row in wanted]
    for line in document.lines():
        key = _key(line.text, ignore_case)
        if len(key) < SHORTEST:
            continue
        whole = process.extractOne(key, keys, scorer=fuzz.ratio, score_cutoff=LEAST_ALIKE)
        part = process.extractOne(key, keys, scorer=fuzz.partial_ratio, score_cutoff=LEAST_ALIKE)
        best = whole if whole and part and whole[1] >= part[1] - 15 else part
        if best is None:
            continue
        known = _known(line, _cut(key, keys[best[2]], wanted[best[2]]), ignore_case)
        if Levenshtein.normalized_distance(known.line.text, known.truth) <= WORST:
            yield known


def is_ruled_out(case: Case) -> bool:
    """True for a true edit that no reader of the image could make: nine nats a character behind what was read, or another text
    than what was read. Truths have slips of the typist (``ha&`` for *has*), and parts of other lines.
    """
    return (case.score is not None and case.score.value < bars.JUDGED_LEAST) or scope.check(case).supports is False


def without_slips(known: Known, other: str) -> Known:
    """``known`` with the slips of its truth taken for unknown, so that the line stands there as read.

    Typists slip, and the truth of many a book is itself the output of an OCR engine (``\\Vhen``, ``c0rps``). A true edit is one
    that the image rules out (:func:`is_ruled_out`) and where ``other``, another system's text of the same page, reads what was
    read here and nowhere what the truth has; or one that makes a malformed number of a well-formed one. (That two engines agree
    is not enough: looked at on the image, 13 of 18 such edits of the tuning half for which it leaves room are true, and 2 of 22
    that it rules out.)
    """
    text = known.line.text
    found = edits(text, known.truth)
    slips = [edit for edit in found if _is_slip(Case.of(known.line, edit), other)]
    spans = ((edit.start, edit.end) for edit in slips)
    return Known(known.line, apply(text, [e for e in found if e not in slips]), (*known.unknown, *spans))


def _is_slip(case: Case, other: str) -> bool:
    text, edit = case.line.text, case.edit
    tokens, becomes = (locked_tokens(side) for side in around(text, edit))
    if all(token.well_formed for token in tokens) and not all(token.well_formed for token in becomes):
        return True
    return is_ruled_out(case) and _reads(other, text, edit, edit.before) and not _reads(other, text, edit, edit.after)


def _reads(other: str, text: str, edit: Edit, words: str) -> bool:
    """Whether ``other`` has the words in the edit's place: with some characters before or behind them, as users read."""
    page, words = as_users_read(other), as_users_read(words)
    before, behind = as_users_read(text[: edit.start])[-BESIDE:], as_users_read(text[edit.end :])[:BESIDE]
    sides = ((before, behind), (before, ""), ("", behind))
    return any(len(a + b) >= SHORTEST and a + words + b in page for a, b in sides)


def _key(text: str, ignore_case: bool) -> str:
    text = fold(text)
    lower = text.lower()
    return lower if ignore_case and len(lower) == len(text) else text


def _cut(read: str, key: str, truth: str) -> str:
    """The part of the true row that the line holds, whole words: what stands before and behind is another line's."""
    if len(key) != len(truth):
        return truth
    found = fuzz.partial_ratio_alignment(read, key)
    if found is None or len(read) >= len(key):
        return truth
    start, end = max(0, found.dest_start - 4), min(len(key), found.dest_end + 4)
    start = key.rfind(" ", 0, start) + 1
    end = key.find(" ", end) if key.find(" ", end) >= 0 else len(key)
    codes = Levenshtein.opcodes(read, key[start:end])
    for code in list(codes)[:1]:
        if code.tag == "insert":
            inside = key.rfind(" ", start, start + code.dest_end)
            start = inside + 1 if inside >= 0 else start
    for code in list(codes)[-1:]:
        if code.tag == "insert":
            inside = key.find(" ", start + (code.dest_start if start == 0 else 0), end)
            at = key.find(" ", end - (code.dest_end - code.dest_start), end)
            end = at if at >= 0 and inside >= 0 else end
    return truth[start:end].strip()


def _known(line: Line, truth: str, ignore_case: bool) -> Known:
    """The truth with what is not known of it taken from the line."""
    parts: list[str] = []
    unknown: list[tuple[int, int]] = []
    text = line.text
    for code in Levenshtein.opcodes(_key(text, ignore_case), _key(truth, ignore_case)):
        a, b, c, d = code.src_start, code.src_end, code.dest_start, code.dest_end
        if code.tag == "equal" and ignore_case:
            parts.append(text[a:b])
        elif UNREADABLE in truth[c:d]:
            parts.append(text[a:b])
            unknown.append((a, b))
        else:
            parts.append(_in_case_of(text, truth[c:d]) if ignore_case else truth[c:d])
    return Known(line, "".join(parts), tuple(unknown))


def _in_case_of(text: str, truth: str) -> str:
    """A true word in capitals, in small letters where the line has hardly any capitals."""
    letters = [c for c in text if c.isalpha()]
    return truth.lower() if sum(c.isupper() for c in letters) < len(letters) / 2 else truth
