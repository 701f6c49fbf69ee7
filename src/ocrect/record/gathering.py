"""The places of a page that look like text and were not read, as a person is told of them: what lies together is one.

The page lists each line of it, or each part that an engine dropped (:class:`~ocrect.record.document.Unread`). Of a note written
by hand these are thirty, and a person would be asked thirty times. Numbers stay by themselves: they count most, and each is
answered in a word. A page all of which is read little better than guessed has too many such places to name: it is said of the
page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ocrect.record.document import TEXT_LIKE, Box, Page, Unread

BESIDE, BELOW = 2.5, 1.2  # the most paper between two of one place, across and down, in heights of the lower one
MOST = 200  # places of a page that are gathered; those after them stay as they are
GUESSED = 0.7
"""A page whose signs are less sure in the mean is mostly guessed. Of 184 scans and receipts none is; of some 540 pages of other
kinds 14: written by hand, in letters that the engine does not know, or pictures that are hardly legible."""


def guessed(page: Page) -> str:
    """That what was read on the page is little better than guessed, in a sentence; empty where it is not."""
    sure = replace(page, unread=()).confidence
    if sure is None or sure >= GUESSED:
        return ""
    return (
        f"{1 - sure:.0%} of the signs that were read are expected to be wrong: "
        "writing by hand, letters that the engine does not know, or a picture that is hardly legible"
    )


def lost_text(page: Page) -> tuple[Unread, ...]:
    """The unread places of a page that look like text, from top to bottom, those that lie together as one.

    One of several has the reason of most of it and the guesses of all, line by line. None lies over a word that was read.
    """
    found = [item for item in page.unread if item.why in TEXT_LIKE]
    if len(found) < 2:
        return tuple(found)
    words = [word.box for line in page.lines() for word in line.words]
    middles = [((box.left + box.right) / 2, (box.top + box.bottom) / 2) for box in words]
    groups: list[list[Unread]] = []
    for item in found[:MOST]:
        joined = [item]
        for group in list(groups):
            if _are_one(group, joined, middles):
                groups.remove(group)
                joined = group + joined
        groups.append(joined)
    gathered = [*(_as_one(group) for group in groups), *found[MOST:]]
    return tuple(sorted(gathered, key=lambda item: (item.box.top, item.box.left)))


def _are_one(first: Sequence[Unread], second: Sequence[Unread], middles: Sequence[tuple[float, float]]) -> bool:
    if any(_is_number(item) for item in (*first, *second)) or not any(_is_near(a.box, b.box) for a in first for b in second):
        return False
    box = Box.around([item.box for item in (*first, *second)])
    return not any(box.left <= x <= box.right and box.top <= y <= box.bottom for x, y in middles)


def _is_near(a: Box, b: Box) -> bool:
    across, down = max(a.left, b.left) - min(a.right, b.right), max(a.top, b.top) - min(a.bottom, b.bottom)
    high = min(a.height, b.height)
    return across <= BESIDE * high and down <= BELOW * high


def _is_number(item: Unread) -> bool:
    """True where at least half of the guess are digits."""
    signs = item.text.replace(" ", "")
    return 2 * sum(map(str.isdigit, signs)) >= len(signs) > 0


def _as_one(group: Sequence[Unread]) -> Unread:
    if len(group) == 1:
        return group[0]
    widths = Counter[str]()
    for item in group:
        widths[item.why] += round(item.box.width)
    why = max((item.why for item in group), key=lambda kind: widths[kind])
    return Unread(Box.around([item.box for item in group]), why, " ".join(filter(None, _in_order(group))))


def _in_order(group: Sequence[Unread]) -> Iterator[str]:
    """Their guesses, line by line."""
    rest = sorted(group, key=lambda item: item.box.top)
    while rest:
        middle = (rest[0].box.top + rest[0].box.bottom) / 2
        row = [item for item in rest if item.box.top <= middle]
        yield from (item.text for item in sorted(row, key=lambda item: item.box.left))
        rest = [item for item in rest if item.box.top > middle]
