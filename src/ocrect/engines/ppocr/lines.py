"""From boxes that were read to a page's lines: rows and blocks in reading order, words and glyphs with their places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.bends import Bend, bend_of
from ocrect.engines.ppocr.recognise import BoxReading, Quad
from ocrect.engines.ticks import Tick
from ocrect.evidence import CtcPosterior, Symbol
from ocrect.ink import Boxes, clusters
from ocrect.layout import Bridge, across, reading_order
from ocrect.record.document import Block, BlockKind, Box, Glyph, Line, Word

TICK_CONFIDENCE = 0.98
NONE = np.zeros((0, 4), np.float32)
TELLING = 12.0, 5
"""Lines so many times as long as high tell a page's tilt, if there are so many: boxes of short ones, whose ends differ by less
than a pixel of the detector's map, are mostly found level."""

LYING = 0.1  # of the length of all lines: so many that do not stand upright tell the page's tilt by themselves
LONG = 4  # signs of a line that stands upright and is not of the row beside it
BESIDE, WORDS = (0.5, 0.5), 3
"""Half of the gap between lines of one block, at most, in their heights: along them and across; and the words of a line in a
block of turned text, in the median, at least. Turned headings of a table's columns have fewer, and stay where they stand."""

MOST_GUTTERS = 6
"""Gutters that a box may be across, at most."""

SLACK, SURELY, MANY = 1, 0.6, 3
"""Frames by which the space at the gutter of two lines found as one may be narrower than another, if the second part of such a
run have their widest space there; the run ends with one of these unless there are so many."""


def ordered(
    readings: list[BoxReading], rules: Boxes = NONE, cells: Boxes = NONE
) -> list[tuple[BlockKind, list[list[BoxReading]]]]:
    """Kinds of blocks and their rows of boxes in reading order; a box across gutters of columns is parted there.

    Blocks of text turned by a quarter, and such a line in the margin, come after the others. ``rules`` ``(n, 4)`` are those
    across the page, at which columns end, and ``cells`` are closed by rules (left, top, right, bottom in pixels).
    """
    if not readings:
        return []
    turned = _turned(readings)
    if turned:
        aside = {id(reading) for block in turned for reading in block}
        upright = [reading for reading in readings if id(reading) not in aside]
        return ordered(upright, rules, cells) + [found for block in turned for found in ordered(block)]
    quads = [reading.quad for reading in readings]
    lie = _Lie.of(quads)
    parting, closed = lie.undone_of_boxes(rules), lie.undone_of_boxes(cells)
    boxes, texts = [box_around(quad) for quad in lie.undone(quads)], [reading.text for reading in readings]
    for _ in range(MOST_GUTTERS):
        parted = _parted(readings, boxes, across(boxes, texts, parting, closed))
        if not parted:
            break
        readings = [part for i, reading in enumerate(readings) for part in parted.get(i, [reading])]
        boxes, texts = leveled(readings), [reading.text for reading in readings]
    found = reading_order(boxes, texts, parting, closed)
    return [(region.kind, [r for row in region.rows for r in _laid([readings[i] for i in row])]) for region in found]


def _parted(readings: list[BoxReading], boxes: list[Box], runs: list[list[Bridge]]) -> dict[int, list[BoxReading]]:
    """The boxes that are two lines found as one, each in its parts; a run of them ends where one is text of full width."""
    parted: dict[int, list[BoxReading]] = {}
    for run in runs:
        found: list[tuple[int, list[BoxReading]]] = []
        surely = end = 0  # of the run, how many are surely two, and up to where it is columns
        for i, x, edge, is_inside in run:
            frames = readings[i].width / boxes[i].width
            frame = (x - boxes[i].left) * frames
            parts = readings[i].parted(frame)
            if len(parts) < 2 and edge is not None:
                parts = readings[i].parted_before((edge - boxes[i].left) * frames, may_touch=is_inside)
            is_sure = len(parts) == 2
            found.append((i, parts if is_sure else readings[i].parted(frame, SLACK)))
            surely += is_sure
            if len(found[-1][1]) < 2:
                break
            if surely >= SURELY * len(found) and (is_sure or surely >= MANY):
                end = len(found)
        parted.update(found[:end])
    return parted


