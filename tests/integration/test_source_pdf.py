"""PDF pages become pixels or, where the caller asks for it, the text that they carry themselves."""

from __future__ import annotations

import hashlib
import io
import random
import threading
import unicodedata
import warnings
import zlib

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest
from PIL import Image
from written_pdfs import LETTER, layer_of, pdf, picture, rebuilt, text

from ocrect import source
from ocrect.errors import DamagedInputError, EncryptedInputError, InputError, InputTooLargeError, UnsupportedInputError
from ocrect.record.document import Page, PageImage
from ocrect.settings import Settings
from ocrect.source import pdf as pdf_source
from ocrect.source.layered import Layered

PROSE = [
    "The quick brown fox jumps over the lazy dog, twice.",
    "Invoice 4711 of 2 May 2023, total $100.00, due at once.",
    "Every good boy deserves fudge, and some of the girls too.",
]


def blind(image):
    """An engine that reads nothing."""
    return Page(image.number, image.width, image.height, image.dpi, steps=image.steps)


def read(given, engine=blind, **changes):
    """The pages of a file; those with a layer settled by ``engine``."""
    found = source.pages(given, Settings(**{"dpi": 72, "text_layer": "ignore", **changes}))
    return [page.settled(engine) if isinstance(page, Layered) else page for page in found]


LETTERS = pdf(*((text(f"Page {n}", *PROSE), LETTER) for n in (1, 2, 3)))


def scan(*lines, mode=3):
    """A page that is all picture, with text over it (invisible in mode 3)."""
    grey = zlib.compress(bytes([255] * 100))
    image = (
        b"<< /Type /XObject /Subtype /Image /Width 10 /Height 10 /ColorSpace /DeviceGray /BitsPerComponent 8 "
        b"/Filter /FlateDecode /Length %d >>\nstream\n" % len(grey) + grey + b"\nendstream"
    )
    return pdf((b"q 612 0 0 792 0 0 cm /Im Do Q " + text(*lines, mode=mode), LETTER), objects=[image])


def encrypted(user, owner):
    """A PDF under the standard security handler, revision 2: ISO 32000-1, 7.6.3, algorithms 2, 3 and 4."""
    pad = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    owner_entry = rc4(hashlib.md5((owner + pad)[:32]).digest()[:5], (user + pad)[:32])
    key = hashlib.md5((user + pad)[:32] + owner_entry + b"\xfc\xff\xff\xff" + b"0123456789abcdef").digest()[:5]

    def keep(number, body):
        return rc4(hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[:10], body)

    entries = (owner_entry.hex().encode(), rc4(key, pad).hex().encode(), b"0123456789abcdef".hex().encode())
    trailer = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <%b> /U <%b> /P -4 >> /ID [<%b> <00>]" % entries
    return pdf((text(*PROSE), LETTER), trailer=trailer, keep=keep)


def rc4(key, data):
    box, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


# Rendered


@pytest.mark.parametrize("given", ["path", "bytes", "stream"])
def test_pages_are_rendered_at_the_dpi_of_the_settings(given, tmp_path):
    (tmp_path / "a.pdf").write_bytes(LETTERS)
    ways = {"path": tmp_path / "a.pdf", "bytes": LETTERS, "stream": io.BytesIO(LETTERS)}
    pages = read(ways[given], dpi=150)
    assert [(page.number, page.width, page.height, page.dpi) for page in pages] == [(n, 1275, 1650, 150.0) for n in (1, 2, 3)]
    assert pages[0].pixels.dtype == np.uint8
    assert pages[0].pixels.flags.c_contiguous
    assert pages[0].pixels.max() == 255
    assert pages[0].pixels.min() < 50


def test_colours_are_red_green_blue():
    (page,) = read(pdf((b"1 0 0 rg 0 0 612 792 re f", LETTER)))
    assert page.pixels[400, 300].tolist() == [255, 0, 0]


def test_the_pixels_outlive_the_document():
    first = next(pages := source.pages(LETTERS, Settings(dpi=72, text_layer="ignore")))
    pages.close()
    assert first.pixels.mean() > 200


def test_a_page_of_pictures_is_rendered_no_finer_than_they_are():
    (page,) = read(picture(1600, 1200, points=(1600, 1200)), dpi=300)
    assert (page.width, page.height, page.dpi) == (1600, 1200, 72.0)
    assert dict(page.steps[0].settings) == {"dpi": 72.0, "asked": 300, "why": "its pictures are no finer"}
    assert read(picture(1600, 1200, points=(1600, 1200)), dpi=50)[0].dpi == 50.0


