"""The PDF that was written, read back by another library than the one that wrote it: is each word found, and at its place?"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import IO, Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ocrect.errors import ExportError
from ocrect.native import PDFIUM, utf16_characters
from ocrect.wording import counted
from ocrect.writers.pdf.layer import Placement, TextLine

_log = logging.getLogger("ocrect")

_OFF = 2.0
"""Pixels, at 300 dots per inch, by which a word may lie elsewhere than it was put (one in 150 of an inch)."""
_LEAST_OFF = 1.0
"""The same in pixels of a page of fewer dots per inch."""
_LEVEL = 0.02
"""Slope up to which a word's ends are those of its upright box."""
_BROKEN = 0.5
"""Part of a page's words that are not found again from which the file counts as broken."""
_AT_A_TIME = 8
"""Pages after which the file is opened anew: pdfium keeps all that it has parsed until the file is closed."""
_JOINED = "\u0002\ufffe"
"""What pdfium writes for a hyphen by which it joins a word with its rest on the next line."""


class Put(NamedTuple):
    """A page on which text was put: its number, the text, and where its pixels lie in the page's user space."""

    number: int
    lines: list[TextLine]
    placement: Placement
    dpi: float


class _Found(NamedTuple):
    """A word as it was read back: its key, and left, bottom, right, top in user space."""

    key: str
    box: tuple[float, float, float, float]


def check(file: IO[bytes], pages: int, put: Iterable[Put], source: str, passwords: Sequence[str]) -> None:
    """Say of each page on which text was put what of it is not found again, or elsewhere.

    Raises:
        ExportError: the file cannot be read, has not so many ``pages``, or most of a page's words are not in it.
    """
    with PDFIUM:
        found = _count(_opened(file, passwords, source))
    if found != pages:
        raise _broken(source, f"it has {counted(found, 'page')}, and should have {pages}")
    waiting = iter(put)
    while some := list(islice(waiting, _AT_A_TIME)):
        with PDFIUM:
            words = _read_pages(_opened(file, passwords, source), [page.number for page in some])
        for page, own in zip(some, words, strict=True):
            _compare(page, own, source)


def _count(document: Any) -> int:
    try:
        return len(document)
    finally:
        document.close()


def _read_pages(document: Any, numbers: Sequence[int]) -> list[list[_Found]]:
    """The words of these pages; the document is closed."""
    try:
        return [_words(document, number) for number in numbers]
    finally:
        document.close()


def _opened(file: IO[bytes], passwords: Sequence[str], source: str) -> Any:
    """The document, without a password if that will do."""
    last: pdfium.PdfiumError | None = None
    for tried in (None, *passwords):
        file.seek(0)
        try:
            return pdfium.PdfDocument(file, password=tried)
        except pdfium.PdfiumError as error:
            last = error
    raise _broken(source, f"it cannot be read: {last}") from last


def _compare(page: Put, words: list[_Found], source: str) -> None:
    there: dict[str, list[_Found]] = {}
    for word in words:
        there.setdefault(word.key, []).append(word)
    count = missing = elsewhere = 0
    for line in page.lines:
        for text, box in line.words:
            key = _key(text)
            if not key:
                continue
            count += 1
            x, y = page.placement.point((box.left + box.right) / 2, (box.top + box.bottom) / 2)
            nearest = min(there.get(key, ()), key=lambda word: _distance(word, x, y), default=None)
            if nearest is None:
                missing += 1
                continue
            there[key].remove(nearest)
            elsewhere += not _is_at(nearest, line, (x, y), box, page)
    if missing > _BROKEN * count:
        raise _broken(source, f"{missing} of {count} words of page {page.number} are not in it")
    if missing or elsewhere:
        _log.warning(
            "%s, page %d of the PDF as another library reads it: of %d words %d are others, %d lie elsewhere",
            source, page.number, count, missing, elsewhere,
        )  # fmt: skip


def _broken(source: str, why: str) -> ExportError:
    return ExportError(f"the PDF of {source} was read back, and {why}", hint="Write another format, and tell us of the file.")


def _distance(word: _Found, x: float, y: float) -> float:
    left, bottom, right, top = word.box
    return float(abs((left + right) / 2 - x) + abs((bottom + top) / 2 - y))


def _is_at(word: _Found, line: TextLine, middle: tuple[float, float], box: Any, page: Put) -> bool:
    """Whether a word lies where it was put: its middle in the word's box, and, on a level line, its ends at the box's ends."""
    left, bottom, right, top = word.box
    x, y = page.placement.point(box.left, box.top)
    x2, y2 = page.placement.point(box.right, box.bottom)
    slack = max(_OFF * page.dpi / 300, _LEAST_OFF) * max(map(abs, page.placement[:4]))
    across = abs((left + right) / 2 - middle[0]) <= max(abs(x2 - x), right - left) / 2 + slack
    down = abs((bottom + top) / 2 - middle[1]) <= max(abs(y2 - y), top - bottom) / 2 + slack
    if not (across and down and _is_level(line)):
        return across and down
    if page.placement.a:  # the page stands upright, or on its head
        return abs(left - min(x, x2)) <= slack and abs(right - max(x, x2)) <= slack
    return abs(bottom - min(y, y2)) <= slack and abs(top - max(y, y2)) <= slack


def _is_level(line: TextLine) -> bool:
    if line.baseline is None:
        return True
    (x0, y0), (x1, y1) = line.baseline
    return abs(y1 - y0) <= _LEVEL * abs(x1 - x0)


def _key(text: str) -> str:
    """A word as it is compared: compatible forms as one (pdfium spells ligatures out), without signs that have no width."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if unicodedata.category(c) not in ("Cf", "Cc") and not c.isspace())


def _words(document: Any, number: int) -> list[_Found]:
    page = document[number - 1]
    try:
        textpage = page.get_textpage()
        try:
            return list(_read(textpage))
        finally:
            textpage.close()
    finally:
        page.close()


def _read(textpage: Any) -> Iterator[_Found]:
    """The words of the page: what stands between spaces and line ends."""
    word, first = "", 0
    last = 0
    for index, char in _characters(textpage):
        is_joined = char in _JOINED
        if not char.isspace():
            first, last = (first if word else index), index
            word += "-" if is_joined else char
        if word and (char.isspace() or is_joined):
            yield _Found(_key(word), _around(textpage, word, first, last))
            word = ""
    if word:
        yield _Found(_key(word), _around(textpage, word, first, last))


def _around(textpage: Any, word: str, first: int, last: int) -> tuple[float, float, float, float]:
    """The box of a word of these characters: of its ends, or of all where digits may stand inside what runs from the right."""
    mixed = any(unicodedata.bidirectional(c) in ("R", "AL") for c in word)
    indices = range(first, last + 1) if mixed else (first, last)
    lefts, bottoms, rights, tops = zip(*(textpage.get_charbox(index, loose=True) for index in indices), strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _characters(textpage: Any) -> Iterator[tuple[int, str]]:
    """Each character with its index."""
    return utf16_characters(partial(pdfium_c.FPDFText_GetUnicode, textpage), textpage.count_chars())
