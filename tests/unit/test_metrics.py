"""Error rates, number recall and harm on texts that can be counted by hand."""

import math

import pytest

from ocrect.measure.metrics import (
    Counts,
    as_users_read,
    cer,
    harm,
    mendable,
    normalise,
    number_recall,
    number_tokens,
    numbers_harmed,
    wer,
)


def test_characters_are_counted_against_the_truth():
    assert cer("Invoic 1O0", "Invoice 100") == Counts(2, 11)


def test_white_space_and_composition_are_forgiven():
    assert cer(" e\u0301te\u0301\n 5 ", "été 5").errors == 0


def test_case_counts_unless_it_is_folded():
    assert cer("TOTAL", "Total").errors == 4
    assert cer("TOTAL", "Total", ignore_case=True).errors == 0
    assert normalise("STRASSE", ignore_case=True) == normalise("Straße", ignore_case=True)


def test_words_are_counted_whole():
    assert wer("the quikc brown fox", "the quick brown fox jumps") == Counts(2, 5)


def test_pages_are_added_not_averaged():
    pages = [cer("x", "a"), cer("a" * 99, "a" * 99)]
    assert sum(pages, Counts()).rate == pytest.approx(0.01)


def test_text_where_there_is_none_is_infinitely_wrong():
    assert cer("a novel", "").rate == math.inf
    assert cer("", "").rate == 0.0


def test_numbers_keep_their_separators_and_lose_the_full_stop_after_them():
    assert sorted(number_tokens("Total 1,234.50. Due 2023-07-15, 3 x 5: 12:30").elements()) == [
        "1,234.50",
        "12:30",
        "2023-07-15",
        "3",
        "5",
    ]


def test_number_recall_counts_a_number_as_often_as_it_stands():
    counts = number_recall("7 and 7 and 9", "7 7 7 8")
    assert counts == Counts(2, 4)
    assert counts.share_right == 0.5


def test_harmed_numbers_are_listed():
    harmed = numbers_harmed("10.00 10.00 2O", "10.00 1.00 20", "10.00 10.00 20")
    assert list(harmed.elements()) == ["10.00"]


def test_repairing_a_number_harms_none():
    assert not numbers_harmed("1O.00", "10.00", "10.00")


def test_harm_counts_right_words_made_wrong():
    assert harm("the cat sat", "the dog sat", "the cat sat") == Counts(1, 3)


def test_a_repair_is_no_harm_and_a_wrong_word_made_differently_wrong_is_none():
    assert harm("teh cat", "the cat", "the cat") == Counts(0, 1)
    assert harm("teh cat", "tea cat", "the cat") == Counts(0, 1)


def test_words_after_an_inserted_one_are_not_harmed():
    assert harm("a b c", "x a b c", "a b c") == Counts(0, 3)


def test_what_a_reader_does_not_care_about_is_no_error() -> None:
    assert as_users_read("Report ....... 43") == as_users_read("Report 43")
    assert as_users_read("“10² × 3” — x") == as_users_read('"102 x 3" - x')
    assert as_users_read("1.50") != as_users_read("150")
    assert as_users_read("3.5.") != as_users_read("35.")


def test_mendable_errors_are_misreadings_of_what_was_read_and_is_known() -> None:
    assert mendable("tbe end", "the end").errors == 1
    assert mendable("the e~d", "the end").errors == 1
    assert mendable("the end", "the e~d").errors == 0
    assert mendable("the end and a stamp", "the end").errors == 0
    assert mendable("the end", "the end that nobody read").errors == 0
    assert mendable("theend", "the end").errors == 0
