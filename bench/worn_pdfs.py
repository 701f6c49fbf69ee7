"""Born-digital PDFs of any folder as a worn scanner leaves them: the words of their text layer that are read, and what the
correction makes of the others.

Words are compared as the bag that they are on a page: what a layer and a reader call a line differs, its words do not. Quotes
and dashes are folded. Where the correction makes another of a word that was right, both are named.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pypdfium2 as pdfium

from bench import scan
from ocrect.pipeline import Pipeline
from ocrect.record.document import Document, PageImage
from ocrect.settings import Settings

_FOLDED = str.maketrans("“”„’‘—–\xad\ufffe\xa0", '"""\'\'---- ')
LEAST_WORDS = 20  # of a page with a layer worth the name


class Sample(NamedTuple):
    """A page: where it is from, its pixels, and the text of its layer."""

    name: str
    image: PageImage
    truth: str


def samples(folder: Path, pages: int, dpi: int, strength: str) -> Iterator[Sample]:
    """The first ``pages`` of each PDF that have a text layer."""
    for file in sorted(folder.glob("*.pdf")):
        with pdfium.PdfDocument(file) as pdf:
            for number in range(min(len(pdf), pages)):
                page = pdf[number]
                truth = page.get_textpage().get_text_range()
                if len(truth.split()) < LEAST_WORDS:
                    continue
                pixels = np.ascontiguousarray(page.render(scale=dpi / 72, rev_byteorder=True).to_numpy()[:, :, :3])
                name = f"{file.name} {number + 1}"
                yield Sample(name, scan.page(PageImage(pixels, 1, float(dpi)), strength, name=name), truth)


def words(text: str) -> Counter[str]:
    """The words that hold a letter or a digit."""
    return Counter(word for word in text.translate(_FOLDED).split() if any(map(str.isalnum, word)))


def run(folder: Path, pages: int, dpi: int, strength: str) -> None:
    """Print a row for each page."""
    print("page: words of the layer, missing as read → corrected; right words made wrong")
    total = Counter[str]()
    with Pipeline(Settings(engine="ppocr", runtime="none")) as pipeline:
        for sample in samples(folder, pages, dpi, strength):
            read = Document(sample.name, (pipeline.recognize(sample.image),))
            made = pipeline.correct(read)
            truth, before, after = words(sample.truth), words(read.text), words(made.corrected)
            lost = (before & truth) - after
            counts = {"words": truth, "missing": truth - before, "missing corrected": truth - after, "harmed": lost}
            total.update({name: found.total() for name, found in counts.items()})
            harm = f"; {', '.join(lost)} → {', '.join(after - before)}" if lost else ""
            print(f"{sample.name}: {truth.total()}, {(truth - before).total()} → {(truth - after).total()}{harm}", flush=True)
    shares = " → ".join(f"{total[name] / max(total['words'], 1):.2%}" for name in ("missing", "missing corrected"))
    print(f"all: {total['words']} words, missing {shares}, right words made wrong {total['harmed']}")


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--pages", type=int, default=2, help="of each PDF")
    options.add_argument("--dpi", type=int, default=200)
    options.add_argument("--scan", default="light", choices=sorted(scan.STRENGTHS))
    chosen = options.parse_args()
    run(chosen.folder, chosen.pages, chosen.dpi, chosen.scan)
