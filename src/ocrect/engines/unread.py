"""What of a page's ink no line accounts for, and why, so that nothing that stands on a page is lost in silence.

It needs a page's pixels and what an engine read on them, whichever engine that was. What looks like lines of text and is
none of those that were read is a place to look at; rules, pictures, drawings and marks are named as what they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ocrect.engines import ticks
from ocrect.engines.mates import FEW, SHORT, are_mates, cell
from ocrect.ink import Boxes, Ink, around, clusters, covered, hidden, on
from ocrect.record.document import Box, Line, Page, PageImage, Unread
from ocrect.record.gathering import guessed, lost_text

# Lengths are in heights of a line's letters, or as said.
BESIDE, ABOVE = 0.7, 0.2  # a word's box accounts for ink so far around it, in tight rows not for that of the next
TOGETHER = (1.0, 0.3)  # x, y: letters so close are of one place
LEAST_LETTERS = 4  # a place of fewer is no text
ALIKE = 2.2  # their heights (the 80th percentile by the 20th) differ by at most this factor
LONG = 2.5  # and the place is so many times wider than its letters are high
LINE, MANY = 2.0, 12  # it is a line, so many times as high as its letters at most, unless it has so many letters
IN_LINE = 0.7  # the least part of the pieces there that are in lines
FILL = (0.12, 0.65)  # how much of their boxes letters fill, in the median
STROKE, TOUCHING = (
    0.12,
    0.06,
)  # in heights of the letters that were read: the least of a syllable, and half of the most white in it
SYLLABLES = (0.9, 2.4)  # a word of them is so high
WORDS_BESIDE, LEAST_WORDS, MANY_STROKES = (1.0, -0.2), 3, 10  # so near and so many are a line, of so many strokes, three a word
BARS = 0.25  # letters and their strokes are wider than this, in their heights in the median; the bars of a barcode are narrower
FLAT = 1.8  # and no letters, also those that touch, are wider than this in the median: pieces of a rule are
SIGNS, SAME = 6, 1.15  # so many pieces whose sides and ink (its square root) differ by no more and a pixel are one sign, a rule
EVEN, EVEN_SHARE = 0.15, 0.75  # in which so many words begin and end within the first of the same height
SIZES = (0.45, 3.0)  # letters of a place are so high in heights of the letters that were read
PALE, FAINT = 0.4, 40.0  # of the contrast of what was read, and in grey levels: text below either is faint
RULE, RULE_LENGTH = 15.0, 60.0  # a rule is so many times longer than wide, and so long in pixels
OWN = 0.02  # of the page's longer side: so long are the rules of a frame and the strokes of a drawing
LARGE = 0.004  # of the page: what is not text and larger is a picture or a drawing
LINES_ONLY = 0.2  # the ink of a drawing fills at most this part of it
MARK = (0.4, 3.0)  # a mark is so high in heights of the letters that were read
BAR = (0.25, 2.0, 0.05)  # or a dash, so wide and so high, in heights of them
ALONE = (4.0, 0.4)  # x, y: no other ink is so near a dash
LONGER, SOLID = 1.6, 0.6  # it is so many times as wide as it is high, and so much of its box is ink
HIDDEN = 60.0  # grey levels: where the grain of a page without any ink hides so much, it is a texture and no blank paper
LEAST_DASHES = 4  # dots or dashes that are a rule
DASH = 1.6  # the most height of one, in widths
DASH_SIZES, DASH_STEPS = 2.0, 3.0  # the largest of a rule are at most so many times the smallest; its longest steps, the usual
DASH_LEVEL = 2.0  # a rule of them is at most so high, in heights of one
DASHES_TOGETHER = (2.5, -0.4)  # x, y: how near they are to one another, in squares around them
CELL = 0.4  # of its box's height: so much white is at both sides of a sign by itself; a space is half of that
DIGITS = 2  # so many are a number, if half of the signs are
SAID = {"unknown-script": "unknown letters or handwriting"}  # in a warning; which of the two it is, the reader cannot tell
MOST = 200  # places of each kind; the largest are kept


def account(image: PageImage, page: Page) -> Page:
    """``page``, which was read on ``image``, with all that it leaves unread.

    What its engine gave up as illegible is kept where it looks like text, with the engine's guess, and where that is a number:
    those written by hand and stamped count most, and are of few signs.
    """
    ink, size = on(image), (image.width, image.height)
    read = _words(page)
    is_read = covered(ink.middles, read, size)
    bare = ink.of(~is_read)
    given_up = [item for item in page.unread if _is_given_up(item) and len(_inside(bare, item.box).areas)]
    usual, contrast = _usual(ink, read, size)
    words = [box for line in page.lines() for box in _boxes(line)]
    other = [item for item in page.unread if not (_is_given_up(item) or _is_no_number(item, words, ink, usual, contrast))]
    rest = ink.of(~(is_read | covered(ink.middles, _quads(item.box for item in other), size)))
    found = list(_in_columns(given_up, page, ink))
    for places in (
        _text(rest, usual, contrast, given_up),
        _syllables(rest, usual, contrast),
        _rules(rest),
        _dotted(rest, contrast),
        _ticks(image, rest),
        _pictures(rest, image, read),
    ):
        largest = sorted(places, key=lambda item: -item.box.width * item.box.height)[:MOST]
        rest = rest.of(~_accounted(rest, largest, image))
        found += largest
    found += list(_marks(rest, usual, contrast))[:MOST]
    if not (found or other or len(read)) and hidden(image.pixels) >= HIDDEN:
        found.append(Unread(Box(0.0, 0.0, float(image.width), float(image.height)), "picture"))
    return replace(page, unread=(*other, *sorted(found, key=lambda item: (item.box.top, item.box.left))))


def told(page: Page) -> str:
    """The warning about what of the page was not read, though it looks like text, or hardly read; empty if there is none."""
    return "; ".join(filter(None, (_lost(page), guessed(page))))


def _lost(page: Page) -> str:
    """What is said of the page's unread ink."""
    text = lost_text(page)
    if text:
        kinds = ", ".join(dict.fromkeys(SAID.get(item.why, item.why) for item in text))
        first = ", ".join(f"{item.box.left:.0f},{item.box.top:.0f}" for item in text[:3])
        places, more = "place" if len(text) == 1 else "places", " …" * (len(text) > 3)
        return f"what looks like text was not read in {len(text)} {places} ({kinds}; at {first}{more})"
    if page.unread and not any(line.text for line in page.lines()):
        return "no text was found, though there is ink: " + ", ".join(sorted({item.why for item in page.unread}))
    return ""


