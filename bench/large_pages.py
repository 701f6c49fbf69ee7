"""Tall and large pictures, drawn: a till roll, a long screenshot, an A1 sheet. Is every line read, or said? (`--seed N`)

    python -m bench.large_pages [--seed 1] [--engine ppocr]

A line is lost as :mod:`bench.sparse_pages` counts it.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from wordfreq import top_n_list

from bench.fonts import fonts
from bench.reading import pipeline
from bench.sparse_pages import SparsePage, lost
from ocrect.record.document import Box, PageImage

Line = tuple[str, tuple[int, int], float]
"""A text, where its upper left corner is, and the size of its letters in pixels."""


def pages(seed: int) -> Iterator[SparsePage]:
    """The three pictures of a seed."""
    dice = random.Random(seed)
    face = str(dice.choice(fonts(r"DejaVuSans\.ttf|LiberationSans-Regular|Carlito-Regular|Roboto-Regular")))
    yield _drawn(face, "till roll", (576, 15_200), _roll(dice))
    yield _drawn(face, "screenshot", (1080, 20_000), _screenshot(dice))
    yield _drawn(face, "A1 sheet", (9933, 7016), _plan(dice))


def _roll(dice: random.Random) -> Iterator[Line]:
    """A line every 36 pixels: an item and its price."""
    for number in range(420):
        yield f"{_words(dice, 2)} {dice.randint(100, 9999) / 100:.2f}", (24, 20 + 36 * number), 22


def _screenshot(dice: random.Random) -> Iterator[Line]:
    """Messages: paragraphs of 1 to 6 lines with space between them."""
    top = 60
    while top < 19_800:
        for _ in range(dice.randint(1, 6)):
            yield _words(dice, dice.randint(3, 7)), (dice.choice((60, 60, 240)), top), 30
            top += 46
        top += dice.randint(30, 300)


def _plan(dice: random.Random) -> Iterator[Line]:
    """Labels of 8 to 14 points at 300 dpi, each in a field of its own on the sheet."""
    for column in range(6):
        for row in range(8):
            if dice.random() < 0.6:
                at = (200 + 1600 * column + dice.randint(0, 300), 150 + 850 * row + dice.randint(0, 500))
                yield f"{_words(dice, 2)} {dice.randint(10, 999)}", at, dice.uniform(8, 14) * 300 / 72


def _words(dice: random.Random, many: int) -> str:
    words = [word for word in top_n_list("en", 3000) if word.isalpha() and len(word) > 1]
    return " ".join(dice.choices(words, k=many)).capitalize()


def _drawn(face: str, kind: str, size: tuple[int, int], lines: Iterator[Line]) -> SparsePage:
    picture = Image.new("L", size, 255)
    draw, boxes = ImageDraw.Draw(picture), []
    for text, at, letters in lines:
        font = ImageFont.truetype(face, round(letters))
        draw.text(at, text, font=font, fill=20)
        boxes.append((text, Box(*(float(side) for side in draw.textbbox(at, text, font=font)))))
    return SparsePage(PageImage(np.repeat(np.asarray(picture)[:, :, None], 3, axis=2)), kind, tuple(boxes))


def run(seed: int, settings: dict[str, str]) -> None:
    """Print a line for each picture."""
    with pipeline("en", settings) as reader:
        for page in pages(seed):
            began = time.process_time()
            read = reader.recognize(page.image)
            took = time.process_time() - began
            missing = lost(page, read)
            unsaid = sum(not said for _, said in missing)
            size = f"{page.image.width} × {page.image.height}"
            print(f"{page.kind:12} {size:15} {len(page.lines):4} lines, {len(missing)} lost, {unsaid} unsaid; {took:.1f} CPU-s")
            for text, said in missing[:10]:
                print(f"    {'said' if said else 'UNSAID'} {text!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", default="ppocr")
    options = parser.parse_args()
    run(options.seed, {"engine": options.engine, "runtime": "none"})


if __name__ == "__main__":
    main()
