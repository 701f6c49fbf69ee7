"""Words of a language, what a misread word may have been, and the table of confusions behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocrect import confusions, lexicon
from ocrect.errors import SettingsError
from ocrect.lexicon import known, like, neighbours, posterior, zipf


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("invoice", "en"),
        ("Invoice", "en"),
        ("INVOICE", "en"),
        ("isn't", "en"),
        ("isn’t", "en"),
        ("well-known", "en"),
        ("l'accueil", "fr"),
        ("Rechnungsnummer", "de"),
        ("Mehrwertsteuersatz", "de"),
        ("thuế", "vi"),
    ],
)
def test_a_word_is_known_in_any_case_and_by_its_parts(word: str, language: str) -> None:
    assert known(word, language)


@pytest.mark.parametrize(
    ("word", "language"), [("Invoic", "en"), ("tbe", "en"), ("Rechmmgsnummer", "de"), ("l0ve", "en"), ("", "en")]
)
def test_a_misreading_is_not_known(word: str, language: str) -> None:
    assert not known(word, language)


def test_short_rare_strings_are_not_taken_for_words() -> None:
    assert zipf("aud", "en") > 3
    assert not known("aud", "en")


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("Invoic", "Invoice"),
        ("INVOIC", "INVOICE"),
        ("tbe", "the"),
        ("aud", "and"),
        ("rnodern", "modern"),
        ("Hke", "Like"),
        ("theattention", "the attention"),
        ("frightfiil", "frightful"),
    ],
)
def test_the_likeliest_neighbour_is_what_was_meant(read: str, meant: str) -> None:
    assert neighbours(read, "en")[0] == meant


def test_there_are_at_most_as_many_neighbours_as_asked_for() -> None:
    assert len(neighbours("bouse", "en", 2)) == 2


def test_a_word_with_a_digit_has_no_neighbours() -> None:
    assert neighbours("B12", "en") == []


def test_a_language_without_a_list_knows_nothing_and_does_not_fail() -> None:
    assert not known("invoice", "xx")
    assert neighbours("invoic", "xx") == []


def test_a_frequent_word_behind_a_listed_confusion_is_nearly_sure() -> None:
    words = lexicon.lexicon("en")
    assert posterior("tbe", "the", words) > 0.9
    assert posterior("Penryn", "Henry", words) < 0.1


def test_the_users_dictionary_makes_words_known(tmp_path: Path) -> None:
    listed = tmp_path / "words.txt"
    listed.write_text("Zyxomax\nThérèse\n", encoding="utf-8")
    words = lexicon.lexicon("en", str(listed))
    assert words.known("ZYXOMAX")
    assert words.candidates("Zyxomox")[0].text == "Zyxomax"
    assert not known("Zyxomax", "en")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00broken"])
def test_an_unreadable_dictionary_is_an_error_of_the_settings(tmp_path: Path, content: bytes | None) -> None:
    listed = tmp_path / "words.txt"
    if content is not None:
        listed.write_bytes(content)
    with pytest.raises(SettingsError, match="cannot read the dictionary"):
        lexicon.lexicon("en", str(listed))


@pytest.mark.parametrize(
    ("pattern", "word", "cased"), [("INVOIC", "invoice", "INVOICE"), ("Invoic", "invoice", "Invoice"), ("tbe", "the", "the")]
)
def test_case_patterns_are_kept(pattern: str, word: str, cased: str) -> None:
    assert like(pattern, word) == cased


def test_a_listed_confusion_costs_less_than_any_other_letter() -> None:
    assert confusions.distance("rnodern", "modern") < 1 < confusions.distance("xyodern", "modern")
    assert confusions.distance("tbe", "the") < confusions.distance("txe", "the")
    assert confusions.distance("same", "same") == 0


def test_rewrites_apply_one_confusion_at_one_place() -> None:
    found = set(confusions.rewrites("tbe"))
    assert "the" in found
    assert all(confusions.distance("tbe", version) <= 1 for version in found)


def test_every_confusion_has_two_different_sides_and_a_count() -> None:
    assert all(c.read != c.meant and c.count > 0 for c in confusions.TABLE)


PAGES = {
    "en": ("The committee met in the small hall of the town on Monday and the chairman read", "a letter from the company"),
    "de": (
        "Sehr geehrte Damen und Herren, wir danken Ihnen für Ihren Auftrag und stellen Ihnen",
        "die folgenden Leistungen in Rechnung. Bitte überweisen Sie den Betrag innerhalb von",
    ),
    "fr": (
        "Nous vous prions de bien vouloir trouver la facture correspondant aux travaux effectués",
        "dans votre immeuble. Le règlement doit nous parvenir avant la fin du mois",
    ),
}


def test_each_line_is_in_the_language_whose_words_it_has() -> None:
    page = tuple(line for lines in PAGES.values() for line in lines)
    for language, lines in PAGES.items():
        assert {lexicon.spoken(line, page, ("en", "de", "fr")) for line in lines} == {language}


def test_a_line_of_names_is_in_the_language_of_its_page() -> None:
    page = (*PAGES["de"], "Schmidt Berlin")
    assert lexicon.spoken("Schmidt Berlin", page, ("en", "de")) == "de"


def test_a_page_in_none_of_the_languages_is_of_an_undetermined_one() -> None:
    page = PAGES["de"]
    assert lexicon.spoken(page[0], page, ("en",)) == lexicon.UNDETERMINED
    assert lexicon.spoken(page[0], page, ("en", "fr")) == lexicon.UNDETERMINED
    assert lexicon.spoken(PAGES["fr"][0], PAGES["fr"], ("en",)) == lexicon.UNDETERMINED


def test_a_few_words_do_not_tell_that_a_page_is_in_another_language() -> None:
    assert lexicon.spoken("Rechnung Nr. 12", ("Rechnung Nr. 12",), ("en",)) == "en"


def test_misread_words_tell_how_noisy_a_page_is_and_names_do_not() -> None:
    words = lexicon.lexicon("en")
    clean = "the board of the company met in the old hall of the town"
    assert lexicon.noise((clean, "Mr Penryn and Mrs Olllvier"), words) == lexicon.CLEAN
    assert lexicon.noise((clean, "tbe chairmau read tlie letter of tbe compauy"), words) > 0.1
