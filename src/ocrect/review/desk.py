"""What a reviewer does at a folder: looks at cards and pages, decides, takes back, finds, and writes the documents anew."""

from __future__ import annotations

import logging
import secrets
import threading
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ocrect import plugins, writers
from ocrect.batch import decisions
from ocrect.batch.decisions import Decision
from ocrect.batch.manifest import Job
from ocrect.batch.names import on_disk
from ocrect.batch.work import Plan, written
from ocrect.checksum import sha256_of
from ocrect.errors import ConflictError, ExportError, InputNotFoundError, OcrectError, RequestError
from ocrect.record import rewriting
from ocrect.record.document import Box, Document, Line, Page
from ocrect.review.cards import Card, Change, as_it_stands, typed, typed_line, with_others
from ocrect.review.crops import Crops, Picture, part_of
from ocrect.review.finishing import Finishing
from ocrect.review.ledger import Ledger, Numbered, Stale, unpacked
from ocrect.source.original import OriginalFile

log = logging.getLogger("ocrect")

MOST_PAGES = 24
"""Pages that are kept unpacked."""
LONGEST_TEXT = 2000
"""Characters of what may be typed for a place."""
_PORTION, _PAUSE = 512, 0.004
"""Pages that are looked up at a time to be taken into the index; seconds between two, in which requests are answered."""
MOST_SERIES = 200
"""Cards of a series that are decided at one go."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Who decides, what the last decision was that they had seen, and the sender's name for this one."""

    who: str
    last: int
    token: str


