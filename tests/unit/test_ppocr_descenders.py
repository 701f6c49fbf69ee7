"""Whether a letter goes below the line tells ``χ²`` from ``x²``."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect.engines.ppocr.descenders import BELOW, LIKELIER, told_by_feet
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.ink import Ink
from ocrect.testing import posterior

LETTER, TALL, LINE = 20.0, 24.0, 130.0  # pixels: from letter to letter, a letter's height, where the line is


def line(text: str, place: int, rival: str, probability: float, depth: float, tilt: float = 0.0) -> tuple[BoxReading, Ink]:
    """A reading with a rival of the letter at ``place``, and its ink: that letter goes ``depth`` of its height below the line.

    The line falls by ``tilt`` pixels from letter to letter, and the box by half as much.
    """
    read = posterior(text, alternatives={place: {rival: probability}})
    right, fall = 100 + LETTER * len(text), tilt / 2 * len(text)
    quad = np.array([[100, 95], [right, 95 + fall], [right, 145 + fall], [100, 145]], np.float32)
    x = 100 + LETTER * (np.arange(len(text)) + 0.5)
    feet = LINE + tilt * (np.arange(len(text)) + 0.5) + np.where(np.arange(len(text)) == place, depth * TALL, 0)
    boxes = np.stack([x - 7, feet - TALL, x + 7, feet], axis=1)[[letter != " " for letter in text]]
    none = np.zeros(len(boxes), bool)
    ink = Ink(
        boxes.astype(np.float32), np.full(len(boxes), 90, np.float32), np.full(len(boxes), 150, np.float32), none, none, none
    )
    return BoxReading(quad, read, float(len(read.log_probs))), ink


@given(st.sampled_from(sorted(BELOW.items())), st.booleans(), st.booleans(), st.floats(-1.5, 1.5))
def test_a_letter_is_the_one_whose_feet_it_has(pair: tuple[str, str], is_below: bool, read_right: bool, tilt: float) -> None:
    meant, other = pair if is_below else pair[::-1]
    read, rival = (meant, other) if read_right else (other, meant)
    reading, ink = line(f"total {read} = 0.42", 6, rival, 0.1, 0.28 if is_below else 0.0, tilt)
    assert told_by_feet(reading, ink).text == f"total {meant} = 0.42"


@given(st.floats(0.09, 0.14))
def test_between_the_two_what_was_read_stays(depth: float) -> None:
    for read, rival in (("χ", "x"), ("x", "χ")):
        reading, ink = line(f"the {read} term", 4, rival, 0.1, depth)
        assert told_by_feet(reading, ink) is reading


def test_what_the_pixels_deny_stays() -> None:
    reading, ink = line("the x term", 4, "χ", float(np.exp(-LIKELIER - 2)), 0.28)
    assert told_by_feet(reading, ink).text == "the x term"


@pytest.mark.parametrize("text", ["x", "x²", "p x"])
def test_too_few_letters_on_the_line_tell_nothing(text: str) -> None:
    reading, ink = line(text, text.index("x"), "χ", 0.1, 0.28)
    assert told_by_feet(reading, ink).text == text
