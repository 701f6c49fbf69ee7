"""A PDF's own text is taken where it shows, what shows besides is read, and a font that lies is found out."""

from __future__ import annotations

import io
import random
import zlib
from dataclasses import replace
from functools import cache

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont
from written_pdfs import LETTER, layer_of, pdf, rebuilt, text

from ocrect import plugins, source
from ocrect.pipeline import Pipeline, Stages
from ocrect.record.document import Block, Box, Glyph, Line, Page, PageImage, Step, Word
from ocrect.settings import Settings

SETTINGS = Settings(text_layer="auto", dpi=150, correct=False)
SEEN = ["Offer for the north wing", "Price as agreed 8,450.00 EUR"]


class Reader:
    """An engine that keeps what it is shown, and says one thing about the ink that it finds; samples come first."""

    def __init__(self, says: str = "", samples: int = 1) -> None:
        self.says, self.samples, self.images = says, samples, []

    def __call__(self, image: PageImage) -> Page:
        self.images.append(image)
        ink = np.argwhere(image.pixels.min(axis=2) < 110)
        if not self.says or len(self.images) <= self.samples or not len(ink):
            return Page(image.number, image.width, image.height, image.dpi, steps=image.steps)
        (top, left), (bottom, right) = ink.min(axis=0).tolist(), (ink.max(axis=0) + 1).tolist()
        box = Box(left, top, right, bottom)
        line = Line("p1-l1", self.says, box, (Word(self.says, box, 0.99, 0, len(self.says)),))
        return Page(image.number, image.width, image.height, image.dpi, (Block((line,), box=box),), image.steps)


@cache
def tesseract():
    return plugins.load("engines", "tesseract")(Settings())


def read(given: bytes, engine) -> list[Page]:
    with Pipeline(SETTINGS, stages=Stages(engine=engine)) as pipeline:
        return list(pipeline.pages(given))


def drawn(*lines: str, size=(900, 300), paper=255) -> Image.Image:
    """A picture of lines of text."""
    image = Image.new("L", size, paper)
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((40, 40 + 70 * number), line, font=ImageFont.load_default(40), fill=255 - paper)
    return image


def embedded(image: Image.Image) -> bytes:
    """The picture as an object of a PDF, which a page shows by ``/Im Do``."""
    data = zlib.compress(image.tobytes())
    head = b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray" % image.size
    return head + b" /BitsPerComponent 8 /Filter /FlateDecode /Length %d >>\nstream\n" % len(data) + data + b"\nendstream"


HIDDEN = {
    "invisible": b"BT 3 Tr /F 14 Tf 72 500 Td (Old price 9,900.00 EUR) Tj ET",
    "white on white": b"1 g BT /F 14 Tf 72 500 Td (Old price 9,900.00 EUR) Tj ET 0 g",
    "clipped away": b"q 0 0 10 10 re W n BT /F 14 Tf 72 500 Td (Old price 9,900.00 EUR) Tj ET Q",
    "painted over": b"BT /F 14 Tf 72 500 Td (Old price 9,900.00 EUR) Tj ET 1 g 60 480 400 40 re f 0 g",
    "in a layer that is off": b"/OC /L BDC BT /F 14 Tf 72 500 Td (Old price 9,900.00 EUR) Tj ET EMC",
}


@pytest.mark.parametrize("how", HIDDEN)
def test_text_that_does_not_show_is_left_out(how):
    off = b"/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] /Order [6 0 R] >> >>"
    page = pdf((text(*SEEN) + b"\n" + HIDDEN[how], LETTER), catalog=off, objects=[b"<< /Type /OCG /Name (old) >>"])
    page = rebuilt(page.replace(b"/XObject <<", b"/Properties << /L 6 0 R >> /XObject <<"))
    (found,) = read(page, Reader())
    assert found.text == "\n".join(SEEN)


def test_bad_ocr_under_a_scan_is_left_out_and_the_scan_is_read():
    content = text("Tlie cornmittee 43,270.56") + b" q 612 0 0 792 0 0 cm /Im Do Q"
    reader = Reader("The committee 48,210.55", samples=0)
    (found,) = read(pdf((content, LETTER), objects=[embedded(drawn("The committee 48,210.55", size=(1224, 1584)))]), reader)
    assert found.text == "The committee 48,210.55"
    assert reader.images[0].pixels.shape == (1650, 1275, 3)


