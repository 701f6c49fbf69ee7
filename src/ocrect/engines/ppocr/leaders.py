"""Dot leaders, as in tables of contents and price lists: rules made of dots, which guide the eye and are no text.

The detector finds what stands before a leader and behind it, and some of its dots with them. Glued to a number these make
another one: ``Memoriam....... .2`` is page 2, not .2. So dots that fill much of a line, or go on evenly in the white space
between two boxes of a row, part what stands before them from what stands behind. An ellipsis is short, also in typescript.
Where both stand in one box, the recogniser may see none of the dots, and no space either: ``Introduction3``. So what is long
empty in a reading is looked at, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.engines.ppocr.gaps import Strip, between, through
from ocrect.engines.ppocr.lines import box_around
from ocrect.engines.ppocr.recognise import REST, BoxReading, Quad
from ocrect.record.document import Unread

DOTS = frozenset(".…·")  # what the dots of a leader are read as,
READ_AS = DOTS | {",", " "}  # with the space between them
LONG = 3.5  # heights: dots that fill more of a line are a leader; the four of a spaced ellipsis fill 3.2 in typescript
MANY, SHORT = 5, 1.2  # and so are so many dots that fill more than this
DOT = 0.25  # in white space, in heights of the row: the most height of a dot,
ENDS = 1.0  # except at either end, so far in, where letters may reach into it,
LOW, LEVEL = 0.5, 0.15  # how far down the row dots are at least (dashes of a rule are anywhere), and how level with one another
FEW, MORE = 4, 6  # dots that are a leader there if they fill as much; dots that are one anyway
EVEN, OFTEN = (0.5, 1.6), 0.7  # distances are so many of their median, this part of them at least
NEXT, LAST = (0.7, 1.3), 5  # the last dot is the leader's if it is so far from the one before, in the median of so many

Apart = tuple[Unread, BoxReading, BoxReading]
"""A leader, and what stands before it and behind it."""


def without_leaders(
    rgb: NDArray[np.uint8], row: Sequence[BoxReading], read: Callable[[Quad], BoxReading]
) -> tuple[list[BoxReading], list[Unread]]:
    """The boxes of a row of the page ``(height, width, 3)``, left to right, parted where there is a leader, and the leaders,
    each as an unread ``rule``. ``read`` is asked for the box behind a leader whose last dot is none of its own.
    """
    kept: list[BoxReading] = []
    found: list[Unread] = []
    for reading in row:
        parts, leaders = _parted(rgb, reading, read)
        found += leaders
        between_them = _between(rgb, kept[-1], parts[0], read) if kept and parts else None
        if between_them:
            rule, kept[-1], parts[0] = between_them
            found.append(rule)
        kept += parts
    return kept, found


def sureness(reading: BoxReading) -> float:
    """The mean confidence of a reading's symbols but the dots of leaders, which are told apart less surely than letters."""
    symbols = reading.symbols
    is_dot = [symbol.text in DOTS for symbol in symbols]
    beside = zip([False, *is_dot], is_dot, [*is_dot[1:], False], strict=False)
    letters = [
        s.confidence for s, (before, dot, behind) in zip(symbols, beside, strict=True) if not (dot and (before or behind))
    ]
    return sum(letters) / len(letters) if letters else reading.confidence


def _dots(reading: BoxReading, *, at_end: bool) -> int:
    """How many symbols at the end or the beginning of a reading may be dots of a leader."""
    symbols = reading.symbols[::-1] if at_end else reading.symbols
    return next((i for i, symbol in enumerate(symbols) if symbol.text not in READ_AS), len(symbols))


def _text(reading: BoxReading, dots: int, *, at_end: bool) -> BoxReading | None:
    """The reading without so many symbols at its end or its beginning; ``None`` where nothing is left."""
    symbols = reading.symbols
    if dots >= len(symbols):
        return None
    if not dots:
        return reading
    if at_end:
        return reading.part(0, symbols[-dots].start, min(symbols[-dots].start, reading.width))
    return reading.part(symbols[dots - 1].end, reading.posterior.frames, reading.width)


def _between(rgb: NDArray[np.uint8], left: BoxReading, right: BoxReading, read: Callable[[Quad], BoxReading]) -> Apart | None:
    """The leader between two boxes of a row, the first without its dots, and the second without the leader's dots."""
    is_wide = float(np.linalg.norm(right.quad[0] - left.quad[1])) > LONG * left.height
    if not (is_wide or _dots(left, at_end=True) or _dots(right, at_end=False)):
        return None
    return _dotted(rgb, left, right, read)


def _dotted(rgb: NDArray[np.uint8], left: BoxReading, right: BoxReading, read: Callable[[Quad], BoxReading]) -> Apart | None:
    """The same of two boxes, whether any of the dots were read or not."""
    last, first = _dots(left, at_end=True), _dots(right, at_end=False)
    before, behind = _text(left, last, at_end=True), _text(right, first, at_end=False)
    if before is None or behind is None:
        return None
    strip = between(rgb, before.quad, right.place(right.symbols[first].start, right.width))
    places = _evenly(strip.mask) if strip else np.zeros(0)
    if strip is None or not len(places):
        return None
    distances = np.diff(places)
    usual = float(np.median(distances[-LAST - 1 : -1]))
    if not NEXT[0] * usual <= distances[-1] <= NEXT[1] * usual:
        is_read = first > 0 and right.symbols[first - 1].text == "."
        own = _text(right, first - 1, at_end=False) if is_read else _with_point(strip, places, behind, read)
        behind = own or behind
    corners = np.stack([before.quad[1], behind.quad[0], behind.quad[3], before.quad[2]])
    return Unread(box_around(corners), "rule"), before, behind


