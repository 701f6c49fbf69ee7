"""Fixed-width type: letters stand in cells of one width, and a space is a cell without ink.

A recogniser learns spaces from proportional type, where a gap is as wide beside ``i`` as beside ``m``. In fixed-width type
narrow letters have much paper around them, so that it reads ``xuti ls``. There the pixels tell: where narrow letters stand as
far from their neighbours as wide ones, the type has one width, and a space needs a second width between two letters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocrect.evidence import CtcPosterior, Symbol

NARROW = frozenset("ijl.,:;'|!/")  # half as wide as the others in proportional type, or less
EVEN = 0.12  # distances differ by at most this part of their median where the type has one width
ENOUGH = 3  # distances that tell the width
NEAR = 8  # letters to each side of a space that are asked
DARK = 0.35  # of the contrast between paper and ink: what is darker counts as ink
INKED = 0.35  # pixels of full ink in a column that has a letter
THIN = 0.08  # of the densest row's ink: rows with less part the line from those above and below it


def without_false_spaces(posterior: CtcPosterior, line: NDArray[np.uint8], frames: float) -> CtcPosterior:
    """The posterior of the pixels ``(height, width, 3)``, without the spaces that fixed-width type denies.

    ``frames`` is the width of the pixels in frames.
    """
    symbols = posterior.spans()
    if not any(symbol.text == " " for symbol in symbols):
        return posterior
    words = list(_words(symbols))
    middles = _placed(words, runs(line), frames / line.shape[1])
    false = []
    for number, space in enumerate(symbol for symbol in symbols if symbol.text == " "):
        before, after = middles[number], middles[number + 1]
        if before is None or after is None or not _in_one_cell(words[number], before, words[number + 1], after):
            continue
        false.append(space)
        words[number + 1] = [*words[number], *words[number + 1]]
        middles[number + 1] = np.concatenate([before, after])
    return posterior.without(false) if false else posterior


def _words(symbols: Sequence[Symbol]) -> Iterator[list[Symbol]]:
    """The symbols between spaces; empty where a space follows another."""
    word: list[Symbol] = []
    for symbol in symbols:
        if symbol.text == " ":
            yield word
            word = []
        else:
            word.append(symbol)
    yield word


def runs(line: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Where columns with ink of the line's own rows begin and end, ``(runs, 2)`` in pixels."""
    grey = np.asarray(cv2.cvtColor(line, cv2.COLOR_RGB2GRAY))
    counts = np.bincount(grey.ravel(), minlength=256)
    dark = np.abs(_quantile(np.arange(256), counts, 0.5) - np.arange(256.0))
    full = max(_quantile(dark, counts, 0.98), 1.0)
    dark = np.clip((dark / full - DARK) / (1 - DARK), 0, 1).astype(np.float32)[grey]
    rows = dark.sum(axis=1)
    quarter = len(rows) // 4
    densest = quarter + int(np.argmax(rows[quarter : len(rows) - quarter]))
    empty = np.concatenate([[-1], np.flatnonzero(rows < THIN * rows[densest]), [len(rows)]])
    above, below = empty[empty < densest].max(initial=-1), empty[empty > densest].min(initial=len(rows))
    inked = dark[above + 1 : below].sum(axis=0) > INKED
    ends = np.flatnonzero(np.diff(inked.astype(np.int8), prepend=0, append=0))
    return ends.reshape(-1, 2).astype(np.float64)


def _quantile(values: NDArray[Any], counts: NDArray[np.int64], part: float) -> float:
    """The least of the values, each there so many times, that at least this part of them does not pass."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(counts[order])
    return float(values[order[np.searchsorted(reached, part * reached[-1])]])


def _placed(words: Sequence[Sequence[Symbol]], runs: NDArray[np.float64], scale: float) -> list[NDArray[np.float64] | None]:
    """The middles of each word's letters in frames; ``None`` where its letters are not as many as its runs of ink."""
    middles = runs.mean(axis=1) * scale
    ends = [word[-1].end if word else 0 for word in words]
    starts = [word[0].start if word else 0 for word in words]
    bounds = [-np.inf, *((end + start) / 2 for end, start in zip(ends[:-1], starts[1:], strict=True)), np.inf]
    placed: list[NDArray[np.float64] | None] = []
    for word, low, high in zip(words, bounds[:-1], bounds[1:], strict=True):
        own = middles[(middles >= low) & (middles < high)]
        placed.append(own if len(own) == len(word) > 0 else None)
    return placed


def _in_one_cell(
    left: Sequence[Symbol], before: NDArray[np.float64], right: Sequence[Symbol], after: NDArray[np.float64]
) -> bool:
    """True where the type has one width, by the letters at either side or both, and no cell is free between the two words."""
    gap = float(after[0] - before[-1])
    sides = [(left[-NEAR:], np.diff(before[-NEAR:])), (right[:NEAR], np.diff(after[:NEAR]))]
    beside = [*sides[0][1][-1:], *sides[1][1][:1], gap]
    for chosen in (sides, sides[:1], sides[1:]):
        distances = np.concatenate([apart for _, apart in chosen])
        has_narrow = any(len(apart) and NARROW.intersection(symbol.text for symbol in word) for word, apart in chosen)
        if len(distances) < ENOUGH or not has_narrow:
            continue
        width = np.median(distances)
        if all(np.abs(row - width).max() <= EVEN * width for row in (distances, beside)):
            return True
    return False
