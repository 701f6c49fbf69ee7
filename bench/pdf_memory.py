"""Peak memory of writing a long searchable PDF, beside that of a short one.

python -m bench.pdf_memory [--pages 20 --pages 1000] [--words 400]

No OCR: the pages are drawn words of a frequency list with places, made one at a time as reading makes them, and go the way of
`ocrect read`: through the spool, the writer, and the reading back. The original is a PDF of scans (an image of 300 dpi a page).
Each number of pages runs in a process of its own; its peak is `ru_maxrss`.
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw
from wordfreq import top_n_list

from ocrect.record.document import Block, Box, Document, Glyph, Line, Page, Word
from ocrect.record.spool import Spool
from ocrect.settings import Settings
from ocrect.source.original import OriginalFile
from ocrect.writers.pdf import build

WIDTH, HEIGHT, DPI = 2480, 3508, 300.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, action="append")
    parser.add_argument("--words", type=int, default=400)
    parser.add_argument("--child", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--scan", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        _write(chosen.scan, chosen.child, chosen.words)
        return
    with tempfile.TemporaryDirectory() as folder:
        for count in chosen.pages or [20, 1_000]:
            scan = Path(folder) / f"{count}.pdf"
            _scan(scan, count)
            command = [sys.executable, "-m", "bench.pdf_memory", "--child", str(count), "--scan", str(scan)]
            subprocess.run([*command, "--words", str(chosen.words)], check=True)


def _scan(path: Path, count: int) -> None:
    """A PDF of ``count`` pages, each with an image of its own."""
    with pikepdf.new() as pdf:
        for number in range(1, count + 1):
            picture = Image.new("L", (WIDTH // 4, HEIGHT // 4), 255)
            ImageDraw.Draw(picture).text((40, 40), f"page {number}", fill=0)
            held = io.BytesIO()
            picture.save(held, "JPEG")
            image = pdf.make_stream(held.getvalue())
            image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
            image.Width, image.Height, image.BitsPerComponent = picture.width, picture.height, 8
            image.ColorSpace, image.Filter = pikepdf.Name.DeviceGray, pikepdf.Name.DCTDecode
            page = pdf.add_blank_page(page_size=(595, 842))
            page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=image))
            page.obj.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im Do Q")
        pdf.save(path)


def _pages(count: int, words: int) -> Iterator[Page]:
    chance = random.Random(4)
    vocabulary = top_n_list("en", 5_000)
    for number in range(1, count + 1):
        lines = [_line(chance.choices(vocabulary, k=10), 150 + 60 * row, f"l{row}") for row in range(words // 10)]
        yield Page(number, WIDTH, HEIGHT, DPI, (Block(tuple(lines)),))


def _line(texts: list[str], top: float, name: str) -> Line:
    words, glyphs, x, at = [], [], 150.0, 0
    for text in texts:
        boxes = [Box(x + 20.0 * n, top, x + 20.0 * (n + 1), top + 40) for n in range(len(text))]
        glyphs += [Glyph(c, box, 0.98) for c, box in zip(text, boxes, strict=True)]
        words.append(Word(text, Box.around(boxes), 0.98, at, at + len(text)))
        x, at = x + 20.0 * (len(text) + 1), at + len(text) + 1
    return Line(name, " ".join(texts), Box.around([word.box for word in words]), tuple(words), tuple(glyphs))


def _write(scan: Path, count: int, words: int) -> None:
    settings = Settings()
    began = time.process_time()
    out = scan.with_suffix(".out.pdf")
    with OriginalFile(scan, settings) as original, Spool() as spool, out.open("wb") as file:
        for page in _pages(count, words):
            spool.add(page)
        build(settings)(Document(str(scan), spool.pages()), original, file)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    added = (out.stat().st_size - scan.stat().st_size) / count
    seconds = time.process_time() - began
    print(f"{count} pages: peak {peak:.0f} MiB, {seconds / count * 1000:.0f} CPU-ms a page, {added:.0f} bytes added a page")


if __name__ == "__main__":
    main()
