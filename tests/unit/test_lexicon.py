"""Words of a language, what a misread word may have been, and the table of confusions behind it."""

from __future__ import annotations

from pathlib import Path

import pytest
import wordfreq

from ocrect.letters import capital, small
from ocrect.record.correction import Edit, kind_of
from ocrect.words import confusions, scripts
from ocrect.words.lexicon import CLEAN, LISTED_AS, Lexicon, lexicon, like, noise, posterior


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
        ("Straße", "de"),
        ("Großstadt", "de"),
        ("STRAßE", "de"),
        ("Άνθρωπος", "el"),
    ],
)
def test_a_word_is_known_in_any_case_and_by_its_parts(word: str, language: str) -> None:
    assert lexicon(language).known(word)


@pytest.mark.parametrize(
    ("word", "language"), [("Invoic", "en"), ("tbe", "en"), ("Rechmmgsnummer", "de"), ("l0ve", "en"), ("", "en")]
)
def test_a_misreading_is_not_known(word: str, language: str) -> None:
    assert not lexicon(language).known(word)


def test_short_rare_strings_are_not_taken_for_words() -> None:
    assert lexicon("en").zipf("aud") > 3
    assert not lexicon("en").known("aud")


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
        ("philan-thropy", "philanthropy"),  # a hyphen left of a line's end
        ("col-leotor", "collector"),
        ("Bond-strcet", "Bond-street"),  # one piece is no word
        ("twenty-flve", "twenty-five"),
    ],
)
def test_the_likeliest_candidate_is_what_was_meant(read: str, meant: str) -> None:
    assert lexicon("en").candidates(read)[0].text == meant


@pytest.mark.parametrize(
    ("read", "meant", "language"),
    [
        ("Straßc", "Straße", "de"),
        ("schließcn", "schließen", "de"),
        ("ἄνθρωπος", "άνθρωπος", "el"),
        ("Straßeist", "Straße ist", "de"),
    ],
)
def test_what_the_fold_of_the_list_takes_from_a_word_stands_in_its_candidates(read: str, meant: str, language: str) -> None:
    assert lexicon(language).candidates(read)[0].text == meant


@pytest.mark.parametrize("word", ["some-times", "post-office", "Satterth-waite", "Ab-strcet-cd", "all-tbe"])
def test_a_hyphened_word_of_two_words_or_of_two_unknown_or_short_pieces_has_no_candidates(word: str) -> None:
    assert lexicon("en").candidates(word) == ()


def test_a_code_has_no_candidates() -> None:
    assert lexicon("en").candidates("B12") == ()


def test_a_language_without_a_list_knows_nothing_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    for language in ("qx", "und"):
        assert not lexicon(language).known("invoice")
        assert lexicon(language).candidates("invoic") == ()
    said = [record.getMessage() for record in caplog.records]
    assert said == ["there is no word list for the language 'qx': no word of it is judged"]


def test_a_frequent_word_behind_a_listed_confusion_is_nearly_sure() -> None:
    words = lexicon("en")
    assert posterior("tbe", "the", words) > 0.9
    assert posterior("Penryn", "Henry", words) < 0.1


def test_the_users_dictionary_makes_words_known(tmp_path: Path) -> None:
    listed = tmp_path / "words.txt"
    listed.write_text("Zyxomax\nThérèse\n", encoding="utf-8")
    words = lexicon("en", str(listed))
    assert words.known("ZYXOMAX")
    assert words.candidates("Zyxomox")[0].text == "Zyxomax"
    assert not lexicon("en").known("Zyxomax")


@pytest.mark.parametrize(
    ("pattern", "word", "cased"),
    [
        ("INVOIC", "invoice", "INVOICE"),
        ("Invoic", "invoice", "Invoice"),
        ("tbe", "the", "the"),
        ("l'd", "i'd", "I'd"),
        ("l’ll", "i’ll", "I’ll"),
        ("L'LL", "i'll", "I'LL"),
    ],
)
def test_case_patterns_are_kept(pattern: str, word: str, cased: str) -> None:
    assert like(pattern, word, "en") == cased


def test_a_listed_confusion_costs_less_than_any_other_letter() -> None:
    assert confusions.distance("rnodern", "modern") < 1 < confusions.distance("xyodern", "modern")
    assert confusions.distance("tbe", "the") < confusions.distance("txe", "the")
    assert confusions.distance("same", "same") == 0
    for plain, accented in zip("dDolhDaeu", "đĐøłħÐáẽữ", strict=True):
        assert confusions.cost(plain, accented) == confusions.cost(accented, plain) == confusions.cost("a", "á") < 0.5
        assert kind_of(Edit(0, 1, plain, accented)) == "accents"


