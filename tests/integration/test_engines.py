"""Both engines on drawn pages, which ``tests/data/draw_pages.py`` made, and on pages without text."""

from __future__ import annotations

import json
import threading
import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrect import plugins
from ocrect.engines import choice
from ocrect.engines.ppocr import models, networks
from ocrect.engines.ppocr.recognise import without_idle_spaces
from ocrect.engines.tesseract import tessdata
from ocrect.errors import MissingDependencyError
from ocrect.evidence import CtcPosterior, LatticeEvidence
from ocrect.measure.metrics import cer
from ocrect.record.document import Page, PageImage
from ocrect.server import confine
from ocrect.settings import Settings
from ocrect.testing import posterior

DATA = Path(__file__).parent.parent / "data"
PAGES = json.loads((DATA / "pages.json").read_text(encoding="utf-8"))
READABLE = [(engine_name, page) for engine_name in ("ppocr", "tesseract") for page in PAGES]


@cache
def engine(name: str, language: str) -> Any:
    try:
        return plugins.load("engines", name)(Settings(language=language, threads=2))
    except MissingDependencyError as error:
        pytest.skip(f"{error}. {error.hint}")


def picture(name: str) -> PageImage:
    return PageImage(np.asarray(Image.open(DATA / f"{name}.png").convert("RGB")))


@cache
def read(engine_name: str, page: str) -> Page:
    result: Page = engine(engine_name, PAGES[page]["language"])(picture(page))
    return result


@pytest.mark.parametrize(("engine_name", "page"), READABLE)
def test_a_drawn_page_is_read_with_few_errors(engine_name: str, page: str) -> None:
    counts = cer(read(engine_name, page).text, PAGES[page]["text"])
    assert counts.rate < 0.03


@pytest.mark.parametrize("engine_name", ["ppocr", "tesseract"])
def test_an_item_and_its_price_are_one_line(engine_name: str) -> None:
    words = [line.text.split() for line in read(engine_name, "receipt").lines()]
    assert [line[0] for line in words] == ["Oat", "Rye", "Apples", "Coffee", "TOTAL"]
    assert [line[-1].split(".")[0] for line in words] == ["2", "3", "4", "11", "21"]