def _with_point(
    strip: Strip, places: NDArray[np.float64], behind: BoxReading, read: Callable[[Quad], BoxReading]
) -> BoxReading | None:
    """What stands behind a leader read once more with the last of its dots, if that is its point.

    Among many dots the recogniser takes the point of ``.48`` for one of them.
    """
    if not behind.text.isdigit():
        return None
    height, width = strip.mask.shape
    dot = through(strip.to_page, (places[-2] + places[-1]) / 2, width, height)
    again = read(np.stack([dot[0], behind.quad[1], behind.quad[2], dot[3]]).astype(np.float32))
    return again if again.text == f".{behind.text}" else None


def _evenly(mask: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Where the dots of a leader are, left to right, in a strip of paper with ink of 1; none where it has none."""
    height, width = mask.shape
    _, _, found, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    x, y, w, h = found[1:][(found[1:, 0] > 0) & (found[1:, 0] + found[1:, 2] < width), :4].T  # letters are cut by the ends
    low = h <= DOT * height
    none = np.zeros(0)
    if low.sum() < FEW or (~low & (x >= ENDS * height) & (x + w <= width - ENDS * height)).any():
        return none
    middles = y + h / 2
    level = low & (np.abs(middles - np.median(middles[low])) <= LEVEL * height)
    places = np.sort((x + w / 2)[level])
    distances = np.diff(places)
    if np.median(middles[low]) < LOW * height or level.sum() < FEW or (level.sum() < MORE and distances.sum() <= LONG * height):
        return none
    least, most = np.array(EVEN) * np.median(distances)
    is_even = ((distances >= least) & (distances <= most)).mean() >= OFTEN
    return places if is_even else none


def _parted(
    rgb: NDArray[np.uint8], reading: BoxReading, read: Callable[[Quad], BoxReading]
) -> tuple[list[BoxReading], list[Unread]]:
    """A reading parted at the leaders within its box, and where it is long empty."""
    leaders = list(_within(reading))
    starts, ends = [0, *(last for _, last in leaders)], [*(first for first, _ in leaders), reading.posterior.frames]
    parts = [reading.part(start, end, min(end, reading.width)) for start, end in zip(starts, ends, strict=True) if end > start]
    rules = [Unread(box_around(reading.place(first, last)), "rule") for first, last in leaders]
    whole = [part for part in parts if part.symbols] if leaders else [reading]
    kept: list[BoxReading] = []
    for part in whole:
        apart, found = _parted_where_empty(rgb, part, read)
        kept += apart
        rules += found
    return kept, rules


def _parted_where_empty(
    rgb: NDArray[np.uint8], reading: BoxReading, read: Callable[[Quad], BoxReading]
) -> tuple[list[BoxReading], list[Unread]]:
    """A reading parted where no letter was read for long: at a leader, and where not even a space was read."""
    letters = [(at, symbol) for at, symbol in enumerate(reading.symbols) if symbol.text not in READ_AS]
    left, kept, rules = reading, [], []
    for (at, before), (following, behind) in reversed(list(pairwise(letters))):
        if (behind.start - before.end) / reading.width * reading.length / reading.height <= LONG:
            continue
        first = next(symbol for symbol in reading.symbols[at + 1 :] if symbol.text != " ")
        start = max(before.end, first.start - REST)
        parts = left.part(0, before.end, before.end), left.part(start, left.posterior.frames, left.width)
        dotted = _dotted(rgb, *parts, read)
        if dotted:
            rules.append(dotted[0])
            parts = dotted[1:]
        if dotted or following == at + 1:
            left = parts[0]
            kept.append(parts[1])
    return [left, *reversed(kept)], rules


def _within(reading: BoxReading) -> Iterator[tuple[int, int]]:
    """From which frame to which there is a leader."""
    symbols = reading.symbols
    at = 0
    while at < len(symbols):
        run = next((i for i, symbol in enumerate(symbols[at:]) if symbol.text not in READ_AS), len(symbols) - at)
        signs = symbols[at : at + run]
        if (
            [sign.text for sign in signs[-2:]] == [" ", "."]
            and sum(sign.text == " " for sign in signs) == 1
            and at + run < len(symbols)
        ):
            signs = signs[:-2]  # the point of what stands behind, as in ``.48``
        dots = [sign for sign in signs if sign.text not in ", "]
        if dots:
            many = sum(3 if dot.text == "…" else 1 for dot in dots)
            heights = (dots[-1].end - dots[0].start) / reading.width * reading.length / reading.height
            if many > 1 and (heights > LONG or (many >= MANY and heights > SHORT)):
                yield dots[0].start, dots[-1].end
        at += max(run, 1)
