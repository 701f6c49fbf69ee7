"""OCRmyPDF's own test files, from the source package of the installed version, through our engine.

Fetching them takes the network and minutes, so this runs where ``OCRECT_TEST_DOWNLOADS=1`` asks for it, or where
``OCRECT_OCRMYPDF_RESOURCES`` names the folder of them. ``bench/with_ocrmypdf.py`` runs all of them, beside plain OCRmyPDF.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from bench.with_ocrmypdf import fetched, run

FILES = {
    "ccitt.pdf": "a fax",
    "2400dpi.pdf": "few points, many pixels",
    "rotated_skew.pdf": "on its side and askew",
    "no_contents.pdf": "a page without content",
    "acroform.pdf": "a form",
    "masks.pdf": "picture masks",
    "francais.pdf": "another language",
    "enormous.pdf": "many pixels",
    "baiona_alpha.png": "an image with transparency",
}
HAS_WORDS = ("ccitt.pdf", "rotated_skew.pdf", "francais.pdf")

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("ocrmypdf") is None
    or shutil.which("tesseract") is None
    or not (os.environ.get("OCRECT_TEST_DOWNLOADS") or os.environ.get("OCRECT_OCRMYPDF_RESOURCES")),
    reason="needs ocrmypdf, the program tesseract, and OCRECT_TEST_DOWNLOADS=1 (or OCRECT_OCRMYPDF_RESOURCES)",
)


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = os.environ.get("OCRECT_OCRMYPDF_RESOURCES")
    return Path(named) if named else fetched(tmp_path_factory.mktemp("sdist"))


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_plain_ocrmypdf_reads_is_read_with_our_engine_too(name, resources, tmp_path):
    flags = ("--force-ocr", "--pages", "1")
    plain, ours = (run(resources / name, tmp_path / f"{engine}.pdf", engine, *flags) for engine in ("tesseract", "ocrect"))
    if plain.code:
        pytest.skip(f"plain OCRmyPDF does not read it: {plain.said}")
    assert ours.code == 0, ours.said
    words = pdfium.PdfDocument(tmp_path / "ocrect.pdf")[0].get_textpage().get_text_range().split()
    assert (len(words) > 3) or name not in HAS_WORDS
