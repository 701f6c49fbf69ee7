"""What else a doubtful word may be, from the posterior and from its page; and what the page's other slips say of it."""

from __future__ import annotations

import random
from dataclasses import replace
from math import log1p

import pytest

from ocrect.correcting.case import Case
from ocrect.correcting.score import ahead
from ocrect.correcting.words.doubted import propose
from ocrect.correcting.words.habits import mended_as_elsewhere, quotes_of_the_page, repeated, stops_for_commas
from ocrect.correcting.words.propose import propose as lexicon_propose
from ocrect.evidence import CtcPosterior
from ocrect.letters import without_accents
from ocrect.plugins import Context
from ocrect.record.correction import Edit
from ocrect.record.document import Line
from ocrect.testing import posterior


def a_page(text: str, doubts: dict[int, dict[str, float]], *others: str) -> Context:
    """The line ``text`` with doubts by place, above the others."""
    seen = [Line("0", text, evidence=posterior(text, alternatives=doubts))]
    return Context((*seen, *(Line(str(k), other, evidence=posterior(other)) for k, other in enumerate(others, 1))))


def a_case(page: Context, before: str, after: str) -> Case:
    line = page.lines[0]
    start = line.text.index(before)
    return Case.of(line, Edit(start, start + len(before), before, after), page)


@pytest.mark.parametrize(
    ("text", "place", "seen", "others", "proposed"),
    [
        ("see Wolfsderg there", 9, "b", ("of Wolfsberg and",), "Wolfsberg"),  # the page's own name
        ("of cesium. and barium", 9, ",", (), "cesium,"),
        ("of cesium.", 9, ",", ("and barium",), "cesium,"),
        ("‘What is it", 0, "“", (), "“What"),
        ("it is so!’ he said", 9, "”", (), "so!”"),
        ("‘“Yes he said", 0, "'", (), "“Yes"),
        ("it is so!’’ he said", 10, "”", (), "so!”"),
        ('it is so,"’ he said', 10, "”", (), "so,”"),
        ("so ‘No!’’ he said", 3, "“", (), "“No!”"),
        ("THE OLD And THE NEW", 9, "N", (), "AND"),
    ],
)
def test_a_doubtful_word_may_be_what_the_posterior_holds_of_the_list_and_of_the_page(
    text: str, place: int, seen: str, others: tuple[str, ...], proposed: str
) -> None:
    page = a_page(text, {place: {seen: 0.1}}, *others)
    assert proposed in {edit.after for edit in propose(page.lines, page)[0]}
    sure = a_page(text, {}, *others)
    assert proposed not in {edit.after for edit in propose(sure.lines, sure)[0]}


@pytest.mark.parametrize(
    ("word", "place", "seen", "meant"),
    [("İnsam", 4, "n", "İnsan"), ("İNSAM", 4, "N", "İNSAN"), ("ISPARTO", 6, "A", "ISPARTA"), ("isTANbUL", 7, "I", "İSTANBUL")],
)
def test_turkish_words_are_found_by_the_dots_of_their_capitals(word: str, place: int, seen: str, meant: str) -> None:
    page = replace(a_page(word, {place: {seen: 0.1}}), language="tr")
    assert meant in {edit.after for edit in propose(page.lines, page)[0]}


@pytest.mark.parametrize(
    ("text", "place", "seen", "others", "proposed"),
    [
        ("of Research there", 10, "n", ("in Researcn and",), "Researcn"),  # what was read is a word
        ("of cesium. And barium", 9, ",", (), "cesium,"),
        ("the Dept. of works", 8, ",", (), "Dept,"),  # an abbreviation
        ("the old And the new", 9, "N", (), "AND"),
        ("’Till the end", 0, "“", (), "“Till"),
        ("“What is it", 0, "‘", (), "‘What"),
        ("a rod of 105MM/4' here", 16, '"', (), '105MM/4"'),  # feet
    ],
)
def test_a_word_that_is_one_and_signs_that_stand_right_stay(
    text: str, place: int, seen: str, others: tuple[str, ...], proposed: str
) -> None:
    page = a_page(text, {place: {seen: 0.1}}, *others)
    assert proposed not in {edit.after for edit in propose(page.lines, page)[0]}


@pytest.mark.parametrize("seed", range(6))
def test_slips_that_a_page_repeats_speak_for_one_more_of_them_and_its_own_word_does_not(seed: int) -> None:
    dice = random.Random(seed)
    words = dice.sample(["laboratory", "stability", "september", "november", "vocabulary", "february"], 3)
    misread = [word.replace("b", "d") for word in words]
    lines = [
        Line(str(k), f"of {word} here", evidence=posterior(f"of {word} here", alternatives={3 + word.index("d"): {"b": 0.1}}))
        for k, word in enumerate(misread, 1)
    ]
    line = Line("0", "by Wolfsderg there", evidence=posterior("by Wolfsderg there"))
    page = Context((line, *lines))
    name = Case.of(line, Edit(3, 12, "Wolfsderg", "Wolfsberg"), page)
    assert name.fact(repeated) == pytest.approx(log1p(3))
    own = Case.of(lines[0], Edit(3, 3 + len(misread[0]), misread[0], words[0]), page)
    assert own.fact(repeated) == pytest.approx(log1p(2))
    other = Case.of(line, Edit(3, 12, "Wolfsderg", "Wolfsterg"), page)
    assert other.fact(repeated) == 0.0