def leveled(readings: Sequence[BoxReading]) -> list[Box]:
    """The boxes, in pixels, of a page's readings (at least one) after the page's tilt is undone, so that rows are level."""
    return [box_around(quad) for quad in straightened([reading.quad for reading in readings])]


def _turned(readings: list[BoxReading]) -> list[list[BoxReading]]:
    """Blocks of running text that stands upright among text that does not: of several lines, or of one in the page's margin,
    beyond all that does not; none where all do.
    """
    standing = [reading for reading in readings if reading.stands]
    lying = [box_around(reading.quad) for reading in readings if not reading.stands]
    if not (standing and lying):
        return []
    left, right = min(box.left for box in lying), max(box.right for box in lying)
    boxes = [box_around(reading.quad) for reading in standing]
    laid = np.array([[box.top, box.left, box.bottom, box.right] for box in boxes], np.float32)

    def is_aside(group: NDArray[np.intp]) -> bool:
        in_margin = all(boxes[i].right <= left or boxes[i].left >= right for i in group)
        return (len(group) > 1 or in_margin) and bool(np.median([len(standing[i].text.split()) for i in group]) >= WORDS)

    return [[standing[i] for i in group] for group in clusters(laid, BESIDE) if is_aside(group)]


def _laid(row: list[BoxReading]) -> list[list[BoxReading]]:
    """A row without what stands upright beside its lines, as a number in the margin: that is a row of its own."""
    aside = [reading for reading in row if reading.stands and len(reading.symbols) >= LONG]
    rest = [reading for reading in row if not any(reading is other for other in aside)]
    return [part for part in (rest, aside) if part]


def blocks(found: list[tuple[BlockKind, list[list[BoxReading]]]], page: int) -> Iterator[Block]:
    """Blocks of lines in reading order; ``page`` is its number."""
    number = 0
    for kind, rows in found:
        lines = []
        for row in rows:
            number += 1
            lines.append(_line(row, f"p{page}-l{number}"))
        yield Block(tuple(lines), kind, Box.around([line.box for line in lines if line.box]))


def tick_reading(tick: Tick, known: str) -> BoxReading:
    """A tick box, which was found by its shape, as a box that was read."""
    log_probs = np.log(np.array([[1 - TICK_CONFIDENCE, TICK_CONFIDENCE]], np.float32))
    posterior = CtcPosterior(log_probs, (tick.sign,), known=known if tick.sign in known else known + tick.sign)
    return BoxReading(quad_of(Box(*tick.box)), posterior, 1.0)


def beside_ticks(readings: Sequence[BoxReading], ticks: Sequence[Tick]) -> list[BoxReading]:
    """The readings, of which each that lies across tick boxes, as if these were paper, is in its parts between them."""
    if not ticks:
        return list(readings)
    middles = np.array([[(tick.box[0] + tick.box[2]) / 2, (tick.box[1] + tick.box[3]) / 2] for tick in ticks], np.float32)
    return [part for reading in readings for part in _between(reading, middles)]


def _between(reading: BoxReading, points: NDArray[np.float32]) -> list[BoxReading]:
    """The parts of a reading between those of the points ``(n, 2)`` that lie in its box."""
    corner, along, _, across = reading.quad
    x, y = ((points - corner) @ side / max(float(side @ side), 1.0) for side in (along - corner, across - corner))
    done, rest = list[BoxReading](), reading
    for frame in np.sort(x[(x > 0) & (x < 1) & (y > 0) & (y < 1)] * reading.width).tolist():
        *first, rest = rest.parted_before(frame - (reading.width - rest.width), may_touch=False)
        done += first
    return [*done, rest]


