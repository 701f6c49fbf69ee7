"""The formats of the field: each holds the corrected text at its place, what was read before, and what is in doubt."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace

import pytest

from ocrect import plugins
from ocrect.errors import ExportError
from ocrect.record.correction import Correction, Edit, Finding, Verdict
from ocrect.record.document import Block, Box, Document, Doubt, Failure, Line, Page, Step, Unread, Word
from ocrect.settings import Settings
from ocrect.source.original import OriginalFile

ALTO = "{http://www.loc.gov/standards/alto/ns-v4#}"
PAGE = "{http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def line(text: str, top: float, *, gaps: dict[int, float] | None = None, verdicts: tuple[Verdict, ...] = ()) -> Line:
    """Words 12 pixels a letter wide and 12 apart; ``gaps`` widens the space before a word."""
    words, x, at = [], 100.0, 0
    for n, word in enumerate(text.split(" ")):
        x += (gaps or {}).get(n, 0.0)
        words.append(Word(word, Box(x, top, x + 12 * len(word), top + 30), 0.97, at, at + len(word)))
        x, at = x + 12 * len(word) + 12, at + len(word) + 1
    baseline = ((100.0, top + 25), (x, top + 25))
    return Line(
        f"l{top}", text, Box.around([w.box for w in words]), tuple(words), baseline=baseline, correction=Correction(verdicts),
        language="en",
    )  # fmt: skip


MENDED = Verdict(Edit(0, 6, "Invoic", "Invoice"), "accepted", (Finding("word", True, "a listed word"),), "lexicon")
DOUBTED = Verdict(Edit(12, 17, "$1O0.", "$100."), "review", (Finding("image", None, "hardly tells"),), "confusions")


@pytest.fixture
def document() -> Document:
    blocks = (
        Block((line("Invoic No & $1O0.00 <due>", 100, verdicts=(MENDED, DOUBTED)),), "heading"),
        Block((line("Coffee 2 7.00", 200, gaps={1: 200, 2: 200}), line("Tea 1 3.50", 240, gaps={1: 236, 2: 200})), "table"),
        Block((line("=SUM(A1) # 1. x", 400),)),
    )
    unread = (Unread(Box(50, 900, 400, 1000), "picture"),)
    first = Page(1, 1000, 1400, 150.0, blocks, (Step("ppocr", "3", {"symbols": 9}), Step("correct", "0.1")), unread)
    second = Page(2, 1000, 1400, failure=Failure("RecognitionError", "the engine failed"))
    return Document("scan <1>.png", (first, second))


def written(name: str, document: Document, **changes: object) -> bytes:
    out = io.BytesIO()
    settings = Settings(**changes)
    plugins.load("writers", name)(settings)(document, OriginalFile(None, settings, "x"), out)
    return out.getvalue()


def test_hocr_has_each_word_with_its_box_confidence_and_readings(document):
    root = ET.fromstring(written("hocr", document))
    words = [e for e in root.iter(f"{XHTML}span") if e.get("class") == "ocrx_word"]
    assert [w.text for w in words][:5] == ["Invoice", "No", "&", "$1O0.00", "<due>"]
    assert words[0].get("title") == 'bbox 100 100 172 130; x_wconf 97; x_ocrect_read "Invoic"'
    assert words[3].get("title", "").endswith('x_wconf 50; x_ocrect_or "$100.00"')
    (baseline,) = {e.get("title", "").split("; ")[1] for e in root.iter(f"{XHTML}span") if e.get("class") == "ocr_line"}
    assert baseline == "baseline 0 -5"
    assert len([e for e in root.iter(f"{XHTML}div") if e.get("class") == "ocr_page"]) == 2


@pytest.mark.parametrize("language", ["en", ""])
def test_hocr_is_valid_by_its_specification_with_and_without_a_language(language, document, tmp_path):
    pytest.importorskip("hocr_spec", exc_type=ImportError, reason="the validator hocr-spec is not installed")
    blocks = (replace(b, lines=tuple(replace(line, language=language) for line in b.lines)) for b in document.pages[0].blocks)
    document = replace(document, pages=(replace(document.pages[0], blocks=tuple(blocks)), document.pages[1]))
    path = tmp_path / "page.hocr"
    text = written("hocr", document).decode()
    assert text.count("; x_ocrect_") == 2
    # Properties of an engine's own, which the specification allows (x_…) and its validator does not know.
    path.write_text(re.sub(r"; x_ocrect_\w+( &quot;[^&]*&quot;)+", "", text), encoding="utf-8")
    validate = "import sys; from hocr_spec.cli import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", validate, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "valid" in done.stdout


def test_alto_has_words_alternatives_steps_and_what_was_not_read(document):
    root = ET.fromstring(written("alto", document))
    strings = list(root.iter(f"{ALTO}String"))
    assert [s.get("CONTENT") for s in strings][:2] == ["Invoice", "No"]
    assert [(a.get("PURPOSE"), a.text) for s in strings for a in s] == [("ocr", "Invoic"), ("review", "$100.00")]
    assert (strings[0].get("HPOS"), strings[0].get("WIDTH"), strings[0].get("WC")) == ("100", "72", "0.970")
    assert [e.text for e in root.iter(f"{ALTO}processingStepDescription")] == ["ppocr", "correct"]
    assert [e.get("TYPE") for e in root.iter(f"{ALTO}Illustration")] == ["picture"]


def test_page_xml_of_several_pages_is_an_archive_with_a_file_a_page(document):
    with zipfile.ZipFile(io.BytesIO(written("page-xml", document))) as archive:
        assert archive.namelist() == ["page-0001.xml", "page-0002.xml"]
        root = ET.fromstring(archive.read("page-0001.xml"))
        failed = archive.read("page-0002.xml").decode()
    first = next(root.iter(f"{PAGE}TextLine"))
    readings = [e.findtext(f"{PAGE}Unicode") for e in first.findall(f"{PAGE}TextEquiv")]
    assert readings == ["Invoice No & $1O0.00 <due>", "Invoic No & $1O0.00 <due>"]
    assert next(root.iter(f"{PAGE}TextRegion")).get("type") == "heading"
    assert "the engine failed" in failed


def test_page_xml_of_no_page_is_an_error():
    with pytest.raises(ExportError):
        written("page-xml", Document("x"))


def test_tsv_has_tesseracts_columns_and_a_row_a_word(document):
    rows = [row.split("\t") for row in written("tsv", document).decode().splitlines()]
    assert rows[0][:5] == ["level", "page_num", "block_num", "par_num", "line_num"]
    words = [row for row in rows if row[0] == "5"]
    assert [row[-1] for row in words][:2] == ["Invoice", "No"]
    assert words[0][6:11] == ["100", "100", "72", "30", "97.00"]
    assert all(len(row) == 12 for row in rows)


def test_layout_text_keeps_columns_under_one_another(document):
    text = written("layout", document).decode()
    rows = text.splitlines()
    coffee, tea = (next(row for row in rows if word in row) for word in ("Coffee", "Tea"))
    assert coffee.index("7.00") == tea.index("3.50")
    assert coffee.index("2") == tea.index("1")


def test_markdown_has_headings_and_tables_and_no_sign_of_the_text_is_markup(document):
    text = written("markdown", document).decode()
    assert "## Invoice No & $1O0.00".replace("$", "\\$") in text
    assert "| Coffee | 2 | 7.00 |\n|---|---|---|\n| Tea | 1 | 3.50 |" in text
    assert "\\<due\\>" in text
    assert "> **Note:** page 2 failed: the engine failed" in text


def test_csv_lists_numbers_with_their_doubts(document):
    rows = list(csv.DictReader(io.StringIO(written("csv", document).decode("utf-8-sig"))))
    doubted = next(row for row in rows if "1O0" in row["text"])
    assert (doubted["in doubt"], doubted["or"]) == ("yes", "$100.00")
    assert [row["value"] for row in rows if row["text"] in ("7.00", "3.50")] == ["7.00", "3.50"]


def test_no_cell_of_a_workbook_is_a_formula(document):
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(written("xlsx", document)))
    cells = [cell for row in book["Rows"].iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert {"Coffee", "7.00"} <= {cell.value for cell in cells}
    assert any(str(cell.value).startswith("=SUM(A1)") for cell in cells)


def test_amounts_can_be_added_up_in_a_workbook_and_codes_keep_their_zeros():
    from openpyxl import load_workbook

    texts = ("Total $1,500.00", "1.234.567 ₫", "-12,50 €", "3.500", "00123456", "12345678901234567890", "12.03.2018", "8 %")
    lines = tuple(Line(str(at), text) for at, text in enumerate(texts))
    book = load_workbook(io.BytesIO(written("xlsx", Document("x", (Page(1, blocks=(Block(lines),)),)))))
    _, *rows = book["Amounts"].iter_rows()
    values = {row[3].value: (row[4].value, row[4].number_format) for row in rows}
    assert values["$1,500.00"] == (1500, '0.00 "USD"')
    assert values["1.234.567 ₫"] == (1234567, '0 "VND"')
    assert values["-12,50 €"] == (-12.5, '0.00 "EUR"')
    assert {text: value for text, (value, _) in values.items() if isinstance(value, str)} == {
        "00123456": "00123456", "12345678901234567890": "12345678901234567890", "12.03.2018": "2018-03-12", "8 %": "8%",
    }  # fmt: skip


def test_a_word_document_has_the_text_tables_and_a_comment_at_each_doubt(document):
    import docx

    made = docx.Document(io.BytesIO(written("docx", document)))
    assert made.paragraphs[0].text == "Invoice No & $1O0.00 <due>"
    assert [[cell.text for cell in row.cells] for row in made.tables[0].rows] == [["Coffee", "2", "7.00"], ["Tea", "1", "3.50"]]
    assert ["$100.00" in comment.text for comment in made.comments] == [True]
    assert any("the engine failed" in p.text for p in made.paragraphs)


def test_html_marks_what_was_corrected_and_what_is_in_doubt_and_runs_nothing(document):
    text = written("html", document).decode()
    assert "<ins title='read as Invoic'>Invoice</ins>" in text
    assert ">$1O0.00<sup>?</sup></mark>" in text
    assert "<mark title='Perhaps &#x27;$100.00&#x27;. " in text
    assert "&lt;due&gt;" in text
    assert "scan &lt;1&gt;.png" in text
    assert "<script" not in text
    assert "page 1: not read: 1 × picture" in text


@pytest.mark.parametrize("name", ["hocr", "alto", "page-xml"])
def test_what_xml_cannot_hold_is_replaced(name):
    page = Page(1, 1000, 1400, blocks=(Block((line("a\x00b \udc80 ]]> --", 100),)),))
    root = ET.fromstring(written(name, Document("\x01--.png", (page,))))
    assert "\ufffd" in "".join(ET.tostring(root, encoding="unicode"))


@pytest.mark.parametrize("name", ["hocr", "alto", "tsv", "layout", "markdown", "csv", "xlsx", "docx", "html"])
def test_a_document_without_places_or_pages_is_written_too(name):
    assert written(name, Document("empty"))
    assert written(name, Document("text", (Page(1, blocks=(Block((Line("l", "plain words"),)),)),)))


def test_words_that_were_read_as_one_are_told_of_once_in_html():
    split = Verdict(Edit(0, 5, "Date:", "Date :"), "accepted", (Finding("space", True, "a gap"),), "spacing")
    text = written(
        "html", Document("x", (Page(1, 1000, 1400, blocks=(Block((line("Date: today", 60, verdicts=(split,)),)),)),))
    ).decode()
    assert text.count("<li>") == 1
    assert "<li>corrected: <q>Date:</q> became <q>Date :</q></li>" in text


CONTRADICTS = Doubt(6, 11, "the sum of the lines is 12.50")


def with_a_doubt(*, placed: bool) -> Document:
    """``Total 17.50``, which contradicts other lines, on a page that was partly read, and a page that failed."""
    doubted = replace(line("Total 17.50", 100), doubts=(CONTRADICTS,), correction=None)
    if not placed:
        doubted = replace(doubted, box=None, words=())
    first = Page(
        1, 1000, 1400, 150.0, (Block((line("Tea 5.00", 60), doubted)),), unread=(Unread(Box(1, 2, 9, 9), "illegible"),)
    )
    return Document("x", (first, Page(2, failure=Failure("RecognitionError", "the engine broke down"))))


def shown(name: str, data: bytes) -> str:
    """The file as text: of a package of files, all of them."""
    if name not in ("docx", "xlsx", "page-xml"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(part).decode() for part in archive.namelist() if part.endswith("xml"))


@pytest.mark.parametrize("placed", [True, False])
@pytest.mark.parametrize("name", ["html", "docx", "csv", "xlsx", "record", "text", "layout"])
def test_a_number_that_contradicts_the_page_is_in_doubt_in_every_format_that_can_say_so(name, placed):
    text = shown(name, written(name, with_a_doubt(placed=placed), text_notice=True))
    assert text.count("the sum of the lines is 12.50") >= 1


@pytest.mark.parametrize(
    ("name", "low"), [("hocr", "x_wconf 50"), ("alto", 'WC="0.500"'), ("page-xml", 'conf="0.500"'), ("tsv", "50.00")]
)
def test_a_number_that_contradicts_the_page_has_a_low_confidence_where_that_is_all_that_can_be_said(name, low):
    assert shown(name, written(name, with_a_doubt(placed=True))).count(low) == 1


@pytest.mark.parametrize(
    "name", ["html", "docx", "csv", "xlsx", "record", "hocr", "alto", "page-xml", "tsv", "markdown", "json"]
)
def test_every_format_says_that_a_page_failed_or_was_partly_read(name):
    text = shown(name, written(name, with_a_doubt(placed=True)))
    assert "the engine broke down" in text
    assert "illegible" in text


def test_text_says_so_at_its_end_and_only_where_asked():
    document = with_a_doubt(placed=True)
    assert written("text", document).decode() == "Tea 5.00\nTotal 17.50\n\f\n"
    assert written("text", document, text_notice=True).decode().splitlines() == [
        "Tea 5.00", "Total 17.50", "", "", "", "-- ocrect --",
        "page 1: not read: 1 × illegible",
        "page 2 failed: the engine broke down",
        "page 1, line 2: '17.50' is in doubt. the sum of the lines is 12.50",
    ]  # fmt: skip
    nothing = written("text", Document("x", (Page(1),)), text_notice=True).decode()
    assert nothing.splitlines()[-1] == "nothing is in doubt, and nothing is missing"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_word_document_with_its_words_and_comments(document, tmp_path):
    (tmp_path / "x.docx").write_bytes(written("docx", document))
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    command = ["soffice", home, "--headless", "--convert-to", "odt", "--outdir", str(tmp_path), str(tmp_path / "x.docx")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if not (tmp_path / "x.odt").exists():
        pytest.skip(f"LibreOffice without its word processor: {done.stderr.strip()}")
    with zipfile.ZipFile(tmp_path / "x.odt") as archive:
        text = archive.read("content.xml").decode()
    assert "Invoice No" in text
    assert text.count("<office:annotation ") == 1
    assert text.count("<table:table ") == 1
