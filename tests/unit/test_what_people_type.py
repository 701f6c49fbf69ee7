"""Names as people type them, and what they did to a file: understood, or answered with what may be meant."""

from __future__ import annotations

import logging
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect import plugins
from ocrect.cli import evaluating, main
from ocrect.correcting import prompts
from ocrect.engines import choice
from ocrect.engines.tesseract import tessdata
from ocrect.errors import MissingDependencyError, SettingsError
from ocrect.pipeline import Pipeline
from ocrect.record import plaintext, review, schema
from ocrect.record.correction import Correction, Edit, Finding, Verdict
from ocrect.record.document import Block, Document, Line, Page
from ocrect.settings import Settings
from ocrect.source.selection import select
from ocrect.words import codes
from ocrect.writers.terminal import visible


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("vie", "vi"), ("eng", "en"), ("english", "en"), ("German", "de"), ("ger", "de"), ("deu", "de"), ("Deutsch", "de"),
        ("fre+Français", "fr"), ("pt-BR", "pt"), ("zh_CN", "zh"), ("nb", "no"), (" vi + en ", "vi+en"), ("xx", "xx"),
    ],
)  # fmt: skip
def test_a_language_goes_by_any_of_its_codes_and_names(typed, meant):
    assert Settings(language=typed).language == meant
    assert Settings(language=typed).languages == tuple(meant.split("+"))


@pytest.mark.parametrize(
    ("typed", "hint"),
    [("germn", "german"), ("vietnamees", "vietnamese"), ("qwrtz", "french"), ("+", "french"), ("vi en", "'vi+en'"),
     ("English, French", "'english+french'"), ("tiếng Việt", "'việt'")],
)  # fmt: skip
def test_a_language_that_is_none_is_answered_with_one_that_may_be_meant(typed, hint):
    with pytest.raises(SettingsError, match="language") as caught:
        Settings(language=typed)
    assert hint in caught.value.hint


def test_no_code_or_name_stands_for_two_languages():
    rows = [row.split() for row in codes._TABLE.strip().splitlines()]
    names = [name for row in rows for name in row]
    assert len(names) == len(set(names))
    assert all(codes.code(name) == row[0] for row in rows for name in row)


@pytest.mark.parametrize("typed", ["finacial", "financal", "Genral", "medicall", "hystorical"])
def test_a_prompt_that_is_nearly_a_name_is_not_taken_for_the_users_own_words(typed):
    with pytest.raises(SettingsError, match="no ready prompt") as caught:
        prompts.resolve(typed)
    assert "Did you mean" in caught.value.hint


@pytest.mark.parametrize("typed", ["Repair the financial terms.", "botanical", "poems", ""])
def test_words_of_the_users_own_are_a_prompt(typed):
    assert prompts.resolve(typed) == typed


@pytest.mark.parametrize("total", [1, 3, 9])
def test_pages_that_run_backwards_are_said_whatever_the_file_has(total):
    with pytest.raises(SettingsError, match="write 1-3"):
        select("3-1", total)


def test_a_variable_that_is_no_setting_is_a_warning(caplog):
    with caplog.at_level(logging.WARNING, "ocrect"):
        assert Settings.load({"OCRECT_LANGUGE": "de", "OCRECT_DPI": "200"}, file=Path(os.devnull)).dpi == 200
    assert "did you mean OCRECT_LANGUAGE?" in caplog.text


@given(st.text())
def test_what_is_shown_on_a_terminal_commands_it_nothing(text):
    shown = visible(text)
    assert not any(unicodedata.category(c) == "Cc" and c not in "\t\n" for c in shown)
    assert "\u202e" not in shown
    assert visible(shown) == shown


def test_what_is_visible_stays_as_it_is():
    text = "Zürich\t€ 5 − ½ ﬁ 日本 עברית\n"
    assert visible(text) == text


@given(st.text(max_size=60))
def test_a_plain_text_gives_one_document_however_its_letters_are_composed(text):
    decomposed, composed = (unicodedata.normalize(form, text) for form in ("NFD", "NFC"))
    assert plaintext.document(decomposed) == plaintext.document(composed)


