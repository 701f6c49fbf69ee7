"""Ditto marks below what a row repeats, drawn, and read as the recogniser reads them."""

from __future__ import annotations

import random

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocrect.engines.ppocr.dittos import MOST, SURE, with_dittos
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.ink import find
from ocrect.testing import posterior

MISREAD = ("11", "17", "n", "#", "89", "l", "")
SIZE, LEADING = 34, 60


def box(text: str, left: float, top: float, right: float, bottom: float, doubt: float) -> BoxReading:
    made = posterior(text, alternatives={at: {"B": doubt} for at in range(len(text))})
    quad = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return BoxReading(quad, made, float(len(made.log_probs)))


def register(rows: list[list[tuple[str, str]]], doubt: float = 0.3) -> tuple[NDArray[np.uint8], list[BoxReading]]:
    """A page of rows of cells, each what is printed and what is read of it; boxes are grown as the detector grows them."""
    page = Image.new("RGB", (900, LEADING * (len(rows) + 1)), (245, 243, 238))
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(SIZE)
    read = []
    for n, row in enumerate(rows):
        for column, (printed, seen) in enumerate(row):
            x, y = 40 + 200 * column, 20 + LEADING * n
            draw.text((x, y), printed, font=font, fill=(30, 30, 30))
            alone = Image.new("L", page.size)
            ImageDraw.Draw(alone).text((x, y), printed, font=font, fill=255)
            left, top, right, bottom = alone.getbbox() or (x, y, x, y)
            grown = 0.3 * (bottom - top)
            sure = printed == seen and len(seen) > 1
            read.append(box(seen, left - grown, top - grown, right + grown, bottom + grown, 0.001 if sure else doubt))
    return np.asarray(page), read


@pytest.mark.parametrize("seed", range(6))
def test_marks_high_up_in_their_rows_that_are_read_as_numbers_and_letters_are_dittos(seed: int) -> None:
    rng = random.Random(seed)
    rows = [[(str(rng.randint(20, 99)),) * 2, ("Halifax",) * 2, ("Bm",) * 2]]
    for n in range(rng.randint(3, 8)):
        rows.append([(f"{21 + n}",) * 2, ('"', rng.choice(MISREAD)), ('"', rng.choice(MISREAD))])
    pixels, read = register(rows)
    wanted = [printed for row in rows for printed, _ in row]
    assert [reading.text for reading in with_dittos(pixels, find(pixels), read, '"BmHalifx0123456789')] == wanted


@pytest.mark.parametrize(
    "cells", [[("n", "n")] * 5, [("11", "11")] * 5, [("o", "o")] * 5, [("*", "*")] * 5, [('"', "11")] * (MOST - 1)]
)
def test_letters_and_numbers_as_low_as_their_rows_and_fewer_marks_stay_as_read(cells: list[tuple[str, str]]) -> None:
    pixels, read = register([[("37",) * 2, cell] for cell in cells])
    assert with_dittos(pixels, find(pixels), read, '"') == read


def test_raised_numbers_of_notes_that_are_surely_read_stay() -> None:
    pixels, read = register([[("37",) * 2, ('"', "11")] for _ in range(5)], doubt=(1 - SURE) / 2)
    assert with_dittos(pixels, find(pixels), read, '"') == read


@pytest.mark.parametrize("size", [26, 30, SIZE])
@pytest.mark.parametrize("sign", ["0", "5", "c", "D", "a"])
def test_lone_signs_beside_larger_boxes_are_no_dittos(sign: str, size: int) -> None:
    """The numbers of fields beside larger print, and zeros in a column: as high up in their rows, in lower boxes, in doubt."""
    page = Image.new("RGB", (900, LEADING * 7), "white")
    draw, read = ImageDraw.Draw(page), []
    for n in range(6):
        for x, text, high in ((40, sign, size), (160, "Wages, tips", SIZE)):
            y = 20 + LEADING * n
            draw.text((x, y), text, font=ImageFont.load_default(high), fill=(30, 30, 30))
            left, top, right, bottom = draw.textbbox((x, y), text, font=ImageFont.load_default(high))
            grown = (0.3 if len(text) > 1 else 0.15) * (bottom - top)
            read.append(box(text, left - grown, top - grown, right + grown, bottom + grown, 0.3 if len(text) == 1 else 0.001))
    pixels = np.asarray(page)
    assert with_dittos(pixels, find(pixels), read, '"') == read
