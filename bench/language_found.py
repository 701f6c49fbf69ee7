"""The language of a page, without being told (`python -m bench.language_found --pages 4`).

Texts are paragraphs of translated manual pages (Debian: apt-get install manpages-de manpages-vi …); those that hold the English
words `the`, `of`, `and`, `is` or `to` are untranslated and left out, as are lists of names and options. Each is judged as it
stands, as an engine without its accents would read it, and, `--pages` of each language, drawn and read.
"""

from __future__ import annotations

import argparse
import gzip
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bench.fonts import fonts
from ocrect.pipeline import Pipeline
from ocrect.record.document import PageImage
from ocrect.settings import Settings
from ocrect.words.detection import bare_form, detect
from ocrect.words.language import main_language
from ocrect.words.lexicon import words_in

FOLDERS = {
    **{code: code for code in ("cs", "da", "de", "es", "fi", "fr", "hu", "id", "it", "nl", "pl", "ro", "sv", "vi", "ru", "uk")},
    "pt": "pt_BR",
    "no": "nb",
}
LEAST_WORDS = 30
_ENGLISH = re.compile(r"\b(the|of|and|is|to)\b")
_MARKS = re.compile(r"\\f\(?\w\w?|\\f.|\\[&%/,|^]|\\\(..|\\\[\w+\]|\\-|\\e|\\s[-+]?\d")


def paragraphs(folder: Path) -> Iterator[str]:
    """Paragraphs of running text of at least :data:`LEAST_WORDS` words from the manual pages in a language's folder."""
    for file in sorted(folder.glob("man*/*.gz")):
        source = gzip.decompress(file.read_bytes()).decode("utf-8", errors="replace")
        for part in re.split(r"\n(?=[.'])[^\n]*\n?", source):
            text = " ".join(_MARKS.sub(" ", part).split())
            letters = sum(map(str.isalpha, text)) > 0.8 * len(text.replace(" ", ""))
            small = sum(word.islower() for word in words_in(text))
            if letters and small >= LEAST_WORDS and not _ENGLISH.search(text) and text.count(",") < small / 4:
                yield text


def drawn(text: str, rng: random.Random) -> PageImage:
    """A page of the text at about 150 dots per inch."""
    font = ImageFont.truetype(str(rng.choice(fonts(r"DejaVuS(ans|erif)\.ttf"))), rng.randint(24, 32))
    lines, words = [""], text.split()
    for word in words:
        if len(lines[-1]) + len(word) > 60:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    page = Image.new("RGB", (1240, 120 + 48 * len(lines)), "white")
    draw = ImageDraw.Draw(page)
    for n, line in enumerate(lines):
        draw.text((70, 60 + 48 * n), line, font=font, fill="black")
    return PageImage(np.asarray(page), dpi=150)


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.language_found", description=__doc__)
    options.add_argument("--man", type=Path, default=Path("/usr/share/man"), help="folder of manual pages")
    options.add_argument("--texts", type=int, default=150, help="paragraphs of each language")
    options.add_argument("--pages", type=int, default=0, help="of them, drawn and read")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    rng = random.Random(chosen.seed)
    sums: Counter[str] = Counter()
    print(f"{'language':9} {'texts':>6} {'right':>6} {'without accents':>16} {'pages':>6} {'right':>6}  taken for")
    with Pipeline(Settings(correct=False, runtime="none")) as pipeline:
        for code, name in FOLDERS.items():
            texts = sorted(set(paragraphs(chosen.man / name)))
            texts = rng.sample(texts, min(chosen.texts, len(texts)))
            found = [detect([text]).language for text in texts]
            bare = [detect([bare_form(text.lower())]).language for text in texts]
            read = [pipeline.recognize(drawn(text, rng)) for text in texts[: chosen.pages]]
            of_pages = [main_language([line.language for line in page.lines()]) for page in read]
            counts = (len(texts), found.count(code), bare.count(code), len(read), of_pages.count(code))
            wrong = Counter(found + bare + of_pages)
            del wrong[code]
            print(f"{code:9} {counts[0]:6} {counts[1]:6} {counts[2]:16} {counts[3]:6} {counts[4]:6}  {dict(wrong) or ''}")
            sums.update(dict(zip("abcde", counts, strict=True)))
    print(f"{'all':9} {sums['a']:6} {sums['b']:6} {sums['c']:16} {sums['d']:6} {sums['e']:6}")


if __name__ == "__main__":
    main()
