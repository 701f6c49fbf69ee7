"""Round buttons and tick boxes no larger than letters, on forms drawn here; no engine reads them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrect import ink
from ocrect.engines import buttons, ticks

FINE = 8  # drawn so many times larger, then reduced as a scanner does


def form(side: int, marks: list[list[str]], letters: int, pen: float = 0.09) -> np.ndarray:
    """A form with the marks in rows, ``side`` pixels large, each before a word in ``letters`` of so many pixels."""
    picture = Image.new("L", (460 * FINE, 40 * FINE * (len(marks) + 1)), 250)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(letters * FINE)
    width = max(FINE, round(pen * side * FINE))
    for n, row in enumerate(marks):
        for m, mark in enumerate(row):
            left, middle = (30 + 140 * m) * FINE, (40 + 40 * n) * FINE
            right, half = left + side * FINE, side * FINE / 2
            outer = (left, middle - half, right, middle + half)
            x = left + half
            if mark in "○◉":
                draw.ellipse(outer, outline=20, width=width)
                dot = 0.5 * half
                if mark == "◉":
                    draw.ellipse((x - dot, middle - dot, x + dot, middle + dot), fill=20)
            elif mark == "●":
                draw.ellipse(outer, fill=20)
            else:
                draw.rectangle(outer, outline=20, width=width)
            if mark == "☒":
                reach = 1.25 * half
                for sign in (1, -1):
                    ends = (x - reach, middle - sign * reach, x + reach, middle + sign * reach)
                    draw.line(ends, fill=60, width=round(1.3 * width))
            draw.text((right + letters * FINE // 2, middle), "Bone", font=font, fill=20, anchor="lm")
    small = np.asarray(picture.resize((picture.width // FINE, picture.height // FINE), Image.Resampling.LANCZOS))
    return np.repeat(cv2.GaussianBlur(small, (0, 0), 0.4)[:, :, None], 3, axis=2)


def rows_of(found: list[ticks.Tick]) -> list[str]:
    rows: dict[int, list[ticks.Tick]] = {}
    for tick in found:
        rows.setdefault(round(((tick.box[1] + tick.box[3]) / 2 - 40) / 40), []).append(tick)
    return ["".join(tick.sign for tick in sorted(rows[n], key=lambda tick: tick.box[0])) for n in sorted(rows)]


@pytest.mark.parametrize("letters", [20, 30])
@pytest.mark.parametrize("side", [11, 16, 24])
def test_round_buttons_are_told_by_their_rings_and_the_discs_in_them(side: int, letters: int) -> None:
    pixels = form(side, [list("○◉○"), list("◉○○"), list("○○◉")], letters)
    assert rows_of(buttons.find(pixels, ink.find(pixels))) == ["○◉○", "◉○○", "○○◉"]


@pytest.mark.parametrize("side", [11, 16, 24])
def test_a_disc_as_large_as_the_rings_beside_it_is_a_filled_button(side: int) -> None:
    pixels = form(side, [list("○●○"), list("○○●")], 24)
    assert rows_of(buttons.find(pixels, ink.find(pixels))) == ["○◉○", "○○◉"]


@pytest.mark.parametrize("marks", [["○○○", "○○○"], ["●", "●", "●"], ["☐☒☐", "☒☐☐"]])
def test_rings_alone_discs_alone_and_squares_are_no_buttons(marks: list[str]) -> None:
    """The first may be the letter O, the second are bullets."""
    for side in (11, 16, 24):
        pixels = form(side, [list(row) for row in marks], 24)
        assert not buttons.find(pixels, ink.find(pixels))


@pytest.mark.parametrize("letters", [18, 26])
@pytest.mark.parametrize("side", [10, 11, 12, 13, 16])
def test_tick_boxes_as_low_as_small_letters_are_told_with_crosses_that_reach_out_of_them(side: int, letters: int) -> None:
    pixels = form(side, [list("☐☒☐"), list("☒☐☐"), list("☐☐☒")], letters)
    found = ticks.find(pixels, ink.find(pixels))
    assert [row.replace("☑", "☒") for row in rows_of(found)] == ["☐☒☐", "☒☐☐", "☐☐☒"]
    clear = ticks.without(pixels, found)
    for tick in found:
        left, top, right, bottom = (int(edge) for edge in tick.box)
        assert clear[top - 3 : bottom + 3, left - 3 : right + 3].min() > 200


@pytest.mark.parametrize("face", ["o B D 0 a e", "O D 8 B", "n o u m c s"])
@pytest.mark.parametrize("height", [14, 18, 24])
def test_letters_that_stand_by_themselves_are_neither_boxes_nor_buttons(face: str, height: int) -> None:
    picture = Image.new("RGB", (700, 500), (250, 250, 250))
    for n in range(8):
        text = "   ".join(face.split() * 2)
        ImageDraw.Draw(picture).text((40, 30 + 55 * n), text, font=ImageFont.load_default(height), fill=(20, 20, 20))
    pixels = np.asarray(picture)
    found = ink.find(pixels)
    assert not ticks.find(pixels, found)
    assert not buttons.find(pixels, found)
