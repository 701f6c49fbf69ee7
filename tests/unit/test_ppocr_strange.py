"""Words that were made of letters which the recogniser does not know."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.engines.ppocr.strange import MANY, is_like_them, oddness, parted
from ocrect.evidence import CtcPosterior
from ocrect.record.document import Box, Unread

HEIGHT = 48  # pixels of a line
ALPHABET = tuple(sorted("abcdefghijklmnopqrstuvwxyz0123456789 .,δμαρχοσπξ"))
WORDS = ("the", "invoice", "delivery", "is", "paid", "within", "thirty", "days", "number", "of", "pages")
STRANGE = ("qxzvkj", "wqjxgz", "zxqkwv", "vjqxzk")


def reading(*words: tuple[str, float]) -> BoxReading:
    """A line of words, each letter of a word with its probability; the rest of that is spread over the other symbols."""
    letters = [(letter, sure) for word, sure in words for letter, sure in [*((c, sure) for c in word), (" ", 0.99)]][:-1]
    rows = []
    for letter, sure in letters:
        row = np.full(1 + len(ALPHABET), (1 - sure) / len(ALPHABET))
        row[1 + ALPHABET.index(letter)] = sure
        blank = np.full_like(row, 1e-6)
        blank[0] = 1
        rows += [row, blank]
    probs = np.array(rows)
    length = len(rows) * HEIGHT / 6
    quad = np.array([[0, 0], [length, 0], [length, HEIGHT], [0, HEIGHT]], np.float32)
    return BoxReading(quad, CtcPosterior(np.log(probs / probs.sum(axis=1, keepdims=True)), ALPHABET), float(len(rows)))


SURE = [reading(("invoice", 0.999), ("number", 0.999))] * 3
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6)


@given(words, st.floats(0.4, 0.99))
def test_words_of_the_language_stay_however_much_in_doubt_they_are(text: list[str], sure: float) -> None:
    line = reading(*((word, sure) for word in text))
    rest, strange = parted([line], ("en",))
    assert rest == [line]
    assert not strange


@given(st.lists(st.sampled_from(STRANGE), min_size=1, max_size=5), st.floats(0.9, 0.99))
def test_what_is_surely_read_stays_whatever_it_says(text: list[str], sure: float) -> None:
    line = reading(*((word, sure) for word in text))
    assert parted([line], ("en",)).rest == [line]


@given(st.lists(st.integers(0, 10**7).map(str), min_size=1, max_size=5), st.floats(0.4, 0.99))
def test_numbers_stay_however_much_in_doubt_they_are(numbers: list[str], sure: float) -> None:
    line = reading(*((number, sure) for number in numbers))
    assert parted([line], ("en",)).rest == [line]


@given(words, st.lists(st.sampled_from(STRANGE), min_size=2, max_size=4), words)
def test_strange_words_between_words_are_told_with_their_place_and_the_words_stay(
    before: list[str], other: list[str], after: list[str]
) -> None:
    line = reading(*((word, 0.99) for word in before), *((word, 0.45) for word in other), *((word, 0.99) for word in after))
    rest, (place,) = parted([line, *SURE], ("en",))
    rest = rest[: -len(SURE)]
    assert [part.text for part in rest] == [" ".join(before), " ".join(after)]
    assert (place.why, place.text) == ("unknown-script", " ".join(other))
    first, last = (part.quad for part in rest)
    assert first[1][0] <= place.box.left + HEIGHT
    assert place.box.left < place.box.right <= last[0][0] + HEIGHT


@given(st.lists(st.lists(st.sampled_from(("invoice", "delivery", "number")), min_size=3, max_size=5), min_size=3, max_size=4))
def test_words_beside_strange_ones_stay_in_their_places(kept: list[list[str]]) -> None:
    other = [(word, 0.45) for word in STRANGE[:3]]
    line = reading(*[word for part in kept for word in [*((known, 0.99) for known in part), *other]][: -len(other)])
    rest, begin = parted([line, *SURE], ("en",)).rest[: -len(SURE)], 0
    for part, text in zip(rest, map(" ".join, kept), strict=True):
        begin = line.text.index(text, begin)
        assert part.text == text
        assert part.quad[0][0] == pytest.approx(begin * HEIGHT / 3, abs=HEIGHT)
        assert part.length == pytest.approx(len(text) * HEIGHT / 3, abs=HEIGHT)
        begin += len(text)


@given(st.lists(st.sampled_from(STRANGE), min_size=2, max_size=4), st.lists(st.floats(0.4, 0.9), min_size=3, max_size=8))
def test_on_a_bad_copy_where_every_line_is_in_doubt_all_words_stay(other: list[str], doubts: list[float]) -> None:
    line = reading(*((word, 0.45) for word in other))
    page = [line, *(reading(("invoice", sure), ("number", sure)) for sure in doubts)]
    assert parted(page, ("en",)).rest == page


def test_a_greek_word_is_none_of_a_page_in_latin_letters_even_if_surely_read() -> None:
    rest, strange = parted([reading(("number", 0.99), ("δμαρχοσ", 0.99))], ("en",))
    assert [part.text for part in rest] == ["number"]
    assert [place.text for place in strange] == ["δμαρχοσ"]


def test_a_greek_letter_beside_a_number_stays() -> None:
    line = reading(("number", 0.99), ("μ", 0.99), ("12", 0.99))
    assert parted([line], ("en",)).rest == [line]


@pytest.mark.parametrize(("many", "wanted"), [(MANY - 1, False), (MANY, True)])
def test_a_line_that_could_not_be_read_is_like_the_strange_ones_where_there_are_several(many: int, wanted: bool) -> None:
    others = [Unread(Box(0, 100 * n, 400, 100 * n + HEIGHT), "unknown-script") for n in range(many)]
    assert is_like_them(reading(("qxzvkj", 0.3), ("wqjxgz", 0.3)), others) is wanted


@pytest.mark.parametrize(("pixels", "told"), [(8, False), (16, False), (22, True)])
def test_in_small_print_some_doubt_tells_of_no_script_whatever_else_is_strange(pixels: int, told: bool) -> None:
    strange = [reading(*((word, 0.45) for word in STRANGE))] * MANY
    line = reading(("vjqxzk", 0.7))
    line = replace(line, quad=line.quad * np.float32(pixels / HEIGHT))
    assert len(parted([line, *strange, *SURE, *SURE], ("en",)).strange) == MANY + told


def test_letter_sequences_of_no_word_are_odd() -> None:
    assert oddness("the delivery of the invoice", "en") == 0
    assert oddness("qxzvkj wqjxgz", "en") == 1
    assert oddness("qxzvkj", "xx") == 0