def _words(page: Page) -> NDArray[np.float32]:
    """The quadrilaterals ``(n, 4, 2)`` of paper that words account for."""
    return _quads(_grown(box, is_upright=_is_upright(line)) for line in page.lines() for box in _boxes(line))


def _accounted(ink: Ink, places: Sequence[Unread], image: PageImage) -> NDArray[np.bool_]:
    """Which pieces the places account for: all in them, but in a frame of rules only what may be part of it."""
    size = (image.width, image.height)
    framed = [item for item in places if item.why == "rule" and min(item.box.width, item.box.height) >= OWN * max(size)]
    whole = covered(ink.middles, _quads(item.box for item in places if item not in framed), size)
    is_long = np.maximum(ink.widths, ink.heights) >= max(2 * OWN * max(size), RULE_LENGTH)
    return whole | (covered(ink.middles, _quads(item.box for item in framed), size) & is_long)


def _quads(boxes: Iterable[Box]) -> NDArray[np.float32]:
    """Their corners ``(n, 4, 2)``."""
    corners = [((b.left, b.top), (b.right, b.top), (b.right, b.bottom), (b.left, b.bottom)) for b in boxes]
    return np.reshape(corners, (-1, 4, 2)).astype(np.float32)


def _boxes(line: Line) -> list[Box]:
    return [word.box for word in line.words] or ([line.box] if line.box else [])


