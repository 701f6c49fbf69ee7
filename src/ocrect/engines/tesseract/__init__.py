"""The engine ``tesseract``: Tesseract 5.5 through tesserocr, whose wheel bundles the library.

Evidence is the lattice of the network's choices for each symbol. Tesseract gives each choice a cost, 7 times its negative
log-probability (``kCertaintyScale`` in its ``lstmrecognizer.cpp``); divided by 7 and negated it is in nats. The lattice
holds no frames: a text that it does not contain cannot be scored.

What is done besides calling Tesseract, each because it reads better so: low lines are enlarged, grain is blurred away, the
threshold between ink and paper is a local one (Sauvola and Pietikäinen, 2000; Tesseract's own is Otsu's for the whole page),
and its words are put in order by :mod:`ocrect.layout`, since its own order parts the items of a receipt from their prices.
"""

from __future__ import annotations

import ctypes
import math
import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.metadata import files, version
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median
from typing import Any

import cv2
import numpy as np
import tesserocr
from numpy.typing import NDArray

from ocrect.engines.tesseract import tessdata
from ocrect.errors import RecognitionError
from ocrect.evidence import LatticeEvidence, Reading
from ocrect.ink import grain
from ocrect.layout import reading_order
from ocrect.record.document import Block, Box, Line, Page, PageImage, Step, Word
from ocrect.ruling import rules_and_cells
from ocrect.settings import Settings

COST_PER_NAT = 7.0
LEAST_LINE_HEIGHT, WANTED_LINE_HEIGHT = 32.0, 42.0
"""Pixels: a page whose lines are lower than the first, in the median, is enlarged to the second before it is read."""

MOST_ENLARGED, LONGEST_SIDE = 3.0, 16_000
GRAIN, BLUR = 1.5, 0.8
"""A page whose grain (grey levels of 255) is above the first is blurred by a Gaussian of the second's sigma (pixels)."""

GAP = 1.5
"""Words of one of Tesseract's lines that are farther apart than this, in heights of the line, may be of different columns."""

UNSPACED_GAP = 0.8
"""Heights of a line: a wider gap is a space, also between signs of a script that writes none."""

_UNSPACED = re.compile("[\u2e80-\u303f\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]{2}")
"""Two signs side by side of Chinese or Japanese: Han, kana, their punctuation and full-width signs. Korean writes spaces."""

VARIABLES = {"thresholding_method": "2", "lstm_choice_mode": "2", "lstm_choice_iterations": "5"}


def build(settings: Settings) -> Tesseract:
    """The engine for ``settings.language``.

    Raises:
        MissingDependencyError: a language's data is not installed; the hint is the command that installs it.
    """
    return Tesseract(settings)


@dataclass(frozen=True, slots=True)
class _Found:
    """A word with the number of the line that Tesseract found it on, and its lattice."""

    line: int
    text: str
    box: Box
    confidence: float
    slots: tuple[tuple[Reading, ...], ...] = field(default=())


_L_SEVERITY_NONE = 6  # leptonica's environ.h


@cache
def _silence_leptonica() -> None:
    """Keep the messages of Tesseract's image library off standard error: it complains of every empty box that it tries."""
    for file in files("tesserocr") or ():
        if "leptonica" in file.name:
            ctypes.CDLL(str(file.locate())).setMsgSeverity(_L_SEVERITY_NONE)


class Tesseract:
    """Reads pages; threads may share it, each page takes a Tesseract of its own from a pool.

    Raises:
        MissingDependencyError: as :func:`build`.
    """

    side_by_side = True
    least_tilt = 0.3
    """Degrees from which on a page is straightened before it is read (see bench/README.md, "Turned and tilted")."""

    def __init__(self, settings: Settings) -> None:
        _silence_leptonica()
        folder, languages = tessdata.locate(settings)
        self._data = {"languages": languages, "data": str(folder)}
        self._readers = _Pool(folder, languages)

    def __call__(self, image: PageImage, /) -> Page:
        """The page in reading order.

        Raises:
            RecognitionError: Tesseract failed on the page.
        """
        step = Step("tesseract", version("tesserocr"), dict(self._data))
        pixels = _quiet(image.pixels)
        try:
            with self._readers.taken() as api:
                scale = _prepared(api, pixels, image)
                blocks = tuple(_blocks(list(_words(api, image.number, scale)), image))
        except RuntimeError as error:
            raise RecognitionError(f"Tesseract failed on page {image.number}: {error}") from error
        return Page(image.number, image.width, image.height, image.dpi, blocks, (step,))

    def close(self) -> None:
        """Free the idle Tesseracts; one that is reading is freed when it is done. The next page makes a new one."""
        self._readers.close()


