"""Print under stamps and strokes of a coloured pen: lines that the detector loses, or takes together with the stamp.

Coloured ink is bright in one of its three colours, black print is dark in all. So of a part of the page where large coloured
strokes cross dark print the brightest colour of each pixel is looked at (as in the colour drop-out of form readers), and lifted
on those strokes until they are as bright as paper. What is read there takes the place of what was read through the stamp. The
stamp is read where its colour alone is ink.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import partial_ratio, ratio

from ocrect.engines.ppocr.detect import Boxes, Look, is_told
from ocrect.engines.ppocr.lines import box_around
from ocrect.engines.ppocr.recognise import BoxReading, Quad, quads_of
from ocrect.ink import around, clusters
from ocrect.record.document import Unread

COLOURED = 50.0  # grey levels between the brightest and the darkest colour of coloured ink,
DARK = 80.0  # and by which that of black print is darker than the paper's, and the darkest of coloured ink than that
WORD = 4  # signs of a reading that tells how high the page's lines are
LARGE, PART = 0.9, 0.4  # a stroke of a stamp is so many times as high as these, or as wide, and what print leaves of one,
FILL = 0.6  # fills at most so much of its box: panels and pictures fill more
CROSSED = 0.02  # so much of a stamp lies beside dark print, at least
AREA = 0.3  # of the page: stamps and strokes of a pen take up less of it together, pictures more
SPARSE = 4  # pixels: a page without colour on every so many of them has no stamp
REDUCED = 32.0  # pixels of the page's lines where stamps are looked for
NEAR = (0.5, 0.5)  # x, y: so near, in their heights, strokes are of one stamp
FULL = 200.0  # grey levels by which the ink of a stamp is darker than paper where it is read by its colour
PAPER = 2.0  # heights of a line above and below a stamp that are looked at with it
SIGNS = 3  # of what is read of a stamp, at least:
SURE, LEAST = 0.9, 0.5  # it is text from this mean confidence on, and said as unread from the other
ALIKE = 60.0  # per cent: a reading so like a line is of it, whatever the colour of most ink in its box
BETTER = 0.5  # signs by whose confidences a line without the stamp is read better than through it,
SURELY, MOSTLY = 0.95, 0.9  # or by the least of them, where it has so many of the signs
PIXELS = 10.0  # of the detector's input: the height of the letters of a line, half of that of its box


class Apart(NamedTuple):
    """What was read on a page, with the lines under stamps read without these; the stamps that were read, and those that cannot
    be."""

    rest: list[BoxReading]
    marks: list[BoxReading]
    unread: list[Unread]


def apart(
    rgb: NDArray[np.uint8],
    read: Sequence[BoxReading],
    seen: Callable[[NDArray[np.uint8], Look], Boxes],
    reader: Callable[[NDArray[np.uint8]], Callable[[Boxes], Sequence[BoxReading]]],
) -> Apart:
    """The stamps of a page ``(height, width, 3)``, and what else was read on it.

    ``seen`` finds the lines of a part of a picture, and ``reader`` gives what reads them.
    """
    heights = [reading.height for reading in read if len(reading.symbols) >= WORD]
    places = _stamps(rgb, float(np.median(heights))) if heights else []
    if not places:
        return Apart(list(read), [], [])
    usual, rest = float(np.median(heights)), list(read)
    clear, coloured = _inks_apart(rgb, places)
    read_clear, read_coloured = reader(clear), reader(coloured)
    found: list[BoxReading] = []
    for top, bottom in _bands(places, PAPER * usual, rgb.shape[0]):
        look = Look(0, top, rgb.shape[1], bottom, min(1.0, 2 * PIXELS / usual))
        boxes = seen(clear, look)
        crossed = np.array([_meets(quad, places) for quad in boxes.quads], bool)
        if crossed.any():
            lines = _as_wide(Boxes(boxes.quads[crossed], boxes.scores[crossed]), rest, rgb)
            rest = _instead(read_clear(lines), rest, rgb)
        found += read_coloured(seen(coloured, look))
    found = [one for one in found if len(one.symbols) >= SIGNS and one.confidence >= LEAST and not _is_read(one, rest)]
    marks = [one for one in found if one.confidence >= SURE]
    rest = [one for one in rest if not any(_is_part(one, mark) for mark in marks)]
    return Apart(rest, marks, [Unread(box_around(one.quad), "faint", one.text) for one in found if one.confidence < SURE])


def _is_read(mark: BoxReading, read: Sequence[BoxReading]) -> bool:
    """True where what is read of a stamp was read among the page's lines at least as well."""
    alike = [one for one in read if _worth(one) >= _worth(mark) and partial_ratio(mark.text, one.text) >= ALIKE]
    return is_told(mark.quad, quads_of(alike))


