"""Lines in a script that the recogniser has no letters for, on a page in Latin letters drawn here."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrect.engines import ppocr, unread
from ocrect.errors import MissingDependencyError
from ocrect.record.document import PageImage
from ocrect.settings import Settings

WORDS = ["lamp", "keeper", "wrote", "down", "every", "ship", "that", "passed", "harbour", "storm", "anchor", "north", "island"]
LETTERS = {
    "Greek": "αβγδεζηθικλμνξοπρστυφχψω",
    "Armenian": "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփք",
    "Georgian": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
}
FACES = [Path(folder, "DejaVuSans.ttf") for folder in ("/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/dejavu")]
LEADING, LEFT = 70, 100


@pytest.mark.parametrize("script", LETTERS)
def test_lines_of_another_script_are_told_and_no_letter_of_them_is_made_up(script: str) -> None:
    face = next((face for face in FACES if face.is_file()), None)
    if face is None:
        pytest.skip("needs the font DejaVu Sans (Debian: apt-get install fonts-dejavu)")
    dice = random.Random(f"strange {script}")
    latin = [" ".join(dice.sample(WORDS, 6)) for _ in range(7)]
    strange = [" ".join("".join(dice.choices(LETTERS[script], k=dice.randint(4, 8))) for _ in range(4)) for _ in range(3)]
    picture = Image.new("RGB", (1240, 900), "white")
    for n, line in enumerate([*latin[:4], *strange, *latin[4:]]):
        ImageDraw.Draw(picture).text((LEFT, 80 + n * LEADING), line, font=ImageFont.truetype(str(face), 34), fill=(20, 20, 20))
    image = PageImage(np.asarray(picture))
    try:
        engine = ppocr.build(Settings(language="en", threads=2))
    except MissingDependencyError as error:
        pytest.skip(f"{error}. {error.hint}")
    page = unread.account(image, engine(image))
    assert [line.text for line in page.lines()] == latin
    for n in range(4, 7):
        middle = 80 + n * LEADING + 20
        here = [item for item in page.unread if item.why == "unknown-script" and item.box.top < middle < item.box.bottom]
        assert here, f"line {n} is told"
