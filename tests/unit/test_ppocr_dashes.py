"""A short dash in a box of its own looks like a square to the recogniser; its ink tells."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect.engines.ppocr.dashes import BLOTS, LOW, WIDE, as_dash
from ocrect.engines.ppocr.lines import text_of
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.ink import Ink
from ocrect.testing import posterior


def boxed(text: str, height: float = 40.0) -> BoxReading:
    """A box of that height from (100, 100) on with what was read in it."""
    quad = np.array([[100, 100], [160, 100], [160, 100 + height], [100, 100 + height]], np.float32)
    read = posterior(text)
    return BoxReading(quad, read, float(len(read.log_probs)))


def inked(*pieces: tuple[float, float]) -> Ink:
    """Pieces of that width and height in the middle of the box, one below another."""
    boxes = np.array([(130 - w / 2, 116 + 3 * n - h / 2, 130 + w / 2, 116 + 3 * n + h / 2) for n, (w, h) in enumerate(pieces)])
    areas, none = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), np.zeros(len(boxes), bool)
    return Ink(boxes.astype(np.float32), areas.astype(np.float32), np.full(len(boxes), 150, np.float32), none, none)


@given(st.sampled_from(sorted(BLOTS)), st.floats(4, 50), st.floats(2, 30))
def test_a_bar_read_as_a_blot_is_a_dash_and_a_square_stays(blot: str, width: float, height: float) -> None:
    reading, bar = boxed(blot), inked((width, height))
    is_bar = bar.widths[0] >= WIDE * bar.heights[0] and bar.heights[0] <= LOW * reading.height
    made = as_dash(reading, bar, "abc-■")
    assert text_of(made) == ("-" if is_bar else blot)
    assert made.quad.tolist() == reading.quad.tolist()


@pytest.mark.parametrize("text", ["7", "I", "■■", "a", "·", "="])
def test_what_was_read_as_letters_or_several_signs_stays(text: str) -> None:
    reading = boxed(text)
    assert as_dash(reading, inked((30, 6)), "abc-") is reading


def test_two_bars_are_no_dash() -> None:
    reading = boxed("■")
    assert as_dash(reading, inked((30, 6), (30, 6)), "abc-") is reading