def _is_part(reading: BoxReading, mark: BoxReading) -> bool:
    """True for what is a stamp, or a piece of it, by its place and its text."""
    return is_told(reading.quad, quads_of([mark])) and partial_ratio(reading.text, mark.text) >= ALIKE


def _stamps(rgb: NDArray[np.uint8], usual: float) -> list[NDArray[np.float32]]:
    """The boxes ``(4,)`` of large coloured strokes that cross dark print, on a page whose lines are ``usual`` pixels high."""
    if not _is_vivid(rgb[::SPARSE, ::SPARSE]).any():
        return []
    scale = min(1.0, REDUCED / usual)
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else rgb
    coloured, dark = _inks(np.asarray(small, np.uint8))
    if not coloured.any() or not dark.any():
        return []
    usual = usual * scale
    beside = cv2.dilate(dark, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(coloured, connectivity=8)
    crossed = np.bincount(labels[beside > 0], minlength=count)
    sides, areas = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]], stats[:, cv2.CC_STAT_AREA]
    large = (sides.max(axis=1) >= PART * usual) & (areas <= sides.prod(axis=1) * FILL)
    large[0] = False
    x, y, w, h = (stats[large][:, :4] / scale).T.astype(np.float32)
    boxes, crossed, areas = np.stack([x, y, x + w, y + h], axis=1), crossed[large], areas[large]
    is_large = np.maximum(w, h) * scale >= LARGE * usual
    groups = [group for group in clusters(boxes, NEAR) if is_large[group].any()]
    places = [around(boxes[group]) for group in groups if crossed[group].sum() >= CROSSED * areas[group].sum()]
    area = sum(float((place[2] - place[0]) * (place[3] - place[1])) for place in places)
    return places if area <= AREA * rgb.shape[0] * rgb.shape[1] else []


