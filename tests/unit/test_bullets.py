"""Bullets are told by their shape and place: small squares and discs, alike and one below another, each before a line."""

from __future__ import annotations

import random

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocrect import ink
from ocrect.engines import bullets

WORDS = [
    "the",
    "roof",
    "needs",
    "repair",
    "before",
    "winter",
    "comes",
    "and",
    "we",
    "agreed",
    "upon",
    "new",
    "doors",
    "for",
    "every",
    "room",
]
SIZE = 32  # pixels an em


def listed(
    mark: str, side: float, *, seed: int = 1, items: int = 5, paper: int = 250
) -> tuple[NDArray[np.uint8], list[tuple[float, float]]]:
    """A list with a mark of so many pixels before each item, and the middles of the marks."""
    dice = random.Random(seed)
    page = Image.new("L", (4 * 900, 4 * 500), paper)  # drawn four times as large, so that edges are grey
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(4 * SIZE)
    left, top = 4 * dice.randint(40, 90), 4 * dice.randint(30, 60)
    middles = []
    for _ in range(items):
        text = " ".join(dice.choices(WORDS, k=5))
        box = draw.textbbox((left + 4 * 40, top), "x", font=font)
        x, y, half = left, (box[1] + box[3]) / 2 + 4 * dice.uniform(-1, 1), 2 * side
        if mark == "▪":
            draw.rectangle((x - half, y - half, x + half, y + half), fill=255 - paper)
        elif mark == "•":
            draw.ellipse((x - half, y - half, x + half, y + half), fill=255 - paper)
        else:
            draw.text((x - half, top), mark, font=font, fill=255 - paper)
        draw.text((left + 4 * 40, top), text, font=font, fill=255 - paper)
        middles.append((x / 4, y / 4))
        top += 4 * round(1.7 * SIZE)
    return np.asarray(page.reduce(4).convert("RGB")), middles


@pytest.mark.parametrize("paper", [250, 10], ids=["dark on light", "light on dark"])
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("side", [6.0, 8.5, 12.0])
@pytest.mark.parametrize("mark", ["▪", "•"])
def test_every_bullet_of_a_list_is_found_where_it_is_and_named(mark: str, side: float, seed: int, paper: int) -> None:
    pixels, middles = listed(mark, side, seed=seed, items=3 + seed, paper=paper)
    found = bullets.find(pixels, ink.find(pixels))
    assert [tick.sign for tick in found] == [mark] * len(middles)
    boxes = sorted((tick.box for tick in found), key=lambda box: box[1])
    assert [((b[0] + b[2]) / 2, (b[1] + b[3]) / 2) for b in boxes] == [pytest.approx(middle, abs=1.5) for middle in middles]


@pytest.mark.parametrize("mark", [":", ".", "-", "o", "a", "I", "'", "1."])
def test_signs_before_lines_are_no_bullets(mark: str) -> None:
    pixels, _ = listed(mark, 8)
    assert bullets.find(pixels, ink.find(pixels)) == []


def test_two_marks_are_no_list() -> None:
    pixels, _ = listed("▪", 8, items=2)
    assert bullets.find(pixels, ink.find(pixels)) == []


def test_points_between_words_and_noise_are_no_bullets() -> None:
    page = Image.new("L", (900, 500), 250)
    for row in range(6):
        ImageDraw.Draw(page).text((60, 30 + row * 60), "oak · door · roof · new", font=ImageFont.load_default(SIZE), fill=5)
    noise = np.random.default_rng(1).integers(0, 255, (300, 400, 3), np.uint8)
    for pixels in (np.asarray(page.convert("RGB")), noise, np.full((50, 50, 3), 255, np.uint8)):
        assert bullets.find(pixels, ink.find(pixels)) == []


@pytest.mark.parametrize("gap", [8, 14, 30])
@pytest.mark.parametrize("seed", range(4))
def test_the_signs_of_a_column_of_balances_are_found_and_hyphens_of_words_are_none(seed: int, gap: int) -> None:
    dice = random.Random(seed)
    page = Image.new("RGB", (900, 500), (250, 250, 250))
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(24)
    edge, signed = 560, []
    for row in range(9):
        top = 30 + 40 * row
        draw.text((40, top), f"0{row + 1}Aug2018 {dice.choice(WORDS)} {dice.choice(WORDS)}", font=font, fill=(20, 20, 20))
        amount = f"{dice.randint(10, 99)},{dice.randint(100, 999)}.{dice.randint(10, 99)}"
        draw.text((edge - draw.textlength(amount, font=font), top), amount, font=font, fill=(20, 20, 20))
        mark = dice.choice(["-", "-", "EX"]) if row > 2 else "-"
        draw.text((edge + gap, top), mark, font=font, fill=(20, 20, 20))
        if mark == "-":
            signed.append(top)
        draw.text((700, top), f"re{dice.choice(WORDS)[:3]}-", font=font, fill=(20, 20, 20))
    pixels = np.asarray(page)
    found = bullets.find(pixels, ink.find(pixels))
    assert {tick.sign for tick in found} == {bullets.DASH}
    assert [round((tick.box[1] - 30) / 40) * 40 + 30 for tick in found] == signed
