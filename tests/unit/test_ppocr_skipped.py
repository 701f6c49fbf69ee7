"""Letters within a line that made no symbol are places that were not read."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.engines.ppocr.skipped import MANY, STRETCH, is_passed_over, skipped
from ocrect.evidence import CtcPosterior
from ocrect.ink import Ink

LETTER, HEIGHT, TOP = 20, 24, 100  # pixels: from letter to letter, a line's height, where it is


def line(letters: str) -> tuple[BoxReading, Ink]:
    """A line with ink for each letter but spaces, of which the recogniser makes a symbol but for ``#``."""
    symbols = tuple(sorted(set(letters) - {"#"}) or ("a",))
    frames = np.full((2 * len(letters), 1 + len(symbols)), 1e-6)
    frames[:, 0] = 1
    for n, letter in enumerate(letters):
        if letter != "#":
            frames[2 * n + 1, [0, 1 + symbols.index(letter)]] = 1e-6, 1
    log_probs = np.log(frames / frames.sum(axis=1, keepdims=True))
    right = LETTER * len(letters)
    quad = np.array([[0, TOP], [right, TOP], [right, TOP + HEIGHT], [0, TOP + HEIGHT]], np.float32)
    left = LETTER * np.flatnonzero([letter != " " for letter in letters]).astype(np.float32)
    boxes = np.stack([left + 2, np.full_like(left, TOP + 4), left + 16, np.full_like(left, TOP + 20)], axis=1)
    n = len(boxes)
    ink = Ink(
        boxes, np.full(n, 90, np.float32), np.full(n, 150, np.float32), np.ones(n, bool), np.zeros(n, bool), np.zeros(n, bool)
    )
    return BoxReading(quad, CtcPosterior(log_probs, symbols), float(len(frames))), ink


@given(st.text("abc ", max_size=12), st.integers(STRETCH + 2, 20), st.text("abc ", max_size=12))
def test_a_stretch_of_letters_without_symbols_is_told_with_its_place(before: str, skips: int, after: str) -> None:
    reading, ink = line(f"{before}a{'#' * skips}a{after}")
    start = len(before) + 1
    (place,) = skipped(reading, ink)
    assert start * LETTER <= place.left
    assert place.right <= (start + skips) * LETTER
    assert place.width >= (skips - 3) * LETTER, "only the letters next to a symbol may be its own"


@given(st.text("abc ", min_size=1, max_size=30))
def test_a_line_whose_letters_were_read_has_no_such_place(text: str) -> None:
    reading, ink = line(text)
    assert not list(skipped(reading, ink))
    assert not is_passed_over(reading, ink)


@given(st.integers(0, 2), st.integers(MANY, 30))
def test_a_line_of_hardly_any_symbols_is_passed_over(read: int, skips: int) -> None:
    assert is_passed_over(*line("a" * read + "#" * (skips + 3)))


@given(st.integers(0, 2), st.integers(MANY, 30))
def test_dots_of_a_leader_that_were_not_read_are_no_letters(read: int, skips: int) -> None:
    reading, ink = line("a" * read + "#" * (skips + 3))
    ink.boxes[read:, 1] = TOP + 17  # as high as dots, at the foot of the line
    assert not is_passed_over(reading, ink)
    assert not list(skipped(reading, ink))