def _is_upright(line: Line) -> bool:
    """True for a line that runs up or down the page."""
    if not line.baseline:
        return False
    (left, first), (right, last) = line.baseline
    return abs(last - first) > abs(right - left)


def _grown(box: Box, *, is_upright: bool) -> Box:
    """The box and the paper around it: along its line, and less across it, in heights of its letters."""
    long, high = (box.height, box.width) if is_upright else (box.width, box.height)
    high = min(high, 2 * long) if long else high
    x, y = (ABOVE * high, BESIDE * high) if is_upright else (BESIDE * high, ABOVE * high)
    return Box(box.left - x, box.top - y, box.right + x, box.bottom + y)


def _is_given_up(item: Unread) -> bool:
    """True for what is illegible and no number."""
    digits, signs = sum(map(str.isdigit, item.text)), len(item.text.replace(" ", ""))
    return item.why == "illegible" and not (digits >= DIGITS and 2 * digits >= signs)


def _is_no_number(item: Unread, words: Sequence[Box], ink: Ink, usual: float, contrast: float) -> bool:
    """True for what was given up as a number and is a part of a word that was read, or a smudge: pale, and lower than letters
    of the page.
    """
    if item.why != "illegible":
        return False
    if any(_share(item.box, word) > 0.5 for word in words):
        return True
    there = _inside(ink, item.box).contrasts
    return item.box.height < usual and (not len(there) or float(np.median(there)) < max(PALE * contrast, FAINT))


def _inside(ink: Ink, box: Box) -> Ink:
    """The pieces with their middle in a box."""
    x, y = ink.middles.T
    return ink.of((x >= box.left) & (x <= box.right) & (y >= box.top) & (y <= box.bottom))


def _in_columns(given_up: Sequence[Unread], page: Page, ink: Ink) -> Iterator[Unread]:
    """What was given up in a column of words of a few signs, as high and as pale as they are: a lone sign of a table."""
    if not given_up:
        return
    words = [cell(_inside(ink, box)) for line in page.lines() if not _is_upright(line) for box in _apart(line)]
    places = [cell(_inside(ink, item.box)) for item in given_up]
    for n, item in enumerate(given_up):
        told = sum(are_mates(places[n], word) for word in words)
        others = sum(are_mates(places[n], other) for m, other in enumerate(places) if m != n)
        if told and told + others >= FEW:
            yield item


def _apart(line: Line) -> Iterator[Box]:
    """The boxes of a line's words of a few signs that stand by themselves, as cells of a table do."""
    ends = [-np.inf, *(side for word in line.words for side in (word.box.left, word.box.right)), np.inf]
    for n, word in enumerate(line.words):
        gap = min(word.box.left - ends[2 * n], ends[2 * n + 3] - word.box.right)
        if len(word.text) <= SHORT and gap >= CELL * word.box.height:
            yield word.box


def _usual(ink: Ink, read: NDArray[np.float32], size: tuple[int, int]) -> tuple[float, float]:
    """The height in pixels and the contrast in grey levels of the letters that were read; of all in lines where none were."""
    letters = ink.of(ink.like_letters() & ink.in_line)
    inside = letters.of(covered(letters.middles, read, size))
    chosen = inside if len(inside.areas) else letters
    if not len(chosen.areas):
        return 0.0, 0.0
    return float(np.median(chosen.heights)), float(np.median(chosen.contrasts))


def _text(ink: Ink, usual: float, contrast: float, given_up: list[Unread]) -> Iterator[Unread]:
    """Places that look like text: letters in lines, alike in height."""
    letters = ink.like_letters()
    if usual:
        letters &= (ink.heights >= SIZES[0] * usual) & (ink.heights <= SIZES[1] * usual)
    candidates = ink.of(letters)
    for group in clusters(candidates.boxes, TOGETHER):
        place = candidates.of(group)
        if _is_text(place, ink):
            box = _box(around(place.boxes))
            guess = " ".join(item.text for item in given_up if _share(item.box, box) > 0.5)
            pale = float(np.median(place.contrasts)) < max(PALE * contrast, FAINT)
            yield Unread(box, "faint" if pale else "illegible", guess)


