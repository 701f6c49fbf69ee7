"""The shipped head: what its file says, which letters it has, and that it reads lines drawn for the test."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from importlib.resources import files

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrect.engines.ppocr import head, models
from ocrect.errors import MissingDependencyError
from ocrect.measure.metrics import cer
from ocrect.pipeline import Pipeline
from ocrect.record.document import PageImage
from ocrect.settings import Settings

FOLDER = files("ocrect.engines.ppocr")
LARGEST = 3_000_000  # bytes
VIETNAMESE = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")
SIGNS = "„“”‚‘’‹›«»¡¿ẞ№ÿŸ⁰¹²³⁴⁵⁶⁷⁸⁹½¼¾•–—☐☒₫€£¥§°±×αβγδμπσΩ"


@pytest.fixture(scope="module")
def recogniser() -> bytes:
    return models.model_file(models.RECOGNITION_FILE).read_bytes()


def test_it_has_every_letter_of_vietnamese_and_the_signs_of_other_languages(recogniser: bytes) -> None:
    _, symbols = head.latin(recogniser)
    letters = [unicodedata.normalize("NFC", vowel + tone) for vowel in VIETNAMESE for tone in TONES] + ["đ"]
    assert not {*letters, *(letter.upper() for letter in letters), *SIGNS} - set(symbols)
    assert len(set(symbols)) == len(symbols)
    assert all(unicodedata.normalize("NFC", symbol) == symbol for symbol in symbols)


def test_its_file_is_small_and_is_the_one_that_the_card_describes() -> None:
    data, card = FOLDER.joinpath(head.FILE).read_bytes(), FOLDER.joinpath("latin.md").read_text(encoding="utf-8")
    assert len(data) <= LARGEST
    assert re.findall(r"SHA-256 `(\w+)`", card) == [hashlib.sha256(data).hexdigest()] == [head.sha256()]
    assert models.metadata(data)["made_by"] in card


def test_it_names_all_that_led_to_it_from_untrained_weights_on() -> None:
    steps = models.metadata(FOLDER.joinpath(head.FILE).read_bytes())["made_by"].split("; ")
    assert re.match(r"python -m training --lines \d+ --epochs \d+ --seed \d+", steps[0])
    assert "--start" not in steps[0]
    assert any(step.startswith("python -m training.adapt ") for step in steps)


def test_a_head_of_another_recogniser_is_refused(recogniser: bytes) -> None:
    with pytest.raises(MissingDependencyError, match="another version"):
        head.latin(recogniser + b"\x00")


@pytest.mark.parametrize(
    "text",
    [
        "Quyền con người được pháp luật bảo vệ ở mọi nơi",
        "Tổng cộng: 1.250.000 ₫ đã thanh toán",
        "KHÁCH HÀNG: NGUYỄN THỊ PHƯỢNG",
        "Der größte Fluß fließt nach Süden",
        "Zażółć gęślą jaźń, příliš žluťoučký kůň",
    ],
)
def test_a_line_of_any_latin_language_is_read_with_few_errors_without_its_language_being_named(text: str) -> None:
    try:
        font = ImageFont.truetype("DejaVuSans.ttf", 34)
    except OSError:
        pytest.skip("this test draws with DejaVu Sans (Debian: apt-get install fonts-dejavu-core)")
    picture = Image.new("RGB", (round(font.getlength(text)) + 160, 200), "white")
    ImageDraw.Draw(picture).text((80, 70), text, font=font, fill="black")
    with Pipeline(Settings(engine="ppocr")) as reader:
        page = reader.recognize(PageImage(np.asarray(picture)))
    assert cer(page.text, text).rate < 0.1