class _Pool:
    """Tesseracts with the same data, one for each page that is being read."""

    def __init__(self, folder: Path, languages: str) -> None:
        self._folder, self._languages = folder, languages
        self._lock = threading.Lock()
        self._free: list[Any] = []
        self._made = 0

    @contextmanager
    def taken(self) -> Iterator[Any]:
        """A Tesseract for the time of the context."""
        api = self._one()
        try:
            yield api
        finally:
            api.Clear()
            self._give_back(api)

    def close(self) -> None:
        """Free the idle ones."""
        with self._lock:
            idle, self._free = self._free, []
            self._made = 0
        for api in idle:
            api.End()

    def _one(self) -> Any:
        with self._lock:
            if self._free:
                return self._free.pop()
            self._made += 1
        api = tesserocr.PyTessBaseAPI(path=f"{self._folder}/", lang=self._languages, psm=tesserocr.PSM.AUTO)
        for name, value in VARIABLES.items():
            api.SetVariable(name, value)
        return api

    def _give_back(self, api: Any) -> None:
        with self._lock:
            if len(self._free) < self._made:
                self._free.append(api)
                return
        api.End()


def _prepared(api: Any, pixels: NDArray[np.uint8], image: PageImage) -> float:
    """Give Tesseract the page, enlarged where its lines are low; the scale that was used."""
    scale = _set(api, pixels, 1.0, image.dpi)
    enlarged = _enlargement(api, image)
    return scale if enlarged == scale else _set(api, pixels, enlarged, image.dpi)


def _words(api: Any, page: int, scale: float) -> Iterator[_Found]:
    """The words that Tesseract finds on the page, in its order, with boxes in pixels of the page before it was scaled."""
    if not api.Recognize():
        raise RecognitionError(f"Tesseract gave up on page {page}")
    choices = api.GetBestLSTMSymbolChoices() or []
    line = -1
    levels = tesserocr.RIL
    iterator = api.GetIterator()
    if iterator is None:
        return
    for number, item in enumerate(tesserocr.iterate_level(iterator, levels.WORD)):
        line += item.IsAtBeginningOf(levels.TEXTLINE)
        if item.Empty(levels.WORD):  # all there is on a page without text
            continue
        text = unicodedata.normalize("NFC", item.GetUTF8Text(levels.WORD)).strip()
        if not text:
            continue
        box = Box(*(side / scale for side in item.BoundingBox(levels.WORD)))
        confidence = min(max(item.Confidence(levels.WORD) / 100, 0.0), 1.0)
        slots = _slots(text, choices[number] if number < len(choices) else [], confidence)
        yield _Found(line, text, box, confidence, slots)


