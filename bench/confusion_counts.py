"""What engines confuse, counted: the table of `src/ocrect/confusions.py` comes from here.

    python -m bench.confusion_counts --data FOLDER [--set icdar2019-FR3 …] [--lines 2000] [--seed 1]

Two sources, both free for any use: pairs of read and true text whose licence allows it (by default the French receipts FR3, CC0
and the Dutch newspapers NL1, CC BY 4.0, of ICDAR 2019's competition on post-OCR text correction), and lines of frequent words
drawn with this machine's fonts, degraded, and read by PP-OCR and Tesseract.

The pairs' texts may be in another order than their truth, so words are matched, not texts: a word that the truth lacks counts
as a misreading of the one word of the truth that is nearer than all others. Inside a matched pair the characters are aligned
by least edits; neighbouring edits are one confusion of up to three characters on a side.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from bench.dataset import items
from bench.fonts import fonts
from bench.image_evidence import Recogniser, drawn, texts
from ocrect.plugins import load
from ocrect.record.document import PageImage
from ocrect.settings import Settings

FREE = ("icdar2019-FR3", "icdar2019-NL1")
FEWEST = 3
"""Confusions seen less often are left out."""

_WORD = re.compile(r"[^\s\d.,:;()\"„“”«»<>*_/\\-]{3,}")


def matched(read: str, truth: str) -> Iterator[tuple[str, str]]:
    """Misread words with what they were meant to be."""
    true_words = set(_WORD.findall(unicodedata.normalize("NFC", truth)))
    for word in _WORD.findall(unicodedata.normalize("NFC", read)):
        reach = max(1, len(word) // 3)
        if word in true_words:
            continue
        found = process.extract(word, true_words, scorer=Levenshtein.distance, score_cutoff=reach, limit=2)
        if len(found) == 1 or (len(found) == 2 and found[0][1] < found[1][1]):
            yield word, found[0][0]


def confusions(read: str, meant: str) -> Iterator[tuple[str, str]]:
    """The differing stretches of two words, neighbouring edits as one; letters that were lost or added alone are none."""
    i = j = 0
    for block in Levenshtein.editops(read, meant).as_matching_blocks():
        before, after = read[i : block.a], meant[j : block.b]
        if before and after and len(before) <= 3 and len(after) <= 3 and before.casefold() != after.casefold():
            yield before, after
        i, j = block.a + block.size, block.b + block.size


def drawn_pairs(lines: int, seed: int) -> Iterator[tuple[str, str]]:
    """What PP-OCR and Tesseract read on drawn and degraded lines, and what was drawn."""
    random_ = random.Random(seed)
    faces = fonts()
    recognise, tesseract = Recogniser(), load("engines", "tesseract")(Settings(engine="tesseract", language="en"))
    for truth in texts(random_, lines):
        picture = drawn(truth, random_.choice(faces), random_)
        yield recognise(picture).text, truth
        page = PageImage(np.asarray(picture.convert("RGB")), 1, 150)
        yield "\n".join(line.text for line in tesseract(page).lines()), truth


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.confusion_counts", description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("OCRECT_BENCH_DATA"), help="folder with manifest.jsonl")
    parser.add_argument("--set", action="append", help="sets of pairs to count")
    parser.add_argument("--lines", type=int, default=2000, help="lines to draw")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    seen: Counter[tuple[str, str]] = Counter()
    if options.data:
        for item in items(Path(options.data), *(options.set or FREE)):
            for pair in matched(item.row["ocr"], item.truth):
                seen.update(confusions(*pair))
    for read, truth in drawn_pairs(options.lines, options.seed) if options.lines else ():
        for pair in matched(read, truth):
            seen.update(confusions(*pair))
    kept = ((f"{read} {meant} {count}") for (read, meant), count in seen.most_common() if count >= FEWEST)
    print(", ".join(kept))


if __name__ == "__main__":
    main()
