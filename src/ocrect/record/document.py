"""The result of reading: a document of pages, blocks, lines, words and glyphs, with the evidence beside the text.

Text is NFC in logical order. Boxes are pixels of the page image with the origin at its top left. Everything is frozen:
a correction makes a new line that keeps the engine's text and evidence as they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from ocrect.errors import OcrectError
from ocrect.evidence import Evidence
from ocrect.record.correction import Correction, Edit, Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BlockKind = Literal["text", "heading", "paragraph", "table", "footnote", "page-number", "figure"]
"""What a block is, as far as the layout is sure; ``text`` where it is not."""

UnreadKind = Literal["picture", "drawing", "rule", "mark", "faint", "unknown-script", "illegible"]
"""Why ink was not read: a picture, a line drawing, a rule (a line that parts or underlines), a mark (bullet, tick box), text
too faint or of a script that the engine does not know, text that it saw and could not make out."""
TEXT_LIKE = ("faint", "unknown-script", "illegible")
"""The kinds of unread ink that look like text: what a reader of the page must be told of."""

PAGE_SEPARATOR = "\n\f"


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in pixels of the page image; ``right`` and ``bottom`` lie just outside."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def corners(self) -> tuple[tuple[float, float], ...]:
        """The four corners (x, y), from the upper left one on, clockwise."""
        return (self.left, self.top), (self.right, self.top), (self.right, self.bottom), (self.left, self.bottom)

    @staticmethod
    def around(boxes: list[Box]) -> Box:
        """The smallest box that holds all ``boxes`` (at least one)."""
        return Box(
            min(b.left for b in boxes),
            min(b.top for b in boxes),
            max(b.right for b in boxes),
            max(b.bottom for b in boxes),
        )


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class PageImage:
    """The pixels that an engine reads: ``uint8``, shape ``(height, width, 3)``, RGB, with dots per inch if known.

    ``steps`` is what was done to them since the file: rendered, squared. An image is equal to itself alone, so that what was
    found on it can be kept beside it.
    """

    pixels: NDArray[np.uint8]
    number: int = 1
    dpi: float | None = None
    steps: tuple[Step, ...] = ()

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character (code point or cluster) as the engine read it; ``confidence`` in 0..1."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, slots=True)
class Word:
    """One space-separated word of a line: ``line.text[start:end]``; ``confidence`` in 0..1."""

    text: str
    box: Box
    confidence: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What another engine read on the line. The same one on another crop is no other witness: it errs alike."""

    engine: str
    text: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """``text[start:end]`` of a line, as read, may be wrong, and why: it contradicts what else stands on the page."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the engine's ``text`` and ``evidence``, which never change, and the correction beside them.

    ``baseline`` is two points ``(x, y)``, left and right, in pixels. ``language`` is an ISO 639-1 code, empty where it is not
    known. ``doubts`` are the numbers that, as corrected, contradict others of the page.
    """

    id: str
    text: str
    box: Box | None = None
    words: tuple[Word, ...] = ()
    glyphs: tuple[Glyph, ...] = ()
    baseline: tuple[tuple[float, float], tuple[float, float]] | None = None
    evidence: Evidence | None = None
    second_readings: tuple[SecondReading, ...] = ()
    correction: Correction | None = None
    language: str = ""
    doubts: tuple[Doubt, ...] = ()

    @property
    def corrected(self) -> str:
        """The text with the accepted edits; the engine's own where nothing was corrected."""
        return self.correction.apply(self.text) if self.correction else self.text

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        return self.correction.verdicts if self.correction else ()

    @property
    def accepted(self) -> tuple[Edit, ...]:
        """The accepted edits in text order."""
        return self.correction.accepted if self.correction else ()

    @property
    def confidence(self) -> float | None:
        """The lowest confidence of a word, 0..1; ``None`` where the engine gave none."""
        return min((w.confidence for w in self.words), default=None)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together, in reading order."""

    lines: tuple[Line, ...]
    kind: BlockKind = "text"
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Provenance: what worked on the page, in which version, with which settings (JSON values)."""

    name: str
    version: str
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a page has no text, or was corrected without the language model: the error's class name, its message and its hint."""

    error: str
    message: str
    hint: str = ""

    @classmethod
    def of(cls, error: OcrectError) -> Failure:
        return cls(type(error).__name__, str(error), error.hint)


@dataclass(frozen=True, slots=True)
class Unread:
    """Ink of the page that no line accounts for, and why; ``text`` is the engine's guess where it dropped one as unsure."""

    box: Box
    why: UnreadKind
    text: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page in reading order. ``width`` and ``height`` in pixels, 0 where there was no image.

    ``unread`` is the ink that no line accounts for: an empty page with ink is never just empty.
    """

    number: int
    width: int = 0
    height: int = 0
    dpi: float | None = None
    blocks: tuple[Block, ...] = ()
    steps: tuple[Step, ...] = ()
    unread: tuple[Unread, ...] = ()
    failure: Failure | None = None

    def lines(self) -> Iterator[Line]:
        for block in self.blocks:
            yield from block.lines

    @property
    def confidence(self) -> float | None:
        """The mean confidence of the page's signs, 0..1, in which unread text counts as signs of none.

        How many signs it has is guessed by its size: one for every half of its height. ``None`` for a page without either.
        """
        words = [word for line in self.lines() for word in line.words]
        lost = [item.box for item in self.unread if item.why in TEXT_LIKE]
        signs = sum(len(word.text) for word in words)
        missing = sum(2 * box.width / max(box.height, 1.0) for box in lost)
        if not signs + missing:
            return None
        return sum(len(word.text) * word.confidence for word in words) / (signs + missing)

    @property
    def text(self) -> str:
        """The engine's reading, lines joined by newlines."""
        return "\n".join(line.text for line in self.lines())

    @property
    def corrected(self) -> str:
        return "\n".join(line.corrected for line in self.lines())


@dataclass(frozen=True, slots=True)
class Document:
    """A file read: where it came from, and its pages. ``text`` is what was read, ``corrected`` what it became.

    ``pages`` is a tuple, or, for a long document on its way into files, loads each page when it is asked for
    (:mod:`ocrect.record.lazy`). ``languages`` are those that it was read in, ISO 639-1, the first one first: what a later
    correction goes by.
    """

    source: str
    pages: Sequence[Page] = ()
    languages: tuple[str, ...] = ()

    def lines(self) -> Iterator[Line]:
        for page in self.pages:
            yield from page.lines()

    @property
    def text(self) -> str:
        """The engine's reading; pages are separated by a newline and a form feed, as ``pdftotext`` does."""
        return PAGE_SEPARATOR.join(page.text for page in self.pages)

    @property
    def corrected(self) -> str:
        """The corrected text; equal to ``text`` where nothing was accepted."""
        return PAGE_SEPARATOR.join(page.corrected for page in self.pages)

    @property
    def failures(self) -> tuple[Failure, ...]:
        return tuple(page.failure for page in self.pages if page.failure)