def _quiet(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The page, blurred a little where it is grainy: Tesseract takes grain for ink, and dots for accents.

    Gives the page itself where it is not.
    """
    return (
        cv2.GaussianBlur(pixels, (0, 0), BLUR).astype(np.uint8)
        if grain(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)) > GRAIN
        else pixels
    )


def _set(api: Any, pixels: NDArray[np.uint8], scale: float, dpi: float | None) -> float:
    """Give Tesseract the pixels, enlarged or reduced; the scale that was used."""
    scale = min(scale, LONGEST_SIDE / max(pixels.shape[:2]))
    if scale != 1.0:
        how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
        size = tuple(max(1, round(side * scale)) for side in (pixels.shape[1], pixels.shape[0]))
        pixels = cv2.resize(pixels, size, interpolation=how).astype(np.uint8)
    height, width = pixels.shape[:2]
    api.SetImageBytes(np.ascontiguousarray(pixels).tobytes(), width, height, 3, 3 * width)
    api.SetSourceResolution(min(max(round((dpi or 150) * scale), 70), 2400))
    return scale


def _enlargement(api: Any, image: PageImage) -> float:
    """By how much the page should be enlarged: its lines' median height, by layout analysis alone, is to be enough."""
    longest = max(image.width, image.height)
    layout = api.AnalyseLayout()
    if layout is None:
        return min(1.0, LONGEST_SIDE / longest)
    boxes = [item.BoundingBox(tesserocr.RIL.TEXTLINE) for item in tesserocr.iterate_level(layout, tesserocr.RIL.TEXTLINE)]
    heights = [bottom - top for _, top, _, bottom in filter(None, boxes) if bottom > top]
    height: float = median(heights) if heights else LEAST_LINE_HEIGHT
    wanted = min(MOST_ENLARGED, WANTED_LINE_HEIGHT / height) if height < LEAST_LINE_HEIGHT else 1.0
    return min(wanted, LONGEST_SIDE / longest)


def _slots(text: str, choices: list[Any], confidence: float) -> tuple[tuple[Reading, ...], ...]:
    """A word's lattice. Where the choices do not spell the word (its last word is the dictionary's), the word is one slot."""
    slots = []
    for symbol in choices:
        best: dict[str, float] = {}
        for sign, cost in symbol:
            sign = unicodedata.normalize("NFC", sign)
            if sign != " ":
                best[sign] = max(best.get(sign, -math.inf), -max(cost, 0.0) / COST_PER_NAT)
        if best:
            slots.append(tuple(Reading(sign, nats) for sign, nats in best.items()))
    # the first choice is the one that Tesseract took, whatever its cost
    if "".join(slot[0].text for slot in slots) == text:
        return tuple(slots)
    return ((Reading(text, math.log(max(confidence, 1e-3))),),)


def _blocks(words: list[_Found], image: PageImage) -> Iterator[Block]:
    """Blocks of lines in reading order: Tesseract's lines, cut where a column may end or a rule stands, and put side by side
    again.
    """
    lines = [list(group) for _, group in groupby(words, key=lambda word: word.line)]
    pieces = [piece for line in lines for piece in _pieces(line)]
    number = 0
    texts = [" ".join(word.text for word in piece) for piece in pieces]
    boxes = [Box.around([word.box for word in piece]) for piece in pieces]
    for region in reading_order(boxes, texts, *rules_and_cells(image.pixels, boxes)):
        members = []
        for row in region.rows:
            number += 1
            found = [word for i in _as_read(row, texts) for word in pieces[i]]
            members.append(_line(_spaced(found), f"p{image.number}-l{number}"))
        yield Block(tuple(members), region.kind, Box.around([line.box for line in members if line.box]))


def _as_read(row: Sequence[int], texts: Sequence[str]) -> Sequence[int]:
    """The pieces of a row, which stand from left to right, as they are read: from the right where their script runs so."""
    kinds = [unicodedata.bidirectional(char) for i in row for char in texts[i]]
    is_rtl = sum(kind in ("R", "AL") for kind in kinds) > kinds.count("L")
    return row[::-1] if is_rtl else row


def _spaced(words: list[_Found]) -> list[_Found]:
    """The words of a line, joined where both sides of a narrow gap are of a script that writes no spaces.

    Tesseract parts Chinese and Japanese into words of its own.
    """
    joined = words[:1]
    for word in words[1:]:
        last = joined[-1]
        gap = word.box.left - last.box.right
        if gap < UNSPACED_GAP * max(last.box.height, word.box.height) and _UNSPACED.match(last.text[-1] + word.text[0]):
            box, confidence = Box.around([last.box, word.box]), min(last.confidence, word.confidence)
            joined[-1] = replace(
                last, text=last.text + word.text, box=box, confidence=confidence, slots=last.slots + word.slots
            )
        else:
            joined.append(word)
    return joined


def _pieces(line: list[_Found]) -> Iterator[list[_Found]]:
    """The words of a line, cut at wide gaps."""
    widest = GAP * Box.around([word.box for word in line]).height
    piece = line[:1]
    for before, word in pairwise(line):
        if word.box.left - before.box.right > widest:
            yield piece
            piece = []
        piece.append(word)
    yield piece


def _line(found: list[_Found], name: str) -> Line:
    words: list[Word] = []
    slots: list[tuple[Reading, ...]] = []
    position = 0
    for word in found:
        words.append(Word(word.text, word.box, word.confidence, position, position + len(word.text)))
        slots += ((Reading(" ", 0.0),), *word.slots) if slots else word.slots
        position += len(word.text) + 1
    box = Box.around([word.box for word in words])
    text = " ".join(word.text for word in words)
    baseline = ((box.left, box.bottom), (box.right, box.bottom))
    return Line(name, text, box, tuple(words), baseline=baseline, evidence=LatticeEvidence(tuple(slots)))
