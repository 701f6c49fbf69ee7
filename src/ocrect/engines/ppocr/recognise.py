"""What the text is: line crops, the PP-OCRv6 recogniser, and the posterior that it gives.

The recogniser gives, for each frame of 8 pixels of a crop 48 pixels high, a distribution over blank and symbols: the CTC
posterior (Graves et al., 2006). Text and evidence come from one and the same forward pass.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.cells import without_false_spaces
from ocrect.engines.ppocr.networks import Network
from ocrect.evidence import CtcPosterior, Symbol
from ocrect.record.document import Box
from ocrect.words.usage import INSIDE, cost, is_capital_inside

HEIGHT = 48  # pixels of the model's input
LEAST_WIDTH, MOST_WIDTH = 240, 4800
NARROW, WIDE, MOST_STRETCHED = 1.85, 2.5, 2.0
"""Frames of a symbol below which a line is read once more, so wide that a symbol has the second, and at most so many times as
wide; the surer reading counts. Two alike need a blank between them: of ``5.000.000,00`` in 1.5 frames each a 0 is lost. On 56
unseen pages all seven wrong amounts in clear print were such. Where zeros are lost fewer symbols are read, so the bar stands
above that. Of the boxes of 12 receipts 18 of 811 are below 1.75 (one better, one worse), of those of five scans 1 of 268; from
1.75 to 1.85 nothing changes on 60 receipts.
"""
NARROW_NUMBER = 2.3  # the same where no letter is, as wide as can be: of ``1.000.000,00`` three signs may be lost
UPRIGHT_RATIO = 1.5  # a box that is higher than wide by more than this is read as text that runs upwards,
LONE_RATIO = 3.0  # and up to this as a lone sign too, such as a digit in a table: what is read more surely counts
UPWARDS = 0.97  # where a higher one is read less surely upwards, text that runs downwards is tried: a lone 4 is one on its side
NEAR = 1.0  # frames between a gutter and the space in a reading across it
BEGINS = 2.0, 2.0  # frames between where a line is known to begin and where it does; a space is so many times likelier
REST = 1  # frames that the last symbol before a gutter and the first one after it reach into it
LIKELY = -7.0  # nats: less likely letters are none of the reading
SURELY = 1.0  # nats by which a rival that is chosen by context becomes the likelier one
SURELY_BLANK = -1e-3  # nats: trailing frames that are blank by more than this are the padding

Quad = NDArray[np.float32]
"""The corners ``(4, 2)`` of a box on the page in pixels: from the upper left one of its text on, clockwise."""


@dataclass(frozen=True, eq=False)
class BoxReading:
    """One detected box: its corners and its posterior.

    ``width`` is that of the text in frames; the posterior may be longer or shorter by its padding.
    """

    quad: Quad
    posterior: CtcPosterior
    width: float

    @cached_property
    def symbols(self) -> list[Symbol]:
        """The symbols of the greedy reading, without spaces at its ends."""
        spans = self.posterior.spans()
        while spans and spans[0].text.isspace():
            spans.pop(0)
        while spans and spans[-1].text.isspace():
            spans.pop()
        return spans

    @cached_property
    def text(self) -> str:
        """What was read in the box, without spaces at its ends."""
        return "".join(symbol.text for symbol in self.symbols)

    @property
    def confidence(self) -> float:
        """The mean of its symbols', 0 where there is none."""
        symbols = self.symbols
        return sum(symbol.confidence for symbol in symbols) / len(symbols) if symbols else 0.0

    @property
    def height(self) -> float:
        """Of the box, across the line, in pixels."""
        return float(np.linalg.norm(self.quad[3] - self.quad[0]))

    @property
    def length(self) -> float:
        """Of the box, along the line, in pixels."""
        return float(np.linalg.norm(self.quad[1] - self.quad[0]))

    @property
    def stands(self) -> bool:
        """True for text that runs up or down: its feet are at one side."""
        across, down = np.abs(self.quad[1] - self.quad[0])
        return bool(down > across)

    def place(self, start: float, end: float) -> NDArray[np.float32]:
        """The corners ``(4, 2)`` of the part of the box between two frames."""
        corners: NDArray[np.float32] = self._places([(start, end)])[0]
        return corners

    def boxes(self, spans: Sequence[tuple[float, float]]) -> list[Box]:
        """The smallest upright boxes around the parts between frames, for each its start and end."""
        corners = self._places(spans)
        sides = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
        return [Box(*side) for side in sides.tolist()]

    def _places(self, spans: Sequence[tuple[float, float]]) -> NDArray[np.float32]:
        """The corners ``(n, 4, 2)`` of the parts between frames ``(n, 2)``."""
        low, high = np.clip(np.reshape(spans, (-1, 2)) / self.width, 0.0, 1.0).T[:, :, None]
        upper_left, upper_right, lower_right, lower_left = self.quad
        top, bottom = upper_right - upper_left, lower_right - lower_left
        corners = (upper_left + low * top, upper_left + high * top, lower_left + high * bottom, lower_left + low * bottom)
        return np.stack(corners, axis=1).astype(np.float32)

    def parted(self, frame: float, slack: int | None = None) -> list[BoxReading]:
        """The readings of the two parts at the widest space of the text, if ``frame`` is in it; else this one alone.

        So a heading across two columns stays whole, unless its widest space happens to be just over the gutter. No other space
        may be as wide; with ``slack``, others may even be so many frames wider.
        """
        symbols = self.symbols
        triples = zip(symbols, symbols[1:], symbols[2:], strict=False)
        spaces = [(after.start - before.end, before.end, after.start) for before, space, after in triples if space.text == " "]
        there = [space for space in spaces if space[1] - NEAR <= frame <= space[2] + NEAR]
        if not there:
            return [self]
        width, end, start = max(there)
        if sum(space[0] >= width for space in spaces) > 1 and (slack is None or max(spaces)[0] > width + slack):
            return [self]
        return self._cut(end, start)

    def parted_before(self, frame: float, *, may_touch: bool) -> list[BoxReading]:
        """The readings of the two parts, of which the second begins at about ``frame``: at a space there, or, where letters of
        two lines ``may_touch``, between two symbols; else this one alone.
        """
        symbols = self.symbols
        inked = [symbol for symbol in symbols if not symbol.text.isspace()]
        spaced = {after.start for before, after in pairwise(symbols) if before.text.isspace()}

        def off(pair: tuple[Symbol, Symbol]) -> float:
            before, after = pair
            if after.start not in spaced:
                return np.inf if not may_touch else abs((before.end + after.start) / 2 - frame)
            return max(before.end - frame, frame - after.start, 0.0) / BEGINS[1]

        before, after = min(pairwise(inked), key=off, default=(None, None))
        if before is None or after is None or off((before, after)) > BEGINS[0]:
            return [self]
        return self._cut(before.end, after.start)

    def _cut(self, end: int, start: int) -> list[BoxReading]:
        """The parts before and after what is white from ``end`` to ``start``, in frames."""
        middle = (start + end) // 2
        left, right = min(end + REST, middle), max(start - REST, middle)
        return [self.part(0, left, left), self.part(right, self.posterior.frames, self.width)]

    def part(self, start: int, end: int, last: float) -> BoxReading:
        """The frames from ``start`` to ``end`` of which the text reaches up to ``last``."""
        part = replace(self.posterior, log_probs=self.posterior.log_probs[start:end])
        return BoxReading(self.place(start, last), without_idle_spaces(part), last - start)


