"""The check "word": the image and the word list together."""

from __future__ import annotations

import pytest

from ocrect.correcting.case import Case
from ocrect.correcting.words import likeliest as word
from ocrect.plugins import Context
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.testing import posterior


def says(text: str, before: str, after: str, doubts: dict[int, dict[str, float]] | None = None) -> bool | None:
    start = text.index(before)
    line = Line("1", text, evidence=posterior(text, alternatives=doubts))
    finding = word.check(Case.of(line, Edit(start, start + len(before), before, after), Context((line,))))
    assert finding.reason
    assert finding.supports is not False
    return finding.supports


def test_a_listed_word_that_the_image_leaves_room_for_is_supported() -> None:
    assert says("the arnount due", "arnount", "amount") is None
    assert says("the amoumt due", "amoumt", "amount", {8: {"n": 0.05}}) is True
    assert says("(amoumt) due", "(amoumt)", "(amount)", {5: {"n": 0.05}}) is True


def test_of_several_words_only_the_likeliest_is_supported() -> None:
    doubts = {1: {"e": 0.2, "o": 0.001}}
    assert says("a bxll rang", "bxll", "bell", {3: {"e": 0.2, "i": 0.02}}) is True
    assert says("a bxll rang", "bxll", "bill", {3: {"e": 0.2, "i": 0.02}}) is None
    assert says("lxng ago", "lxng", "long", doubts) is True


def test_the_more_it_may_be_right_as_it_stands_the_surer_the_image_has_to_be() -> None:
    assert says("at Whon now", "Whon", "When", {5: {"e": 0.4}}) is True  # it may be a name
    assert says("at Whon now", "Whon", "When", {5: {"e": 0.001}}) is None
    assert says("at whon now", "whon", "when", {5: {"e": 0.001}}) is True  # no word, no name
    assert says("it is bat now", "bat", "but", {7: {"u": 0.4}}) is True  # a word that is the rarer one
    assert says("it is bat now", "bat", "but", {7: {"u": 0.01}}) is None
    assert says("Sales Amt in RM", "Amt", "Am", {8: {"": 0.1}}) is None  # it may be an abbreviation
    assert says("see op. cit., on it", "cit", "it", {8: {"": 0.4}}) is None  # cut from a longer word
    assert says("two mg of it", "mg", "my", {5: {"y": 0.01}}) is None  # it may be a unit


def test_two_words_that_differ_in_accents_alone_need_a_clear_image() -> None:
    def likely(probability: float) -> bool | None:
        text = "7 đế 8"  # without words beside it, which would tell (test_pairs)
        line = Line("1", text, evidence=posterior(text, alternatives={3: {"ể": probability}}))
        return word.check(Case.of(line, Edit(2, 4, "đế", "để"), Context((line,), language="vi"))).supports

    assert likely(0.02) is None
    assert likely(0.3) is True


@pytest.mark.parametrize(
    ("text", "before", "after", "doubts"),
    [
        ("is it there", "there", "three", {8: {"r": 0.2}, 9: {"e": 0.2}}),  # a word was read
        ("pay SDN now", "SDN", "SON", {5: {"O": 0.2}}),  # may be an abbreviation
        ("Received: 5", "Received:", "Received", {8: {"": 0.3}}),  # no letter changes
        ("CASHIER: 5", "CASHIER:", "CASHIERS", {7: {"S": 0.4}}),  # nor is a sign a letter
        ("at § 5", "§", "S", {3: {"S": 0.45}}),
        ("room 12", "12", "at", None),
        ("qwertz here", "qwertz", "qwertx", {5: {"x": 0.4}}),  # no listed word
    ],
)
def test_it_is_silent_about_words_names_signs_and_numbers(
    text: str, before: str, after: str, doubts: dict[int, dict[str, float]] | None
) -> None:
    assert says(text, before, after, doubts) is None


def test_lost_spaces_are_words_too() -> None:
    assert says("ofthe day", "ofthe", "of the", None) is None
    evidence = posterior("of the day", alternatives={2: {"": 0.45}})
    line = Line("1", "ofthe day", evidence=evidence)
    assert word.check(Case.of(line, Edit(0, 5, "ofthe", "of the"), Context((line,)))).supports is True


def test_without_an_image_it_has_nothing_to_say() -> None:
    line = Line("1", "amoumt")
    assert word.check(Case.of(line, Edit(0, 6, "amoumt", "amount"), Context((line,)))).supports is None
