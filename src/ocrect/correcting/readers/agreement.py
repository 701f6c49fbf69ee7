"""Which words two engines read at the same place: one page's reading becomes a witness for the other's lines.

Also which engines do not know the letters of a page, and what two readings of one line have in common.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from ocrect import bars
from ocrect.evidence import fold
from ocrect.record.correction import Edit
from ocrect.record.document import Box, Line, Page, SecondReading, Word

BULLET = "•"
"""The sign before an item of a list, which Tesseract reads as an asterisk, a plus or a quote."""


def attach(page: Page, other: Page, engine: str) -> Page:
    """``page`` with the reading of ``other`` (same pixels, read by ``engine``) attached to each of its lines.

    Engines cut a page into lines differently, so words are matched, not lines: a line's second reading is made of the
    other page's words whose centre lies in the line's box, left to right. Evidence comes along where these words are
    exactly one line of the other page.
    """
    placed = [(word, line) for line in other.lines() for word in line.words]
    blocks = tuple(
        replace(block, lines=tuple(_witnessed(line, placed, engine) for line in block.lines)) for block in page.blocks
    )
    return replace(page, blocks=blocks, steps=page.steps + other.steps)


def _witnessed(line: Line, placed: list[tuple[Word, Line]], engine: str) -> Line:
    if line.box is None:
        return line
    inside = [(word, owner) for word, owner in placed if _holds(line.box, word.box)]
    if not inside:
        return line
    inside.sort(key=lambda pair: pair[0].box.left)
    text = " ".join(word.text for word, _ in inside)
    owner = inside[0][1]
    evidence = owner.evidence if owner.text == text else None
    return replace(line, second_readings=(*line.second_readings, SecondReading(engine, text, evidence)))


def _holds(line: Box, word: Box) -> bool:
    """True where the word's centre lies within the line's box and their heights are of one kind."""
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    slack = line.height * 0.25
    inside = line.left - slack <= x <= line.right + slack and line.top <= y <= line.bottom
    return inside and word.height <= 2.5 * line.height


def bare(text: str) -> str:
    """``text`` in small letters without accents, a character for each character: ``Đặng`` becomes ``dang``."""
    return "".join(map(_bare, text))


def strangers(lines: Sequence[Line]) -> frozenset[str]:
    """The engines among the second readings of a page's lines that do not know its letters.

    Counted are letters beyond Latin-1, as Vietnamese has: an English reader reads ``bản`` as ``ban`` or ``b4n``, and is a
    witness only for words that have no such letters.
    """
    return _strangers(tuple((r.engine, line.text, r.text) for line in lines for r in line.second_readings))


@lru_cache(maxsize=4)
def _strangers(page: tuple[tuple[str, str, str], ...]) -> frozenset[str]:
    letters: Counter[str] = Counter()
    written: Counter[str] = Counter()
    for engine, text, reading in page:
        letters[engine] += sum(map(_beyond_latin_1, text))
        written[engine] += sum(map(_beyond_latin_1, reading))
    return frozenset(
        e
        for e in letters
        if letters[e] >= bars.STRANGER_LEAST_LETTERS and written[e] < bars.STRANGER_LEAST_WRITTEN * letters[e]
    )


def _beyond_latin_1(c: str) -> bool:
    return c > "\u00ff" and c.isalpha()


def differences(text: str, reading: str) -> Iterator[Edit]:
    """The edits that turn ``text`` into ``reading``, cut at the spaces that the two share when accents and case are left aside.

    Unlike :func:`ocrect.record.correction.edits` it keeps words apart where nearly all of them differ.
    """
    matches = _aligned(bare(text), bare(reading))
    shared = [(i, j) for i, j in matches.items() if text[i] == " "]
    for (start, left), (end, right) in pairwise([(-1, -1), *shared, (len(text), len(reading))]):
        before, after = text[start + 1 : end], reading[left + 1 : right]
        if before != after:
            yield Edit(start + 1, end, before, after)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What two readers read alike: ``text``, and the places ``doubtful`` of its characters that the second has otherwise."""

    text: str
    doubtful: frozenset[int] = frozenset()

    def holds(self, start: int, end: int) -> bool:
        """True where both read ``text[start:end]``."""
        return self.doubtful.isdisjoint(range(start, end))


@lru_cache(maxsize=512)
def agreed(text: str, first: str, second: str) -> Agreement:
    """What two readings of the line that reads ``text`` have in common: the first one's characters.

    In type of one width each reader parts words at other places: a space stays only where ``text`` has it and one of the two.
    Where the two differ in a letter's case it is as in ``text``, but ``l`` is never ``L``, which it looks like in such type.
    """
    (letters, spaces), (others, other_spaces), (own, own_spaces) = map(_parted, (first, second, text))
    to_other, to_own = _aligned(_folded(letters), _folded(others)), _aligned(bare(letters), bare(own))
    out, doubtful = "", set[int]()
    seen, seen_at = -1, -1
    for n, letter in enumerate(letters):
        apart = n in spaces or _is_beside(n, to_other, other_spaces)
        out += " " if n and apart and _is_beside(n, to_own, own_spaces) else ""
        m = to_other.get(n)
        if m is None:
            doubtful.add(len(out))
        else:
            if m > seen + 1:  # the other one has something between
                doubtful |= {at for at, place in ((seen_at, seen + 1), (len(out), m)) if place not in other_spaces}
            seen, seen_at = m, len(out)
            if others[m] != letter and letter.isalpha():
                letter = "l" if letter in "lL" else own[to_own[n]] if n in to_own else letter.lower()
        out += letter
    if seen + 1 < len(others) and seen + 1 not in other_spaces:
        doubtful.add(seen_at)
    return Agreement(out, frozenset(doubtful))


def _parted(text: str) -> tuple[str, set[int]]:
    """``text`` without its spaces, and the positions in it that a space stood before."""
    spaces = [i for i, c in enumerate(text) if c == " "]
    return text.replace(" ", ""), {place - n for n, place in enumerate(spaces)}


def _folded(text: str) -> list[str]:
    return [fold(c).lower() for c in text]


def _aligned(text: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """The positions in ``text`` that ``other`` has the same at, and where."""
    matcher = SequenceMatcher(None, text, other, autojunk=False)
    return {i + k: j + k for i, j, n in matcher.get_matching_blocks() for k in range(n)}


def _is_beside(n: int, places: Mapping[int, int], spaces: Set[int]) -> bool:
    """True where a space stands behind the match of the character before ``n``, or before the match of ``n``."""
    return places.get(n - 1, -2) + 1 in spaces or places.get(n) in spaces


def _bare(c: str) -> str:
    return unicodedata.normalize("NFD", "d" if c in "đĐ" else c.lower())[:1]
