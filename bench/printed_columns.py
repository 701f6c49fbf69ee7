"""Columns set as LaTeX sets them, 10 pt apart, drawn in several faces and read from their pixels
(`python -m bench.printed_columns --seed N`).

PP-OCR's detector often finds lines of both columns as one box there. The figure is the share of pairs of neighbouring lines
that come out one right after the other, each by itself, with at most :data:`MISREAD` of its signs read wrong.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.fuzz import ratio

from bench.column_pages import prose
from ocrect.engines import ppocr
from ocrect.record.document import PageImage
from ocrect.settings import Settings

FACES = ("lmroman10-regular.otf", "LiberationSerif-Regular.ttf", "texgyrepagella-regular.otf", "DejaVuSans.ttf")
FOLDERS = ("/usr/share/fonts", "/usr/share/texmf/fonts")
DPI = (150, 200, 300)
GUTTER, TEXT = 10.0, (345.0, 470.0)
"""Between columns, and the width of all columns of a page, in points."""

SIZES = (9.0, 10.0, 11.0, 12.0)
MISREAD = 0.15


class Sheet:
    """A page of one face being drawn; places are in points. ``lines`` are what is printed, in reading order."""

    def __init__(self, rng: random.Random, face: Path, dpi: int, columns: int) -> None:
        self.rng, self.face, self.scale, self.columns = rng, face, dpi / 72, columns
        self.size, self.lines = rng.choice(SIZES), list[str]()
        self.leading = 1.2 * self.size
        self.wide = rng.uniform(*TEXT)
        self.left, self.words = (595 - self.wide) / 2, prose(rng)
        self.picture = Image.new("L", (round(595 * self.scale), round(842 * self.scale)), 255)
        self.pen = ImageDraw.Draw(self.picture)
        y = 80.0
        if rng.random() < 0.5:
            y = self.full(y, 1, 1.6) + 10
        y = self.body(y, rng.randint(12, 24))
        if rng.random() < 0.3:
            y = self.full(y + self.leading, rng.randint(2, 4), 1.0)
            self.body(y + self.leading, rng.randint(8, 14))

    def font(self, larger: float = 1.0) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(str(self.face), round(self.size * larger * self.scale))

    def full(self, y: float, many: int, larger: float) -> float:
        """Lines of full width; where they end."""
        return self.paragraphs(self.left, self.wide, y, many, larger)

    def body(self, y: float, many: int) -> float:
        """Columns of at most so many lines, in one of which a picture may stand; where they end."""
        wide = (self.wide - GUTTER * (self.columns - 1)) / self.columns
        gap, bottom = self.rng.choice([-1, -1, *range(self.columns)]), y
        for column in range(self.columns):
            left = self.left + column * (wide + GUTTER)
            if column == gap:
                above = self.rng.randint(0, many // 2)
                self.paragraphs(left, wide, y, above)
                self.paragraphs(left, wide, y + (above + 5) * self.leading, many - above - 5)
            else:
                self.paragraphs(left, wide, y, many - self.rng.choice([0, 0, 1, 3]))
            bottom = y + many * self.leading
        return bottom

    def paragraphs(self, left: float, wide: float, y: float, many: int, larger: float = 1.0) -> float:
        """So many justified lines; where they end."""
        font, room = self.font(larger), wide * self.scale
        space, indent = font.getlength(" "), 0.0
        waiting, until = next(self.words), self.rng.randint(4, 14)
        for number in range(many):
            last = number == many - 1 or number == until
            line, reached = [waiting], font.getlength(waiting) + indent
            while (waiting := next(self.words)) and reached + space + font.getlength(waiting) <= room:
                line.append(waiting)
                reached += space + font.getlength(waiting)
            if last:
                line, until = line[: self.rng.randint(1, len(line))], number + self.rng.randint(4, 14)
            self.draw(line, left * self.scale + indent, y, font, 0.0 if last else (room - reached) / max(len(line) - 1, 1))
            indent = self.size * 1.5 * self.scale if last else 0.0
            y += self.leading * larger
        return y

    def draw(self, line: list[str], x: float, y: float, font: ImageFont.FreeTypeFont, spread: float) -> None:
        self.lines.append(" ".join(line))
        for word in line:
            self.pen.text((x, y * self.scale), word, font=font, fill=0)
            x += font.getlength(word) + font.getlength(" ") + spread

    def image(self) -> PageImage:
        """The page as an engine gets it: a touch of blur and grain."""
        pixels = np.asarray(self.picture, np.float32)
        pixels += np.random.default_rng(self.rng.randrange(1 << 30)).normal(0, 4, pixels.shape)
        return PageImage(np.repeat(np.clip(pixels, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2))


def sheets(seed: int, times: int) -> Iterator[tuple[str, Sheet]]:
    """Pages of each face, resolution and number of columns, with what they are."""
    faces = [path for name in FACES for folder in FOLDERS for path in sorted(Path(folder).rglob(name))[:1]]
    if not faces:
        raise SystemExit("this benchmark needs fonts (Debian: apt-get install fonts-lmodern fonts-liberation)")
    rng = random.Random(seed)
    for _, columns, face, dpi in product(range(times), (2, 3), faces, DPI):
        yield f"{columns} columns, {dpi} dpi", Sheet(rng, face, dpi, columns)


def right_pairs(read: list[str], printed: list[str]) -> tuple[int, int]:
    """How many pairs of neighbouring lines come out one after the other, and how many there are."""
    right = 0
    follows = set(range(len(read)))
    for upper, lower in pairwise(printed):
        at = [n for n in follows if ratio(read[n], upper) >= 100 * (1 - MISREAD)]
        right += any(n + 1 < len(read) and ratio(read[n + 1], lower) >= 100 * (1 - MISREAD) for n in at)
    return right, len(printed) - 1


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.printed_columns", description=__doc__)
    options.add_argument("--seed", type=int, default=1, help="another seed draws other pages")
    options.add_argument("--times", type=int, default=1, help="pages of each kind")
    options.add_argument("--all", action="store_true", help="print each page with wrong pairs")
    chosen = options.parse_args()
    engine = ppocr.build(Settings(language="en"))
    sums: dict[str, list[int]] = {}
    for name, sheet in sheets(chosen.seed, chosen.times):
        read = [line.text for line in engine(sheet.image()).lines()]
        right, of = right_pairs(read, sheet.lines)
        if chosen.all and right < of:
            print(f"{name}, {sheet.face.stem}, {sheet.size:.0f} pt: {right} of {of}", flush=True)
        for key in (name, "all"):
            counts = sums.setdefault(key, [0, 0, 0, 0])
            for n, count in enumerate((1, right == of, right, of)):
                counts[n] += count
    for name, (n, whole, right, of) in sorted(sums.items()):
        print(f"{name:22} {n:4} pages, {whole:4} all right; {right:6} of {of:6} pairs, {right / of:8.2%}")


if __name__ == "__main__":
    main()
