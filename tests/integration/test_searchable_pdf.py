"""The searchable PDF, read back by another library than the one that wrote it: text, places, pixels, what was there."""

from __future__ import annotations

import io
import math

import pikepdf
import pypdfium2 as pdfium
import pytest
from pdf_documents import a_pdf, line, page, pixels, read_back, written
from PIL import Image, ImageDraw

from ocrect.errors import ExportError
from ocrect.record.correction import Correction, Edit, Verdict
from ocrect.record.document import Block, Box, Document, Line, Page, Step, Word

WORDS = {
    "en": "Total due $1,234.50 (incl. 6% tax) a & b",
    "vi": "Tổng cộng: 1.250.000 ₫ đã gồm thuế GTGT",
    "de": "Größe „klein“ ẞ – 50 €",
    "el": "Στατιστική β = 0,05",
    "ru": "Счёт № 45 от 3 июля",
    "zh": "发票 合计 ￥100",
    "ja": "請求書 合計 五百円",
    "he": "סה״כ לתשלום 120 שח",
    "ar": "المبلغ الإجمالي 250 ريال",
    "digits": "סך12 לי00 טו3",
    "emoji": "paid 🧾 𝔄 today",
}


def picture(width: int = 1000, height: int = 1400) -> Image.Image:
    drawn = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(drawn).rectangle((100, 100, 600, 140), fill="black")
    return drawn


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("language", WORDS)
def test_the_words_come_back_in_order_in_every_script(language):
    text = WORDS[language]
    drawn = line(text, 60, 200, leftwards=language in ("he", "ar", "digits"))
    data = written(Document("x", (page(drawn),)), encoded(picture(), "PNG"))
    assert read_back(data).split() == text.split()


def test_the_corrected_text_is_what_is_found_and_not_the_reading():
    read = line("Invoic No 12", 60, 200)
    fixed = Line(
        read.id, read.text, read.box, read.words, correction=Correction((Verdict(Edit(0, 6, "Invoic", "Invoice"), "accepted"),))
    )
    assert read_back(written(Document("x", (page(fixed),)), encoded(picture(), "PNG"))).split() == ["Invoice", "No", "12"]


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("box", [(0, 0, 480, 672), (-36, 50, 444, 722)])
def test_each_word_lies_on_its_box_on_pages_turned_and_moved(turned, box):
    original = a_pdf(turned=turned, box=box)
    height, width = pixels(original).shape[:2]
    words = line("Alpha beta 1,234.50 x", 50, 300)
    data = written(Document("x", (page(words, width=width, height=height),)), original)
    textpage = pdfium.PdfDocument(data)[0].get_textpage()
    assert textpage.get_text_range().split() == words.text.split()
    left, bottom, right, top = box
    scale = 150 / 72
    at = 0
    for word in words.words:
        rects = [textpage.get_charbox(i, loose=True) for i in range(at, at + len(word.text))]
        at += len(word.text) + 1
        corners = [(x, y) for r in rects for x, y in ((r[0], r[1]), (r[2], r[3]))]
        shown = [
            {
                0: (x - left, top - y), 90: (y - bottom, x - left), 180: (right - x, y - bottom), 270: (top - y, right - x),
            }[turned]
            for x, y in corners
        ]  # fmt: skip
        xs = [p[0] * scale for p in shown]
        assert abs(min(xs) - word.box.left) < 1.5
        assert abs(max(xs) - word.box.right) < 1.5


@pytest.mark.parametrize("angle", [-5, 3, 90])
def test_words_of_a_slanted_line_follow_its_baseline(angle):
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    origin = (500.0, 600.0)
    words, at = [], 0
    for n, text in enumerate(["first", "second", "third"]):
        start, end, height = 110.0 * n, 110.0 * n + 90, 30.0
        points = [
            (origin[0] + x * c - y * s, origin[1] + x * s + y * c)
            for x, y in ((start, 0), (end, 0), (start, -height), (end, -height))
        ]
        box = Box(min(p[0] for p in points), min(p[1] for p in points), max(p[0] for p in points), max(p[1] for p in points))
        words.append(Word(text, box, 0.9, at, at + len(text)))
        at += len(text) + 1
    baseline = (origin, (origin[0] + 310 * c, origin[1] + 310 * s))
    slanted = Line("l", "first second third", Box.around([w.box for w in words]), tuple(words), baseline=baseline)
    data = written(Document("x", (page(slanted),)), encoded(picture(), "PNG"))
    textpage = pdfium.PdfDocument(data)[0].get_textpage()
    scale, place = 150 / 72, 0
    assert textpage.get_text_range().split() == ["first", "second", "third"]
    for word in words:
        rects = [textpage.get_charbox(i, loose=True) for i in range(place, place + len(word.text))]
        place += len(word.text) + 1
        middle = sum((r[0] + r[2]) / 2 for r in rects) / len(rects), sum((r[1] + r[3]) / 2 for r in rects) / len(rects)
        x, y = middle[0] * scale, 1400 - middle[1] * scale
        assert abs(x - (word.box.left + word.box.right) / 2) < 12
        assert abs(y - (word.box.top + word.box.bottom) / 2) < 12


