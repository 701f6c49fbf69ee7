"""Sentences across lines, and the way back: nothing is lost, nothing is too long, every edit fits its line."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect.correcting.words.passages import LONGEST, passages
from ocrect.correcting.words.rewrite import unwrapped
from ocrect.record.document import Line

words = st.text(alphabet="abcDE1.,;!?-é", min_size=1, max_size=9)
texts = st.lists(words, max_size=30).map(" ".join)
pages = st.lists(texts, max_size=6)


def as_lines(page: list[str]) -> list[Line]:
    return [Line(str(i), text) for i, text in enumerate(page)]


def cut(*page: str) -> list[str]:
    return [passage.text for passage in passages(as_lines(list(page)))]


@given(pages)
def test_every_character_but_spaces_is_in_one_passage(page: list[str]) -> None:
    seen: Counter[tuple[int, int]] = Counter()
    for passage in passages(as_lines(page)):
        assert 0 < len(passage.text) <= LONGEST
        for part in passage.segments:
            stands = page[part.line][part.start : part.end]
            assert passage.text[part.at : part.at + len(stands)] == stands
            seen.update((part.line, at) for at in range(part.start, part.end))
    wanted = {(i, at) for i, text in enumerate(page) for at, c in enumerate(text) if c != " "}
    assert wanted <= set(seen)
    assert set(seen.values()) <= {1}


@given(pages, st.integers(0, 9), st.data())
def test_every_edit_of_a_reply_fits_its_line(page: list[str], which: int, data: st.DataObject) -> None:
    lines = as_lines(page)
    for passage in passages(lines)[which : which + 1]:
        reply = data.draw(st.lists(st.sampled_from(passage.text.split()) | words, max_size=30).map(" ".join))
        for line, edit in passage.edits(reply):
            assert edit.fits(lines[line].text)


def test_a_sentence_runs_over_lines_and_ends_where_it_ends() -> None:
    assert cut("He paid the bill, and went", "home. The next day Mr. Smith came at 3.30", "p.m. to see him.") == [
        "He paid the bill, and went home.",
        "The next day Mr. Smith came at 3.30 p.m. to see him.",
    ]


def test_lines_of_a_form_stay_apart() -> None:
    page = ["Greenfield Garden Supplies Ltd", "Invoice 2025-0417", "12 bags of potting compost 118.80", "", "Total due:", "ten"]
    assert cut(*page) == [text for text in page if text]


@pytest.mark.parametrize("sentences", [1, 2, 7])
def test_a_paragraph_in_one_long_line_is_cut_at_its_sentences(sentences: int) -> None:
    sentence = "The committee met on Tuesday to consider the plans for the library in the market square of our town."
    assert cut(" ".join([sentence] * sentences)) == [sentence] * sentences


def test_a_sentence_beyond_the_limit_is_cut_behind_a_clause_and_one_without_any_at_spaces() -> None:
    clause = "which stood for many years beside the river and was known to all, "
    parts = cut((clause * 20).strip())
    assert all(part.endswith(",") for part in parts)
    assert all(len(part) <= LONGEST for part in cut("word " * 500))
    assert [len(part) for part in cut("x" * 1000)] == [LONGEST, LONGEST, 1000 - 2 * LONGEST]


def test_an_edit_behind_a_line_break_is_led_back_to_its_line_and_one_across_it_is_left_out() -> None:
    lines = as_lines(["the arnount that is", "duc to us"])
    (passage,) = passages(lines)
    found = [(line, edit.before, edit.after) for line, edit in passage.edits("the amount that is due to us")]
    assert found == [(0, "arnount", "amount"), (1, "duc", "due")]
    assert list(passage.edits("the arnount that isduc to us")) == []


@pytest.mark.parametrize(
    "wrapping",
    [
        "{}",
        " {}\n",
        "**{}**",
        '"{}"',
        "“{}”",
        "`{}`",
        "Sure! Here is the repaired line: {}",
        "Here it is:\n\n{}\n\nLet me know if you need anything else!",
        'The repaired line is: "{}"',
        "Sure! Here is the repaired line: {} Let me know if you need anything else!",
    ],
)
@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("Piease quote the invoice number", "Please quote the invoice number"),
        ("Totai due 133.80 GBP by 17 April", "Total due 133.80 GBP by 17 April"),
        ("Note: tbe bags, at 15.00 each", "Note: the bags, at 15.00 each"),
    ],
)
def test_a_repair_is_found_in_whatever_wrapping_it_comes(wrapping: str, text: str, repaired: str) -> None:
    assert unwrapped(wrapping.format(repaired), text) == repaired


def test_quotes_that_belong_to_the_line_stay() -> None:
    assert unwrapped('"Corne in," he said. "Sit"', '"Corne in," he said. "Sit"') == '"Corne in," he said. "Sit"'
    assert re.fullmatch(r'"Come in," he said', unwrapped('"Come in," he said', '"Corne in," he said'))


@pytest.mark.parametrize(("opening", "closing"), ['""', "''", "“”", "‘’", "«»", ("'‘", '"'), ('"', "”")])
@pytest.mark.parametrize("wrapping", ["{}", '"{}"', "“{}”", "‘{}’", "**{}**", "Here it is: {}"])
def test_speech_keeps_its_quotes_where_a_model_writes_them_otherwise(opening: str, closing: str, wrapping: str) -> None:
    read, repaired = f"{opening}Corne in,{closing}", "“Come in,”"
    assert unwrapped(wrapping.format(repaired), read) == repaired


def test_a_quote_at_one_end_of_the_line_alone_stays_and_so_do_quotes_within_quotes() -> None:
    assert unwrapped("“‘Come in’”", "“‘Corne in’”") == "“‘Come in’”"
    assert unwrapped('"Come in"', '"Corne in') == '"Come in"'
    assert unwrapped('"Come in, he said', "Corne in, he said") == '"Come in, he said'
    assert unwrapped('Corne in," he said"', 'Corne in," he said"') == 'Corne in," he said"'
