"""Words within some edits are found though hardly any word is looked at."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from ocrect.words.near import Bucket, near

LETTERS = "abcaéœя'łe"


@given(st.text(LETTERS, min_size=1, max_size=9), st.lists(st.text(LETTERS, min_size=5, max_size=5)), st.integers(1, 3))
def test_no_word_within_reach_is_lost_and_none_beyond_is_found(word: str, listed: list[str], reach: int) -> None:
    expected = [other for other in listed if Levenshtein.distance(word, other) <= reach]

    assert sorted(near(word, [Bucket.of(listed, 5)], reach)) == sorted(expected)
