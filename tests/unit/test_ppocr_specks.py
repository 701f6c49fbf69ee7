"""Specks read as signs: at the end of a row, and in the space between two words."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.engines.ppocr.specks import SPECK, STOPPED, with_one_stop, with_spaces, without_specks
from ocrect.testing import posterior


def in_row(text: str, left: float, height: float) -> BoxReading:
    """A box of that height, its lower edge at 100, with what was surely read in it."""
    quad = np.array([[left, 100 - height], [left + 60, 100 - height], [left + 60, 100], [left, 100]], np.float32)
    read = posterior(text)
    return BoxReading(quad, read, float(len(read.log_probs)))


@given(st.sampled_from("1|!7Ie"), st.floats(3, 60), st.integers(0, 2))
def test_a_sign_by_itself_far_lower_than_its_row_is_a_speck_wherever_it_stands(sign: str, height: float, place: int) -> None:
    row = [in_row("steam", 100, 50), in_row("condensation", 300, 48)]
    row.insert(place, in_row(sign, 90 * place, height))
    kept = without_specks(row, 50.0)
    assert len(kept) == (2 if height < SPECK * 48 else 3) or SPECK * 48 <= height <= SPECK * 50


@given(st.sampled_from(".,-•'°³"), st.floats(3, 60))
def test_signs_that_are_low_by_nature_and_small_print_beside_large_letters_are_no_specks(sign: str, height: float) -> None:
    row = [in_row("steam", 100, 50), in_row(sign, 300, height)]
    assert without_specks(row, 50.0) == row
    heading = [in_row("CHAPTER", 100, 120), in_row("7", 900, 40)]
    assert without_specks(heading, 42.0) == heading


@given(st.sampled_from("1|!7Ie"), st.floats(3, 60))
def test_a_sign_that_is_a_row_by_itself_is_a_speck_where_it_is_far_lower_than_the_pages_lines(sign: str, height: float) -> None:
    row = [in_row(sign, 100, height)]
    assert without_specks(row, 50.0) == ([] if height < SPECK * 50 else row) or abs(height - SPECK * 50) < 1e-3
    assert without_specks(row, float("inf")) == row, "on a page without words nothing says how high its lines are"


def doubtful(text: str, at: int, space: float) -> BoxReading:
    """A line of which the sign at an index may be a space, with that probability."""
    read = posterior(text, alternatives={at: {" ": space}})
    quad = np.array([[0, 0], [900, 0], [900, 40], [0, 40]], np.float32)
    return BoxReading(quad, read, float(len(read.log_probs)))


@pytest.mark.parametrize(
    ("text", "sign"), [("models and_assumptions", "_"), ("measurements.of them", "."), ("six to seven‘orders", "‘")]
)
def test_a_sign_between_small_letters_is_a_space_as_far_as_the_pixels_allow(text: str, sign: str) -> None:
    at = text.index(sign)
    assert with_spaces(doubtful(text, at, 0.1)).posterior.text == text.replace(sign, " ")
    assert with_spaces(doubtful(text, at, 0.001)).posterior.text == text, "a sign that is seen clearly stays"


@pytest.mark.parametrize(
    "text",
    [
        "to accounts@harbour-lane.example or",
        "at www.harbour.example",
        "see shop.com/terms.",
        "open notes.txt now",
        "a/b.example",
    ],
)
def test_points_of_addresses_and_names_of_files_stay(text: str) -> None:
    assert with_spaces(doubtful(text, text.index("."), 0.3)).posterior.text == text


@pytest.mark.parametrize("text", ["it isn't so", "well-known", "he/she", "U.P Iss", "X,U13", "3.5 m", "Sdn.Bhd", "data_1"])
def test_signs_of_words_names_and_numbers_stay(text: str) -> None:
    at = next(n for n, sign in enumerate(text) if not sign.isalnum() and sign != " ")
    assert with_spaces(doubtful(text, at, 0.3)).posterior.text == text


@given(st.text("aelrty", min_size=2, max_size=8), st.sampled_from(":;,"), st.sampled_from(["", " and so on"]))
def test_a_stop_before_a_point_is_part_of_it_as_far_as_the_pixels_allow_it(word: str, stop: str, rest: str) -> None:
    text, at = f"{word}{stop}.{rest}", len(word)

    def read(likely: float) -> str:
        made = posterior(text, alternatives={at: {".": likely}})
        quad = np.array([[0, 0], [600, 0], [600, 40], [0, 40]], np.float32)
        return with_one_stop(BoxReading(quad, made, float(len(made.log_probs)))).text

    assert read(0.1) == f"{word}.{rest}"
    assert read(float(np.exp(-STOPPED - 1))) == text


@pytest.mark.parametrize("text", ["etc.,", "a: b.", "sum:.50", "so ... on", "Total:...", "e.g.: x"])
def test_stops_that_stand_otherwise_stay(text: str) -> None:
    made = posterior(text, alternatives={at: {".": 0.1} for at, sign in enumerate(text) if sign in ":;,"})
    quad = np.array([[0, 0], [600, 0], [600, 40], [0, 40]], np.float32)
    reading = BoxReading(quad, made, float(len(made.log_probs)))
    assert with_one_stop(reading).text == text
