"""Nearly empty pages: 1 to 5 lines of 6 to 24 pt anywhere on an A5 to A3 sheet of 150 to 600 dpi. Is every line read, or said?

    python -m bench.sparse_pages [--pages 500] [--seed 1] [--engine ppocr]

A line is lost where no line that was read is like it (:data:`ALIKE`, white space and case aside), and unsaid where, besides, no
``Page.unread`` lies over it. Bars are set on seed 1; seed 2 and up are for judging.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz import fuzz
from wordfreq import top_n_list

from bench.fonts import fonts
from bench.reading import pipeline
from ocrect.record.document import Box, Page, PageImage

ALIKE = 60.0
"""Per cent of likeness (indel ratio) from which a read line is a true one's."""

_FACES = "DejaVuSans|DejaVuSerif|Liberation|Carlito|Caladea|Roboto-Regular"
_SHEETS = {"A5": (5.83, 8.27), "A4": (8.27, 11.69), "A3": (11.69, 16.54)}  # inches
_RESOLUTIONS = (150, 200, 240, 300, 400, 600)
_MARGIN = 0.25  # inches
_POINTS = (6.0, 24.0)


@dataclass(frozen=True, slots=True)
class SparsePage:
    """A drawn page, what it is in words, and its lines with their boxes in pixels."""

    image: PageImage
    kind: str
    lines: tuple[tuple[str, Box], ...]


def pages(count: int, seed: int) -> Iterator[SparsePage]:
    """So many pages, the same ones for the same seed and fonts.

    Raises:
        SystemExit: this machine has no TrueType fonts.
    """
    dice, faces = random.Random(seed), [str(font) for font in fonts(_FACES)]
    for _ in range(count):
        yield _page(dice, faces)


def _page(dice: random.Random, faces: list[str]) -> SparsePage:
    sheet, dpi = dice.choice(sorted(_SHEETS)), dice.choice(_RESOLUTIONS)
    sides = [round(inches * dpi) for inches in _SHEETS[sheet]]
    width, height = sides if dice.random() < 0.8 else sides[::-1]
    picture = Image.new("L", (width, height), dice.randint(225, 255))
    together = dice.random() < 0.4  # one paragraph in one size, else each line where it falls
    face, ink, margin = _face(dice, faces, dpi), dice.randint(0, 90), round(_MARGIN * dpi)
    lines: list[tuple[str, Box]] = []
    top = dice.randint(margin, height - margin - round(12 * face.size))
    for _ in range(dice.randint(1, 5)):
        if not together:
            face = _face(dice, faces, dpi)
            top = dice.randint(margin, height - margin - round(2 * face.size))
        text = _text(dice)
        box = _drawn(picture, text, face, ink, (_left(dice, text, face, width, margin), top), [line[1] for line in lines])
        if box is not None:
            lines.append((text, box))
        top += round(face.size * 1.5)
    rgb = np.repeat(np.asarray(picture)[:, :, None], 3, axis=2)
    return SparsePage(PageImage(rgb, dpi=float(dpi)), f"{sheet} {dpi} dpi", tuple(lines))


def _face(dice: random.Random, faces: list[str], dpi: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(dice.choice(faces), max(8, round(dice.uniform(*_POINTS) * dpi / 72)))


def _left(dice: random.Random, text: str, face: ImageFont.FreeTypeFont, width: int, margin: int) -> int:
    return dice.randint(margin, max(margin, width - margin - round(face.getlength(text))))


def _drawn(
    picture: Image.Image, text: str, face: ImageFont.FreeTypeFont, ink: int, at: tuple[int, int], others: list[Box]
) -> Box | None:
    """The box of the text, drawn; ``None``, and nothing drawn, where it would not fit or come too near to another line."""
    draw = ImageDraw.Draw(picture)
    left, top, right, bottom = (float(side) for side in draw.textbbox(at, text, font=face))
    free = face.size / 3
    near = any(
        left < o.right + 3 * free and right > o.left - 3 * free and top < o.bottom + free and bottom > o.top - free
        for o in others
    )
    if near or right > picture.width or bottom > picture.height:
        return None
    draw.text(at, text, font=face, fill=ink)
    return Box(left, top, right, bottom)


def _text(dice: random.Random) -> str:
    """Words, a label with its value, or what stands alone on a page: its number, a code, a date."""
    words = [word for word in top_n_list("en", 3000) if word.isalpha() and len(word) > 1]
    kind = dice.random()
    if kind < 0.12:
        return dice.choice((str(dice.randint(10, 999)), f"Page {dice.randint(1, 99)}", f"- {dice.randint(2, 99)} -"))
    if kind < 0.25:
        return f"{dice.choice(words).capitalize()}: {dice.randint(100, 99_999) / 100:,.2f}"
    if kind < 0.35:
        return f"{dice.randint(1, 28):02}.{dice.randint(1, 12):02}.{dice.randint(1990, 2030)}"
    return " ".join(dice.choices(words, k=dice.randint(2, 9))).capitalize()


def lost(page: SparsePage, read: Page) -> list[tuple[str, bool]]:
    """The lines that were not read, each with whether ``read.unread`` says so."""
    found = [_folded(line.text) for line in read.lines()]
    missing = []
    for text, box in page.lines:
        # Lines drawn level with one another are read as one.
        if all(max(fuzz.ratio(_folded(text), line), fuzz.partial_ratio(_folded(text), line) * _holds(text, line)) < ALIKE
               for line in found):  # fmt: skip
            missing.append((text, any(_over(box, item.box) for item in read.unread)))
    return missing


def _holds(text: str, line: str) -> bool:
    return len(_folded(text)) <= len(line)


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def _over(a: Box, b: Box) -> bool:
    return a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom


def run(count: int, seed: int, settings: dict[str, str]) -> None:
    """Print each page that loses lines, then the sums."""
    total = gone = unsaid = poor = 0
    began = time.process_time()
    with pipeline("en", settings) as reader:
        for number, page in enumerate(pages(count, seed)):
            missing = lost(page, reader.recognize(page.image))
            total += len(page.lines)
            gone += len(missing)
            unsaid += sum(not said for _, said in missing)
            poor += bool(missing)
            for text, said in missing:
                print(f"  page {number} ({page.kind}): {'said' if said else 'UNSAID'} {text!r}", flush=True)
    seconds = (time.process_time() - began) / max(count, 1)
    print(
        f"{count} pages, {total} lines: {gone} lost ({gone / max(total, 1):.2%}) on {poor} pages, "
        f"{unsaid} unsaid; {seconds:.2f} CPU-s a page, drawing included"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", default="ppocr")
    options = parser.parse_args()
    run(options.pages, options.seed, {"engine": options.engine, "runtime": "none"})


if __name__ == "__main__":
    main()