def test_a_picture_on_its_side_and_one_of_oblong_pixels_count_by_their_finer_direction():
    turned = picture(2000, 1000, points=(500, 1000), matrix=(0, 1000, -500, 0, 500, 0))
    assert read(turned, dpi=300)[0].dpi == pytest.approx(144.0, abs=0.02)
    assert read(picture(1700, 1000, points=(612, 720)), dpi=300)[0].dpi == pytest.approx(200.0, abs=0.1)


def test_a_coarse_picture_still_gives_a_page_of_some_size():
    assert max(read(picture(10, 10, points=(612, 792)), dpi=300)[0].pixels.shape) == 1000


@pytest.mark.parametrize("drawn", [text("Received on 3 May"), b"0 0 m 9 9 l 20 5 l 7 2 l 3 3 l 1 8 l S"])
def test_a_page_with_text_or_drawings_of_its_own_is_rendered_as_asked(drawn):
    assert read(picture(612, 792, points=(612, 792), drawn=drawn), dpi=150)[0].dpi == 150.0


def test_another_systems_reading_and_a_frame_make_no_page_finer():
    drawn = text(*PROSE, mode=3) + b" 0 0 612 792 re S"
    assert read(picture(1224, 1584, points=(612, 792), drawn=drawn), dpi=300)[0].dpi == pytest.approx(144.0, abs=0.02)


@pytest.mark.parametrize("unit", [b"10", b"0.5", b"0", b"-3", b"1e30", b"/x"])
def test_a_page_in_units_of_its_own_is_as_large_as_it_says(unit):
    (page,) = read(pdf((text("x"), b"/MediaBox [0 0 120 90] /UserUnit " + unit)), dpi=72)
    times = {b"10": 10, b"0.5": 0.5}.get(unit, 1)
    assert (page.width, page.height) == (120 * times, 90 * times)


def test_a_dynamic_form_is_an_error_that_says_what_to_do():
    for catalog in (b"/NeedsRendering true", b"/AcroForm << /XFA (x) >> /NeedsRendering true"):
        with pytest.raises(UnsupportedInputError, match="dynamic XFA") as caught:
            read(pdf((text("Please wait…"), LETTER), catalog=catalog))
        assert "Adobe Reader" in caught.value.hint


def test_a_static_form_is_read_without_a_word_about_how_pdfium_was_compiled(caplog):
    assert read(pdf((text("Applicant"), LETTER), catalog=b"/AcroForm << /Fields [] /XFA (x) >>"))
    assert "XFA" not in caplog.text


def test_values_in_form_fields_are_drawn():
    form = b"/AcroForm << /Fields [6 0 R] /DA (/F 12 Tf 0 g) /DR << /Font << /F 3 0 R >> >> >>"
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (sum) /V (999.99) /DA (/F 40 Tf 0 g) /Rect [100 300 400 360] /F 4 >>"
    (page,) = read(pdf((b"", LETTER + b" /Annots [6 0 R]"), catalog=form, objects=[field]))
    assert page.pixels.min() < 50


def test_a_header_that_comes_late_is_found():
    assert len(read(b"HTTP/1.1 200 OK\r\n\r\n" + LETTERS)) == 3


def test_selected_pages_are_counted_and_read():
    assert source.numbers(LETTERS, Settings(pages="2-")) == [2, 3]
    assert [page.number for page in read(LETTERS, pages="2-")] == [2, 3]


def test_more_pages_than_pdfium_is_kept_open_for_all_come(monkeypatch):
    monkeypatch.setattr(pdf_source, "_REOPEN_AFTER", 2)
    many = pdf(*((text(f"Page {n} of many, and more"), LETTER) for n in range(1, 8)))
    assert [page.text for page in read(many, text_layer="auto", page_seconds=0)] == [
        f"Page {n} of many, and more" for n in range(1, 8)
    ]


