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


def latin(text: str, twins: dict[int, str], *others: str) -> str:
    """What a line becomes, on a page with those others, whose symbols at these places might as well be the twins."""
    texts = {text: {at: {twin: 0.2} for at, twin in twins.items()}, **{other: {} for other in others}}
    corners = np.array([[0, 0], [900, 0], [900, 40], [0, 40]], np.float32)
    made = [posterior(line, alternatives=alternatives) for line, alternatives in texts.items()]
    return with_latin_twins([BoxReading(corners, one, float(len(one.log_probs))) for one in made])[0].posterior.text


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


@given(st.sampled_from(sorted(CAPITALS)), st.sampled_from(["{}", "10.99 = 10.99 {}", "{} 23%"]))
def test_a_capital_without_letters_beside_it_is_latin_on_a_latin_page_and_greek_on_a_greek_one(capital: str, form: str) -> None:
    text, twin = form.format(capital), CAPITALS[capital]
    place = {text.index(capital): twin}
    page = "what a page of some words has"
    assert latin(text, place, page) == form.format(twin)
    assert latin(text, place, "few words") == text
    assert latin(text, place, "ΤΟ ΝΟΜΙΜΟ ΠΟΣΟ φορά και δικό σας", page) == text
