"""Apostrophes between groups of digits, and between letters where the network cannot tell which of the two signs it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect.engines.ppocr.apostrophes import CURLY, with_apostrophes
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.evidence import CtcPosterior
from ocrect.testing import posterior

ACCENTS = "`´′‘"
WORDS = st.text("abcdefghknorstuy", min_size=2, max_size=8)


def box(made: CtcPosterior) -> BoxReading:
    return BoxReading(np.array([[0, 0], [900, 0], [900, 40], [0, 40]], np.float32), made, float(len(made.log_probs)))


def read(text: str) -> str:
    accents = {at: {CURLY: 0.1} for at, sign in enumerate(text) if sign in ACCENTS}
    return with_apostrophes(box(posterior(text, alternatives=accents))).text


@given(
    st.lists(st.integers(0, 999), min_size=1, max_size=3),
    st.integers(1, 999),
    st.sampled_from(ACCENTS),
    st.sampled_from(["", ".35", ",00", ".-"]),
)
def test_an_accent_between_groups_of_digits_is_an_apostrophe(groups: list[int], first: int, accent: str, rest: str) -> None:
    number = "".join([str(first), *(f"{accent}{group:03}" for group in groups), rest])
    assert read(f"CHF {number}") == f"CHF {number.replace(accent, CURLY)}"


@pytest.mark.parametrize("text", ["5′10", "47°12′345", "run `100` now", "‘123 pages’", "a`bcd", "12′3456", "1‘23"])
def test_other_accents_quotes_and_minutes_stay(text: str) -> None:
    assert read(text) == text


def doubtful(before: str, after: str, likely: float) -> BoxReading:
    """``before`` and ``after`` with two frames between: each holds either apostrophe, ``likely`` in all, else the blank, or in
    the second the letter behind.
    """
    alphabet = tuple(sorted({"'", CURLY, *before, *after}))
    rows = []
    for text in (before, after):
        for n, letter in enumerate(text):
            if n:
                rows.append({0: 1.0})
            rows.append({1 + alphabet.index(letter): 1.0})
    apostrophes = {1 + alphabet.index("'"): likely * 0.6, 1 + alphabet.index(CURLY): likely * 0.4}
    between = [{0: 1 - likely, **apostrophes}, {1 + alphabet.index(after[0]): 1 - likely, **apostrophes}]
    at = 2 * len(before) - 1
    rows[at:at] = [{0: 1.0}, *between]
    frames = np.full((len(rows), 1 + len(alphabet)), 1e-7)
    for frame, row in zip(frames, rows, strict=True):
        for column, probability in row.items():
            frame[column] = probability
    return box(CtcPosterior(np.log(frames / frames.sum(axis=1, keepdims=True)), alphabet))


@given(WORDS, WORDS)
def test_two_doubtful_apostrophes_on_two_frames_are_one_where_they_are_likelier_than_none(before: str, after: str) -> None:
    whole = doubtful(before, after, 0.38)
    assert whole.text == before + after, "the best path has none"
    mended = with_apostrophes(whole)
    assert mended.text.replace("'", CURLY) == f"{before}{CURLY}{after}"
    assert with_apostrophes(mended).text == mended.text


@given(WORDS, WORDS)
def test_an_apostrophe_that_the_pixels_speak_rather_against_is_not_read(before: str, after: str) -> None:
    whole = doubtful(before, after, 0.2)
    assert with_apostrophes(whole).text == before + after