def _syllables(ink: Ink, usual: float, contrast: float) -> Iterator[Unread]:
    """Lines of a script whose letters are of several pieces of any size, as those of Hangul: words side by side of one height,
    from one line to the other, beside or between what was read.
    """
    sides = np.maximum(ink.widths, ink.heights)
    strong = ink.contrasts >= max(PALE * contrast, FAINT)
    strokes = ink.of(strong & (sides >= STROKE * usual) & (sides <= SYLLABLES[1] * usual))
    if not usual or len(strokes.areas) < MANY_STROKES:
        return
    grown = strokes.boxes + np.array([-TOUCHING, -TOUCHING, TOUCHING, TOUCHING], np.float32) * np.float32(usual)
    groups = clusters(grown, (0.0, 0.0))
    words, many = np.array([around(strokes.boxes[group]) for group in groups]), np.array([len(group) for group in groups])
    slim = np.array([_flatness(strokes.of(group)) <= BARS for group in groups])
    heights, widths = words[:, 3] - words[:, 1], words[:, 2] - words[:, 0]
    like_words = ~slim & (heights >= SYLLABLES[0] * usual) & (heights <= SYLLABLES[1] * usual) & (widths >= 0.4 * heights)
    words, many = words[like_words], many[like_words]
    for group in clusters(words, WORDS_BESIDE):
        place, high = words[group], float(np.median(words[group][:, 3] - words[group][:, 1]))
        off = np.abs(place[:, [1, 3]] - np.median(place[:, [1, 3]], axis=0)).max(axis=1)
        is_row = len(group) >= LEAST_WORDS and (off <= EVEN * high).mean() >= EVEN_SHARE
        strokes_there = int(many[group].sum())
        is_long = float((place[:, 2] - place[:, 0]).sum()) >= 2 * LONG * high
        if is_row and is_long and strokes_there >= max(MANY_STROKES, LEAST_WORDS * len(group)):
            yield Unread(_box(around(place)), "illegible")


def _is_text(place: Ink, all_ink: Ink) -> bool:
    lined = int((place.in_line & ~place.upright).sum())
    if lined < LEAST_LETTERS or _is_one_sign(place):
        return False
    low, height, high = np.percentile(place.heights, (20, 50, 80))
    left, top, right, bottom = around(place.boxes)
    fill = float(np.median(place.areas / np.maximum(place.heights * place.widths, 1)))
    x, y = all_ink.middles.T
    inside = int(((x >= left) & (x <= right) & (y >= top) & (y <= bottom)).sum())
    regular = high <= ALIKE * low and right - left >= LONG * height and FILL[0] <= fill <= FILL[1]
    regular &= BARS < _flatness(place) <= FLAT
    level = bottom - top <= LINE * high or lined >= MANY
    return bool(regular and level and lined >= IN_LINE * inside)


def _is_one_sign(place: Ink) -> bool:
    """True for a row of one sign, as of stars: its pieces are alike in width, height and ink, as those of words are not."""
    if len(place.areas) < SIGNS:
        return False
    sizes = np.stack([place.widths, place.heights, np.sqrt(place.areas)])
    low, high = np.percentile(sizes, (10, 90), axis=1)
    return bool((high <= SAME * low + 1).all())


def _flatness(place: Ink) -> float:
    """The median width of pieces of ink in their heights."""
    return float(np.median(place.widths / np.maximum(place.heights, 1)))


def _rules(ink: Ink) -> Iterator[Unread]:
    """Straight lines that part, frame or underline."""
    longer, shorter = np.maximum(ink.widths, ink.heights), np.maximum(np.minimum(ink.widths, ink.heights), 1)
    for box in ink.boxes[(longer >= RULE * shorter) & (longer >= RULE_LENGTH)]:
        yield Unread(_box(box), "rule")


def _ticks(image: PageImage, ink: Ink) -> Iterator[Unread]:
    for tick in ticks.find(image.pixels, ink):
        yield Unread(Box(*tick.box), "mark", tick.sign)


