"""The engine ``ppocr``: PP-OCRv6 detection and recognition, run by onnxruntime, every line with its CTC posterior."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from ocrect.engines import ticks
from ocrect.engines.ppocr import head, models
from ocrect.engines.ppocr.detect import CLEAR, Boxes, detect
from ocrect.engines.ppocr.gaps import with_lone_signs
from ocrect.engines.ppocr.lines import blocks, box_around, ordered, tick_reading
from ocrect.engines.ppocr.recognise import BoxReading, recognise
from ocrect.evidence import Symbol
from ocrect.ink import Ink, around, clusters, covered, on
from ocrect.record.document import Page, PageImage, Step, Unread
from ocrect.settings import Settings

LEAST_CONFIDENCE = 0.5  # a box whose symbols' mean confidence is below this holds no text
SURE = 0.85  # nor does one below this that the detector does not see clearly
SURELY_READ = 0.93
PALE = 0.4  # of the contrast of what is surely read: paler ink that is not surely read is print of the other side
FAINT, SURE_FAINT = 45.0, 0.8  # grey levels: so is what has no more contrast than that and is read less surely
CAPITAL = 1.6  # letters higher than this, in heights of those around them, are drop capitals: read by themselves
LETTERS = (1.0, -0.1)  # x, y: pieces of ink so close, in their heights, are of one line
BLOTS = frozenset("•●○■□▪▫◆◇·.,'`´-")  # read where a blot stands by itself
MARGIN = 0.3  # of paper around a line that is cut out by its ink, in its heights
CJK = {"zh", "ja"}

Quads = NDArray[np.float32]


def build(settings: Settings) -> PpOcr:
    """The engine for ``settings.languages``: with the whole alphabet for Chinese and Japanese, else that of Latin scripts.

    Raises:
        MissingDependencyError: the package ``rapidocr``, which carries the models, is not installed.
    """
    return PpOcr(settings)


class PpOcr:
    """Reads upright pages; threads may share it. There is nothing to free but memory and idle threads, which go with it.

    A line is read by one thread, and lines side by side: threads that share one line spend a tenth more CPU time on it.
    """

    side_by_side = True

    def __init__(self, settings: Settings) -> None:
        detection, recognition = (models.model_file(name) for name in (models.DETECTION_FILE, models.RECOGNITION_FILE))
        whole = recognition.read_bytes()
        recogniser, alphabet = models.recogniser(whole) if CJK & set(settings.languages) else head.latin(whole)
        self._known = "".join(alphabet)
        self._detection = models.session(detection.read_bytes(), settings.threads)
        self._recognition = models.session(recogniser, 1)
        self._readers = ThreadPoolExecutor(settings.cores, "ocrect-line")
        hashes = {"detection": models.sha256(detection), "recognition": models.sha256(recognition), "head": head.sha256()}
        self._step = Step("ppocr", version("rapidocr"), {**hashes, "symbols": len(alphabet)})

    def __call__(self, image: PageImage, /) -> Page:
        """The page in reading order; what was seen as text and could not be read is ``unread``."""
        ink = on(image)
        boxes = ticks.find(image.pixels, ink)
        pixels = ticks.without(image.pixels, boxes)
        kept, dropped = self._read(pixels, detect(self._detection, pixels, ink), ink)
        kept += [tick_reading(tick, self._known) for tick in boxes]
        regions = [(kind, [row for row in rows if not _is_blot(row)]) for kind, rows in ordered(kept)]
        found = [(kind, [self._row(pixels, row) for row in rows]) for kind, rows in regions if rows]
        unread = tuple(Unread(box_around(reading.quad), "illegible", reading.posterior.text) for reading in dropped)
        return Page(
            image.number, image.width, image.height, image.dpi, tuple(blocks(found, image.number)), (self._step,), unread
        )

    def _read(self, rgb: NDArray[np.uint8], boxes: Boxes, ink: Ink) -> tuple[list[BoxReading], list[BoxReading]]:
        """The boxes that hold text, and those that are in doubt. One in doubt that holds several lines is read line by line."""
        judge = _Judge(ink)
        read = list(self._readers.map(lambda quad: self._recognised(rgb, quad), boxes.quads))
        judge.learn(read)
        kept: list[BoxReading] = []
        dropped: list[BoxReading] = []
        for reading, score in zip(read, boxes.scores, strict=True):
            if judge.is_text(reading, score):
                kept.append(reading)
                continue
            parts = [self._recognised(rgb, part) for part in _parts(ink, reading.quad, rgb)]
            found = [part for part in parts if judge.is_text(part, 0.0)]
            kept += found
            if not found:
                dropped.append(reading)
        return kept, dropped

    def _recognised(self, rgb: NDArray[np.uint8], quad: Quads) -> BoxReading:
        return recognise(self._recognition, self._known, rgb, quad)

    def _row(self, rgb: NDArray[np.uint8], row: list[BoxReading]) -> list[BoxReading]:
        return with_lone_signs(self._recognition, self._known, rgb, row)


def _is_blot(row: Sequence[BoxReading]) -> bool:
    """True for a row of dots and squares alone: punch holes and specks."""
    return all(reading.posterior.text in BLOTS for reading in row)


def _mean(symbols: Sequence[Symbol]) -> float:
    return sum(s.confidence for s in symbols) / len(symbols) if symbols else 0.0


class _Judge:
    """Tells text from what was read into specks and ornaments, and from print that shines through from the other side."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink
        self._usual = 0.0

    def learn(self, readings: Sequence[BoxReading]) -> None:
        """What contrast the page's text has: the median over what is surely read."""
        sure = [self._contrast(reading) for reading in readings if _mean(reading.symbols) >= SURELY_READ]
        self._usual = float(np.median(sure)) if sure else 0.0

    def is_text(self, reading: BoxReading, score: float) -> bool:
        """By the detector's ``score``, the recogniser's confidence, and the contrast of the ink."""
        sure = _mean(reading.symbols)
        if sure < LEAST_CONFIDENCE or (score < CLEAR and sure < SURE):
            return False
        if sure >= SURELY_READ:
            return True
        contrast = self._contrast(reading)
        return contrast >= PALE * self._usual and (contrast > FAINT or sure >= SURE_FAINT)

    def _contrast(self, reading: BoxReading) -> float:
        """Of the ink in a box to its paper, in grey levels; that of text where no piece of ink was found.

        Half of the inked paper has less: noise leaves more specks than there are letters, but they are small and pale.
        """
        within = _inside(self._ink, reading.quad)
        contrasts, areas = self._ink.contrasts[within], self._ink.areas[within]
        if not len(contrasts):
            return 255.0
        order = np.argsort(contrasts)
        inked = np.cumsum(areas[order])
        return float(contrasts[order][np.searchsorted(inked, inked[-1] / 2)])


