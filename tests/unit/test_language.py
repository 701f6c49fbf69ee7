"""Which language a line is in."""

from __future__ import annotations

from ocrect.words import language

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
    for code, lines in PAGES.items():
        assert {language.identify(line, page, ("en", "de", "fr")) for line in lines} == {code}


def test_a_line_of_names_is_in_the_language_of_its_page() -> None:
    page = (*PAGES["de"], "Schmidt Berlin")
    assert language.identify("Schmidt Berlin", page, ("en", "de")) == "de"


def test_a_page_in_none_of_the_languages_is_of_an_undetermined_one() -> None:
    page = PAGES["de"]
    assert language.identify(page[0], page, ("en",)) == language.UNDETERMINED
    assert language.identify(page[0], page, ("en", "fr")) == language.UNDETERMINED
    assert language.identify(PAGES["fr"][0], PAGES["fr"], ("en",)) == language.UNDETERMINED


def test_a_few_words_do_not_tell_that_a_page_is_in_another_language() -> None:
    assert language.identify("Rechnung Nr. 12", ("Rechnung Nr. 12",), ("en",)) == "en"