def _pictures(ink: Ink, image: PageImage, read: NDArray[np.float32]) -> Iterator[Unread]:
    """Large ink that is no text: drawings, of lines alone, and pictures; a frame or grid around words is rules."""
    middles = read.mean(axis=1) if len(read) else np.zeros((0, 2), np.float32)
    large = ink.of(np.maximum(ink.widths, ink.heights) >= 0.02 * max(image.width, image.height))
    for group in clusters(large.boxes, (0.1, 0.1)):
        place = large.of(group)
        left, top, right, bottom = around(place.boxes)
        area = float((right - left) * (bottom - top))
        if area < LARGE * image.width * image.height:
            continue
        words = int(((middles >= (left, top)) & (middles <= (right, bottom))).all(axis=1).sum())
        lines_only = float(place.areas.sum()) <= LINES_ONLY * area
        yield Unread(_box(around(place.boxes)), "rule" if lines_only and words > 2 else "drawing" if lines_only else "picture")


def _dotted(ink: Ink, contrast: float) -> Iterator[Unread]:
    """Rules of dots or dashes: pieces alike, level, evenly far from one another."""
    dark = ink.of((ink.contrasts >= max(0.5 * contrast, FAINT)) & (ink.heights <= DASH * ink.widths))
    half = np.maximum(dark.widths, dark.heights)[:, None] / 2
    for group in clusters(np.concatenate([dark.middles - half, dark.middles + half], axis=1), DASHES_TOGETHER):
        if len(group) < LEAST_DASHES:
            continue
        row = dark.of(group)
        high = float(np.ptp(np.concatenate([row.boxes[:, 1], row.boxes[:, 3]])))
        sizes, places = np.stack([row.widths, row.heights]), np.sort(row.boxes[:, 0])
        alike = bool((np.percentile(sizes, 90, axis=1) <= DASH_SIZES * np.percentile(sizes, 10, axis=1)).all())
        steps = np.diff(places)
        if alike and high <= DASH_LEVEL * float(np.median(row.heights)) and steps.max() <= DASH_STEPS * np.median(steps):
            yield Unread(_box(around(row.boxes)), "rule")


def _dashes(ink: Ink, usual: float) -> NDArray[np.bool_]:
    """Which pieces are dashes by themselves, as in an empty cell, and no parts of a rule: no other ink is level with them and
    near, but for the frames around them.
    """
    bars = (ink.widths >= BAR[0] * usual) & (ink.widths <= BAR[1] * usual) & (ink.heights >= BAR[2] * usual)
    bars &= (ink.widths >= LONGER * ink.heights) & (ink.areas >= SOLID * ink.widths * ink.heights)
    left, top, right, bottom = ink.boxes.T
    for n in np.flatnonzero(bars):
        near = (ink.heights <= MARK[1] * usual) & (left < right[n] + ALONE[0] * usual) & (right > left[n] - ALONE[0] * usual)
        near &= (top < bottom[n] + ALONE[1] * usual) & (bottom > top[n] - ALONE[1] * usual)
        bars[n] = near.sum() == 1
    return bars


def _marks(ink: Ink, usual: float, contrast: float) -> Iterator[Unread]:
    """Bullets, blots, bars and other pieces that are as dark as text."""
    if not usual:
        usual = float(np.median(ink.heights)) if len(ink.areas) else 0.0
    dark = ink.contrasts >= max(0.5 * contrast, FAINT)
    size = (ink.heights >= MARK[0] * usual) & (ink.heights <= MARK[1] * usual)
    for box in ink.boxes[dark & (size | _dashes(ink, usual))]:
        yield Unread(_box(box), "mark")


def _box(box: Boxes) -> Box:
    left, top, right, bottom = (float(side) for side in box)
    return Box(left, top, right, bottom)


def _share(inner: Box, outer: Box) -> float:
    """The part of ``inner`` that lies in ``outer``."""
    across = min(inner.right, outer.right) - max(inner.left, outer.left)
    down = min(inner.bottom, outer.bottom) - max(inner.top, outer.top)
    return max(across, 0.0) * max(down, 0.0) / max(inner.width * inner.height, 1.0)
