"""What two texts begin and end with alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ocrect.ends import alike

TEXTS = st.text("ab", max_size=12)


@given(TEXTS, TEXTS)
def test_what_lies_between_the_ends_differs_at_both_of_its_ends(one: str, other: str) -> None:
    head, tail = alike(one, other)
    assert one[:head] == other[:head]
    assert one[len(one) - tail :] == other[len(other) - tail :]
    between, instead = one[head : len(one) - tail], other[head : len(other) - tail]
    assert one == one[:head] + between + one[len(one) - tail :]
    if between and instead:
        assert between[0] != instead[0]
        assert between[-1] != instead[-1]


@given(TEXTS, TEXTS)
def test_no_item_counts_for_both_ends(one: str, other: str) -> None:
    head, tail = alike(one, other)
    assert head + tail <= min(len(one), len(other))


@given(TEXTS)
def test_the_same_twice_is_alike_from_its_beginning(text: str) -> None:
    assert alike(text, list(text)) == (len(text), 0)