class Desk:
    """One folder under review. Thread-safe. ``result`` is the JSON of the one document in it, which is written in its place.

    Raises:
        ExportError, InputError: the manifest cannot be opened.
    """

    def __init__(self, plan: Plan, result: Path | None = None) -> None:
        self.plan, self._result = plan, result
        self.ledger = Ledger(plan.manifest)
        self.ledger.prepare()
        self.crops = Crops(plan.inputs, plan.settings)
        self._pages: OrderedDict[tuple[int, int], tuple[bytes, Page]] = OrderedDict()
        self.since = self.ledger.last()
        """The last decision before this session."""
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self.finishing = Finishing(self.ledger, self.write)
        self._indexer = threading.Thread(target=self._index, name="ocrect-index", daemon=True)

    def open(self, *, seconds: float = 2.0) -> Self:
        """Begin to take the pages into the index: for so long before this returns, then beside."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self._index_some(self.ledger, until):
            pass
        self._indexer.start()
        self.finishing.start()
        return self

    def close(self) -> None:
        """Let go of everything that is open."""
        self._ended.set()
        if self._indexer.is_alive():
            self._indexer.join()
        self.finishing.close()
        self.crops.close()
        self.ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    # looking

    def base(self, file: int, number: int) -> Page:
        """A page as it was read and corrected. Raises :class:`~ocrect.errors.InputNotFoundError`."""
        key, record = (file, number), self.ledger.record(file, number)
        with self._lock:
            kept, page = self._pages.get(key, (b"", None))
            if page is not None and kept == record:
                self._pages.move_to_end(key)
                return page
        page = unpacked(record)
        with self._lock:
            self._pages[key] = record, page
            while len(self._pages) > MOST_PAGES:
                self._pages.popitem(last=False)
        return page

    def page(self, file: int, number: int) -> tuple[Page, list[Decision]]:
        """A page as it stands, and the decisions that have no place on it.

        Raises:
            InputNotFoundError: there is none.
        """
        return decisions.laid_over(self.base(file, number), self.ledger.of_page(self.ledger.path_of(file), number))

    def card(self, number: int) -> Numbered:
        """A card with its further readings. Raises :class:`~ocrect.errors.InputNotFoundError`."""
        return self.dressed(self.ledger.card(number))

    def dressed(self, numbered: Numbered) -> Numbered:
        """The card as its place stands now, with its further readings."""
        page, _ = self.page(numbered.file, numbered.card.page)
        card = as_it_stands(numbered.card, page) if numbered.answered else numbered.card
        return replace(numbered, card=with_others(card, page))

    def expect(self, numbered: Numbered | None, count: int = 3) -> list[Numbered]:
        """The next cards after one; their pictures are made meanwhile."""
        found: list[Numbered] = []
        while numbered is not None and len(found) < count:
            numbered = self.ledger.next_card(numbered)
            if numbered is not None:
                found.append(numbered)
                self.crops.expect(numbered.path, self._sized(numbered), self.part(numbered))
        return found

    def part(self, numbered: Numbered, *, far: bool = False) -> Box:
        """What is shown of the page for a card."""
        card = numbered.card
        return part_of(self._sized(numbered), card.box or Box(0, 0, 1, 1), card.frame, far=far)

    def picture(self, numbered: Numbered, *, far: bool = False) -> Picture:
        """The picture of a card's place. Raises :class:`~ocrect.errors.InputError`."""
        return self.crops.of_place(numbered.path, self._sized(numbered), self.part(numbered, far=far))

    def _sized(self, numbered: Numbered) -> Page:
        return self.base(numbered.file, numbered.card.page)

    # deciding

    def answer(self, number: int, said: str, seen: Seen) -> list[Decision] | Stale:
        """What a person answers to a card (:func:`change_of`).

        Raises:
            InputNotFoundError: there is no such card, or its line is gone.
            RequestError: it is no answer to it.
        """
        if known := self.ledger.sent(seen.token):
            return known
        numbered = self.card(number)
        page, _ = self.page(numbered.file, numbered.card.page)
        return self.decide(numbered, change_of(numbered.card, said, page), seen)

    def decide(self, numbered: Numbered, change: Change, seen: Seen, *, series: str = "") -> list[Decision] | Stale:
        """A person's word on a card.

        Raises:
            ConflictError: there is no place for it on the page as it stands.
        """
        card, path = numbered.card, numbered.path
        base = self.base(numbered.file, card.page)
        kind: decisions.Kind = "read" if card.line else "add"
        crop = self.crops.known(path, base, self.part(numbered)) if card.box else ""
        box = next((line.box for line in base.lines() if line.id == card.line), None) if card.line else card.box
        made = Decision(
            seen.token, path, card.page, card.line, kind, change.start, change.before if card.line else "",
            clean(change.after), box, seen.who, crop=crop, series=series,
        )  # fmt: skip
        return self._kept([made], seen, numbered.file, base)

    def retype(self, file: int, number: int, name: str, span: tuple[int, int], text: str, seen: Seen) -> list[Decision] | Stale:
        """``line.corrected[start:end]`` is to read ``text``.

        Raises:
            InputNotFoundError: there is no such line.
            ConflictError: there is no such place on it.
            RequestError: the text is none.
        """
        if known := self.ledger.sent(seen.token):
            return known
        page, _ = self.page(file, number)
        line = _line_of(page, name)
        if not 0 <= span[0] <= span[1] <= len(line.corrected):
            raise ConflictError(f"{span[0]}…{span[1]} lies outside the line")
        start, end, after = rewriting.span_as_read(line, *span, clean(text))
        made = Decision(
            seen.token, self.ledger.path_of(file), number, name, "read", start, line.text[start:end], after, line.box, seen.who
        )
        return self._kept([made], seen, file, self.base(file, number))

    def rearrange(self, file: int, made: Decision, seen: Seen) -> list[Decision] | Stale:
        """A line put in, struck out or moved.

        Raises:
            InputNotFoundError: there is no such line.
            RequestError: the text is none, or the box lies outside the page.
        """
        if known := self.ledger.sent(seen.token):
            return known
        page, _ = self.page(file, made.page)
        for name in filter(None, (made.line, made.before, made.after if made.kind == "move" else "")):
            _line_of(page, name)
        box = made.box
        if made.kind == "add" and page.width:
            inside = box is not None and 0 <= box.left < box.right <= page.width and 0 <= box.top < box.bottom <= page.height
            if not inside:
                raise RequestError("the box lies outside the page")
        after = clean(made.after) if made.kind == "add" else made.after
        if made.line:
            box = _line_of(page, made.line).box
        whole = replace(made, token=seen.token, path=self.ledger.path_of(file), who=seen.who, after=after, box=box)
        return self._kept([whole], seen, file, self.base(file, made.page))

    def undo(self, seen: Seen, number: int | None = None) -> list[Decision]:
        """Take back a decision, or the latest one of this person with all that was decided at the same go; gives them.

        Nothing where there is none that stands.
        """
        if known := self.ledger.sent(seen.token):
            return known
        found = self.ledger.last_of(seen.who) if number is None else self.ledger.standing(number)
        for place, decision in enumerate(found):
            file = self.ledger.file_of(decision.path)
            token = seen.token if not place else f"{seen.token}-{place}"
            back = Decision(token, decision.path, decision.page, decision.line, "undo", who=seen.who, of=decision.id)
            self.ledger.keep([back], seen.last, file, self.base(file, decision.page))
        return found

    def _kept(self, made: list[Decision], seen: Seen, file: int, base: Page) -> list[Decision] | Stale:
        """Keep decisions that have a place on the page as it stands.

        Raises:
            ConflictError: one of them has none.
        """
        before = self.ledger.of_page(made[0].path, base.number)
        trial = [replace(decision, id=2**62 + place) for place, decision in enumerate(made)]
        _, lost = decisions.laid_over(base, [*before, *trial])
        if any(decision.id >= 2**62 for decision in lost):
            raise ConflictError("there is no such place on the page as it stands")
        return self.ledger.keep(made, seen.last, file, base)

    # the end

    def write(self, file: int, formats: Sequence[str] = ()) -> list[str]:
        """Write a document anew as it stands; gives the paths of the results below the output folder.

        Raises:
            OcrectError: one cannot be written.
        """
        path = self.ledger.path_of(file)
        document = self.ledger.document(Job(file, path, "", None))
        document = replace(document, source=str(self.plan.inputs / on_disk(path)), languages=self.plan.settings.languages)
        names = tuple(formats) or self.plan.formats or self.ledger.formats(file) or ("text",)
        made: list[tuple[str, Any]] = [(name, plugins.load("writers", name)(self.plan.settings)) for name in names]
        return [
            self._replaced(self._result, path, document, writer)
            if self._result is not None and name == "json"
            else written(self.plan, document, path, name, writer)
            for name, writer in made
        ]

    def _replaced(self, result: Path, path: str, document: Document, writer: Any) -> str:
        """Write the JSON that was taken in anew, in its place.

        Raises:
            ExportError: somebody has changed it since, or it cannot be written.
        """
        known = self.ledger.known(path)
        if known is not None and result.is_file() and sha256_of(result) != known[2] and not self.plan.force:
            raise ExportError(
                f"{result} was changed since it was opened",
                hint="Open it again: your decisions are kept, and put in their places.",
            )
        scan = self.plan.inputs / on_disk(path)
        with OriginalFile(scan, self.plan.settings, path) as original:
            writers.save(lambda out: writer(document, original, out), result, (scan,), force=True, origin=path)
        self.ledger.now_is(path, result.stat().st_size, sha256_of(result))
        return str(result)

    def decisions(self) -> Iterator[Decision]:
        """All decisions that stand, by file."""
        for path in self.ledger.decided():
            yield from decisions.standing(self.ledger.of_file(path))

    def told(self, decision: Decision) -> dict[str, Any]:
        """A decision as JSON values, for the record."""
        return {
            "file": decision.path, "page": decision.page, "line": decision.name, "kind": decision.kind, "start": decision.start,
            "before": decision.before, "after": decision.after, "by": decision.who, "when": decision.when.isoformat(),
            "crop": decision.crop,
        }  # fmt: skip

    # the index

    def _index(self) -> None:
        with closing(Ledger(self.plan.manifest)) as ledger:
            while not self._ended.is_set():
                try:
                    more = self._index_some(ledger, float("inf"))
                except OcrectError as error:
                    log.warning("%s", error)
                    more = False
                if not more:
                    self._ended.wait(2.0)

    def _index_some(self, ledger: Ledger, until: float) -> bool:
        """Index pages until ``until`` (seconds of the monotonic clock); false when none is left."""
        pages = ledger.unindexed(_PORTION)
        for file, path, number in pages:
            if self._ended.is_set() or time.monotonic() > until:
                return True
            ledger.index(file, path, number)
            if until == float("inf"):
                self._ended.wait(_PAUSE)
        return bool(pages)


