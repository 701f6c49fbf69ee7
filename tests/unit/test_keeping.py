"""What is kept up to a number of bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ocrect.evidence.keeping import Kept


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 60)), max_size=60), st.integers(1, 100))
def test_a_value_is_right_and_what_is_kept_never_takes_more_than_it_may(asked: list[tuple[int, int]], most: int) -> None:
    kept: Kept[tuple[int, int]] = Kept(most)
    sizes = dict(reversed(asked))
    for key, _ in asked:
        assert kept.get(key, lambda key=key: (key, sizes[key]), sizes[key]) == (key, sizes[key])
        assert sum(size for _, size in kept._values.values()) == kept._bytes <= most


def test_a_value_is_made_once_as_long_as_it_is_kept_and_the_least_recently_asked_for_goes() -> None:
    kept: Kept[str] = Kept(2)
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name

    for name in "aabacab":
        assert kept.get(name, lambda name=name: make(name), 1) == name
    assert made == ["a", "b", "c", "b"]


def test_what_takes_more_than_all_by_itself_is_not_kept() -> None:
    kept: Kept[int] = Kept(10)
    assert [kept.get("x", lambda n=n: n, 11) for n in range(3)] == [0, 1, 2]
