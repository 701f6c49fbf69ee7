"""Words printed aslant across the lines of a page, drawn here."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from ocrect.engines import ppocr
from ocrect.engines.ppocr.watermarks import _is_pale_line
from ocrect.errors import MissingDependencyError
from ocrect.ink import Ink
from ocrect.record.document import PageImage
from ocrect.settings import Settings

LINES = [
    "The tenant pays on the first of each month",
    "and keeps the garden as it was handed over.",
    "Repairs of the roof are made by the owner,",
    "those of the doors by the tenant himself.",
    "Both parties may end this contract at any",
    "time with three months' notice in writing.",
    "Whoever keeps a dog asks the owner before.",
    "The keys are given back on the last day.",
]
LETTER = 30  # pixels


@cache
def engine() -> ppocr.PpOcr:
    try:
        return ppocr.build(Settings(language="en", threads=2))
    except MissingDependencyError as error:
        pytest.skip(f"{error}. {error.hint}")


def read(mark: str, turned: float, size: int, enlarged: int = 1, stroke: int = 4) -> list[str]:
    """The lines that are read on a page with ``mark`` in letters of ``size`` pixels, turned by so many degrees; all of it
    ``enlarged`` times; its strokes are thicker by twice ``stroke`` pixels than the font's.
    """
    page = Image.new("L", (900, 700), 255)
    draw = ImageDraw.Draw(page)
    for n, line in enumerate(LINES):
        draw.text((120, 60 + 72 * n), line, font=ImageFont.load_default(LETTER), fill=20)
    word = Image.new("L", page.size, 255)
    ImageDraw.Draw(word).text(
        (450, 350), mark, font=ImageFont.load_default(size), fill=205, anchor="mm", stroke_width=stroke, stroke_fill=205
    )
    page = ImageChops.darker(page, word.rotate(turned, resample=Image.Resampling.BICUBIC, fillcolor=255))
    page = page.resize((enlarged * page.width, enlarged * page.height))
    pixels = np.repeat(np.asarray(page)[:, :, None], 3, axis=2)
    return [line.text for line in engine()(PageImage(pixels)).lines()]


@pytest.mark.parametrize(("mark", "turned", "size"), [("DRAFT COPY", 30, 120), ("SPECIMEN", -24, 130), ("VOID", 45, 170)])
def test_a_watermark_stands_whole_below_the_lines_that_cut_it(mark: str, turned: float, size: int) -> None:
    assert read(mark, turned, size) == [*LINES, mark]


def test_it_is_read_on_a_page_of_very_large_letters_too() -> None:
    assert read("VOID", 45, 170, enlarged=4) == [*LINES, "VOID"]


@pytest.mark.parametrize(("mark", "turned", "size"), [("DRAFT", 30, 90), ("SAMPLE", -24, 80), ("VOID", 45, 100)])
def test_letters_whose_strokes_are_no_broader_than_those_of_the_text_are_read_too(mark: str, turned: float, size: int) -> None:
    assert read(mark, turned, size, stroke=0) == [*LINES, mark]


@pytest.mark.parametrize(("width", "is_line"), [(9.0, False), (70.0, True)])
def test_rules_of_a_small_table_are_no_pale_letters_aslant(width: float, is_line: bool) -> None:
    """Pieces of its thin grey rules, one a step below the other."""
    boxes = np.array([(100 + 90 * n, 100 + 40 * n, 100 + 90 * n + width, 205 + 40 * n) for n in range(5)], np.float32)
    every = np.ones(5, bool)
    pieces = Ink(boxes, 0.3 * width * np.full(5, 105, np.float32), 40.0 * every.astype(np.float32), every, ~every, ~every)
    paper = np.full((600, 800, 3), 250, np.uint8)
    paper[300:330, 100:700] = 20
    assert _is_pale_line(pieces, paper) == is_line