def _line_of(page: Page, name: str) -> Line:
    """The line of that name. Raises :class:`~ocrect.errors.InputNotFoundError`."""
    try:
        return rewriting.line_of(page, name)
    except KeyError:
        raise InputNotFoundError(f"there is no line {name!r} on page {page.number}") from None


def clean(text: str) -> str:
    """What a person typed, as a line's text: in NFC, on one line.

    Raises:
        RequestError: it is too long, or holds what is no text.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise RequestError("this is no text") from error
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if len(text) > LONGEST_TEXT:
        raise RequestError(f"the text has more than {LONGEST_TEXT} characters")
    if any(unicodedata.category(c) == "Cc" for c in text):
        raise RequestError("this is no text")
    return text


def token() -> str:
    """A name for a decision that no other has."""
    return secrets.token_hex(12)


def change_of(card: Card, said: str, page: Page) -> Change:
    """The change that an answer to a card means: ``accept``, ``keep``, ``1`` to ``5``, ``=`` and what was typed, or
    ``line=`` and what was typed for the whole line.

    Raises:
        RequestError: it is none of these, or there is no such reading.
        InputNotFoundError: the card's line is gone.
    """
    if said == "accept" and card.proposal is not None:
        return card.proposal
    if said in ("keep", "accept"):
        return card.keep
    if said.startswith("line=") and card.line:
        return typed_line(_line_of(page, card.line), card, clean(said.removeprefix("line=")))
    text = said[1:] if said.startswith("=") else None
    if text is None:
        number = int(said) if said.isdecimal() and len(said) == 1 else 0
        if not 1 <= number <= len(card.others):
            raise RequestError(f"there is no answer {said!r}")
        text = card.others[number - 1]
    text = clean(text)
    if not card.line:
        return Change(0, "", text)
    return typed(_line_of(page, card.line), card, text)