@pytest.mark.parametrize("seed", range(6))
def test_a_word_that_the_engine_is_sure_of_is_put_right_as_others_of_its_page_are_and_no_listed_one(seed: int) -> None:
    dice = random.Random(seed)
    words = dice.sample(["document", "order", "method", "model", "period", "wonder"], 3)
    *others, sure = [word.replace("d", "c") for word in words]
    page = a_page(f"so the {sure} it", {}, *(f"of {word} here" for word in others))
    doubted = [
        Line(str(k), text, evidence=posterior(text, alternatives={3 + text[3:].index("c"): {"d": 0.1}}))
        for k, text in enumerate(page.texts[1:], 1)
    ]
    context = Context((page.lines[0], *doubted))
    assert words[2] in mended_as_elsewhere(sure, context)
    assert any(edit.after == words[2] for edit in lexicon_propose(context.lines, context)[0])
    assert mended_as_elsewhere("cock", context) == ()  # a listed word
    assert mended_as_elsewhere(sure, Context((page.lines[0], doubted[0]))) == ()  # one other is no habit


def test_full_stops_before_small_letters_all_over_a_page_are_counted_for_a_comma_and_for_nothing_else() -> None:
    page = a_page("of cesium. and barium", {}, "in general. they are", "at present. no one", "It is. Then more")
    assert a_case(page, "cesium.", "cesium,").fact(stops_for_commas) == pytest.approx(log1p(2))
    assert a_case(page, "cesium.", "cesium;").fact(stops_for_commas) == 0.0
    before_a_capital = a_page("see 2-16. Values of it", {}, "in general. they are", "at present. no one")
    assert a_case(before_a_capital, "2-16.", "2-16,").fact(stops_for_commas) == 0.0


@pytest.mark.parametrize("word", ["ạnd", "mọther", "rựler", "ţhere"])
def test_a_listed_word_is_proposed_without_marks_that_its_language_hardly_writes_however_sure_the_engine_is(word: str) -> None:
    page = a_page(f"his {word} was", {})
    assert without_accents(word) in {edit.after for edit in propose(page.lines, page)[0]}
    name = a_page("his Helgeșon was in the café", {})  # no listed word, and what English writes
    assert not {"Helgeson", "cafe"} & {edit.after for edit in propose(name.lines, name)[0]}


def test_the_double_quotes_of_a_page_speak_for_one_more_and_against_one_less() -> None:
    page = a_page("‘What is it", {}, "“Yes” and “No”", "‘Never’ he said")
    assert a_case(page, "‘What", "“What").fact(quotes_of_the_page) == pytest.approx(log1p(2))
    assert a_case(page, "‘What", "What").fact(quotes_of_the_page) == 0.0
    piled = a_page("'‘It is", {}, "“Yes” and “No”")
    assert a_case(piled, "'‘It", "“It").fact(quotes_of_the_page) == pytest.approx(log1p(2))
    closing = a_page("it is so.\"'", {}, "“Yes” and “No”")
    assert a_case(closing, "so.\"'", 'so."').fact(quotes_of_the_page) == pytest.approx(log1p(2))
    within = a_page("it is ‘so.’” he said", {}, "“Yes” and “No”")  # a quote within a quote
    assert "so.”" not in {edit.after for edit in propose(within.lines, within)[0]}
    lost = a_page("“What is it", {}, "“Yes” and “No”", "‘Never’ he said")
    assert a_case(lost, "“What", "‘What").fact(quotes_of_the_page) == pytest.approx(-log1p(3))


def test_what_comes_next_on_the_frames_of_a_sign_is_ahead_of_what_comes_after_it() -> None:
    line = Line("0", "tne cat", evidence=posterior("tne cat", alternatives={1: {"h": 0.2, "r": 0.01}, 5: {"": 0.2}}))
    assert isinstance(line.evidence, CtcPosterior)
    symbols = line.evidence.spans()
    first, second = (ahead(line, symbols, Edit(1, 2, "n", other)) or 0.0 for other in "hr")
    assert first > 2.0
    assert second == pytest.approx(-first)
    assert (ahead(line, symbols, Edit(5, 6, "a", "")) or 0.0) > 2.0
    assert (ahead(line, symbols, Edit(1, 1, "", "x")) or 0.0) < 0.0
    assert ahead(line, symbols, Edit(1, 2, "n", "rn")) is None