def test_threads_may_read_at_once():
    means = []
    threads = [threading.Thread(target=lambda: means.extend(p.pixels.mean() for p in read(LETTERS))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert means == pytest.approx([means[0]] * 18, abs=0.5)


# Refused


def test_a_page_that_would_pass_the_limit_is_rendered_coarser_and_its_record_says_so():
    poster = b"/MediaBox [0 0 14400 14400]"
    first, second, third = read(pdf((b"", LETTER), (text(*PROSE), poster), (b"", LETTER)), dpi=300)
    assert 0.98 * 100_000_000 < second.width * second.height <= 100_000_000
    (step,) = second.steps
    assert (step.name, step.settings["asked"], step.settings["dpi"]) == ("render", 300, second.dpi)
    assert "more pixels than allowed" in step.settings["why"]
    assert [dict(page.steps[0].settings) for page in (first, third)] == [{"dpi": 300.0}] * 2


@pytest.mark.parametrize(("inches", "is_said"), [(90, False), (110, True), (10_000, True)])
def test_that_the_limit_leaves_too_few_pixels_for_print_is_said(inches, is_said, caplog):
    side = b"/MediaBox [0 0 %d %d]" % (72 * inches, 72 * inches)
    read(pdf((text(*PROSE), side)), dpi=300, text_layer="ignore")
    assert any("too few for small print" in record.message for record in caplog.records) is is_said


@pytest.mark.parametrize("sides", [(612, 792), (3, 14400), (14400, 3), (0.01, 14400)])
@pytest.mark.parametrize("most", [1, 1000, 50_000])
def test_no_page_passes_the_limit_whatever_its_shape(sides, most):
    (page,) = read(pdf((b"", b"/MediaBox [0 0 %g %g]" % sides)), max_pixels=most, dpi=600)
    assert 0 < page.width * page.height <= max(most, 1)


def test_more_pages_than_allowed_are_refused():
    with pytest.raises(InputTooLargeError, match="3 pages, more than the 2 allowed"):
        read(LETTERS, max_pages=2)


def test_a_pdf_without_pages_is_damaged():
    with pytest.raises(DamagedInputError, match="no pages"):
        read(pdf())


@pytest.mark.parametrize("before", ["encrypted", "damaged"])
def test_a_pdf_without_pages_is_told_as_such_whatever_was_refused_before(before):
    with pytest.raises(InputError):
        read(encrypted(b"secret", b"boss") if before == "encrypted" else LETTERS[:200])
    with pytest.raises(DamagedInputError, match="no pages"):
        read(pdf())


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(1000), LETTERS[:200]])
def test_what_only_begins_like_a_pdf_is_damaged(data):
    with pytest.raises(DamagedInputError, match="PDF"):
        read(data)


def test_a_damaged_table_of_contents_is_repaired():
    assert len(read(LETTERS.replace(b"startxref\n", b"startxref\n9"))) == 3
    assert len(read(rebuilt(LETTERS))) == 3


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_truncated_pdf_is_refused(share):
    with pytest.raises(DamagedInputError, match="truncated"):
        read(LETTERS[: int(len(LETTERS) * share)])


def test_one_damaged_page_fails_and_the_others_come():
    broken = LETTERS.replace(b"6 0 obj\n<< /Type /Page ", b"6 0 obj\n<< /Type /Pear ").replace(
        b"6 0 obj\n<<", b"6 0 obj\n[[", 1
    )
    pages = read(broken)
    assert [type(page) for page in pages] == [PageImage, Page, PageImage]
    assert pages[1].failure.error == "DamagedInputError"
    assert pages[1].number == 2


def test_random_damage_gives_pages_or_an_input_error():
    chance = random.Random("pdf")
    for layer in ("ignore", "auto", "only"):
        for _ in range(60):
            spoilt = bytearray(LETTERS)
            for _ in range(chance.choice([1, 3, 30])):
                spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
            if chance.random() < 0.3:
                del spoilt[chance.randrange(len(spoilt)) :]
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                try:
                    pages = read(bytes(spoilt), dpi=40, text_layer=layer, max_pixels=4_000_000)
                except InputError:
                    continue
            assert all(isinstance(page, (Page, PageImage)) for page in pages)


# Encrypted


def test_a_password_is_asked_for():
    with pytest.raises(EncryptedInputError, match="asks for a password") as caught:
        read(encrypted(b"secret", b"boss"))
    assert "--password" in caught.value.hint


def test_a_wrong_password_is_called_wrong():
    with pytest.raises(EncryptedInputError, match="does not open"):
        read(encrypted(b"secret", b"boss"), password="guess")


@pytest.mark.parametrize("password", ["secret", "boss"])
def test_the_right_password_opens(password):
    assert read(encrypted(b"secret", b"boss"), password=password, text_layer="auto")[0].text == "\n".join(PROSE)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("password", ["Grüße1", "mật khẩu ½", "ﬁnal²"])
def test_a_password_opens_however_its_letters_are_written(password, form):
    plain, locked = io.BytesIO(pdf((text(*PROSE), LETTER))), io.BytesIO()
    with pikepdf.open(plain) as document:
        document.save(locked, encryption=pikepdf.Encryption(user=password, owner="boss", R=6))
    given = unicodedata.normalize(form, password)
    assert read(locked.getvalue(), password=given, text_layer="auto")[0].text == "\n".join(PROSE)


