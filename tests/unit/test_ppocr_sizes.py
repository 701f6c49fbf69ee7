"""Spaces around an x between numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.engines.ppocr.sizes import LEAST, with_spaced_sizes
from ocrect.testing import posterior


def reading(text: str, gaps: dict[int, float]) -> BoxReading:
    """A line with room before the characters at some places, and there a space of that log-probability."""
    read = posterior(text, gaps={at: float(np.exp(space)) for at, space in gaps.items()}, noise=1e-8)
    quad = np.array([[0, 0], [900, 0], [900, 40], [0, 40]], np.float32)
    return BoxReading(quad, read, float(len(read.log_probs)))


@given(
    st.integers(1, 480),
    st.sampled_from("xX×"),
    st.integers(1, 480),
    st.floats(-10, -1),
    st.sampled_from(["", " cm", " (LINED)"]),
)
def test_the_spaces_of_a_size_are_read_where_there_is_room_for_them(a: int, sign: str, b: int, space: float, unit: str) -> None:
    text, at = f"{a}{sign}{b}{unit}", len(str(a))
    seen = reading(text, {at: space, at + 1: space})
    if abs(space - LEAST) > 0.01:
        now = with_spaced_sizes(seen)
        assert now.posterior.text == (f"{a} {sign} {b}{unit}" if space > LEAST else text)
        assert np.allclose(np.exp(now.posterior.log_probs.astype(np.float64)).sum(axis=1), 1, atol=0.01)


def test_a_space_on_one_side_stays_one_and_the_other_is_found() -> None:
    assert with_spaced_sizes(reading("7 x4", {3: -2.0})).posterior.text == "7 x 4"


@pytest.mark.parametrize(("text", "at"), [("x5", 1), ("3x", 1), ("axb", 1), ("0x1F", 2), ("12XL", 2), ("box 4", 2)])
def test_other_words_with_an_x_are_left_alone(text: str, at: int) -> None:
    seen = reading(text, {at: -2.0})
    assert with_spaced_sizes(seen).posterior.text == text
