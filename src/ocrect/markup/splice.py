"""Where lines and words stand in a file of markup, and what is put in their place."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import accumulate

from ocrect.errors import DamagedInputError
from ocrect.record import placement
from ocrect.record.document import Block, Box, Document, Line, Page, Word

Change = tuple[int, int, str]
"""Put this in place of ``text[start:end]``."""

_DECLARED = re.compile(rb"""^(?:\s*<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,20})["'])""")
_ENCODINGS = re.compile(
    r"utf-?8|utf-?16(-?[lb]e)?|(us-)?ascii|(iso-?)?8859-?\d{1,2}|latin-?1|(windows-|cp)125\d", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class WordFound:
    """A word of the file: its element's offsets, those of its content, its text, box and confidence (0..1)."""

    start: int
    end: int
    inner: tuple[int, int]
    text: str
    box: Box | None
    confidence: float


@dataclass(slots=True)
class LineFound:
    """A line of the file. Without ``words`` its text stands in ``inner`` as it is."""

    id: str
    box: Box | None = None
    words: list[WordFound] = field(default_factory=list)
    inner: tuple[int, int] = (0, 0)
    text: str = ""


@dataclass(slots=True)
class PageFound:
    """A page of the file, with the size in its own unit (pixels, as a rule)."""

    number: int
    width: int = 0
    height: int = 0
    lines: list[LineFound] = field(default_factory=list)


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a file and its encoding: by its byte order mark, by its XML declaration, or UTF-8.

    Raises:
        DamagedInputError: it is not of the encoding that it says, or that is none that we take.
    """
    marked = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
    encoding = next((name for mark, name in marked if data.startswith(mark)), "")
    declared = _DECLARED.match(data[:200])
    if not encoding:
        encoding = declared[1].decode("ascii") if declared else "utf-8"
        if not _ENCODINGS.fullmatch(encoding):
            raise DamagedInputError(f"the file says that it is {encoding!r}", hint="Save it as UTF-8.")
    try:
        return data.decode(encoding), encoding
    except (UnicodeError, LookupError) as error:
        raise DamagedInputError(f"the file is not {encoding}: {error}", hint="Save it as UTF-8.") from None


def encoded(text: str, encoding: str, *, markup: bool) -> bytes:
    """``text`` as the file was encoded; what that encoding lacks becomes a character reference."""
    return text.encode(encoding, "xmlcharrefreplace" if markup else "replace")


def document_of(pages: Sequence[PageFound]) -> Document:
    """The document that was found; a line's text is its words with a space between them, in NFC."""
    return Document("text", tuple(_page(number, page) for number, page in enumerate(pages, 1)))


def _page(number: int, found: PageFound) -> Page:
    lines = tuple(_line(line) for line in found.lines)
    return Page(number, found.width, found.height, blocks=(Block(lines),) if lines else ())


def _line(found: LineFound) -> Line:
    if not found.words:
        return Line(found.id, _clean(found.text), found.box)
    words, at = [], 0
    for word in found.words:
        text = _clean(word.text)
        words.append(Word(text, word.box or Box(0, 0, 0, 0), word.confidence, at, at + len(text)))
        at += len(text) + 1
    boxes = [word.box for word in found.words if word.box]
    box = found.box or (Box.around(boxes) if boxes else None)
    placed = tuple(words) if len(boxes) == len(words) and box else ()
    return Line(found.id, " ".join(word.text for word in words), box, placed)


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


@dataclass(frozen=True, slots=True)
class Put:
    """A word in its new form: in the element of ``old``, or of a copy of it, the ``copy``th behind it (before it, below 0).

    ``box`` where it has another one.
    """

    text: str
    old: WordFound
    copy: int = 0
    box: Box | None = None

    @property
    def name(self) -> str:
        """What a copy's id has behind the id that it copies."""
        return f"{self.copy + 1}" if self.copy > 0 else f"before{-self.copy}"


def exchanges(found: LineFound, line: Line) -> tuple[list[Put], list[WordFound]]:
    """What the words of a corrected line are put into, in order, and the words whose elements go.

    A word that stays is not among them. Where as many words stand in place of others each takes its element; where words were
    joined or parted, elements go, or are copied.
    """
    old = [_clean(word.text) for word in found.words]
    placed = placement.words(line) if line.words else ()
    new = [word.text for word in placed] or line.corrected.split()
    puts: list[Put] = []
    gone: list[WordFound] = []
    for i, j, k, m in _groups(old, new):
        here = found.words[i:j]
        for at, text in enumerate(new[k:m]):
            box = placed[k + at].box if placed and j - i != m - k else None
            if at < len(here):
                puts.append(Put(text, here[at], 0, box))
            elif here:
                puts.append(Put(text, here[-1], at - len(here) + 1, box))
            else:
                puts.append(Put(text, found.words[i - 1], at + 1, box) if i else Put(text, found.words[0], k + at - m, box))
        gone += here[max(0, m - k) :]
    return puts, gone


def spliced(found: LineFound, line: Line, element: Callable[[Put], str], space: str) -> tuple[list[Change], list[WordFound]]:
    """The changes that put the words of a corrected line into the file, and the words whose elements go.

    ``element`` makes a word's markup, ``space`` stands between two.
    """
    puts, gone = exchanges(found, line)
    changes: list[Change] = []
    for old in dict.fromkeys(put.old for put in puts):
        here = [put for put in puts if put.old == old]
        before = [element(put) for put in here if put.copy < 0]
        own = [element(put) for put in here if put.copy == 0]
        behind = [element(put) for put in here if put.copy > 0]
        changes += [(old.start, old.start, space.join([*before, ""]))] if before else []
        if own:
            changes.append((old.start, old.end, space.join([*own, *behind])))
        else:
            changes += [(old.end, old.end, space + space.join(behind))] if behind else []
    return changes, gone


def _groups(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The runs of words that differ: ``old[i:j]`` became ``new[k:m]``.

    A run is cut where the same letters stand before in both, so that a word that was joined or parted is told from the next.
    """
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        ends = {text: at for at, text in enumerate(accumulate(new[k:m]), k + 1)}
        cuts = [(at, ends[text]) for at, text in enumerate(accumulate(old[i:j]), i + 1) if text in ends]
        for last, end in [*cuts, (j, m)]:
            if i < last or k < end:
                yield i, last, k, end
            i, k = last, end


def whole(text: str, found: LineFound, line: Line, put: Callable[[str, str], str]) -> Change:
    """The change of a line that has no words of its own: its content with another text."""
    start, end = found.inner
    return start, end, put(text[start:end], line.corrected)
