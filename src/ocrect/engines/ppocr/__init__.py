"""The engine ``ppocr``: PP-OCRv6 detection and recognition, run by onnxruntime, every line with its CTC posterior."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from ocrect.engines import bullets, buttons, ticks
from ocrect.engines.mates import FEW, SHORT, Cell, are_mates, cell
from ocrect.engines.ppocr import head, line_by_line, models, networks, stamps, watermarks, whites
from ocrect.engines.ppocr.apostrophes import with_apostrophes
from ocrect.engines.ppocr.capitals import told_by_tops
from ocrect.engines.ppocr.companies import with_companies
from ocrect.engines.ppocr.dashed import is_dashes, is_rule
from ocrect.engines.ppocr.dashes import as_dash, as_high, between_numbers
from ocrect.engines.ppocr.descenders import told_by_feet
from ocrect.engines.ppocr.detect import CLEAR, Boxes, detect, seen
from ocrect.engines.ppocr.dittos import with_dittos
from ocrect.engines.ppocr.ends import with_signs
from ocrect.engines.ppocr.gaps import with_lone_signs
from ocrect.engines.ppocr.heights import told_by_heights
from ocrect.engines.ppocr.leaders import sureness, without_leaders
from ocrect.engines.ppocr.lines import beside_ticks, blocks, box_around, leveled, ordered, tick_reading
from ocrect.engines.ppocr.listed import with_letters
from ocrect.engines.ppocr.litres import with_litres
from ocrect.engines.ppocr.numerals import spelt_out, with_digits, with_raised
from ocrect.engines.ppocr.quotes import with_commas, with_doubles
from ocrect.engines.ppocr.rates import with_ats
from ocrect.engines.ppocr.recognise import BoxReading, Quad, quads_of, recognise, weighed
from ocrect.engines.ppocr.sizes import with_spaced_sizes
from ocrect.engines.ppocr.skipped import inside, is_passed_over, skipped
from ocrect.engines.ppocr.spaced import holds, spaced_rows
from ocrect.engines.ppocr.specks import with_one_stop, with_spaces, without_specks
from ocrect.engines.ppocr.stacks import is_line, rows_apart, stacked
from ocrect.engines.ppocr.strange import is_like_them, parted
from ocrect.engines.ppocr.touching import is_better, touching
from ocrect.engines.ppocr.twice import read_once
from ocrect.engines.ppocr.twins import with_latin_twins
from ocrect.ink import Ink, find, on
from ocrect.record.document import BlockKind, Page, PageImage, Step, Unread
from ocrect.ruling import ruling
from ocrect.settings import Settings
from ocrect.words.detection import detect as detect_language
from ocrect.words.lexicon import UNDETERMINED

LEAST_CONFIDENCE = 0.5  # a box whose symbols' mean confidence is below this holds no text
SURE = 0.85  # nor does one below this that the detector does not see clearly
SURELY_READ = 0.93
PALE = 0.4  # of the contrast of what is surely read: paler ink that is not surely read is print of the other side
FAINT, SURE_FAINT = 45.0, 0.8  # grey levels: so is what has no more contrast than that and is read less surely,
WORN = 0.8  # unless all of the page is as faint: of the contrast of what is surely read, what has more
PALE_SIGNS = 3  # pale ink is reported as faint if at least so many signs are read in it
WORD = 4  # signs of a reading that tells how high the page's lines are
_WORD = re.compile(r"[^\W\d_]{3}")
LARGE, SURE_LARGE = 1.5, 0.85  # times higher than the page's lines: handwriting, stamps and logos unless surely read,
HUGE, SURE_HUGE = 2.0, 0.95  # and so much higher, if there is no word in it, unless more surely
THIN = 0.3  # of the page's lines: what is lower is a rule or the scan's edge unless surely read
PIECES = 6  # a large sign of more pieces of ink is a picture
BLOTS = frozenset("•●○■□▪▫◆◇·.,'`´-")  # read where a blot stands by itself, and as bullets
STROKES = BLOTS | frozenset(':;"’‘“”–—_=|/\\~^*+<>!()[]{} ')  # and where rules, dashes and strokes of a pen do
CJK = {"zh", "ja"}


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
        self._is_cjk = not CJK.isdisjoint(settings.languages)
        recogniser, alphabet = models.recogniser(whole) if self._is_cjk else head.latin(whole)
        self._known = "".join(alphabet)
        self._named = settings.languages
        self._detection = networks.mapping(detection.read_bytes(), settings, settings.threads)
        self._recognition = networks.network(recogniser, settings, 1)
        self._readers = ThreadPoolExecutor(settings.cores, "ocrect-line")
        hashes = {"detection": models.sha256(detection), "recognition": models.sha256(recognition), "head": head.sha256()}
        self._step = Step("ppocr", version("rapidocr"), {**hashes, "symbols": len(alphabet), **networks.used(settings)})

    def __call__(self, image: PageImage, /) -> Page:
        """The page in reading order; what was seen as text and could not be read is ``unread``."""
        ink = on(image)
        boxes = ticks.find(image.pixels, ink, as_low_as_letters=not self._is_cjk)
        boxes += [button for kind in (buttons, bullets) for button in kind.find(image.pixels, ink)]
        pixels = ticks.without(image.pixels, boxes)
        kept, dropped = self._read(pixels, detect(self._detection, pixels, ink), ink)
        kept, stamped, pale = stamps.apart(pixels, kept, partial(seen, self._detection), self._reader)
        kept = [as_high(reading, kept) for reading in kept]
        kept, marks, faint = watermarks.apart(self._detection, self._in_language(kept), pixels, kept)
        kept = beside_ticks(kept, boxes)
        kept += [as_high(tick_reading(tick, self._known), kept) for tick in boxes]
        kept += between_numbers(ink, kept, self._known, (image.width, image.height))
        marks += stamped
        dropped += faint + pale
        usual = _height(kept)
        read_again = partial(self._recognised, pixels)
        found: list[tuple[BlockKind, list[list[BoxReading]]]] = []
        kept = whites.parted(pixels, kept)
        for kind, rows in ordered(kept, *ruling(pixels, quads_of(kept))):
            texts = [without_specks(row, usual) for row in rows if not _is_strokes(row)]
            parted = [without_leaders(pixels, self._row(pixels, row), read_again) for row in texts if row]
            dropped += [leader for _, leaders in parted for leader in leaders]
            found.append((kind, [row for row, _ in parted if row]))
        found += [("text", [[mark]]) for mark in marks]
        read = blocks([(kind, rows) for kind, rows in found if rows], image.number)
        return Page(image.number, image.width, image.height, image.dpi, tuple(read), (self._step,), tuple(dropped))

    def _read(self, rgb: NDArray[np.uint8], boxes: Boxes, ink: Ink) -> tuple[list[BoxReading], list[Unread]]:
        """The boxes that hold text, and the others as unread. A doubtful box of several lines is read line by line."""
        judge, boxes = _Judge(ink), rows_apart(boxes, ink)
        read = list(self._readers.map(lambda quad: self._recognised(rgb, quad), boxes.quads))
        languages, again = self._languages(read), partial(self._in_language(read), rgb)
        read, scores = _joined(again, [in_context(reading, languages) for reading in read], boxes.scores.tolist(), ink)
        read = [as_dash(reading, ink, self._known) for reading in with_dittos(rgb, ink, read, self._known)]
        read = with_latin_twins([told_by_tops(told_by_feet(reading, ink), ink, languages) for reading in read])
        read = [with_doubles(told_by_heights(reading, ink), ink) for reading in read]
        judge.learn(read)
        is_text = [judge.is_text(reading, score) for reading, score in zip(read, scores, strict=True)]
        kept, strange = list(compress(read, is_text)), list[Unread]()
        if not self._is_cjk:
            kept, strange = parted(kept, languages)
        dropped = strange + [Unread(box, "unknown-script") for reading in kept for box in skipped(reading, ink)]
        others = list(compress(read, np.logical_not(is_text)))
        rules = [judge.is_rule(reading) for reading in others]
        dropped += [Unread(box_around(reading.quad), "rule") for reading in compress(others, rules)]
        doubtful = compress(others, np.logical_not(rules))
        kept, left = line_by_line.read(rgb, ink, doubtful, kept, judge.height, again, judge.is_line)
        for reading in left:
            place = judge.unread(reading)
            dropped.append(replace(place, why="unknown-script") if is_like_them(reading, strange) else place)
        return with_signs(ink, read_once(kept), dropped, (rgb.shape[1], rgb.shape[0]), again), dropped

    def _reader(self, rgb: NDArray[np.uint8]) -> Callable[[Boxes], list[BoxReading]]:
        """What reads boxes of another picture of the page: those that hold text."""
        ink = find(rgb)
        return lambda boxes: self._read(rgb, boxes, ink)[0]

    def _languages(self, read: Sequence[BoxReading]) -> tuple[str, ...]:
        """The languages whose letters are expected: the page's, and those named; none where the page's cannot be told."""
        found = detect_language(reading.posterior.text for reading in read).language
        return () if found == UNDETERMINED else (found, *self._named)

    def _in_language(self, read: Sequence[BoxReading]) -> Callable[[NDArray[np.uint8], Quad], BoxReading]:
        """What reads a box of a picture, weighed by what is usual on the page whose boxes were ``read``."""
        languages = self._languages(read)
        return lambda rgb, quad: in_context(self._recognised(rgb, quad), languages)

    def _recognised(self, rgb: NDArray[np.uint8], quad: Quad) -> BoxReading:
        return recognise(self._recognition, self._known, rgb, quad)

    def _row(self, rgb: NDArray[np.uint8], row: list[BoxReading]) -> list[BoxReading]:
        return with_lone_signs(self._recognition, self._known, rgb, row)


def in_context(reading: BoxReading, languages: Sequence[str]) -> BoxReading:
    """The reading weighed by what is usual: letters of the page's languages, digits among digits, letters in words, ``@``
    before rates and prices, ``o`` in the forms of companies, litres below units, ``No`` and ``N°`` for ``№``, commas for low
    quotes that open nothing, apostrophes in words and numbers, one stop at an end, spaces between words.
    """
    letters = with_apostrophes(weighed(reading, languages))
    usual = with_one_stop(with_commas(with_raised(spelt_out(letters, languages), languages)))
    digits = with_companies(with_ats(with_digits(with_letters(usual, languages), languages)))
    return with_spaces(with_spaced_sizes(with_litres(digits)))


def _joined(
    again: Callable[[Quad], BoxReading], read: list[BoxReading], scores: list[float], ink: Ink
) -> tuple[list[BoxReading], list[float]]:
    """``read`` and its detector ``scores``, where boxes that are parts of one line are read as one, which is seen clearly."""
    read, scores = _as_one(again, read, scores, stacked(read, ink), is_line)
    read, scores = _as_one(again, read, scores, spaced_rows(read), holds)
    return _as_one(again, read, scores, touching(read, leveled(read)), is_better) if read else (read, scores)


def _as_one(
    read_again: Callable[[Quad], BoxReading],
    read: list[BoxReading],
    scores: list[float],
    groups: Iterable[tuple[list[int], Quad]],
    counts: Callable[[BoxReading, list[BoxReading]], bool],
) -> tuple[list[BoxReading], list[float]]:
    """``read`` and its detector ``scores``, with each group of boxes replaced by one where their reading as one ``counts``.

    ``groups`` are indices into ``read``, no two with a member in common, and the corners ``(4, 2)`` around each group.
    ``counts`` is given the reading as one and those of the members.
    """
    gone: set[int] = set()
    ones = []
    for members, quad in groups:
        whole = read_again(quad)
        if counts(whole, [read[i] for i in members]):
            gone.update(members)
            ones.append(whole)
    kept = [i for i in range(len(read)) if i not in gone]
    return [read[i] for i in kept] + ones, [scores[i] for i in kept] + [CLEAR] * len(ones)


def _is_strokes(row: Sequence[BoxReading]) -> bool:
    """True for a row without a letter, a digit or a sign of its own: punch holes, specks, dashed rules, strokes of a pen."""
    return all(STROKES.issuperset(reading.posterior.text) for reading in row)


def _height(readings: Sequence[BoxReading]) -> float:
    """The median height in pixels of readings of at least :data:`WORD` signs; infinite where there are none."""
    return float(np.median([r.height for r in readings if len(r.symbols) >= WORD] or [np.inf]))


class _Judge:
    """Tells text from what was read into specks and ornaments, and from print that shines through from the other side."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink
        self._usual, self.height = 0.0, np.inf
        self._short: list[Cell | None] = []

    def learn(self, readings: Sequence[BoxReading]) -> None:
        """What contrast and height the page's text has: the medians over what is surely read, of words for the height."""
        sure = [reading for reading in readings if reading.confidence >= SURELY_READ]
        self._usual = float(np.median([self._contrast(reading) for reading in sure])) if sure else 0.0
        self.height = _height(sure)
        self._short = [self._cell(one) for one in sure if len(one.symbols) <= SHORT]

    def is_text(self, reading: BoxReading, score: float) -> bool:
        """By the detector's ``score``, the recogniser's confidence, and the contrast of the ink."""
        sure = sureness(reading)
        is_told = sure >= SURE_FAINT and self._is_in_column(reading)
        bar = SURELY_READ if _is_lone(reading) else SURE
        if sure < LEAST_CONFIDENCE or (score < CLEAR and sure < bar and not is_told):
            return False
        if self._is_drawn(reading) or is_passed_over(reading, self._ink) or self.is_rule(reading):
            return False
        if sure < SURELY_READ and reading.height < THIN * self.height < np.inf:
            return False
        if sure >= SURELY_READ or is_told:
            return True
        is_word = bool(self._usual) or len(reading.symbols) >= WORD  # on a blank page the paper's grain is read as short ones
        contrast = self._contrast(reading)
        return contrast >= PALE * self._usual and (contrast > self._faint or (sure >= SURE_FAINT and is_word))

    def _is_in_column(self, reading: BoxReading) -> bool:
        """True for a few signs in a column of such that were surely read and are as high and as pale."""
        if len(reading.symbols) > SHORT or not reading.text.isalnum():
            return False
        place = self._cell(reading)
        return sum(are_mates(place, other) for other in self._short) >= FEW

    def _cell(self, reading: BoxReading) -> Cell | None:
        return cell(self._ink.of(inside(self._ink, reading.quad)))

    def is_rule(self, reading: BoxReading) -> bool:
        """True for a long rule of dashes, and one of dashes, dots or stars that was read as letters."""
        read_so = STROKES.issuperset(reading.text)
        return is_dashes(reading.text) if read_so else is_rule(reading, self._ink, self.height)

    @property
    def _faint(self) -> float:
        """The contrast in grey levels up to which print is faint on the page."""
        return min(FAINT, WORN * self._usual) if self._usual else FAINT

    def is_line(self, part: BoxReading, whole: BoxReading) -> bool:
        """True for a line of text in a box that was dropped; what is written by hand is no clearer line by line."""
        bar = SURELY_READ if self._is_drawn(whole) else SURE_FAINT if self._is_in_column(part) else SURE
        return self.is_text(part, 0.0) and part.confidence >= bar

    def unread(self, reading: BoxReading) -> Unread:
        """What is not text as an unread place: ``faint`` if only its ink is too pale (a watermark), else ``illegible``."""
        sure = reading.confidence >= SURE and len(reading.symbols) >= PALE_SIGNS and not is_passed_over(reading, self._ink)
        pale = self._contrast(reading) < max(PALE * self._usual, self._faint)
        guess = reading.posterior.text if reading.confidence >= LEAST_CONFIDENCE else ""
        return Unread(box_around(reading.quad), "faint" if sure and pale else "illegible", guess)

    def _is_drawn(self, reading: BoxReading) -> bool:
        """True for what is far higher than the page's lines and no print: read with doubt, or one sign made of many pieces."""
        if reading.height <= LARGE * self.height:
            return False
        pieces = int(inside(self._ink, reading.quad).sum())
        is_heading = reading.height <= HUGE * self.height or bool(_WORD.search(reading.posterior.text))
        bar = SURE_LARGE if is_heading else SURE_HUGE
        return reading.confidence < bar or (len(reading.symbols) == 1 and pieces > PIECES)

    def _contrast(self, reading: BoxReading) -> float:
        """Of the ink in a box to its paper, in grey levels; that of text where no piece of ink was found.

        Half of the inked paper has less: noise leaves more specks than there are letters, but they are small and pale.
        """
        within = inside(self._ink, reading.quad)
        contrasts, areas = self._ink.contrasts[within], self._ink.areas[within]
        if not len(contrasts):
            return 255.0
        order = np.argsort(contrasts)
        inked = np.cumsum(areas[order])
        return float(contrasts[order][np.searchsorted(inked, inked[-1] / 2)])


def _is_lone(reading: BoxReading) -> bool:
    """True for one sign by itself, unless it is a bullet: scratches and strokes of logos are read as one."""
    return len(reading.symbols) == 1 and reading.symbols[0].text not in BLOTS