@dataclass(frozen=True, slots=True)
class _Lie:
    """How a page's rows lie: tilted by ``tilt`` radians about its origin, and bent."""

    tilt: float
    bend: Bend | None

    @classmethod
    def of(cls, quads: Sequence[Quad]) -> _Lie:
        """That of a page with these boxes (at least one)."""
        tilt = tilt_of(quads)
        return cls(tilt, bend_of([quad @ _turn(tilt) for quad in quads]))

    def undone(self, quads: Sequence[Quad]) -> list[Quad]:
        """Boxes where they would stand on a page whose rows are level."""
        turned = [quad @ _turn(self.tilt) for quad in quads]
        if self.bend is None:
            return turned
        falls = self.bend.fall(np.array([quad.mean(axis=0) for quad in turned]))
        return [quad - np.array([0.0, fall], np.float32) for quad, fall in zip(turned, falls, strict=True)]

    def undone_of_boxes(self, boxes: Boxes) -> list[Box]:
        """The same of upright boxes of rules or cells, which the tilt has made larger."""
        middles, sides = (boxes[:, :2] + boxes[:, 2:]) / 2 @ _turn(self.tilt), boxes[:, 2:] - boxes[:, :2]
        if self.bend:
            middles[:, 1] -= self.bend.fall(middles)
        half = np.maximum(sides - abs(np.sin(self.tilt)) * sides[:, ::-1], 0) / 2
        return [Box(*sides) for sides in np.concatenate([middles - half, middles + half], axis=1).tolist()]


def straightened(quads: Sequence[Quad]) -> list[Quad]:
    """The boxes of a page turned about its origin by its tilt, and shifted by the bend of its rows, so that rows are level."""
    return _Lie.of(quads).undone(quads)


def _turn(tilt: float) -> NDArray[np.float32]:
    """What turns points ``(n, 2)`` back by a tilt in radians."""
    return np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]], np.float32)


def tilt_of(quads: Sequence[Quad]) -> float:
    """By how much boxes (at least one) are tilted clockwise, in radians.

    The median over all, each weighted by its length: neither one long heading nor many specks decide. Short lines count only
    where there are few long ones, and text that stands upright where there is next to no other.
    """
    edges = np.array([quad[1] - quad[0] for quad in quads])
    heights = np.array([np.linalg.norm(quad[3] - quad[0]) for quad in quads])
    lying = np.abs(edges[:, 1]) <= np.abs(edges[:, 0])
    along = np.hypot(edges[:, 0], edges[:, 1])
    chosen = lying if along[lying].sum() >= LYING * along.sum() else np.ones(len(edges), bool)
    long = chosen & (along >= TELLING[0] * heights)
    edges = edges[long if long.sum() >= TELLING[1] else chosen]
    tilts, lengths = np.arctan2(edges[:, 1], edges[:, 0]), np.hypot(edges[:, 0], edges[:, 1])
    order = np.argsort(tilts)
    reached = np.cumsum(lengths[order])
    return float(tilts[order[np.searchsorted(reached, reached[-1] / 2)]])


def _line(row: list[BoxReading], name: str) -> Line:
    """One line of the boxes that stand side by side, a space between them; evidence is joined likewise."""
    words: list[Word] = []
    glyphs: list[Glyph] = []
    for reading in row:
        inked = [symbol for symbol in reading.symbols if not symbol.text.isspace()]
        groups = list(_words(reading.symbols))
        ends = [(symbol.start - 0.5, symbol.end + 0.5) for symbol in inked]
        ends += [(group[0].start - 0.5, group[-1].end + 0.5) for group in groups]
        boxes = reading.boxes(ends)
        glyphs += [Glyph(s.text, box, s.confidence) for s, box in zip(inked, boxes, strict=False)]
        for group, box in zip(groups, boxes[len(inked) :], strict=True):
            start = words[-1].end + 1 if words else 0
            text = "".join(symbol.text for symbol in group)
            words.append(Word(text, box, min(s.confidence for s in group), start, start + len(text)))
    left, right = row[0].quad[3].tolist(), row[-1].quad[2].tolist()
    return Line(
        name,
        " ".join(word.text for word in words),
        Box.around([box_around(reading.quad) for reading in row]),
        tuple(words),
        tuple(glyphs),
        ((left[0], left[1]), (right[0], right[1])),
        CtcPosterior.concatenate([reading.posterior for reading in row]) if len(row) > 1 else row[0].posterior,
    )


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


def quad_of(box: Box) -> Quad:
    """The corners of an upright box."""
    return np.array(box.corners, np.float32)


def box_around(points: NDArray[np.float32]) -> Box:
    """The smallest upright box around points ``(n, 2)``."""
    left, top = points.min(axis=0)
    right, bottom = points.max(axis=0)
    return Box(float(left), float(top), float(right), float(bottom))
