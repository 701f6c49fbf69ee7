"""The engine ``ppocr``: PP-OCRv6 detection and recognition, run by onnxruntime, every line with its CTC posterior."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr import models
from ocrect.engines.ppocr.detect import CLEAR, Boxes, detect
from ocrect.engines.ppocr.gaps import with_lone_signs
from ocrect.engines.ppocr.recognise import UPRIGHT_RATIO, BoxReading, recognise
from ocrect.evidence import CtcPosterior, Symbol
from ocrect.layout import across, reading_order
from ocrect.record.document import Block, BlockKind, Box, Glyph, Line, Page, PageImage, Step, Word
from ocrect.settings import Settings

LEAST_CONFIDENCE = 0.5  # a box whose symbols' mean confidence is below this holds no text
SURE = 0.85  # nor does one below this that the detector does not see clearly
DOUBTFUL = 0.75  # a page whose mean confidence is below this may stand on its head
CJK = {"zh", "ja"}

Quads = NDArray[np.float32]


def build(settings: Settings) -> PpOcr:
    """The engine for ``settings.languages``: with the whole alphabet for Chinese and Japanese, else that of Latin scripts.

    Raises:
        MissingDependencyError: the package ``rapidocr``, which carries the models, is not installed.
    """
    return PpOcr(settings)


class PpOcr:
    """Reads pages; threads may share it. There is nothing to free but memory, which goes with the object."""

    def __init__(self, settings: Settings) -> None:
        detection, recognition = (models.model_file(name) for name in (models.DETECTION_FILE, models.RECOGNITION_FILE))
        wanted = models.is_symbol if CJK & set(settings.languages) else models.is_latin
        cut, alphabet = models.recogniser(recognition.read_bytes(), wanted)
        self._known = "".join(alphabet)
        self._detection = models.session(detection.read_bytes(), settings.threads)
        self._recognition = models.session(cut, settings.threads)
        hashes = {"detection": models.sha256(detection), "recognition": models.sha256(recognition)}
        self._step = Step("ppocr", version("rapidocr"), {**hashes, "symbols": len(alphabet)})

    def __call__(self, image: PageImage, /) -> Page:
        """The page in reading order; a page that lies on its side or stands on its head is read all the same."""
        bgr = np.ascontiguousarray(image.pixels[:, :, ::-1])
        turns, readings = self._upright(bgr)
        upright = _turned(bgr, turns)
        found = [(kind, [self._row(upright, row) for row in rows]) for kind, rows in _ordered(readings)]
        blocks = tuple(_blocks(found, image, turns))
        return Page(image.number, image.width, image.height, image.dpi, blocks, (self._step,))

    def _upright(self, bgr: NDArray[np.uint8]) -> tuple[int, list[BoxReading]]:
        """The readings of the page turned so that text runs from left to right, and by how many quarter turns that is."""
        boxes = detect(self._detection, bgr)
        clear = boxes.quads[boxes.scores >= CLEAR]
        turns = [0]
        if len(clear) > 2 and np.mean([_is_tall(quad) for quad in clear]) > 0.5:
            turns = [1, 3]
        tried = [(turn, self._read(bgr, turn, boxes)) for turn in turns]
        best = max(tried, key=lambda pair: _confidence(pair[1]))
        if turns == [0] and len(clear) > 2 and _confidence(best[1]) < DOUBTFUL:
            best = max(best, (2, self._read(bgr, 2, boxes)), key=lambda pair: _confidence(pair[1]))
        return best[0], [reading for reading in best[1] if _mean(reading.symbols) >= LEAST_CONFIDENCE]

    def _read(self, bgr: NDArray[np.uint8], turn: int, upright: Boxes) -> list[BoxReading]:
        """The boxes of the page turned clockwise by ``turn`` quarters; ``upright`` are the boxes of the page as it is.

        Those that the detector hardly sees are left out where the reader is not sure of them either.
        """
        turned = _turned(bgr, turn)
        boxes = detect(self._detection, turned) if turn else upright
        read = [(recognise(self._recognition, self._known, turned, quad), score) for quad, score in zip(*boxes, strict=True)]
        return [reading for reading, score in read if score >= CLEAR or _mean(reading.symbols) >= SURE]

    def _row(self, upright: NDArray[np.uint8], row: list[BoxReading]) -> list[BoxReading]:
        return with_lone_signs(self._recognition, self._known, upright, row)


def _turned(bgr: NDArray[np.uint8], turns: int) -> NDArray[np.uint8]:
    """The image turned clockwise by so many quarters."""
    return np.ascontiguousarray(np.rot90(bgr, -turns))


def _is_tall(quad: Quads) -> bool:
    width, height = np.ptp(quad[:, 0]), np.ptp(quad[:, 1])
    return bool(height > UPRIGHT_RATIO * width)


def _mean(symbols: Sequence[Symbol]) -> float:
    return sum(s.confidence for s in symbols) / len(symbols) if symbols else 0.0


def _confidence(readings: Sequence[BoxReading]) -> float:
    return _mean([symbol for reading in readings for symbol in reading.symbols])


def _ordered(readings: list[BoxReading]) -> list[tuple[BlockKind, list[list[BoxReading]]]]:
    """Kinds of blocks and their rows of boxes in reading order; a box across the gutter of two columns is parted there."""
    if not readings:
        return []
    boxes, texts = _level(readings), [_text(reading) for reading in readings]
    gutters = across(boxes, texts)
    if gutters:
        readings = [
            part
            for i, (box, reading) in enumerate(zip(boxes, readings, strict=True))
            for part in (reading.parted((gutters[i] - box.left) / box.width * reading.width) if i in gutters else [reading])
        ]
        boxes, texts = _level(readings), [_text(reading) for reading in readings]
    return [(region.kind, [[readings[i] for i in row] for row in region.rows]) for region in reading_order(boxes, texts)]


def _text(reading: BoxReading) -> str:
    return "".join(symbol.text for symbol in reading.symbols)


def _level(readings: list[BoxReading]) -> list[Box]:
    return [_box(quad) for quad in _straightened([reading.quad for reading in readings])]


def _blocks(blocks: list[tuple[BlockKind, list[list[BoxReading]]]], image: PageImage, turns: int) -> Iterator[Block]:
    """Blocks of lines in reading order, their boxes in pixels of the page as it was given."""
    number = 0
    for kind, rows in blocks:
        lines = []
        for row in rows:
            number += 1
            lines.append(_line(row, f"p{image.number}-l{number}", image, turns))
        yield Block(tuple(lines), kind, Box.around([line.box for line in lines if line.box]))


def _straightened(quads: list[Quads]) -> list[Quads]:
    """The boxes of a page turned about its origin by its tilt, so that rows are level.

    The tilt is the median over all boxes, each weighted by its length: neither one long heading nor many specks decide.
    """
    edges = np.array([quad[1] - quad[0] for quad in quads])
    tilts, lengths = np.arctan2(edges[:, 1], edges[:, 0]), np.hypot(edges[:, 0], edges[:, 1])
    order = np.argsort(tilts)
    reached = np.cumsum(lengths[order])
    tilt = tilts[order[np.searchsorted(reached, reached[-1] / 2)]]
    turn = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]], np.float32)
    return [quad @ turn for quad in quads]


def _line(row: list[BoxReading], name: str, image: PageImage, turns: int) -> Line:
    """One line of the boxes that stand side by side, a space between them; evidence is joined likewise."""
    words: list[Word] = []
    glyphs: list[Glyph] = []
    for reading in row:
        place = _Placer(reading, image, turns)
        glyphs += [Glyph(s.text, place(s.start, s.end), s.confidence) for s in reading.symbols if not s.text.isspace()]
        for group in _words(reading.symbols):
            start = words[-1].end + 1 if words else 0
            text = "".join(symbol.text for symbol in group)
            box = place(group[0].start, group[-1].end)
            words.append(Word(text, box, min(s.confidence for s in group), start, start + len(text)))
    first, last = row[0].quad, row[-1].quad
    ends = [_turned_back(point[None], image, turns)[0] for point in (first[3], last[2])]
    return Line(
        name,
        " ".join(word.text for word in words),
        Box.around([_box(_turned_back(reading.quad, image, turns)) for reading in row]),
        tuple(words),
        tuple(glyphs),
        ((float(ends[0][0]), float(ends[0][1])), (float(ends[1][0]), float(ends[1][1]))),
        CtcPosterior.concatenate([reading.posterior for reading in row]) if len(row) > 1 else row[0].posterior,
    )


class _Placer:
    """Frames of a box's reading to boxes in pixels of the page as it was given."""

    def __init__(self, reading: BoxReading, image: PageImage, turns: int) -> None:
        self._reading, self._image, self._turns = reading, image, turns

    def __call__(self, start: float, end: float) -> Box:
        return _box(_turned_back(self._reading.place(start - 0.5, end + 0.5), self._image, self._turns))


def _words(symbols: list[Symbol]) -> Iterator[list[Symbol]]:
    """The symbols of each space-separated word."""
    word: list[Symbol] = []
    for symbol in symbols:
        if symbol.text.isspace():
            if word:
                yield word
            word = []
        else:
            word.append(symbol)
    if word:
        yield word


def _box(points: Quads) -> Box:
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    return Box(float(left), float(top), float(right), float(bottom))


def _turned_back(points: Quads, image: PageImage, turns: int) -> Quads:
    """Points ``(n, 2)`` of the page turned clockwise by ``turns`` quarters, on the page as it was given."""
    x, y = points[:, 0], points[:, 1]
    width, height = image.width, image.height
    back = {0: (x, y), 1: (y, height - x), 2: (width - x, height - y), 3: (width - y, x)}[turns]
    return np.stack(back, axis=1).astype(np.float32)