@pytest.mark.parametrize("engine_name", ["ppocr", "tesseract"])
def test_a_value_in_a_ruled_cell_follows_its_label(engine_name: str) -> None:
    """Bands of two and three cells, each with a label over an amount at its right end."""
    picture = Image.new("RGB", (1200, 600), "white")
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(24)
    lines = []
    labels = iter(["Wages and tips", "Tax withheld", "Number of hours", "Bonus for May", "Total paid"])
    for top, many in ((150, 2), (250, 3)):
        edges = [100 + 1000 * n // many for n in range(many + 1)]
        draw.line((100, top, 1100, top), fill=(40, 40, 40), width=3)
        draw.line((100, top + 100, 1100, top + 100), fill=(40, 40, 40), width=3)
        for left, right in pairwise(edges):
            draw.line((left, top, left, top + 100), fill=(40, 40, 40), width=3)
            lines += [next(labels), f"{2 * left + right}.50"]
            draw.text((left + 10, top + 10), lines[-2], font=font, fill=(20, 20, 20))
            draw.text((right - 110, top + 64), lines[-1], font=font, fill=(20, 20, 20))
        draw.line((1100, top, 1100, top + 100), fill=(40, 40, 40), width=3)
    page = engine(engine_name, "en")(PageImage(np.asarray(picture), dpi=150))
    assert [line.text for line in page.lines()] == lines


def test_the_prices_of_a_receipt_are_read() -> None:
    found = [line.text.split()[-1] for line in read("ppocr", "receipt").lines()]
    assert found == ["2.49", "3.15", "4.08", "11.90", "21.62"]


@pytest.mark.parametrize("page", ["english", "vietnamese"])
def test_tesseract_reads_a_grainy_page(page: str) -> None:
    clean = picture(page).pixels * 0.75 + 30
    grain = np.random.default_rng(1).normal(0, 35, clean.shape[:2])[:, :, None]
    grainy = PageImage(np.clip(clean + grain, 0, 255).astype(np.uint8))
    assert cer(engine("tesseract", PAGES[page]["language"])(grainy).text, PAGES[page]["text"]).rate < 0.03


@pytest.mark.parametrize("engine_name", ["ppocr", "tesseract"])
def test_two_columns_are_read_one_after_the_other(engine_name: str) -> None:
    text = read(engine_name, "columns").text
    assert text.index("the bell rang") < text.index("Across the bay")


@pytest.mark.parametrize(("engine_name", "page"), READABLE)
def test_words_and_glyphs_stand_where_the_text_says(engine_name: str, page: str) -> None:
    found = read(engine_name, page)
    for line in found.lines():
        assert line.text == unicodedata.normalize("NFC", line.text).strip()
        assert [line.text[word.start : word.end] for word in line.words] == [word.text for word in line.words]
        assert " ".join(word.text for word in line.words) == " ".join(line.text.split())
        assert line.box is not None
        for place in (*line.words, *line.glyphs):
            assert 0 <= place.confidence <= 1
            assert line.box.left - 4 <= place.box.left <= place.box.right <= line.box.right + 4
            assert line.box.top - 4 <= place.box.top <= place.box.bottom <= line.box.bottom + 4


@pytest.mark.parametrize(("engine_name", "page"), READABLE)
def test_the_evidence_spells_the_line_and_prefers_it(engine_name: str, page: str) -> None:
    kind = CtcPosterior if engine_name == "ppocr" else LatticeEvidence
    for line in read(engine_name, page).lines():
        assert isinstance(line.evidence, kind)
        assert line.evidence.text == line.text
        (own,) = line.evidence.log_likelihood([line.text])
        assert own is not None
        assert own <= 1e-6


@pytest.mark.parametrize(("read", "kept"), [(" ab", "ab"), ("ab  ", "ab"), ("a  b", "a b"), ("  ", ""), ("a b", "a b")])
def test_spaces_at_the_ends_and_doubled_ones_leave_text_and_evidence_alike(read: str, kept: str) -> None:
    assert without_idle_spaces(posterior(read)).text == kept


def test_the_pixels_prefer_the_amount_that_is_printed() -> None:
    line = next(line for line in read("ppocr", "english").lines() if "1,304.50" in line.text)
    assert line.evidence is not None
    right, *wrong = line.evidence.log_likelihood(
        [line.text, *(line.text.replace("1,304.50", other) for other in ("1,804.50", "1,304.60", "13,045.0", "304.50"))]
    )
    assert right is not None
    assert all(other is not None and right - other > 4 for other in wrong)


def test_words_are_found_where_they_are_drawn() -> None:
    total = next(line for line in read("ppocr", "receipt").lines() if line.text.startswith("TOTAL"))
    name, price = total.words
    assert name.box.left < 60
    assert name.box.right < 200
    assert price.box.left > 450
    assert abs(price.box.right - 580) < 25


@pytest.mark.parametrize("engine_name", ["ppocr", "tesseract"])
@pytest.mark.parametrize(
    "pixels",
    [
        np.full((600, 400, 3), 255, np.uint8),
        np.zeros((600, 400, 3), np.uint8),
        np.full((1, 1, 3), 255, np.uint8),
        np.full((5000, 8, 3), 255, np.uint8),
        np.full((3, 6000, 3), 255, np.uint8),
    ],
    ids=["white", "black", "a single pixel", "very tall", "very wide"],
)
def test_a_picture_without_text_is_an_empty_page(engine_name: str, pixels: np.ndarray) -> None:
    page = engine(engine_name, "en")(PageImage(pixels, 3, 150.0))
    assert (page.text, page.number, page.width, page.height, page.dpi) == ("", 3, pixels.shape[1], pixels.shape[0], 150.0)


@pytest.mark.parametrize("engine_name", ["ppocr", "tesseract"])
def test_threads_that_share_an_engine_read_the_same(engine_name: str) -> None:
    found: dict[int, str] = {}

    def work(number: int, reader: Callable[[PageImage], Page]) -> None:
        found[number] = reader(picture("english")).text

    threads = [threading.Thread(target=work, args=(n, engine(engine_name, "en"))) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(found.values()) == [read(engine_name, "english").text] * 3


@pytest.mark.parametrize("engine_name", ["ppocr", "tesseract"])
def test_a_page_names_its_engine_with_version_and_settings_as_json(engine_name: str) -> None:
    (step,) = read(engine_name, "english").steps
    assert step.name == engine_name
    assert step.version
    json.dumps(dict(step.settings))


def test_data_that_is_missing_is_an_error_that_says_how_to_install_it(tmp_path: Path) -> None:
    with pytest.raises(MissingDependencyError) as caught:
        plugins.load("engines", "tesseract")(Settings(language="vi", tessdata=str(tmp_path)))
    assert "install" in caught.value.hint


def test_ppocr_reads_vietnamese_and_tesseract_is_its_witness() -> None:
    settings = Settings(language="vi", second_engine="auto")
    assert choice.choose(settings) == "ppocr"
    assert choice.choose_second(settings) == ("tesseract" if "vi" in tessdata.languages(settings) else "")
    assert choice.choose_second(settings.with_(language="ru", engine="tesseract")) == ""


def test_the_detector_without_its_vanishing_weights_says_the_same_to_the_last_bit() -> None:
    try:
        whole = models.model_file(models.DETECTION_FILE).read_bytes()
    except MissingDependencyError as error:
        pytest.skip(str(error))
    smaller = models.without_vanishing(whole)
    assert smaller != whole
    assert models.without_vanishing(smaller) == smaller
    page = np.random.default_rng(7).uniform(-1, 1, (1, 3, 128, 256)).astype(np.float32)
    page[..., 40:60, 30:200] = -1
    sessions = [models.session(model, 1) for model in (whole, smaller)]
    before, after = (session.run(None, {session.get_inputs()[0].name: page})[0] for session in sessions)
    np.testing.assert_array_equal(before, after)


def test_a_network_keeps_no_memory_of_the_largest_picture_it_has_seen() -> None:
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("resident memory is looked at in /proc")
    try:
        network = networks.mapping(models.model_file(models.DETECTION_FILE).read_bytes(), Settings(), 1)
    except MissingDependencyError as error:
        pytest.skip(str(error))

    def resident(side: int) -> int:
        """MB after a picture of that size."""
        network(np.zeros((1, 3, side, side), np.float32))
        confine.trim()
        return confine.resident() // 2**20

    small = resident(64)
    assert resident(1280) - small < 60