@pytest.mark.parametrize("password", ["", "wrong"])
def test_units_of_a_file_that_opens_without_a_password_are_known_with_any(password):
    plain, locked = io.BytesIO(pdf((text("x"), b"/MediaBox [0 0 120 90] /UserUnit 10"))), io.BytesIO()
    with pikepdf.open(plain) as document:
        document.save(locked, encryption=pikepdf.Encryption(user="", owner="boss", R=6))
    (page,) = read(locked.getvalue(), password=password)
    assert (page.width, page.height) == (1200, 900)


@pytest.mark.parametrize("password", ["", "wrong"])
def test_a_file_that_opens_without_a_password_opens_with_any(password):
    assert read(encrypted(b"", b"boss"), password=password, text_layer="auto")[0].text == "\n".join(PROSE)


def test_an_unknown_encryption_is_reported():
    unknown = encrypted(b"", b"boss").replace(b"/Filter /Standard", b"/Filter /Mystery1")
    with pytest.raises(EncryptedInputError, match="cannot be read"):
        read(unknown)


# The text layer


def test_a_text_layer_is_judged_by_the_page_unless_told_otherwise():
    assert Settings().text_layer == "auto"
    assert all(isinstance(page, PageImage) for page in read(LETTERS, text_layer="ignore"))
    assert all(isinstance(page, Layered) for page in source.pages(LETTERS, Settings(dpi=72)))


@pytest.mark.parametrize("wanted", ["auto", "only"])
def test_a_text_layer_is_read_with_its_provenance(wanted):
    page = read(LETTERS, text_layer=wanted, dpi=150)[1]
    assert page.text == "\n".join(["Page 2", *PROSE])
    assert (page.number, page.width, page.height, page.dpi) == (2, 1275, 1650, 150.0)
    assert [(step.name, step.version) for step in page.steps] == [
        (name, str(pdfium.PYPDFIUM_INFO.version)) for name in ("render", "text-layer")
    ]
    assert [line.id for line in page.lines()] == ["p2-l1", "p2-l2", "p2-l3", "p2-l4"]
    for line in page.lines():
        assert line.evidence is None
        assert all(line.text[word.start : word.end] == word.text for word in line.words)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_boxes_lie_where_the_ink_is(turn):
    """Wherever the page is cropped and however it is turned."""
    page = pdf((text("Hamburg ipsum dolor"), b"/MediaBox [0 0 612 792] /CropBox [50 600 500 780] /Rotate %d" % turn))
    (layer,) = read(page, text_layer="only", dpi=200)
    (image,) = read(page, dpi=200)
    assert (layer.width, layer.height) == (image.width, image.height)
    rows, columns = np.nonzero(image.pixels.min(axis=2) < 128)
    (line,) = layer.lines()
    ink = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert (line.box.left, line.box.top, line.box.right, line.box.bottom) == pytest.approx(ink, abs=2.5)
    assert [word.text for word in line.words] == ["Hamburg", "ipsum", "dolor"]


def test_text_outside_the_page_is_left_out():
    page = pdf((text("Seen by everybody", "x") + b" BT /F 12 Tf 5000 100 Td (hidden far away) Tj ET", LETTER))
    assert read(page, text_layer="only")[0].text == "Seen by everybody\nx"


def test_ligatures_are_spelt_out_and_accents_composed():
    codes = ["ﬁ", "n", "e", "\u0301", " ", "ﬄ", "x", " ", "o", "½"]
    (page,) = read(rebuilt(layer_of(codes)), text_layer="only")
    assert page.text == "finé fflx o½"
    (line,) = page.lines()
    assert [line.text[word.start : word.end] for word in line.words] == ["finé", "fflx", "o½"]


def test_a_soft_hyphen_that_is_drawn_is_a_hyphen():
    """Some fonts name their only hyphen so; leaving it out would change numbers."""
    (page,) = read(rebuilt(layer_of(["0", "3", "0", "\u00ad", "1", "2"])), text_layer="only")
    assert page.text == "030-12"


@pytest.mark.parametrize("parts", [("of", "fers"), ("Silben", "trennung"), ("năm", "mươi")])
def test_a_soft_hyphen_inside_a_word_is_no_sign_of_it_though_a_font_may_draw_it(parts):
    (page,) = read(rebuilt(layer_of([*parts[0], "\u00ad", *parts[1]])), text_layer="only")
    assert page.text == "".join(parts)


