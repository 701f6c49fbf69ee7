"""`python -m bench.text_layer --data FOLDER`: a PDF's own text, judged by its pixels, against the visible page and against OCR.

Words are counted as a multiset a page; the truth is the layer as it is, which shows in full on the PDFs of the set. CPU-seconds
are those of this process and of the one that opens PDFs, whose start is not counted; the engine is warmed up first, and `--ocr`
files are read from their pixels in the same run.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from pathlib import Path

from bench.dataset import Item, items
from ocrect import source
from ocrect.pipeline import Pipeline
from ocrect.record.document import Document, Page
from ocrect.server.confine import children_cpu
from ocrect.settings import Settings

SET = "ZUGFeRD-FX"


def run(folder: Path, name: str, ocr: int) -> None:
    """Print words right, words more and CPU-seconds a page."""
    chosen = list(items(folder, name))
    auto, ignore = (Settings(text_layer=layer, correct=False, language=chosen[0].language) for layer in ("auto", "ignore"))
    equal = total = more = 0
    with Pipeline(auto) as judged, Pipeline(ignore) as blind:
        _timed(judged, chosen[0])  # models load
        spent = [_timed(judged, item) for item in chosen]
        for item, (document, _) in zip(chosen, spent, strict=True):
            layer = [page for page in source.pages(item.path("pdf"), Settings(text_layer="only")) if isinstance(page, Page)]
            wanted, got = (Counter(word for page in pages for word in page.text.split()) for pages in (layer, document.pages))
            equal += (wanted & got).total()
            more += (got - wanted).total()
            total += wanted.total()
        pages = sum(len(document.pages) for document, _ in spent)
        mine = sum(seconds for _, seconds in spent) / pages
        print(f"{name}: {pages} pages, {total} words: {100 * equal / total:.2f} % as shown, {more} more")
        print(f"judged: {mine:.2f} CPU-seconds a page")
        if ocr:
            _timed(blind, chosen[0])
            read = [_timed(blind, item) for item in chosen[:ocr]]
            whole = sum(seconds for _, seconds in read) / sum(len(document.pages) for document, _ in read)
            own = sum(seconds for _, seconds in spent[:ocr]) / sum(len(document.pages) for document, _ in spent[:ocr])
            print(f"first {ocr} files: judged {own:.2f}, OCR {whole:.2f} CPU-seconds a page: × {own / whole:.3f}")


def _timed(pipeline: Pipeline, item: Item) -> tuple[Document, float]:
    start = time.process_time() + children_cpu()
    document = pipeline.read(item.path("pdf"))
    return document, time.process_time() + children_cpu() - start


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.text_layer", description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("OCRECT_BENCH_DATA"), help="folder with manifest.jsonl")
    parser.add_argument("--set", default=SET, help=f"set of PDFs that carry their text (default: {SET})")
    parser.add_argument("--ocr", type=int, default=4, help="files to read from their pixels, too (0: none)")
    given = parser.parse_args()
    if given.data is None:
        parser.error("name the folder of data: --data FOLDER, or OCRECT_BENCH_DATA")
    run(Path(given.data), given.set, given.ocr)


if __name__ == "__main__":
    main()
