"""Rules across pages drawn here: of any colour, whole or dotted, and what is none; and the cells that rules close."""

from __future__ import annotations

import random
from itertools import pairwise

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrect.ruling import ruling

NONE = np.zeros((0, 4, 2), np.float32)
COLOURS = {
    "black": ((20, 20, 20), (255, 255, 255)),
    "yellow": ((245, 215, 60), (255, 255, 255)),
    "light grey": ((215, 215, 215), (250, 250, 250)),
    "light blue on cream": ((190, 210, 235), (250, 245, 225)),
    "white on grey": ((255, 255, 255), (225, 225, 225)),
}


def table(rule: tuple[int, int, int], paper: tuple[int, int, int], *, thick: int = 2, dotted: bool = False, size: int = 1000):
    """A page of five rules as long as 800 of 1000 parts, words between them, and where they stand."""
    picture = Image.new("RGB", (size, size), paper)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(size // 50)
    places = [size * n // 10 for n in range(2, 7)]
    for y in places:
        for x in range(size // 10, size * 9 // 10, 6 if dotted else size):
            draw.rectangle((x, y, x + 2 if dotted else size * 9 // 10, y + thick - 1), fill=rule)
        draw.text((size // 8, y + size // 40), "Garden table, oak", font=font, fill=(30, 30, 30))
        draw.text((size * 5 // 8, y + size // 40), "1,204.50", font=font, fill=(30, 30, 30))
    return np.asarray(picture), places


def long(pixels: np.ndarray) -> list[float]:
    """The middles in y of the rules that go from a fifth to four fifths of a page."""
    wide = pixels.shape[1]
    return sorted(float(b[1] + b[3]) / 2 for b in ruling(pixels, NONE).across if b[0] <= wide / 5 and b[2] >= wide * 4 / 5)


@pytest.mark.parametrize("size", [700, 1000, 2400])
@pytest.mark.parametrize("colour", COLOURS)
def test_rules_of_any_colour_are_found_where_they_stand(colour: str, size: int) -> None:
    pixels, places = table(*COLOURS[colour], thick=max(1, size // 400), size=size)
    assert long(pixels) == pytest.approx(places, abs=size / 150)


def test_a_dotted_rule_is_a_rule() -> None:
    pixels, places = table((60, 60, 60), (255, 255, 255), dotted=True)
    assert long(pixels) == pytest.approx(places, abs=5)


@pytest.mark.parametrize("seed", range(3))
def test_rules_on_grainy_and_unevenly_lit_paper_are_found(seed: int) -> None:
    pixels, places = table(*COLOURS["yellow"], thick=3)
    light = np.linspace(0.8, 1.0, pixels.shape[1])[None, :, None]
    noisy = np.clip(pixels * light + np.random.default_rng(seed).normal(0, 4, pixels.shape), 0, 255).astype(np.uint8)
    assert long(noisy) == pytest.approx(places, abs=5)


@pytest.mark.parametrize("degrees", [-2, -1, 1, 2])
def test_a_tilted_rule_is_a_rule(degrees: float) -> None:
    pixels, places = table(*COLOURS["black"])
    turn = cv2.getRotationMatrix2D((500, 500), degrees, 1.0)
    tilted = cv2.warpAffine(pixels, turn, (1000, 1000), borderValue=(255, 255, 255))
    assert long(tilted) == pytest.approx(places, abs=15)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("height", [9, 13, 30])
def test_no_rule_goes_through_the_white_between_two_columns_of_print(height: int, seed: int) -> None:
    rng = random.Random(seed)
    picture = Image.new("RGB", (1000, 900), (252, 252, 252))
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(height)
    words = [
        "mean",
        "minimum",
        "summer",
        "common",
        "banner",
        "never",
        "sense",
        "concern",
        "resources",
        "announcement",
        "commune",
    ]
    for left, right in ((40, 490), (490 + height, 960)):
        for y in range(40, 860, round(height * 1.2)):
            x = float(left)
            while x + draw.textlength(word := rng.choice(words), font=font) <= right:
                draw.text((x, y), word, font=font, fill=(20, 20, 20))
                x += draw.textlength(word + " ", font=font)
    found = ruling(np.asarray(picture), NONE).across
    assert not [box for box in found if box[0] < 490 and box[2] > 490 + height]


def test_grain_alone_holds_no_rules() -> None:
    noise = np.random.default_rng(1).normal(235, 8, (900, 700, 3))
    assert len(ruling(np.clip(noise, 0, 255).astype(np.uint8), NONE).across) == 0


def form(*, tilt: float = 0.0, sides: bool = True, size: int = 1200) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int]]]:
    """A picture of three bands of cells with a label and an amount in each, the corners of its text, and the cells' middles."""
    picture = Image.new("RGB", (size, size), "white")
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(22)
    quads, middles = [], []
    for band, many in enumerate((2, 3, 4)):
        top, bottom = 200 + 90 * band, 290 + 90 * band
        edges = [100 + 1000 * n // many for n in range(many + 1)]
        for y in (top, bottom):
            draw.line((100, y, 1100, y), fill=(40, 40, 40), width=3)
        for x in edges if sides else edges[1:-1]:
            draw.line((x, top, x, bottom), fill=(40, 40, 40), width=3)
        for left, right in pairwise(edges):
            for text, at in (("Illumination fee", (left + 6, top + 6)), ("1,204.50", (right - 106, bottom - 32))):
                draw.text(at, text, font=font, fill=(20, 20, 20))
                box = draw.textbbox(at, text, font=font)
                quads.append([(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])])
            middles.append(((left + right) // 2, (top + bottom) // 2))
    turned = picture.rotate(tilt, resample=Image.Resampling.BICUBIC, fillcolor="white")
    return np.asarray(turned), np.array(quads, np.float32), middles


@pytest.mark.parametrize("sides", [True, False])
@pytest.mark.parametrize("tilt", [0.0, 0.4])
def test_cells_of_a_form_are_found(sides: bool, tilt: float) -> None:
    """With and without rules at its left and right; the text, which is in the way of none, was found on the level page."""
    pixels, quads, middles = form(tilt=tilt, sides=sides)
    cells = ruling(pixels, quads).cells
    around = [[cell for cell in cells if cell[0] < x < cell[2] and cell[1] < y < cell[3]] for x, y in middles]
    assert [len(found) for found in around] == [1] * 9
    assert all(60 <= found[0][3] - found[0][1] <= 110 for found in around)


def test_a_page_of_words_has_no_cells() -> None:
    picture = Image.new("RGB", (1000, 1000), "white")
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(24)
    quads = []
    for n in range(25):
        at = (100, 100 + 32 * n)
        draw.text(at, "Illinois till filling mill billing " * 2, font=font, fill=(20, 20, 20))
        left, top, right, bottom = draw.textbbox(at, "Illinois till filling mill billing " * 2, font=font)
        quads.append([(left, top), (right, top), (right, bottom), (left, bottom)])
    assert not len(ruling(np.asarray(picture), np.array(quads, np.float32)).cells)