def test_rewrites_apply_one_confusion_at_one_place() -> None:
    found = set(confusions.rewrites("tbe"))
    assert "the" in found
    assert all(confusions.distance("tbe", version) <= 1 for version in found)


def test_every_confusion_has_two_different_sides_and_a_count() -> None:
    assert all(c.read != c.meant and c.count > 0 for c in confusions.TABLE)


def test_misread_words_tell_how_noisy_a_page_is_and_names_do_not() -> None:
    words = lexicon("en")
    clean = "the board of the company met in the old hall of the town"
    assert noise((clean, "Mr Penryn and Mrs Olllvier"), words) == CLEAN
    assert noise((clean, "tbe chairmau read tlie letter of tbe compauy"), words) > 0.1


class _Counting(dict[str, float]):
    """Words with their Zipf values, and how often one was looked up."""

    asked = 0

    def get(self, word: str, default: float = 0.0) -> float:  # type: ignore[override]
        self.asked += 1
        return super().get(word, default)


@pytest.mark.parametrize("letters", [54, 1000, 8000])
@pytest.mark.parametrize("piece", ["l", "rechnung", "rechnungs", "haus"])
def test_a_run_of_letters_costs_look_ups_in_proportion_to_its_length(piece: str, letters: int) -> None:
    values = _Counting({"l" * n: 3.5 for n in range(4, 9)} | {"rechnung": 4.0, "haus": 5.0})
    Lexicon("de", values, {}).known((piece * letters)[:letters])
    assert values.asked < 300 * letters


@pytest.mark.parametrize("language", sorted({code for codes in scripts.LANGUAGES.values() for code in codes}))
def test_every_language_that_is_found_has_a_word_list(language: str) -> None:
    assert LISTED_AS.get(language, language) in wordfreq.available_languages("best")


def test_words_of_a_language_that_is_listed_by_another_code_are_known() -> None:
    assert lexicon("no").known("faktura")
    assert lexicon("hr").known("račun")


@pytest.mark.parametrize("word", ["İnsan", "İNSAN", "insan", "HAKLARI", "Hakları", "IŞIK"])
def test_turkish_words_are_known_in_their_capitals(word: str) -> None:
    assert lexicon("tr").known(word)


@pytest.mark.parametrize(("read", "meant"), [("Însan", "İnsan"), ("IYİ", "İYİ"), ("ISIK", "IŞIK"), ("Sıra", "Sıra")])
def test_capitals_of_turkish_words_keep_their_dots(read: str, meant: str) -> None:
    assert like(read, small(meant, "tr"), "tr") == meant
    assert small(capital(small(meant, "tr"), "tr"), "tr") == small(meant, "tr")


_SHARP = [word for word in lexicon("de").by_length[7] if word.count("ss") == 1 and "b" not in word][:150]


def test_one_letter_read_for_two_s_is_a_sharp_one_in_german_and_two_letters_are_two() -> None:
    for word in _SHARP:
        head, tail = word.split("ss")
        for read in (f"{head}B{tail}", f"{head}8{tail}".capitalize()):
            assert like(read, word, "de").lower() == f"{head}ß{tail}"
            assert like(read, word, "en").lower() == word
        for two in ("ss", "sf", "fs", "as"):
            assert like(f"{head}{two}{tail}", word, "de") == word


def test_a_letter_like_a_sharp_s_is_first_of_all_one() -> None:
    words = lexicon("de")
    read = ["StraBe", "groBen", "auBerdem", "MaBnahmen", "weiBt", "regelmä8ig", "Kreuzstrabe", "FüBe"]
    meant = ["Straße", "großen", "außerdem", "Maßnahmen", "weißt", "regelmäßig", "Kreuzstraße", "Füße"]
    assert [words.candidates(word)[0].text for word in read] == meant


@pytest.mark.parametrize(("head", "tail"), [("pap", "rs"), ("th", "re"), ("b", "ll"), ("fur", "iture"), ("xq", "z")])
def test_words_with_one_letter_between_two_pieces_are_all_found(head: str, tail: str) -> None:
    words = lexicon("en")
    fitting = [w for w in words.by_length[len(head) + 1 + len(tail)] if w.startswith(head) and w.endswith(tail)]
    assert sorted(words.with_a_letter_between(head, tail)) == sorted(fitting)


@pytest.mark.parametrize("beginning", ["", "invo", "well-kno", "don't", "qzx", "well-qzx"])
def test_a_known_word_may_begin_as_a_listed_one_or_its_last_part_does(beginning: str) -> None:
    assert lexicon("en").may_begin(beginning) is ("qzx" not in beginning)
    assert lexicon("de").may_begin(beginning)
