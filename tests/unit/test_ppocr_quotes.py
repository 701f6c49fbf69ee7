"""A low quote that opens nothing is a comma."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect.engines.ppocr.quotes import with_commas
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.testing import posterior

WORDS = st.text("abcdefgäöß0123456789", min_size=1, max_size=8)


def read(text: str) -> str:
    made = posterior(text, alternatives={at: {",": 0.2} for at, sign in enumerate(text) if sign == "‚"})
    line = BoxReading(np.array([[0, 0], [900, 0], [900, 40], [0, 40]], np.float32), made, float(len(made.log_probs)))
    return with_commas(line).posterior.text


@given(WORDS, WORDS, st.sampled_from(["‚ ", "‚", " ‚ "]))
def test_behind_a_word_or_before_a_space_it_is_a_comma(before: str, after: str, sign: str) -> None:
    assert read(f"{before}{sign}{after}") == f"{before}{sign}{after}".replace("‚", ",")


@given(WORDS, WORDS, st.sampled_from(["", "(", "»", "–"]))
def test_a_quote_that_opens_a_word_stays(before: str, word: str, opening: str) -> None:
    text = f"{before} {opening}‚{word}‘"
    assert read(text) == text


@pytest.mark.parametrize("text", ["‚so‘", "‚‚So“", "‚„So‘", "31, 2014", "er sagte: ‚nein‘."])
def test_lines_without_such_a_quote_stay(text: str) -> None:
    assert read(text) == text
