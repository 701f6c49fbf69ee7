"""A document into files from Python: by suffix, in several formats, and never over what is not ours."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image

import ocrect
from ocrect.errors import ExportError, SettingsError
from ocrect.record.document import Block, Box, Document, Line, Page, Word


@pytest.fixture
def document(tmp_path: Path) -> Document:
    scan = tmp_path / "scan.png"
    Image.new("RGB", (400, 300), "white").save(scan)
    words = (Word("Total", Box(20, 20, 90, 45), 0.9, 0, 5), Word("12.50", Box(110, 20, 180, 45), 0.9, 6, 11))
    line = Line("l1", "Total 12.50", Box(20, 20, 180, 45), words)
    return Document(str(scan), (Page(1, 400, 300, 150, (Block((line,)),)),))


def test_each_format_is_a_file_of_the_scans_name(document, tmp_path):
    written = ocrect.write(document, f"{tmp_path}/out/", formats="pdf, alto,text,pdf")
    assert [path.name for path in written] == ["scan.pdf", "scan.alto.xml", "scan.txt"]
    assert written[2].read_text() == "Total 12.50\n"
    assert pdfium.PdfDocument(written[0])[0].get_textpage().get_text_range().split() == ["Total", "12.50"]


def test_the_suffix_tells_the_format_of_one_file(document, tmp_path):
    (path,) = ocrect.write(document, tmp_path / "x.hocr")
    assert "ocrx_word" in path.read_text()


def test_neither_the_scan_nor_a_strangers_file_is_replaced(document, tmp_path):
    before = (tmp_path / "scan.png").read_bytes()
    with pytest.raises(ExportError, match="read in this run"):
        ocrect.write(document, tmp_path / "scan.png", formats="text", force=True)
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ExportError, match="not as ocrect wrote it"):
        ocrect.write(document, tmp_path / "mine.txt")
    assert ((tmp_path / "scan.png").read_bytes(), (tmp_path / "mine.txt").read_text()) == (before, "mine")


def test_a_format_that_there_is_not_is_said_before_anything_is_written(document, tmp_path):
    with pytest.raises(SettingsError, match="nonesuch"):
        ocrect.write(document, f"{tmp_path}/out/", formats=["text", "nonesuch"])
    assert not (tmp_path / "out").exists()


def test_a_document_of_no_file_needs_a_files_name(tmp_path):
    document = Document("bytes", (Page(1, blocks=(Block((Line("l", "words"),)),)),))
    with pytest.raises(SettingsError, match="is no file"):
        ocrect.write(document, f"{tmp_path}/out/", formats="text")
    assert ocrect.write(document, tmp_path / "x.txt")[0].read_text() == "words\n"