@pytest.mark.parametrize("forms", [("NFC", "NFD"), ("NFD", "NFC"), ("NFD", "NFD")])
def test_a_scan_finds_its_truth_however_a_file_system_spells_their_names(forms, tmp_path):
    scan, truth = (unicodedata.normalize(form, name) for form, name in zip(forms, ("Größe.png", "Größe.gt.txt"), strict=True))
    (tmp_path / scan).write_bytes(b"")
    (tmp_path / truth).write_text("Größe", encoding="utf-8")
    assert [pair.truth.name for pair in evaluating._in_folder(tmp_path)] == [truth]


def test_a_folder_that_may_not_be_looked_into_is_left_out_and_said(tmp_path, monkeypatch, capsys):
    for folder in ("open", "shut"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.png").write_bytes(b"")
        (tmp_path / folder / "x.txt").write_text("x")
    look = os.scandir

    def refuse(path):
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert [pair.scan.parent.name for pair in evaluating._in_folder(tmp_path)] == ["open"]
    assert "1 folders" in capsys.readouterr().err


def stored(*verdicts: Verdict) -> Document:
    line = Line("p1-l1", "Tota1 l,500", correction=Correction(verdicts))
    return Document("x.png", (Page(1, blocks=(Block((line,)),)),), ("de",))


def test_a_decision_changed_by_hand_in_the_file_is_a_persons_word_and_outlives_a_later_correction():
    total = Verdict(Edit(0, 5, "Tota1", "Total"), "accepted", (Finding("image", True, "likelier", 2.0, "image"),), "lexicon")
    amount = Verdict(Edit(6, 7, "l", "1"), "review", (), "confusions")
    values = schema.dump(stored(total, amount))
    verdicts = values["pages"][0]["blocks"][0]["lines"][0]["correction"]["verdicts"]
    verdicts[0]["decision"], verdicts[1]["decision"] = "rejected", "accepted"
    read = schema.load(values)
    (line,) = read.lines()
    assert [(word.supports, edit) for edit, word in review.words(line)] == [(False, total.edit), (True, amount.edit)]
    with Pipeline(Settings(runtime="none", accept_text_only=True)) as pipeline:
        assert pipeline.correct(read).corrected == "Tota1 1,500"
    (undone,) = review.undo(read, "p1-l1").lines()
    assert undone.verdicts == (total, amount)


def test_the_languages_that_a_document_was_read_in_stand_in_its_file():
    assert schema.loads(schema.dumps(stored())).languages == ("de",)


@pytest.mark.parametrize("is_checkout", [True, False])
def test_the_command_that_installs_the_runtime_works_where_one_stands(is_checkout, tmp_path, monkeypatch):
    import ocrect
    from ocrect import diagnosis

    root = tmp_path / "my checkout"
    (root / "scripts").mkdir(parents=True)
    if is_checkout:
        (root / "Makefile").touch()
        (root / "scripts" / "install_model.py").touch()
    monkeypatch.setattr(ocrect, "__file__", str(root / "src" / "ocrect" / "__init__.py"))
    assert diagnosis.runtime_command() == (f"make -C '{root}' model" if is_checkout else "pip install 'ocrect[llm]'")


@pytest.mark.parametrize("option", ["--new-key", "--revoke-key"])
def test_a_key_whose_name_is_an_unset_variable_starts_no_service(option, tmp_path, capsys):
    assert main(["serve", "--data", str(tmp_path), option, ""]) == 1
    assert "key" in capsys.readouterr().err


def test_every_language_that_has_a_name_has_a_way_to_be_read() -> None:
    """By Tesseract, whose data the next step names, where PP-OCR does not read it."""
    known = {codes.code(name) for row in codes._TABLE.strip().splitlines() for name in row.split()}
    assert known <= set(tessdata.CODES)


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=2))
def test_a_code_that_no_engine_knows_is_answered_with_how_to_list_those_that_are(code: str) -> None:
    settings = Settings(language=code)
    if settings.language in {code for name in plugins.names("engines") for code in choice.languages(name, settings)}:
        assert choice.choose(settings) in plugins.names("engines")
        return
    with pytest.raises(SettingsError) as caught:
        choice.choose(settings)
    assert caught.type is (MissingDependencyError if settings.language in tessdata.CODES else SettingsError)
    assert "tesseract-ocr-" in caught.value.hint
