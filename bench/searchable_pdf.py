"""The searchable PDF read back: are its words ours, where ours are, how much larger is the file, and does a pixel change?

python -m bench.searchable_pdf --data FOLDER --read KEPT [--set scans] [--limit N]

KEPT holds documents as `ocrect read --format json` writes them, one a page of the set, named by the page's id with dashes.
The PDF is written over the scan itself; pdfium reads it back. A word that a hyphen parts at a line's end counts as found where
pdfium has joined it, as it does for search.
"""

from __future__ import annotations

import argparse
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium

from bench.dataset import items
from ocrect.record import placement, schema
from ocrect.record.document import Document, Page, Word
from ocrect.settings import Settings
from ocrect.source.original import OriginalFile
from ocrect.writers.pdf import build

_DPI = 72.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--read", type=Path, required=True)
    parser.add_argument("--set", default="SROIE")
    parser.add_argument("--limit", type=int, default=0)
    chosen = parser.parse_args()
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


def _kept(data: Path, name: str, read: Path) -> Iterator[tuple[Path, Document]]:
    for item in items(data, name):
        found = sorted(read.glob(f"*{item.id.replace('/', '-')}.json"))
        if item.kind == "image" and found:
            yield item.path("image"), schema.loads(found[0].read_text(encoding="utf-8"))


def _emptied(document: Document) -> Iterator[Page]:
    yield from (replace(page, blocks=()) for page in document.pages)


def _written(path: Path, document: Document) -> bytes:
    out = io.BytesIO()
    with OriginalFile(path, Settings()) as original:
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
    at = 0
    for word in ours:
        start = text.find(word.text, at)
        if start < 0:
            continue
        at = start + len(word.text)
        first, last = (textpage.get_charbox(i, loose=True) for i in (start, at - 1))
        yield abs(first[0] * dpi / _DPI - word.box.left)
        yield abs(last[2] * dpi / _DPI - word.box.right)


def _same(first: bytes, second: bytes) -> bool:
    one, two = (np.asarray(pdfium.PdfDocument(data)[0].render(scale=1).to_pil()) for data in (first, second))
    return bool((one == two).all())


if __name__ == "__main__":
    main()