def _inks(rgb: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """1 where there is coloured ink, and where there is black print, each ``(height, width)``."""
    brightest, darkest = rgb.max(axis=2), rgb.min(axis=2)
    paper = float(np.median(brightest))
    is_vivid = _is_vivid(rgb)
    coloured = is_vivid & (darkest < paper - DARK)
    fringe = np.ones((3, 3), np.uint8)  # edges of print are coloured where a scanner's colours are a pixel apart
    opened: NDArray[Any] = cv2.morphologyEx(coloured.astype(np.uint8), cv2.MORPH_OPEN, fringe)
    return np.asarray(opened, np.uint8), (~is_vivid & (brightest < paper - DARK)).astype(np.uint8)


def _is_vivid(rgb: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return np.asarray(rgb.max(axis=2).astype(np.int16) - rgb.min(axis=2) >= COLOURED)


def _inks_apart(rgb: NDArray[np.uint8], places: Sequence[NDArray[np.float32]]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Two pages ``(height, width, 3)`` in grey: one with each pixel as bright as its brightest colour, and the coloured ink of
    the places as paper; and white paper with that ink by its colour alone, as black as it is coloured in the median.
    """
    clear, white = rgb.max(axis=2), np.full(rgb.shape[:2], 255, np.uint8)
    paper, coloured = float(np.median(clear)), _inks(rgb)[0]
    for left, top, right, bottom in np.array(places).astype(int).tolist():
        place = slice(top, bottom), slice(left, right)
        part, ink = clear[place], coloured[place]
        if not ink.any():
            continue
        vivid = rgb[place].max(axis=2).astype(np.float32) - rgb[place].min(axis=2)
        full = float(np.median(vivid[ink > 0]))
        white[place] = 255 - np.minimum(vivid * (FULL / full), FULL)
        lift = paper / float(np.median(part[ink > 0]))
        around_it = cv2.dilate(ink, np.ones((5, 5), np.uint8)) > 0
        part[around_it] = np.minimum(part[around_it] * lift, paper)
    return _in_three(clear), _in_three(white)


def _in_three(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A grey page with its three colours alike."""
    return np.ascontiguousarray(np.repeat(grey[:, :, None], 3, axis=2))


def _bands(places: Sequence[NDArray[np.float32]], pad: float, height: int) -> list[tuple[int, int]]:
    """Where the rows begin and end in which there are stamps, with the paper above and below them."""
    bands: list[tuple[int, int]] = []
    for top, bottom in sorted((max(0, int(p[1] - pad)), min(height, int(p[3] + pad) + 1)) for p in places):
        if bands and top <= bands[-1][1]:
            top, bottom = bands[-1][0], max(bottom, bands.pop()[1])
        bands.append((top, bottom))
    return bands


def _meets(quad: Quad, places: Sequence[NDArray[np.float32]]) -> bool:
    box = box_around(quad)
    return any(box.left < p[2] and box.right > p[0] and box.top < p[3] and box.bottom > p[1] for p in places)


def _as_wide(boxes: Boxes, read: Sequence[BoxReading], rgb: NDArray[np.uint8]) -> Boxes:
    """The boxes of lines; for a part of what was read, if that is no stamp, the box of the whole: a part is no line alone."""
    quads = list[Quad]()
    for quad in boxes.quads:
        wider = (one.quad for one in read if is_told(quad, one.quad[None]) and not is_told(one.quad, quad[None]))
        quads.append(next((other for other in wider if not _is_coloured(other, rgb)), quad))
    kept, first = np.unique(np.array(quads), axis=0, return_index=True)
    return Boxes(kept, boxes.scores[first])


def _instead(lines: Sequence[BoxReading], read: Sequence[BoxReading], rgb: NDArray[np.uint8]) -> list[BoxReading]:
    """What was read, with each line in the place of what lies in it and is no part of a stamp, where it is read better."""
    kept = list(read)
    for line in lines:
        inside = [one for one in kept if is_told(one.quad, quads_of([line])) and _is_of(one, line, rgb)]
        if _is_better(line, inside):
            kept = [one for one in kept if not any(one is old for old in inside)] + [line]
    return kept


def _is_of(reading: BoxReading, line: BoxReading, rgb: NDArray[np.uint8]) -> bool:
    """True for what was read through a stamp and is part of a line, not of the stamp: by its text, or by its ink."""
    return ratio(reading.text, line.text) >= ALIKE or not _is_coloured(reading.quad, rgb)


def _is_better(line: BoxReading, through: Sequence[BoxReading]) -> bool:
    """True where more was read without the stamp than through it, or as much and all of it surely."""
    if _worth(line) > sum(map(_worth, through)) + BETTER:
        return True
    as_much = len(line.symbols) >= MOSTLY * sum(len(one.symbols) for one in through)
    return as_much and _weakest(line) >= SURELY > min(map(_weakest, through), default=1.0)


def _weakest(reading: BoxReading) -> float:
    return min((symbol.confidence for symbol in reading.symbols), default=0.0)


def _worth(reading: BoxReading) -> float:
    return reading.confidence * len(reading.symbols)


def _is_coloured(quad: Quad, rgb: NDArray[np.uint8]) -> bool:
    """True where most of the ink in a box is coloured."""
    box = box_around(quad)
    part = rgb[max(0, int(box.top)) : int(box.bottom) + 1, max(0, int(box.left)) : int(box.right) + 1]
    coloured, dark = _inks(part)
    return bool(coloured.sum() > dark.sum())