def quads_of(readings: Sequence[BoxReading]) -> NDArray[np.float32]:
    """The corners ``(n, 4, 2)`` of boxes that were read."""
    return np.reshape([reading.quad for reading in readings], (-1, 4, 2)).astype(np.float32)


def crop(rgb: NDArray[np.uint8], quad: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The line inside ``quad``, made upright."""
    size = tuple(max(1, int(side)) for side in _sides(quad))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    line = cv2.warpPerspective(rgb, matrix, size, borderMode=cv2.BORDER_REPLICATE, flags=cv2.INTER_CUBIC)
    return line.astype(np.uint8)


def recognise(network: Network, known: str, rgb: NDArray[np.uint8], quad: NDArray[np.float32]) -> BoxReading:
    """The reading of one box of the page ``(height, width, 3)``; ``known`` are the symbols of the output columns 1…"""
    width, height = _sides(quad)
    if height <= UPRIGHT_RATIO * width:
        return _recognised(network, known, rgb, quad)
    upwards = _recognised(network, known, rgb, np.roll(quad, 1, axis=0))  # from the bottom left corner on
    if height <= LONE_RATIO * width:
        other = _recognised(network, known, rgb, quad)
    elif upwards.confidence < UPWARDS:
        other = _recognised(network, known, rgb, np.roll(quad, -1, axis=0))
    else:
        return upwards
    return max(other, upwards, key=lambda reading: reading.confidence)


def _recognised(network: Network, known: str, rgb: NDArray[np.uint8], quad: NDArray[np.float32]) -> BoxReading:
    """The same of text that runs from the first corner of the box to the second; of a narrow line the surer of two readings."""
    line = crop(rgb, quad)
    reading = BoxReading(quad, *posterior_of(network, known, line))
    signs = [symbol.text for symbol in reading.symbols]
    is_number = not any(map(str.isalpha, signs))
    if reading.width >= (NARROW_NUMBER if is_number else NARROW) * len(signs):
        return reading
    stretch = MOST_STRETCHED if is_number else min(WIDE * len(signs) / reading.width, MOST_STRETCHED)
    wider = cv2.resize(line, None, fx=stretch, fy=1.0, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    return max(reading, BoxReading(quad, *posterior_of(network, known, wider)), key=lambda found: found.confidence)


def posterior_of(network: Network, known: str, line: NDArray[np.uint8]) -> tuple[CtcPosterior, float]:
    """What the model makes of the pixels of a line ``(height, width, 3)``, and the width of these in frames."""
    tensor, width = seen(np.ascontiguousarray(line[:, :, ::-1]))
    output = network(tensor)
    frames = output.shape[1] * width / tensor.shape[3]
    posterior = CtcPosterior.from_softmax(_without_padding(output[0], frames), known)
    return without_false_spaces(without_idle_spaces(posterior), line, frames), frames


def seen(bgr: NDArray[np.uint8]) -> tuple[NDArray[np.float32], int]:
    """The model's input ``(1, 3, 48, width)`` for a line ``(height, width, 3)``, blue first, and the pixels of that width that
    are the line's.
    """
    width = min(max(1, round(bgr.shape[1] * HEIGHT / bgr.shape[0])), MOST_WIDTH)
    tensor = np.zeros((1, 3, HEIGHT, max(width, LEAST_WIDTH)), np.float32)
    tensor[0, :, :, :width] = (as_high_as_seen(bgr, width).astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1)
    return tensor, width


def as_high_as_seen(bgr: NDArray[np.uint8], width: int) -> NDArray[np.uint8]:
    """The line ``(height, width, 3)`` as high as the model sees it, and so wide."""
    way = cv2.INTER_AREA if bgr.shape[0] > HEIGHT else cv2.INTER_LINEAR  # by four pixels alone strokes of high lines break
    return cv2.resize(bgr, (width, HEIGHT), interpolation=way).astype(np.uint8)


def weighed(reading: BoxReading, languages: Sequence[str]) -> BoxReading:
    """The reading with each letter weighed by how usual it is in ``languages``, and small ones in a word by how unusual
    capitals are there (:mod:`ocrect.words.usage`).

    What is said of the blank stays: there is a letter, whichever it is.
    """
    whole = reading.posterior
    costs = np.array([cost(symbol, languages) for symbol in whole.alphabet], np.float32)
    if ((whole.log_probs[:, 1:] > LIKELY) & (costs > 0)).any():
        reading = with_costs(reading, costs)
    inside = [later for before, later in pairwise(reading.symbols) if is_capital_inside(before.text, later.text)]
    if not inside:
        return reading
    costs = np.zeros(whole.log_probs[:, 1:].shape, np.float32)
    capitals = [symbol.isupper() for symbol in whole.alphabet]
    for symbol in inside:
        costs[symbol.start : symbol.end, capitals] = INSIDE
    return with_costs(reading, costs)


def with_costs(reading: BoxReading, costs: NDArray[np.float32]) -> BoxReading:
    """The reading with each symbol of the alphabet less likely by ``costs``, nats, of all frames or each; the blank stays."""
    whole = reading.posterior
    log_probs = whole.log_probs.astype(np.float32)
    letters = np.maximum(log_probs[:, 1:] - costs, whole.floor)
    before, after = (np.exp(side).sum(axis=1, keepdims=True) for side in (log_probs[:, 1:], letters))
    log_probs[:, 1:] = np.minimum(letters + np.log(before / after), 0)
    return replace(reading, posterior=replace(whole, log_probs=log_probs.astype(np.float16)))


def ahead(reading: BoxReading, symbol: Symbol, rival: str) -> NDArray[np.float32]:
    """By how many nats ``symbol`` is likelier than a ``rival`` of the alphabet, on each of its frames."""
    posterior = reading.posterior
    mine, other = (
        posterior.log_probs[symbol.start : symbol.end, 1 + posterior.alphabet.index(text)].astype(np.float32)
        for text in (symbol.text, rival)
    )
    return mine - other


def with_rivals(reading: BoxReading, chosen: Sequence[tuple[Symbol, str]]) -> BoxReading:
    """The reading with a rival in the place of each of these symbols, :data:`SURELY` likelier than it on all its frames.

    So it is than what else is likelier there: of ``l``, ``I`` and ``1`` no third one takes the place.
    """
    if not chosen:
        return reading
    posterior = reading.posterior
    costs = np.zeros(posterior.log_probs[:, 1:].shape, np.float32)
    for symbol, rival in chosen:
        frames = slice(symbol.start, symbol.end)
        ahead_of_it = posterior.log_probs[frames, 1:].astype(np.float32)
        ahead_of_it -= ahead_of_it[:, [posterior.alphabet.index(rival)]]
        costs[frames] = np.where(ahead_of_it > 0, ahead_of_it + SURELY, 0)
        column = posterior.alphabet.index(symbol.text)
        costs[frames, column] = np.maximum(ahead_of_it[:, column], 0) + SURELY
    return with_costs(reading, costs)


def with_sign(reading: BoxReading, sign: str, places: re.Pattern[str], likelier: float = np.inf) -> BoxReading:
    """The reading with ``sign`` for what was read where ``places`` match its text (their last group, if they have one), as far
    as that is at most so many nats likelier.
    """
    if sign not in reading.posterior.alphabet:
        return reading
    found = [reading.symbols[match.start(match.lastindex or 0)] for match in places.finditer(reading.text)]
    return with_rivals(reading, [(symbol, sign) for symbol in found if ahead(reading, symbol, sign).min() <= likelier])


def without_idle_spaces(posterior: CtcPosterior) -> CtcPosterior:
    """The posterior whose text has no space at its ends and none after another: there the blank says the same."""
    spans = posterior.spans()
    inked = [i for i, span in enumerate(spans) if span.text != " "]
    first, last = (inked[0], inked[-1]) if inked else (len(spans), -1)
    doubled = {i for i, (one, following) in enumerate(pairwise(spans), start=1) if one.text == following.text == " "}
    idle = [span for i, span in enumerate(spans) if span.text == " " and (not first < i < last or i in doubled)]
    return posterior.without(idle) if idle else posterior


def _without_padding(probabilities: NDArray[np.float32], frames: float) -> NDArray[np.float32]:
    """The frames of the text: the padding behind it is cut off as far as it is surely blank."""
    with np.errstate(divide="ignore"):
        busy = np.flatnonzero(np.log(probabilities[:, 0]) < SURELY_BLANK)
    last = int(busy[-1]) + 1 if len(busy) else 0
    return probabilities[: max(last + 1, int(np.ceil(frames)))]


def _sides(quad: NDArray[np.float32]) -> tuple[float, float]:
    """Width and height of a quadrilateral in pixels, at least 1."""
    top, right, bottom, left = (float(np.linalg.norm(quad[i] - quad[i - 1])) for i in (1, 2, 3, 0))
    return max(top, bottom, 1.0), max(left, right, 1.0)
