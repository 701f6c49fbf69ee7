"""OCRmyPDF, the released program, with ocrect as its engine and with ocrect's correction behind another engine."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from ocrect import prepare
from ocrect.record import schema
from ocrect.record.document import PageImage

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("ocrmypdf") is None or shutil.which("tesseract") is None,
    reason="ocrmypdf, or the program tesseract that it asks for at its start, is not installed",
)

PAGE = Path(__file__).parent.parent / "data" / "english.png"

OTHER = """
from ocrmypdf import hookimpl
from ocrmypdf.hocrtransform import BoundingBox, OcrClass, OcrElement
from ocrmypdf.builtin_plugins.null_ocr import NullOcrEngine

class Reader(NullOcrEngine):
    @staticmethod
    def generate_ocr(input_file, options, page_number=0):
        tree, _ = NullOcrEngine.generate_ocr(input_file, options, page_number)
        words = [OcrElement(OcrClass.WORD, bbox=BoundingBox(50 + 90 * n, 50, 130 + 90 * n, 80), text=t, confidence=0.5)
                 for n, t in enumerate("Pleaso send the invoice 12345 to us".split())]
        tree.children.append(OcrElement(OcrClass.LINE, bbox=BoundingBox(50, 50, 700, 80), children=words))
        return tree, "read"

@hookimpl(tryfirst=True)
def get_ocr_engine(options):
    return Reader() if options is not None and options.ocr_engine == "tesseract" else None
"""


def run(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "OCRECT_RUNTIME": "none", **variables}
    command = [sys.executable, "-m", "ocrmypdf", "--output-type", "pdf", "--optimize", "0", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def words(path: Path) -> list[list[str]]:
    document = pdfium.PdfDocument(path)
    return [page.get_textpage().get_text_range().split() for page in document]


@pytest.fixture
def two_pages(tmp_path: Path) -> Path:
    with Image.open(PAGE) as picture:
        top = picture.convert("RGB").crop((0, 0, picture.width, picture.height // 3))
    path = tmp_path / "scan.pdf"
    top.save(path, save_all=True, append_images=[top], resolution=200)
    return path


@pytest.mark.parametrize("how", [("--jobs", 2), ("--jobs", 2, "--no-use-threads")])
def test_the_installed_plugin_is_the_engine_in_threads_and_in_processes(how, two_pages, tmp_path):
    out, sidecar, record = tmp_path / "out.pdf", tmp_path / "out.txt", tmp_path / "record.jsonl"
    done = run(*how, "--sidecar", sidecar, "--ocrect-record", record, two_pages, out)
    assert done.returncode == 0, done.stderr
    first, second = words(out)
    assert first == second
    assert len(first) > 5
    assert sidecar.read_text().split()[: len(first)] == first
    pages = [schema.load(json.loads(line)).pages[0] for line in record.read_text().splitlines()]
    assert sorted(page.number for page in pages) == [1, 2]
    assert "ocrect" in pdfium.PdfDocument(out).get_metadata_dict()["Creator"]


def test_a_page_on_its_side_and_askew_is_turned_and_straightened_before_it_is_read(two_pages, tmp_path):
    upright, given, out = tmp_path / "upright.pdf", tmp_path / "given.pdf", tmp_path / "out.pdf"
    with Image.open(PAGE) as picture:
        top = picture.convert("RGB").crop((0, 0, picture.width, picture.height // 3))
    askew = top.rotate(2, Image.Resampling.BICUBIC, expand=True, fillcolor="white").rotate(90, expand=True)
    askew.save(given, resolution=200)
    assert run("--pages", 1, two_pages, upright).returncode == 0
    done = run("--rotate-pages", "--deskew", given, out)
    assert done.returncode == 0, done.stderr
    assert words(out)[0] == words(upright)[0]
    pixels = pdfium.PdfDocument(out)[0].render(scale=3).to_numpy()[..., :3]
    assert pixels.shape[1] > pixels.shape[0], "it lies as it is read"
    assert abs(prepare.tilt(PageImage(np.ascontiguousarray(pixels)))) < 0.5


def test_correction_stands_behind_another_engine(two_pages, tmp_path):
    plugin = tmp_path / "reader.py"
    plugin.write_text(OTHER)
    out = tmp_path / "out.pdf"
    done = run("--plugin", plugin, "--ocr-engine", "tesseract", "--ocrect-correct", "--pages", 1, two_pages, out)
    assert done.returncode == 0, done.stderr
    assert words(out)[0] == ["Please", "send", "the", "invoice", "12345", "to", "us"]


def test_a_setting_that_is_none_ends_the_run_with_what_is_wrong(two_pages, tmp_path):
    done = run(two_pages, tmp_path / "out.pdf", OCRECT_ENGINE="ppocrr")
    assert done.returncode == 1
    assert "no engine named 'ppocrr'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_page_that_is_too_large_for_us_is_left_without_text_and_said(two_pages, tmp_path):
    out = tmp_path / "out.pdf"
    done = run("--pages", 1, two_pages, out, OCRECT_MAX_PIXELS="1000")
    assert done.returncode == 0, done.stderr
    assert "pixels" in done.stderr
    assert words(out) == [[], []]


def test_its_options_stand_in_the_help():
    assert "--ocrect-record" in run("--help").stdout