def _inside(ink: Ink, quad: Quads) -> NDArray[np.bool_]:
    """Which pieces have their middle in a box."""
    low, high = quad.min(axis=0), quad.max(axis=0)
    middles = ink.middles
    near = np.flatnonzero(((middles >= low) & (middles <= high)).all(axis=1))
    width, height = (high - low).astype(int).tolist()
    inside = np.zeros(len(middles), bool)
    inside[near] = covered(middles[near] - low, quad[None] - low, (width + 1, height + 1))
    return inside


def _parts(ink: Ink, quad: Quads, rgb: NDArray[np.uint8]) -> Iterator[Quads]:
    """The lines of ink in a box, where there are several, upright boxes ``(4, 2)``: a drop capital is one by itself."""
    inside = ink.of(_inside(ink, quad) & ink.like_letters())
    if len(inside.areas) < 2:
        return
    high = inside.heights > CAPITAL * np.median(inside.heights)
    groups = [group for part in (inside.of(high), inside.of(~high)) for group in _grouped(part)]
    if len(groups) < 2:
        return
    for left, top, right, bottom in groups:
        pad = MARGIN * (bottom - top)
        box = np.array(
            [[left - pad, top - pad], [right + pad, top - pad], [right + pad, bottom + pad], [left - pad, bottom + pad]]
        )
        yield np.clip(box, 0, (rgb.shape[1], rgb.shape[0])).astype(np.float32)


def _grouped(ink: Ink) -> list[NDArray[np.float32]]:
    return [around(ink.boxes[group]) for group in clusters(ink.boxes, LETTERS)]
