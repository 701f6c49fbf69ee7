"""Dot leaders: drawn tables of contents and price lists, and ellipses in prose, which are none.

    python -m bench.leaders [--pages 40] [--seed 1]

A row of contents is right where its title and its number stand in one line with no dot between them (a title that ends in a dot
may keep or lose it); a price below one also keeps its own dot. An ellipsis is right where its line still has two dots or ``…``.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from wordfreq import top_n_list

from bench import scan
from bench.fonts import fonts
from bench.reading import pipeline
from ocrect.record.document import PageImage

_FACES = "DejaVuSans.ttf|DejaVuSerif.ttf|DejaVuSansMono.ttf|Liberation|Carlito-Regular|Caladea-Regular"
_SIZES, _ROWS, _MARGIN = (22, 48), 14, 80  # pixels of the letters, rows a page, pixels
_PITCH = (0.14, 0.75)  # from dot to dot, in sizes
_BREAK = 0.45  # sizes between the last dot and a price that begins with its own

Row = tuple[str, str, str]  # its kind, what stands before the dots, and behind


def drawn(dice: random.Random, faces: list[str]) -> tuple[PageImage, list[Row]]:
    """A page and its rows."""
    size = dice.randint(*_SIZES)
    face = ImageFont.truetype(dice.choice(faces), size)
    width, leading = round(dice.uniform(20, 36) * size), round(dice.uniform(1.3, 1.9) * size)
    picture = Image.new("L", (width + 2 * _MARGIN, _ROWS * leading + 2 * _MARGIN), dice.randint(235, 255))
    draw, ink = ImageDraw.Draw(picture), dice.randint(0, 80)
    kind, pitch = dice.choice(("contents", "contents", "prices", "ellipses")), dice.uniform(*_PITCH) * size
    rows: list[Row] = []
    for n in range(_ROWS):
        top = _MARGIN + n * leading
        before, behind = _row(dice, kind)
        draw.text((_MARGIN, top), before, font=face, fill=ink)
        start, last = _MARGIN + face.getlength(before), _MARGIN + width - face.getlength(behind)
        if kind == "ellipses":
            dots = dice.choice(("...", "....", ". . .", ". . . ."))
            draw.text((start, top), f"{dots} {behind}", font=face, fill=ink)
        else:
            draw.text((_MARGIN + width - face.getlength(behind), top), behind, font=face, fill=ink)
            end = last - (_BREAK * size if behind.startswith(".") else 0.1 * size) - face.getlength(".")
            for x in np.arange(start + 0.1 * size, end, pitch)[::-1]:
                draw.text((x, top), ".", font=face, fill=ink)
        rows.append((kind, before, behind))
    return PageImage(np.repeat(np.asarray(picture)[:, :, None], 3, axis=2)), rows


def _row(dice: random.Random, kind: str) -> tuple[str, str]:
    words = _words()
    before = " ".join(dice.choices(words, k=dice.randint(1, 4))).capitalize()
    if kind == "ellipses":
        return before, dice.choice(words)
    if kind == "prices":
        return before, dice.choice((f".{dice.randint(5, 95)}", f"{dice.randint(100, 9900) / 100:.2f}"))
    return before, str(dice.randint(1, 480))


@cache
def _words() -> list[str]:
    return [word for word in top_n_list("en", 3000) if word.isalpha() and len(word) > 2]


def judged(rows: list[Row], lines: list[str]) -> Iterator[tuple[str, bool, str]]:
    """For each row its kind (of a price: whether it is below one), whether it is right, and the line that is likest to it."""
    for kind, before, behind in rows:
        line = next((line for line in lines if _folded(line).startswith(_folded(before))), "")
        rest = line[len(before) :]
        if kind == "ellipses":
            right = "…" in rest or len(re.findall(r"\.", rest)) > 1
        else:
            right = bool(re.fullmatch(r"\.?\s+" + re.escape(behind), rest))
        name = "prices below one" if behind.startswith(".") else kind
        yield name, right, line


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


def run(count: int, seed: int) -> None:
    """Print each row that is wrong, then what is right of each kind."""
    dice, faces = random.Random(seed), [str(font) for font in fonts(_FACES)]
    right: Counter[str] = Counter()
    of: Counter[str] = Counter()
    with pipeline("en", {"engine": "ppocr", "runtime": "none"}) as reader:
        for n in range(count):
            image, rows = drawn(dice, faces)
            if n % 2:
                image = scan.page(image, "light", name=f"leaders {n}", seed=seed)
            lines = [line.text for line in reader.recognize(image).lines()]
            for kind, is_right, line in judged(rows, lines):
                of[kind] += 1
                right[kind] += is_right
                if not is_right:
                    print(f"  page {n}, {kind}: {line!r}")
    for kind in sorted(of):
        print(f"{kind}: {right[kind]} of {of[kind]} rows right ({right[kind] / of[kind]:.1%})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    run(options.pages, options.seed)


if __name__ == "__main__":
    main()
