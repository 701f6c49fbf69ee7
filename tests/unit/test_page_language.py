"""A page read in its own language: which engine reads it, and what is said where none can."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ocrect import Settings
from ocrect.engines import choice, page_language
from ocrect.engines.page_language import in_its_language
from ocrect.plugins import Engine
from ocrect.record.document import Block, Box, Glyph, Line, Page, PageImage, Unread, Word

IMAGE = PageImage(np.full((40, 400, 3), 255, np.uint8))
GERMAN = "Die Rechnung ist nach dem Ende des Monats zu zahlen, und der Betrag wird von Ihrem Konto auf unser Konto gebucht."
BARE = "Cac ban co the tra loi cau hoi nay neu khong co gi thay doi, nhung nguoi viet phai duoc moi nguoi biet den truoc"
VIETNAMESE = "Các bạn có thể trả lời câu hỏi này nếu không có gì thay đổi, nhưng người viết phải được mọi người biết đến trước"


def page(*texts: str) -> Page:
    return Page(1, 400, 40, blocks=(Block(tuple(Line(f"l{n}", text) for n, text in enumerate(texts))),))


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    """Settings with a folder of Tesseract's data for English; what is said once is said anew in each test."""
    page_language._tell_other.cache_clear()
    page_language._tell_unread.cache_clear()
    (tmp_path / "eng.traineddata").touch()
    return Settings(tessdata=str(tmp_path))


@pytest.fixture
def latin_without_vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    """PP-OCR with the alphabet that its makers gave it."""
    monkeypatch.setattr(choice, "PPOCR", choice.PPOCR - {"vi"})


def reading(text: str, asked: list[Settings]) -> page_language.Make:
    def make(settings: Settings) -> Engine:
        asked.append(settings)
        return lambda image: page(text)

    return make


def test_a_page_in_latin_letters_is_read_once_and_its_lines_have_its_language(here: Settings) -> None:
    asked: list[Settings] = []
    found = in_its_language(IMAGE, page(GERMAN, "Schmidt"), here, reading("never", asked))
    assert [line.language for line in found.lines()] == ["de", "de"]
    assert not asked


@pytest.mark.usefixtures("latin_without_vietnamese")
def test_vietnamese_read_without_its_accents_is_read_again_by_an_engine_that_has_them(here: Settings) -> None:
    (Path(here.tessdata) / "vie.traineddata").touch()
    asked: list[Settings] = []
    found = in_its_language(IMAGE, page(BARE), here, reading(VIETNAMESE, asked))
    assert [settings.languages for settings in asked] == [("vi",)]
    assert [(line.text, line.language) for line in found.lines()] == [(VIETNAMESE, "vi")]


@pytest.mark.usefixtures("latin_without_vietnamese")
def test_where_no_engine_has_the_letters_the_package_is_named_once(caplog: pytest.LogCaptureFixture, here: Settings) -> None:
    with caplog.at_level(logging.WARNING, "ocrect"):
        for _ in range(3):
            found = in_its_language(IMAGE, page(BARE), here, reading("never", []))
    assert [line.language for line in found.lines()] == ["vi"]
    (said,) = [record.getMessage() for record in caplog.records]
    assert "tesseract-ocr-vie" in said


def test_a_page_in_another_language_than_named_is_said_so_once(caplog: pytest.LogCaptureFixture, here: Settings) -> None:
    with caplog.at_level(logging.WARNING, "ocrect"):
        for _ in range(3):
            in_its_language(IMAGE, page(GERMAN), here.with_(language="en"), reading("never", []))
        in_its_language(IMAGE, page(GERMAN), here.with_(language="en+de"), reading("never", []))
    (said,) = [record.getMessage() for record in caplog.records]
    assert "--language de" in said


GARBAGE = ("oee", "gok", "xvl", "qae", "wnu", "zzt", "Trenk Lohnt", "Mukerre")


def surely(confidence: float, *texts: str) -> Page:
    """A page of words that were read with some confidence."""
    lines = []
    for n, text in enumerate(texts):
        box = Box(0, 10 * n, 10 * len(text), 10 * n + 8)
        lines.append(Line(f"l{n}", text, box=box, words=(Word(text, box, confidence, 0, len(text)),)))
    return Page(1, 400, 40, blocks=(Block(tuple(lines)),))


@pytest.fixture
def cyrillic(monkeypatch: pytest.MonkeyPatch, here: Settings) -> Settings:
    """Settings with Russian data; any pixels are told to be Cyrillic."""
    pytest.importorskip("tesserocr")
    monkeypatch.setattr("ocrect.engines.tesseract.script.script_of", lambda image, settings: "Cyrillic")
    page_language._tell_unknown.cache_clear()
    (Path(here.tessdata) / "rus.traineddata").touch()
    return here


@pytest.mark.parametrize(("again", "taken"), [(0.95, True), (0.3, False)])
def test_a_page_read_anew_in_another_script_counts_where_it_is_surely_read(
    cyrillic: Settings, again: float, taken: bool
) -> None:
    first = surely(0.5, *GARBAGE)
    found = in_its_language(IMAGE, first, cyrillic, lambda settings: lambda image: surely(again, "поставка в срок"))
    assert ("поставка в срок" in found.text) == taken


def test_names_that_are_surely_read_are_in_latin_letters_though_they_are_in_no_list(cyrillic: Settings) -> None:
    asked: list[Settings] = []
    found = in_its_language(IMAGE, surely(0.97, *GARBAGE), cyrillic, reading("never", asked))
    assert found.text == "\n".join(GARBAGE)
    assert not asked


@pytest.mark.parametrize(("letters", "given_up", "is_asked"), [(0.99, 0, False), (0.99, 300, True), (0.9, 0, True)])
def test_letters_that_are_surely_latin_are_in_no_other_script_whatever_the_numbers_and_the_pixels_say(
    cyrillic: Settings, letters: float, given_up: int, is_asked: bool
) -> None:
    lines = []
    for line in surely(0.6, *GARBAGE).lines():
        assert line.box
        glyphs = tuple(Glyph(sign, line.box, letters) for sign in line.text if sign.isalpha())
        lines.append(replace(line, glyphs=glyphs))
    unread = (Unread(Box(0, 20, float(given_up), 30), "illegible"),) if given_up else ()
    first = Page(1, 400, 40, blocks=(Block(tuple(lines)),), unread=unread)
    asked: list[Settings] = []
    in_its_language(IMAGE, first, cyrillic, reading("никогда", asked))
    assert bool(asked) == is_asked


@pytest.mark.parametrize("language", ["auto", "en"])
def test_lines_given_up_are_in_an_unknown_script_where_their_pixels_tell_one(
    caplog: pytest.LogCaptureFixture, cyrillic: Settings, language: str
) -> None:
    given_up = (Unread(Box(0, 20, 390, 30), "illegible", "o"), Unread(Box(10, 2, 12, 4), "mark"))
    first = replace(surely(0.97, "this is how the note for all of the people is read"), unread=given_up)
    with caplog.at_level(logging.WARNING, "ocrect"):
        found = in_its_language(IMAGE, first, cyrillic.with_(language=language), reading("never", []))
    assert [item.why for item in found.unread] == ["unknown-script", "mark"]
    assert any("Cyrillic" in record.getMessage() for record in caplog.records)


def test_chinese_pages_are_read_with_the_whole_alphabet_and_all_latin_ones_by_one_engine() -> None:
    assert choice.as_read(Settings(language="de")) == choice.for_first_reading(Settings())
    assert choice.as_read(Settings(language="zh")) != choice.for_first_reading(Settings())
