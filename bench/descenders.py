"""Drawn lines of statistics and algebra: Greek letters that go below the line, and the Latin ones of their shape.

    python -m bench.descenders [--lines 240] [--seed 1]

Each line is drawn in one of the fonts of this machine that have all of these letters. It is right where it was read to the last
sign, white space and the two code points of the micro sign aside. Needs fonttools (extra `training`).
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from bench.fonts import fonts
from bench.reading import pipeline
from ocrect.record.document import PageImage

GREEK = (
    "χ² = {a}.{b}, p < 0.0{c}|the χ² test with {c} degrees|χ²({c}) = {a}.{b}|μ = {a}.{b} and s = {c}|{a} μm wide|η² = 0.{a}|"
    "effect η² = .{a}|β = 0.{a}|β-HCG {c} U/l|γ-GT {a} U/l"
).split("|")
LATIN = (
    "x² = {a}.{b}, y = {c}|the x² term with {c} zeros|x²({c}) = {a}.{b}|u = {a}.{b} and s = {c}|n² = {a}|n = {a} patients|"
    "B = 0.{a}|B-HCG {c}|y-axis {a}|six boxes of {a} x {c} cm|Max Boxer, next taxi {a}"
).split("|")
_SIZES = (24, 48)  # pixels


def run(lines: int, seed: int) -> None:
    """Print each line that was read otherwise, and the sums."""
    dice = random.Random(seed)
    faces = [str(path) for path in fonts() if _has(path, "χμηβγxunBY²")]
    wrong: Counter[str] = Counter()
    with pipeline("en", {"runtime": "none"}) as reader:
        for number in range(lines):
            kind, texts = (("Greek", GREEK), ("Latin", LATIN))[number % 2]
            text = dice.choice(texts).format(a=dice.randint(10, 99), b=dice.randint(10, 99), c=dice.randint(1, 9))
            face, size = dice.choice(faces), dice.randint(*_SIZES)
            read = reader.recognize(_drawn(text, ImageFont.truetype(face, size), size)).text
            if _folded(read) != _folded(text):
                wrong[kind] += 1
                print(f"  {Path(face).name} {size}: {text} → {read}")
    print(f"wrong: {wrong['Greek']} of {-(-lines // 2)} Greek, {wrong['Latin']} of {lines // 2} Latin lines")


def _has(path: Path, letters: str) -> bool:
    return {ord(letter) for letter in letters} <= set(TTFont(path, fontNumber=0).getBestCmap() or ())


def _drawn(text: str, face: ImageFont.FreeTypeFont, size: int) -> PageImage:
    picture = Image.new("L", (round(face.getlength(text)) + 260, 2 * size + 60), 250)
    ImageDraw.Draw(picture).text((50, 30), text, font=face, fill=10)
    return PageImage(np.repeat(np.asarray(picture)[:, :, None], 3, axis=2))


def _folded(text: str) -> str:
    return "".join(text.replace("µ", "μ").split())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=240)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    run(given.lines, given.seed)


if __name__ == "__main__":
    main()