def test_no_pixel_of_a_pdf_changes_and_its_streams_stay_as_they_were():
    original = a_pdf()
    data = written(Document("x", (page(line("Some words", 60, 200)),)), original)
    assert (pixels(original) == pixels(data)).all()
    with pikepdf.open(io.BytesIO(original)) as old, pikepdf.open(io.BytesIO(data)) as new:
        before = old.pages[0].Contents.read_raw_bytes()
        assert before in [stream.read_raw_bytes() for stream in new.pages[0].Contents]


@pytest.mark.parametrize(
    ("kind", "options"), [("JPEG", {"quality": 60}), ("JPEG2000", {}), ("TIFF", {"compression": "group4"})]
)
def test_an_images_own_data_is_embedded_as_it_is(kind, options):
    image = picture().convert("1") if kind == "TIFF" else picture()
    original = encoded(image, kind, dpi=(150, 150), **options)
    data = written(Document("x", (page(line("word", 60, 200)),)), original)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (embedded,) = pdf.pages[0].get_images().values()
        assert "CCITTFaxDecode" in str(embedded.Filter) if kind == "TIFF" else embedded.read_raw_bytes() in original
    assert len(data) < len(original) + 4_000


@pytest.mark.parametrize(
    "make",
    [lambda i: encoded(i.convert("RGBA"), "PNG"), lambda i: encoded(i, "WEBP", lossless=True), lambda i: encoded(i, "GIF")],
)
def test_an_image_that_a_pdf_cannot_hold_is_embedded_without_loss(make):
    data = written(Document("x", (page(line("word", 60, 200)),)), make(picture()))
    assert read_back(data).split() == ["word"]
    assert pixels(data)[120, 300].tolist() == [0, 0, 0]


def test_a_page_is_as_large_as_its_dots_per_inch_say():
    data = written(Document("x", (page(line("word", 60, 200), dpi=200),)), encoded(picture(), "PNG"))
    assert pdfium.PdfDocument(data)[0].get_size() == pytest.approx((1000 * 72 / 200, 1400 * 72 / 200), abs=0.1)


def test_a_page_whose_text_is_its_own_is_skipped_and_forced_where_asked():
    layered = Page(1, 1000, 1400, 150, (Block((line("own words", 60, 200),)),), (Step("text-layer", "1"),))
    document = Document("x", (layered,))
    assert read_back(written(document, a_pdf())).split() == []
    assert read_back(written(document, a_pdf(), pdf_text="force")).split() == ["own", "words"]


def test_an_old_invisible_layer_goes_where_it_is_redone_and_visible_text_stays():
    once = written(Document("x", (page(line("old words", 60, 200)),)), a_pdf())
    again = Document("x", (page(line("new words", 60, 200)),))
    assert read_back(written(again, once, pdf_text="redo")).split() == ["new", "words"]
    assert (pixels(written(again, once, pdf_text="redo")) == pixels(once)).all()


def test_links_outlines_metadata_and_attachments_stay():
    pdf = pikepdf.open(io.BytesIO(a_pdf()))
    with pdf.open_metadata() as metadata:
        metadata["dc:title"] = "A title"
    pdf.attachments["data.xml"] = b"<a/>"
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Chapter", 0))
    out = io.BytesIO()
    pdf.save(out)
    kept = pikepdf.open(io.BytesIO(written(Document("x", (page(line("word", 60, 200)),)), out.getvalue())))
    assert kept.open_metadata()["dc:title"] == "A title"
    assert kept.attachments["data.xml"].get_file().read_bytes() == b"<a/>"
    with kept.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Chapter"]


def test_a_page_that_failed_stays_in_the_pdf_without_text():
    frames = [picture(), picture()]
    out = io.BytesIO()
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:], dpi=(150, 150))
    document = Document("x", (Page(1, 1000, 1400, 150), page(line("second", 60, 200), number=2)))
    data = written(document, out.getvalue())
    assert len(pdfium.PdfDocument(data)) == 2
    assert read_back(data, 1).split() == ["second"]


def test_a_document_of_another_file_is_refused():
    with pytest.raises(ExportError, match="no page 3"):
        written(Document("x", (page(line("word", 60, 200), number=3),)), a_pdf())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP"])
@pytest.mark.parametrize("behind", [b"\0" * 4000, bytes(range(256)) * 16], ids=["zeros", "noise"])
def test_bytes_behind_an_image_s_end_keep_no_searchable_pdf_from_being_made(kind, behind):
    drawn = line("Alpha beta 1,234.50", 60, 200)
    data = written(Document("x", (page(drawn),)), encoded(picture(), kind) + behind)
    assert read_back(data).split() == drawn.text.split()
    assert pixels(data).shape[:2] == pytest.approx((1400, 1000), abs=1)


def test_a_large_image_within_the_limit_is_no_reason_for_a_warning(recwarn):
    large = picture(9_500, 9_500).convert("1")
    written(Document("x", (page(line("Alpha", 60, 200), width=9_500, height=9_500),)), encoded(large, "PNG"))
    assert not [warning for warning in recwarn if "bomb" in str(warning.message)]
