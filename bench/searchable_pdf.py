"""The searchable PDF read back: are its words ours, where ours are, how much larger is the file, and does a pixel change?

python -m bench.searchable_pdf kept --data FOLDER --read KEPT [--set scans] [--limit N]
python -m bench.searchable_pdf drawn [--limit 5] [--seed 1]      so many pages in each of twelve languages, no scan behind them

KEPT holds documents as `ocrect read --format json` writes them, one a page of the set, named by the page's id with dashes.
The PDF is written over the scan itself; pdfium reads it back. A word that a hyphen parts at a line's end counts as found where
pdfium has joined it, as it does for search. Drawn pages hold words of frequency lists on lines that run a little up or down,
right to left where the language does.
"""

from __future__ import annotations

import argparse
import io
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from PIL import Image
from wordfreq import top_n_list

from bench.dataset import items
from ocrect.record import placement, schema
from ocrect.record.document import Block, Box, Document, Line, Page, Word
from ocrect.settings import Settings
from ocrect.source.original import OriginalFile
from ocrect.writers.pdf import build

_DPI = 72.0
_AHEAD = 50  # words that a word is looked for ahead of its place, since others may be joined
LANGUAGES = ("en", "de", "fr", "vi", "pl", "tr", "ru", "el", "ar", "he", "zh", "ja")
RIGHT_TO_LEFT = ("ar", "he")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("kept", "drawn"))
    parser.add_argument("--data", type=Path)
    parser.add_argument("--read", type=Path)
    parser.add_argument("--set", default="SROIE")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    if chosen.what == "drawn":
        drawn(chosen.limit or 5, chosen.seed)
    else:
        kept(chosen)


def kept(chosen: argparse.Namespace) -> None:
    """Documents that were read from scans, over those scans."""
    total: Counter[str] = Counter()
    sizes, offsets = [], []
    for path, document in list(_kept(chosen.data, chosen.set, chosen.read))[: chosen.limit or None]:
        text_alone = _written(path, Document(document.source, tuple(_emptied(document))))
        data = _written(path, document)
        sizes.append(len(data) - len(text_alone))
        missing, words, off = _compared(data, document)
        offsets += off
        total.update(pages=1, words=words, missing=missing, pages_with_other_pixels=int(not _same(text_alone, data)))
    print(dict(total))
    print(f"bytes added a page: median {np.median(sizes):.0f}, most {max(sizes)}")
    print(f"words' left and right ends off by pixels: median {np.median(offsets):.2f}, 99 % {np.percentile(offsets, 99):.2f}")


def drawn(count: int, seed: int) -> None:
    """Pages of words in each language: how many are found, how many pages have them in order, and how far off they are."""
    chance = random.Random(seed)
    for language in LANGUAGES:
        vocabulary = [word for word in top_n_list(language, 4_000) if not set(word) & set("'’") and word.strip()]
        total: Counter[str] = Counter()
        offsets: list[float] = []
        for _ in range(count):
            page = _drawn(chance, vocabulary, rightwards=language not in RIGHT_TO_LEFT)
            picture = io.BytesIO()
            Image.new("1", (page.width, page.height), 1).save(picture, "PNG")
            document = Document(language, (page,))
            data = _written(picture.getvalue(), document)
            missing, words, off = _compared(data, document)
            offsets += off
            ours = [word.text for line in page.lines() for word in placement.words(line)]
            found = pdfium.PdfDocument(data)[0].get_textpage().get_text_range().split()
            total.update(words=words, missing=missing, in_order=int(found == ours))
        far = sum(value > 2 for value in offsets)
        print(f"{language}: {dict(total)} of {count} pages in order, {far} of {len(offsets)} ends off by more than 2 pixels")


def _drawn(chance: random.Random, vocabulary: list[str], *, rightwards: bool) -> Page:
    lines = []
    for row in range(40):
        height, slope = chance.uniform(24, 60), chance.uniform(-0.008, 0.008)
        words, x, at = [], chance.uniform(100, 400), 0
        top = 100 + 80 * row
        for text in chance.choices(vocabulary, k=8):
            width = max(12.0, height * len(text) * chance.uniform(0.35, 0.6))
            if x + width > 2_400:
                break
            left = x if rightwards else 2_480 - x - width
            down = slope * left
            words.append(Word(text, Box(left, top + down, left + width, top + down + height), 0.9, at, at + len(text)))
            x, at = x + width + chance.uniform(0.25, 0.8) * height, at + len(text) + 1
        box = Box.around([word.box for word in words])
        baseline = ((0.0, top + height), (2_480.0, top + height + slope * 2_480))
        lines.append(Line(f"l{row}", " ".join(word.text for word in words), box, tuple(words), baseline=baseline))
    return Page(1, 2_480, 3_508, 300.0, (Block(tuple(lines)),))


def _kept(data: Path, name: str, read: Path) -> Iterator[tuple[Path, Document]]:
    for item in items(data, name):
        found = sorted(read.glob(f"*{item.id.replace('/', '-')}.json"))
        if item.kind == "image" and found:
            yield item.path("image"), schema.loads(found[0].read_text(encoding="utf-8"))


def _emptied(document: Document) -> Iterator[Page]:
    yield from (replace(page, blocks=()) for page in document.pages)


def _written(scan: Path | bytes, document: Document) -> bytes:
    out = io.BytesIO()
    with OriginalFile(scan, Settings()) as original:
        build(Settings())(document, original, out)
    return out.getvalue()


def _compared(data: bytes, document: Document) -> tuple[int, int, list[float]]:
    """Words that are missing, words in all, and how far off their ends are."""
    missing = words = 0
    offsets: list[float] = []
    for page in document.pages:
        textpage = pdfium.PdfDocument(data)[page.number - 1].get_textpage()
        ours = [word for line in page.lines() for word in placement.words(line)]
        text = textpage.get_text_range()
        left = Counter(text.replace("\ufffe", "-\n").split())
        for word in ours:
            words += 1
            if left[word.text]:
                left[word.text] -= 1
            else:
                missing += 1
        offsets += list(_offsets(textpage, text, ours, page.dpi or 300.0))
    return missing, words, offsets


def _offsets(textpage: Any, text: str, ours: list[Word], dpi: float) -> Iterator[float]:
    tokens = list(re.finditer(r"\S+", text))
    at = 0
    for word in ours:
        place = next((n for n in range(at, min(at + _AHEAD, len(tokens))) if tokens[n][0] == word.text), None)
        if place is None:
            continue
        at = place + 1
        start = len(text[: tokens[place].start()].encode("utf-16-le")) // 2  # pdfium counts in UTF-16
        length = len(word.text.encode("utf-16-le")) // 2
        boxes = [textpage.get_charbox(i, loose=True) for i in range(start, start + length)]
        yield abs(min(box[0] for box in boxes) * dpi / _DPI - word.box.left)
        yield abs(max(box[2] for box in boxes) * dpi / _DPI - word.box.right)


def _same(first: bytes, second: bytes) -> bool:
    one, two = (np.asarray(pdfium.PdfDocument(data)[0].render(scale=1).to_pil()) for data in (first, second))
    return bool((one == two).all())


if __name__ == "__main__":
    main()