def test_soft_hyphens_of_a_font_that_has_no_other_stay_inside_words_too():
    (page,) = read(rebuilt(layer_of([*"well", "\u00ad", *"known 1", "\u00ad", "2"])), text_layer="only")
    assert page.text == "well-known 1-2"


def test_a_soft_hyphen_at_a_lines_end_is_the_hyphen_that_is_shown():
    table = layer_of([*"exam", "\u00ad"])
    whole = table.replace(text("ABCDE"), text("ABCDE", "ABC"))
    (page,) = read(rebuilt(whole), text_layer="only")
    assert page.text == "exam-\nexa"


@pytest.mark.parametrize("shown", [0, 90, 180, 270])
@pytest.mark.parametrize("drawn", [0, 90, 180, 270])
@pytest.mark.parametrize("sign", [1, -1], ids=["", "turned-back-by-its-size"])
def test_lines_and_rows_are_in_order_however_the_text_is_turned_on_its_page_and_this_is_shown(drawn, shown, sign):
    across, up = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[drawn]
    pieces = [("First line", -200, 60), ("Second line", -200, 20), ("Third 12.50", -200, -20), ("right", 100, -20)]
    content = b"".join(
        b"BT /F %d Tf %d %d %d %d %d %d Tm (%s) Tj ET\n"
        % (
            14 * sign,
            *(sign * n for n in (across, up, -up, across)),
            300 + x * across - y * up,
            300 + x * up + y * across,
            words.encode(),
        )
        for words, x, y in pieces
    )
    whole = pdf((content, b"/MediaBox [0 0 600 600] /Rotate %d" % shown))
    (page,) = read(whole, text_layer="only")
    assert page.text.splitlines() == ["First line", "Second line", "Third 12.50 right"]


def test_a_hyphen_at_a_lines_end_stays_and_the_line_ends_there():
    (page,) = read(pdf((text("This is an exam-", "ple of a long word."), LETTER)), text_layer="only")
    assert page.text == "This is an exam-\nple of a long word."


def test_characters_beyond_the_basic_plane_are_whole():
    (page,) = read(rebuilt(layer_of(["a", "𝔸", "😀", "b"])), text_layer="only")
    assert page.text == "a𝔸😀b"


def test_a_layer_of_nameless_signs_is_not_usable():
    whole = rebuilt(layer_of([chr(0xE000 + i) for i in range(20)]))
    assert isinstance(read(whole, text_layer="auto")[0], PageImage)


def test_a_pdf_page_with_a_page_number_alone_is_taken_for_text():
    assert read(pdf((text("Page 3"), LETTER)), text_layer="auto")[0].text == "Page 3"


def test_what_another_system_read_on_a_scan_is_not_the_pages_own_text():
    assert isinstance(read(scan(*PROSE * 10, mode=3), text_layer="auto")[0], PageImage)
    assert read(scan(*PROSE, mode=3), text_layer="only")[0].text == "\n".join(PROSE)


def test_a_letter_on_a_picture_of_letter_paper_is_usable():
    assert isinstance(read(scan(*PROSE * 9, mode=0), text_layer="auto")[0], Page)


def test_a_drawn_page_without_text_fails_where_only_text_is_wanted():
    with pytest.raises(UnsupportedInputError, match="page 1 has no text layer"):
        read(scan(), text_layer="only")


def test_a_blank_page_is_blank_where_only_text_is_wanted():
    (page,) = read(pdf((b"", LETTER)), text_layer="only")
    assert (page.text, page.failure) == ("", None)


def test_a_picture_in_a_pdf_made_by_pillow_is_read(tmp_path):
    Image.new("RGB", (300, 200), "blue").save(tmp_path / "a.pdf", resolution=100)
    (page,) = read(tmp_path / "a.pdf", dpi=100)
    assert (page.width, page.height) == (300, 200)
    assert page.pixels[100, 150].tolist() == pytest.approx([0, 0, 255], abs=3)


def test_every_handle_is_closed_again(monkeypatch):
    opened = []
    original = pdf_source._open
    monkeypatch.setattr(pdf_source, "_open", lambda file, password: opened.append(original(file, password)) or opened[-1])
    pages = source.pages(LETTERS, Settings(dpi=72, text_layer="ignore", page_seconds=0))
    next(pages)
    pages.close()
    source.numbers(LETTERS, Settings(page_seconds=0))
    assert len(opened) == 2
    assert all(not document.raw for document in opened)
    assert pdfium_c.FPDF_GetLastError() >= 0
