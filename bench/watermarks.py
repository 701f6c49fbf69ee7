"""Drawn pages with a watermark aslant across their lines: is it read as a whole, and are the lines?

    python -m bench.watermarks [--pages 24] [--seed 1]

A watermark or a line is right where a line that was read is the same to the last sign.
"""

from __future__ import annotations

import argparse
import random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont
from wordfreq import top_n_list

from bench.fonts import fonts
from bench.reading import pipeline
from ocrect.record.document import PageImage

_FACES = "DejaVuSans|DejaVuSerif|Liberation|Carlito|Caladea"
_MARKS = (
    "DRAFT|COPY|DRAFT COPY|CONFIDENTIAL|VOID|SAMPLE|PAID|DUPLICATE|ENTWURF|KOPIE|Muster|Specimen|NOT VALID|ARCHIVE 2024"
).split("|")
_SHEETS = (1240, 1000), (1240, 1754), (1654, 1400)  # pixels
_SIZES, _LARGER, _GREYS, _DEGREES = (24, 44), (3.0, 6.0), (190, 222), (15.0, 55.0)


def drawn(dice: random.Random, faces: list[str], words: list[str]) -> tuple[PageImage, list[str], str]:
    """A page, its lines, and its watermark."""
    size, (width, height) = dice.randint(*_SIZES), dice.choice(_SHEETS)
    page = Image.new("L", (width, height), 255)
    draw, face = ImageDraw.Draw(page), ImageFont.truetype(dice.choice(faces), size)
    leading, top = round(size * dice.uniform(1.3, 2.2)), dice.randint(60, 200)
    lines: list[str] = []
    while top < height - 120 and len(lines) < 30:
        long, line = width * dice.uniform(0.4, 0.7), ""
        while face.getlength(line) < long:
            line = f"{line} {dice.choice(words)}".strip()
        draw.text((100, top), line, font=face, fill=20)
        lines.append(line)
        top += leading
    mark = dice.choice(_MARKS)
    aslant = _aslant(dice, mark, ImageFont.truetype(dice.choice(faces), round(size * dice.uniform(*_LARGER))), (width, height))
    paper = Image.new("L", page.size, 255)
    x, y = width // 2 + dice.randint(-80, 80), min(height, top) // 2 + dice.randint(-60, 60)
    corner = (
        max(0, min(width - aslant.width, x - aslant.width // 2)),
        max(0, min(height - aslant.height, y - aslant.height // 2)),
    )
    paper.paste(aslant, corner)
    pixels = np.asarray(ImageChops.darker(page, paper))
    return PageImage(np.repeat(pixels[:, :, None], 3, axis=2)), lines, mark


def _aslant(dice: random.Random, mark: str, face: ImageFont.FreeTypeFont, most: tuple[int, int]) -> Image.Image:
    """The pale words, turned, no larger than ``most`` pixels."""
    _, _, right, bottom = face.getbbox(mark)
    words = Image.new("L", (round(right) + 40, round(bottom) + 40), 255)
    ImageDraw.Draw(words).text((20, 20), mark, font=face, fill=dice.randint(*_GREYS))
    turned = words.rotate(dice.choice((1, -1)) * dice.uniform(*_DEGREES), Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    part = min(1.0, 0.95 * most[0] / turned.width, 0.95 * most[1] / turned.height)
    return turned.resize((round(turned.width * part), round(turned.height * part)))


def run(pages: int, seed: int) -> None:
    """Print each watermark that was not read, and the sums."""
    dice = random.Random(seed)
    faces = [str(path) for path in fonts(_FACES)]
    words = [word for word in top_n_list("en", 2000) if word.isalpha() and len(word) > 2]
    marks = said = right = total = 0
    with pipeline("en", {"runtime": "none"}) as reader:
        for number in range(pages):
            image, lines, mark = drawn(dice, faces, words)
            page = reader.recognize(image)
            read = [line.text for line in page.lines()]
            marks += mark in read
            said += mark not in read and any(item.why == "faint" for item in page.unread)
            right += sum(line in read for line in lines)
            total += len(lines)
            if mark not in read:
                print(f"  page {number}, {mark}: {[line for line in read if line not in lines]}")
    print(f"{marks} of {pages} watermarks read, {said} others said to be faint; {right} of {total} lines right")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    run(given.pages, given.seed)


if __name__ == "__main__":
    main()
