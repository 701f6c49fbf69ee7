"""Tab-separated values with the columns of Tesseract's TSV: a row for each page, block, line and word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from ocrect.plugins import Original
from ocrect.record.document import Box, Document, Page
from ocrect.settings import Settings
from ocrect.writers import xml
from ocrect.writers.marks import marked, notices

COLUMNS = (
    "level", "page_num", "block_num", "par_num", "line_num", "word_num", "left", "top", "width", "height", "conf", "text",
)  # fmt: skip
_PAGE, _BLOCK, _PARAGRAPH, _LINE, _WORD = range(1, 6)
_Row = tuple[int, int, int, int, int, int, Box, float, str]


class TsvWriter:
    """Writes TSV in UTF-8. ``conf`` is in percent for words and -1 elsewhere, as Tesseract has it. The text of a page's own
    row, which Tesseract leaves empty, says what of the page is missing.
    """

    suffixes = (".tsv",)

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        del original
        out.write(("\t".join(COLUMNS) + "\n").encode())
        for page in document.pages:
            for *places, box, confidence, text in _rows(page):
                left, top, right, bottom = xml.placed(box, page.width, page.height)
                shown = "-1" if confidence < 0 else f"{100 * confidence:.2f}"
                cells = [*map(str, (*places, left, top, right - left, bottom - top)), shown, re.sub(r"\s", " ", text)]
                out.write(("\t".join(cells) + "\n").encode("utf-8", "replace"))


def build(settings: Settings) -> TsvWriter:
    """The writer; it has no settings."""
    del settings
    return TsvWriter()


def _rows(page: Page) -> Iterator[_Row]:
    number = page.number
    yield _PAGE, number, 0, 0, 0, 0, Box(0, 0, page.width, page.height), -1.0, "; ".join(notices(page))
    for b, block in enumerate(page.blocks, 1):
        lines = [(line, line.box, marked(line)) for line in block.lines]
        boxes = [box for _, box, words in lines if box and words]
        if not boxes:
            continue
        around = block.box or Box.around(boxes)
        yield _BLOCK, number, b, 0, 0, 0, around, -1.0, ""
        yield _PARAGRAPH, number, b, 1, 0, 0, around, -1.0, ""
        for n, (_, box, words) in enumerate(lines, 1):
            if box and words:
                yield _LINE, number, b, 1, n, 0, box, -1.0, ""
                yield from (
                    (_WORD, number, b, 1, n, w, word.word.box, word.confidence, word.text) for w, word in enumerate(words, 1)
                )
