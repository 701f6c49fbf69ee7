"""A capital keeps an unusual mark only where ink stands above it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect.engines.ppocr.capitals import told_by_tops
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.ink import Ink
from ocrect.testing import posterior

LETTER, TALL, LINE = 20.0, 24.0, 130.0  # pixels: from letter to letter, a capital's height, where the line is
MARKED = {"É": "E", "Á": "A", "Î": "I", "Ś": "S", "Ţ": "T", "Ñ": "N"}


def line(text: str, place: int, rise: float, tilt: float = 0.0) -> tuple[BoxReading, Ink]:
    """A reading in capitals, and its ink, which rises by a part of a capital's height above the one at ``place``.

    The line falls by ``tilt`` pixels from letter to letter.
    """
    read = posterior(text, alternatives={place: {MARKED[text[place]]: 0.01}})
    right, fall = 100 + LETTER * len(text), tilt * len(text)
    quad = np.array([[100, 95], [right, 95 + fall], [right, 140 + fall], [100, 140]], np.float32)
    x = 100 + LETTER * (np.arange(len(text)) + 0.5)
    feet = LINE + tilt * (np.arange(len(text)) + 0.5)
    heights = TALL * np.where(np.arange(len(text)) == place, 1 + rise, 1.0)
    boxes = np.stack([x - 7, feet - heights, x + 7, feet], axis=1)[[letter != " " for letter in text]]
    none, n = np.zeros(len(boxes), bool), len(boxes)
    ink = Ink(boxes.astype(np.float32), np.full(n, 90, np.float32), np.full(n, 150, np.float32), none, none, none)
    return BoxReading(quad, read, float(len(read.log_probs))), ink


@given(st.sampled_from("ÉÁÎŚÑ"), st.text("ABDEHKLR", min_size=3, max_size=9), st.floats(-1, 1), st.floats(-0.05, 0.05))
def test_a_mark_that_no_ink_shows_goes(capital: str, word: str, tilt: float, rise: float) -> None:
    reading, ink = line(f"{word}{capital}", len(word), rise, tilt)
    assert told_by_tops(reading, ink, ["en"]).text == f"{word}{MARKED[capital]}"


@given(st.sampled_from("ÉÁÎŚÑ"), st.text("ABDEHKLR", min_size=3, max_size=9), st.floats(-1, 1), st.floats(0.2, 0.5))
def test_a_mark_that_ink_shows_stays(capital: str, word: str, tilt: float, rise: float) -> None:
    reading, ink = line(f"{word}{capital}", len(word), rise, tilt)
    assert told_by_tops(reading, ink, ["en"]).text == reading.text


@pytest.mark.parametrize(("text", "language"), [("ABDÉ", "fr"), ("ABDÑ", "es"), ("ABDŢ", "en"), ("ABÉ", "en")])
def test_usual_letters_marks_below_and_too_few_neighbours_tell_nothing(text: str, language: str) -> None:
    reading, ink = line(text, len(text) - 1, 0.0)
    assert told_by_tops(reading, ink, [language]).text == text
