"""Greek letters that look like Latin ones are Latin in a line of Latin script, and Greek in a Greek line or a formula."""

from __future__ import annotations

import string

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.engines.ppocr.twins import CAPITALS, SMALL, with_latin_twins
from ocrect.testing import posterior

WORDS = st.text(string.ascii_lowercase, min_size=2, max_size=8)


def latin(text: str, twins: dict[int, str]) -> str:
    """What a line becomes whose symbols at these places might as well be those."""
    made = posterior(text, alternatives={at: {twin: 0.2} for at, twin in twins.items()})
    corners = np.array([[0, 0], [900, 0], [900, 40], [0, 40]], np.float32)
    return with_latin_twins(BoxReading(corners, made, float(len(made.log_probs)))).posterior.text


@given(WORDS, st.sampled_from(sorted(CAPITALS)), WORDS)
def test_a_capital_by_itself_is_latin_among_latin_words(before: str, capital: str, after: str) -> None:
    text = f"{before} {capital} {after}"
    assert latin(text, {len(before) + 1: CAPITALS[capital]}) == f"{before} {CAPITALS[capital]} {after}"


@given(WORDS, st.sampled_from(sorted(SMALL)), st.text(string.ascii_lowercase, max_size=4))
def test_a_small_letter_is_latin_within_a_latin_word(before: str, letter: str, after: str) -> None:
    assert latin(f"{before}{letter}{after}", {len(before): SMALL[letter]}) == f"{before}{SMALL[letter]}{after}"


@pytest.mark.parametrize("text", ["ΤΟ ΝΟΜΙΜΟ ΠΟΣΟ", "Α φορά", "the χ of a", "ν = 3 and κ", "ΣΑΒ and others", "Α", "kν = 2"])
def test_greek_words_and_the_letters_of_formulas_stay(text: str) -> None:
    places = {at: CAPITALS.get(x) or SMALL[x] for at, x in enumerate(text) if x in CAPITALS or x in SMALL}
    assert latin(text, places) == text
