"""What is kept of something, up to a number of bytes and as long as that lives."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect.evidence import CtcPosterior
from ocrect.evidence.keeping import Kept


class Owner:
    """Something of which a value is kept."""


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 60)), max_size=60), st.integers(1, 100))
def test_a_value_is_right_and_what_is_kept_never_takes_more_than_it_may(asked: list[tuple[int, int]], most: int) -> None:
    kept: Kept[tuple[int, int]] = Kept(most)
    owner, sizes = Owner(), dict(reversed(asked))
    for key, _ in asked:
        assert kept.get(owner, key, lambda key=key: (key, sizes[key]), sizes[key]) == (key, sizes[key])
        assert sum(size for _, size in kept._values.values()) == kept._bytes <= most


def test_a_value_is_made_once_as_long_as_it_is_kept_and_the_least_recently_asked_for_goes() -> None:
    kept: Kept[str] = Kept(2)
    owner, made = Owner(), []

    def make(name: str) -> str:
        made.append(name)
        return name

    for name in "aabacab":
        assert kept.get(owner, name, lambda name=name: make(name), 1) == name
    assert made == ["a", "b", "c", "b"]


def test_what_takes_more_than_all_by_itself_is_not_kept() -> None:
    kept: Kept[int] = Kept(10)
    owner = Owner()
    assert [kept.get(owner, "x", lambda n=n: n, 11) for n in range(3)] == [0, 1, 2]


def test_the_values_of_an_owner_go_with_it_and_those_of_others_stay() -> None:
    kept: Kept[int] = Kept(100)
    one, other = Owner(), Owner()
    for key in range(3):
        kept.get(one, key, lambda: 1, 10)
    kept.get(other, 0, lambda: 2, 10)
    del one
    gc.collect()
    assert kept.get(other, 0, lambda: 3, 10) == 2
    assert kept._bytes == 10


def test_what_is_kept_of_a_line_is_found_without_comparing_its_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = CtcPosterior(np.log(np.full((4, 3), 1 / 3)).astype(np.float16), ("a", "b"))
    before = seen.log_likelihood(["a", "b"])
    monkeypatch.setattr(np, "array_equal", lambda *_: pytest.fail("the numbers of a line are compared"))

    assert seen.log_likelihood(["a", "b"]) == before
