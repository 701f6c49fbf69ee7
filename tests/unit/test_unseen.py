"""Words that no image shows: what speaks for another word is weighed as its witnesses are ordered, and never for a rival's."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ocrect.correcting.case import Case
from ocrect.correcting.words import unseen
from ocrect.plugins import Context
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.words.confusions import distance
from ocrect.words.lexicon import lexicon

PAGES = ("they paid it in the end", "tbey paid it in tbe eud, bnt not to hirn", "the house of the old man stands by the river")
GAINS = st.floats(-20, 20)


def a_case(page: str, before: str, after: str) -> Case:
    lines = [Line("1", page), Line("2", f"so {before} it was")]
    return Case.of(lines[1], Edit(3, 3 + len(before), before, after), Context(lines, language="en"))


def odds(case: Case, texts: Sequence[str], gains: Sequence[float]) -> float | None:
    found = unseen.numbers(case, texts, gains)
    return unseen.log_odds(found) if found else None


@given(st.sampled_from(PAGES), st.sampled_from(["tbe", "housc", "rn", "Loudon", "his"]), GAINS, st.floats(0, 10))
def test_the_likelier_the_model_finds_a_word_the_likelier_it_is(page: str, read: str, gain: float, more: float) -> None:
    meant = lexicon("en").candidates(read)[0].text
    assume(not meant.count(" "))
    case = a_case(page, read, meant)
    less, most = (odds(case, (read, meant), (0.0, g)) for g in (gain, gain + more))
    assert less is not None
    assert most is not None
    assert most >= less


@given(st.sampled_from(PAGES), GAINS, st.lists(GAINS, min_size=1, max_size=3))
def test_of_several_words_that_one_may_be_the_likeliest_alone_is_weighed(page: str, gain: float, others: list[float]) -> None:
    read, texts = "tbe", ("tbe", "the", "tube", "toe", "tie")[: 2 + len(others)]
    gains = (0.0, gain, *others)
    weighed = [meant for meant in texts[1:] if odds(a_case(page, read, meant), texts, gains) is not None]
    assert weighed
    told = {text: (gain, -distance(read, text)) for text, gain in zip(texts[1:], gains[1:], strict=True)}
    for one in weighed:
        assert not any(told[other][0] > told[one][0] and told[other][1] > told[one][1] for other in told)


@pytest.mark.parametrize(("near", "far"), [("house", "horse"), ("the", "she")])
def test_of_two_words_that_the_model_likes_as_much_the_one_misread_so_more_often_is_likelier(near: str, far: str) -> None:
    read = {"house": "housc", "the": "tbe"}[near]
    nearer, farther = (odds(a_case(PAGES[1], read, meant), (read, meant), (0.0, 10.0)) for meant in (near, far))
    assert nearer is not None
    assert farther is not None
    assert nearer > farther


def test_on_a_page_with_more_misread_words_one_more_is_likelier() -> None:
    clean, noisy = (odds(a_case(page, "housc", "house"), ("housc", "house"), (0.0, 8.0)) for page in PAGES[:2])
    assert clean is not None
    assert noisy is not None
    assert noisy > clean


@pytest.mark.parametrize(
    ("before", "after", "is_one"),
    [("tbe", "the", True), ("th#", "the", True), ("ofthe", "of the", False), ("invo ice", "invoice", False)],
)
def test_words_that_are_parted_or_joined_are_no_single_ones(before: str, after: str, is_one: bool) -> None:
    assert unseen.is_one_word(a_case(PAGES[0], before, after)) is is_one