@pytest.mark.parametrize("paper", [255, 0], ids=["dark on light", "light on dark"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_writing_in_a_picture_is_read_and_stands_where_the_picture_is(seed, paper):
    dice = random.Random(seed)
    left, bottom = dice.randint(60, 200), dice.randint(100, 500)
    content = text(*SEEN) + b" q 300 0 0 100 %d %d cm /Im Do Q" % (left, bottom)
    reader = Reader("Scope drawn by hand")
    page = pdf((content, LETTER), objects=[embedded(drawn("Scope drawn by hand", paper=paper))])
    with Pipeline(SETTINGS, stages=Stages(engine=reader)) as pipeline:
        (found,) = pipeline.pages(page)
    assert found.text.splitlines() == [*SEEN, "Scope drawn by hand"]
    line = list(found.lines())[-1]
    scale = 150 / 72
    assert left * scale - 2 <= line.box.left
    assert line.box.right <= (left + 300) * scale + 2
    assert (792 - bottom - 100) * scale - 2 <= line.box.top
    assert line.box.bottom <= (792 - bottom) * scale + 2
    shown = max(image.width * image.height for image in reader.images[-1:])
    assert shown < 0.3 * found.width * found.height


def test_what_is_read_beside_the_layer_is_shown_without_the_layers_text():
    """A stamp in the layer on a scanned page: read once, by the layer."""
    scan = drawn(*["The yearly fee is 12,480.00 EUR"] * 20, size=(1224, 1584))
    content = b"q 612 0 0 792 0 0 cm /Im Do Q BT /F 12 Tf 350 30 Td (Received 2025-03-14) Tj ET"
    reader = Reader("The yearly fee is 12,480.00 EUR")
    (found,) = read(pdf((content, LETTER), objects=[embedded(scan)]), reader)
    assert sorted(found.text.splitlines()) == ["Received 2025-03-14", "The yearly fee is 12,480.00 EUR"]
    whole = reader.images[-1].pixels
    assert whole[-80:].min() > 200, "the stamp is not in what the engine is shown"


def test_rules_frames_bars_and_dotted_lines_are_no_writing():
    rules = b" ".join(b"60 %d m 550 %d l S" % (y, y) for y in range(100, 600, 25))
    bars = b" ".join(b"%d 620 8 %d re f" % (x, 20 + x % 37) for x in range(60, 500, 14))
    dots = b"[1 3] 0 d " + b" ".join(b"60 %d m 550 %d l S" % (y, y) for y in range(650, 690, 12)) + b" [] 0 d"
    reader = Reader("never")
    (found,) = read(pdf((text(*SEEN) + b" " + rules + b" " + bars + b" " + dots, LETTER)), reader)
    assert found.text.splitlines()[-1] != "never"
    assert all(image.height < 300 for image in reader.images), "samples alone"


def test_a_form_drawn_labels_first_is_read_cell_by_cell_by_its_rules():
    """Three bands of two and three ruled cells, each with a label over an amount."""
    labels, values, rules, lines = [], [], [], []
    for band, many in enumerate((2, 3, 3)):
        top = 700 - 50 * band
        rules += [b"72 %d m 522 %d l S 72 %d m 522 %d l S" % (top, top, top - 50, top - 50)]
        for n in range(many + 1):
            x = 72 + 450 * n // many
            rules.append(b"%d %d m %d %d l S" % (x, top, x, top - 50))
            if n < many:
                lines += [f"Label {'ABC'[band]}{'DEF'[n]} of it", f"{1 + band}{n},204.50"]
                labels.append(b"BT /F 11 Tf %d %d Td (%s) Tj ET" % (x + 5, top - 15, lines[-2].encode()))
                values.append(b"BT /F 11 Tf %d %d Td (%s) Tj ET" % (x + 60, top - 43, lines[-1].encode()))
    order = random.Random(1)
    content = [*rules, *order.sample(labels, len(labels)), *order.sample(values, len(values))]
    (found,) = read(pdf((b" ".join(content), LETTER)), Reader("never"))
    assert found.text.splitlines() == lines


def with_table(table: str, entries: int, *contents: bytes) -> bytes:
    """Pages whose one font calls its codes as the lines of ``table`` say."""
    head = f"begincmap 1 begincodespacerange <00> <ff> endcodespacerange {entries} beginbfchar\n"
    stream = f"{head}{table}endbfchar endcmap".encode()
    unicode = b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream"
    whole = pdf(*[(content, LETTER) for content in contents], objects=[unicode])
    return rebuilt(whole.replace(b"/WinAnsiEncoding", b"/WinAnsiEncoding /ToUnicode %d 0 R" % (4 + 2 * len(contents))))


def shifted_pages(*contents: bytes, digits_only: bool) -> bytes:
    """Pages whose font calls every letter (or only every digit) the third one after it."""

    def meant(code: int) -> int:
        char = chr(code)
        if char.isdigit():
            return 48 + (code - 48 + 3) % 10
        base = 65 if char.isupper() else 97
        return base + (code - base + 3) % 26 if char.isalpha() and not digits_only else code

    table = "".join(f"<{code:02x}> <{meant(code):04x}>\n" for code in range(32, 127))
    return with_table(table, 95, *contents)


def shifted(*lines: str, digits_only=False) -> bytes:
    """One such page of lines of text."""
    return shifted_pages(text(*lines, size=14), digits_only=digits_only)


@pytest.mark.parametrize("digits_only", [False, True])
def test_a_font_that_calls_its_letters_by_others_names_is_found_out_and_the_page_read(digits_only):
    lines = ["Invoice 2025-118 of 14 March", "Total due 3,480.00 EUR"]
    (found,) = read(shifted(*lines, digits_only=digits_only), tesseract())
    assert found.text.splitlines() == lines
    assert "reads otherwise" in str([dict(step.settings) for step in found.steps])
    (layer,) = source.pages(shifted(*lines), Settings(text_layer="only"))
    assert "6,713.33" in layer.text


def test_a_true_font_is_believed_after_one_short_look():
    calls = []

    def engine(image):
        calls.append(image.height)
        return tesseract()(image)

    (found,) = read(pdf((text(*SEEN * 12), LETTER)), engine)
    assert found.text == "\n".join(SEEN * 12)
    assert len(calls) == 1
    assert calls[0] < found.height / 4


@pytest.mark.parametrize("name", [b"/Helvetica", b"/ABCDEF+Helvetica"])
def test_a_font_is_looked_at_on_one_page_of_a_document_alone(name):
    calls = []

    def engine(image):
        calls.append(image.height)
        return tesseract()(image)

    found = read(rebuilt(pdf(*[(text(*SEEN), LETTER)] * 4).replace(b"/Helvetica", name)), engine)
    assert [page.text for page in found] == ["\n".join(SEEN)] * 4
    assert len(calls) == 1


def test_a_sign_in_doubt_does_not_make_a_sample_worthless():
    """As where a sample is cut beside a letter of the next word."""
    pages = list(source.pages(pdf(*[(text(SEEN[0]), LETTER)] * 2), SETTINGS))
    shown = [run.text.replace(" ", "") for run in pages[0].samples]
    calls = []

    def engine(image):
        calls.append(image)
        box = Box(0, 0, image.width, image.height)
        glyphs = tuple(
            Glyph(sign, Box(i * 10, 0, i * 10 + 9, 20), 0.2 if i % 9 == 0 else 0.99) for i, sign in enumerate(shown[0])
        )
        line = Line("p1-l1", shown[0], box, (Word(shown[0], box, 0.2, 0, len(shown[0])),), glyphs)
        return Page(image.number, image.width, image.height, image.dpi, (Block((line,), box=box),), image.steps)

    assert [page.settled(engine).text for page in pages] == [SEEN[0]] * 2
    assert len(shown) == len(calls) == 1


def test_a_font_is_looked_at_again_for_its_digits_where_these_come_on_a_later_page():
    lines = ["Terms and conditions of the offer", "Payment within thirty days"]
    first, second = text(*lines), text("Total due 3,480.00 EUR", "Invoice 2025-118 of 14 March")
    pages = read(shifted_pages(first, second, digits_only=True), tesseract())
    assert pages[0].text.splitlines() == lines
    assert pages[1].text.splitlines() == ["Total due 3,480.00 EUR", "Invoice 2025-118 of 14 March"]


def test_two_fonts_of_one_name_are_each_looked_at():
    """As where a program has written one page, and another program the next."""
    true = pdf((text(*SEEN), LETTER))
    lying = shifted("Invoice 2025-118 of 14 March", "Total due 3,480.00 EUR")
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(true)) as document, pikepdf.open(io.BytesIO(lying)) as other:
        document.pages.extend(other.pages)
        document.save(out)
    pages = read(out.getvalue(), tesseract())
    assert pages[0].text.splitlines() == SEEN
    assert pages[1].text.splitlines() == ["Invoice 2025-118 of 14 March", "Total due 3,480.00 EUR"]


@pytest.mark.parametrize("word", ["Phone", "Telefon", "Summary"])
def test_a_font_that_calls_its_letters_by_signs_is_found_out(word):
    """As a font does whose table is lost, where the codes of its letters are taken for letters."""
    odd = dict(zip(sorted(set(word)), '"7+%-&$#!*', strict=False))
    table = "".join(f"<{ord(c):02x}> <{ord(odd[c]):04x}>\n" for c in odd)
    (found,) = read(with_table(table, len(odd), text(word, size=14)), tesseract())
    assert found.text == word


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_tick_box_that_is_no_text_of_the_layer_is_read_in_its_row(seed, marked):
    dice = random.Random(seed)
    side, left = dice.randint(9, 16), dice.randint(130, 240)
    box = b"%d 650 %d %d re S" % (left, side, side)
    cross = b"%d 650 m %d %d l S %d %d m %d 650 l S" % (left, left + side, 650 + side, left, 650 + side, left + side)
    drawn = b" 1.2 w " + box + (b" " + cross if marked else b"")
    content = text("Please tick") + b" BT /F 12 Tf 72 652 Td (Smoker) Tj ET" + drawn
    with Pipeline(Settings(text_layer="auto", correct=False)) as pipeline:
        (found,) = pipeline.pages(pdf((content, LETTER)))
    assert found.text.splitlines() == ["Please tick", f"Smoker {'☒' if marked else '☐'}"]


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("of_page", [True, False], ids=["a scan with a stamp", "a picture beside text"])
def test_a_picture_that_is_turned_turns_no_page_of_text_and_a_scan_that_is_turned_does(turns, of_page):
    """What a searchable PDF that shows pages upright goes by."""

    class Turning(Reader):
        def __call__(self, image: PageImage) -> Page:
            page = super().__call__(image)
            return replace(page, steps=(*page.steps, Step("turn", "1", {"clockwise_degrees": 90 * turns})))

    content = (b"BT /F 12 Tf 350 30 Td (Paid) Tj ET" if of_page else text(*SEEN)) + b" q 300 0 0 100 100 300 cm /Im Do Q"
    says = "A whole page of what was scanned and stands on its side" if of_page else "By hand"
    (page,) = source.pages(pdf((content, LETTER), objects=[embedded(drawn("By hand"))]), SETTINGS)
    found = page.settled(Turning(says))
    assert says in found.text
    assert any(step.name == "turn" for step in found.steps) == of_page
    assert any(step.settings.get("clockwise_degrees") == 90 * turns for step in found.steps)


def test_pages_may_be_settled_after_the_file_is_closed_and_in_any_order():
    """As they are where several are read side by side."""
    content = text(*SEEN) + b" q 300 0 0 100 100 300 cm /Im Do Q"
    pages = list(source.pages(pdf((content, LETTER), (content, LETTER), objects=[embedded(drawn("By hand"))]), SETTINGS))
    found = [page.settled(Reader("By hand")) for page in reversed(pages)]
    assert [page.number for page in found] == [2, 1]
    assert all(sorted(page.text.splitlines()) == sorted([*SEEN, "By hand"]) for page in found)


def test_a_field_stands_in_the_row_of_its_name_as_it_is_shown():
    form = b"/AcroForm << /Fields [6 0 R 7 0 R] /DA (/F 12 Tf 0 g) /DR << /Font << /F 3 0 R >> >> >>"
    fields = [
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (a%d) /V (%s) /DA (/F 14 Tf 0 g) /Rect [200 %d 420 %d] /F 4 >>" % row
        for row in ((1, b"Maria Example", 694, 716), (2, b"1,284.60", 654, 676))
    ]
    names = b"BT /F 14 Tf 72 700 Td (Surname) Tj 0 -40 Td (Amount claimed) Tj ET"
    (found,) = read(pdf((names, LETTER + b" /Annots [6 0 R 7 0 R]"), catalog=form, objects=fields), tesseract())
    assert found.text.splitlines() == ["Surname Maria Example", "Amount claimed 1,284.60"]


def placed(signs: str, places: list[float]) -> bytes:
    """A page whose layer has ``signs`` in this order, each drawn at its own place (points from the left)."""
    codes = list(signs)
    shown = b" ".join(b"BT /F 12 Tf %g 600 Td (%c) Tj ET" % (place, 65 + i) for i, place in enumerate(places))
    whole = layer_of(codes)
    head = whole.index(b"stream\nBT")
    tail = whole.index(b"endstream", head)
    return rebuilt(whole[:head] + b"stream\n" + shown + b"\n" + whole[tail:]).replace(b"/Helvetica", b"/Courier")


@pytest.mark.parametrize("stored", ["logical", "visual"])
@pytest.mark.parametrize("words", ["שלום עולם", "وزارة الداخلية", "סכום 125 שח"])
def test_right_to_left_text_is_in_logical_order_however_it_is_stored(words, stored):
    shown: list[str] = []  # from left to right
    for word in reversed(words.split()):
        shown += [*(word if word.isdigit() else reversed(word)), " "]
    places = {i: 100 + 7.2 * i for i in range(len(shown))}
    visual = [(char, places[i]) for i, char in enumerate(shown) if char != " "]
    order = visual if stored == "visual" else list(reversed(visual))
    (page,) = source.pages(placed("".join(c for c, _ in order), [x for _, x in order]), Settings(text_layer="only"))
    assert page.text.split() == words.split()


def test_a_letter_spaced_heading_is_words():
    letters, places, x = [], [], 60
    for char in "LETTER SPACED NOTES":
        if char != " ":
            letters.append(b"BT /F 16 Tf %d 600 Td (%s) Tj ET" % (x, char.encode()))
        x += 9 if char == " " else 16
        places.append(x)
    (page,) = read(pdf((b" ".join(letters), LETTER)), Reader())
    assert page.text == "LETTER SPACED NOTES"


@pytest.mark.parametrize("shift", [0.3, 0.8])
def test_what_is_struck_twice_stands_once(shift):
    strike = b" ".join(b"BT /F 16 Tf %g 600 Td (Grand total 4,830.00) Tj ET" % (60 + dx) for dx in (0, shift))
    (page,) = read(pdf((strike, LETTER)), Reader())
    assert page.text == "Grand total 4,830.00"


def test_double_letters_and_repeated_words_are_not_struck_twice():
    (page,) = read(pdf((text("balloon aa 1100 llll the the 22"), LETTER)), Reader())
    assert page.text == "balloon aa 1100 llll the the 22"


def test_a_digit_that_stands_where_another_number_ends_is_not_struck_twice():
    """``0044/01`` and ``17/12/2013`` in columns that are too narrow: the 1 of both is nearly at one place. Where it is at one,
    pdfium keeps one.
    """
    pieces = [(60, "0044/01"), (60 + 1.4 + 16 * (5 * 0.556 + 0.278), "17/12/2013")]
    drawn = b" ".join(b"BT /F 16 Tf %g 600 Td (%s) Tj ET" % (x, words.encode()) for x, words in pieces)
    (page,) = read(pdf((drawn, LETTER)), Reader())
    assert sorted(filter(str.isdigit, page.text)) == sorted("004401" + "17122013")
