"""Newspaper articles whose OCR text was put right by hand, and by overProof's own correction, corrected as plain text.

    python -m bench.overproof FILE [--skip N] [--limit N]

FILE is ``allArticles.txt`` of overProof's evaluation data (Evershed and Fitch, "Correcting noisy OCR: context beats confusion",
2014): the Sydney Morning Herald 1842-1954, and newspapers of the United States. A line of an article is what was read, what
stands there and what overProof made of it, with ``||@@||`` between them. Nothing here was set on it.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench.reading import pipeline
from ocrect.measure.metrics import Counts, cer, harm, mendable, numbers_harmed

HEAD, PARTED = "*$*OVERPROOF*$*", "||@@||"
SHORTEST = 400
"""Characters of an article; shorter ones are left out."""


class Article(NamedTuple):
    """What was read, the truth, and overProof's text."""

    read: str
    truth: str
    other: str


def articles(file: Path) -> list[Article]:
    """The articles of a file in an order drawn with seed 5."""
    found = [Article(*map("\n".join, zip(*lines, strict=True))) for lines in _lines(file) if lines]
    found = [article for article in found if len(article.read) > SHORTEST]
    random.Random(5).shuffle(found)
    return found


def _lines(file: Path) -> Iterator[list[tuple[str, str, str]]]:
    """The lines of each article."""
    article: list[tuple[str, str, str]] = []
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith(HEAD):
            yield article
            article = []
        elif line.count(PARTED) == 2:
            read, truth, other = line.split(PARTED)
            article.append((read.strip(), truth.strip(), other.strip()))
    yield article


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--limit", type=int, default=0)
    given = parser.parse_args()
    counts: dict[str, list[Counts]] = {}
    better = worse = numbers = 0
    chosen = articles(given.file)[given.skip :][: given.limit or None]
    with pipeline("en", {"accept_text_only": "true"}) as corrector:
        for article in chosen:
            document = corrector.correct(article.read)
            texts = {"read": document.text, "ours": document.corrected, "overProof": article.other}
            errors = {name: mendable(text, article.truth) for name, text in texts.items()}
            for name, text in texts.items():
                told = [cer(text, article.truth), errors[name], harm(document.text, text, article.truth)]
                counts[name] = [a + b for a, b in zip(counts.get(name, [Counts()] * 3), told, strict=True)]
            better += errors["ours"].errors < errors["read"].errors
            worse += errors["ours"].errors > errors["read"].errors
            numbers += numbers_harmed(document.text, document.corrected, article.truth).total()
    print(f"{len(chosen)} articles: {better} better, {worse} worse, {numbers} right numbers made wrong")
    for name, (characters, users, harmed) in counts.items():
        change = [
            1 - of.errors / max(1, before.errors) for of, before in zip((characters, users), counts["read"], strict=False)
        ]
        print(
            f"{name:10} CER {characters.rate:.3%} (-{change[0]:.1%}), as users read {users.errors} errors (-{change[1]:.1%}), "
            f"right words made wrong {harmed.errors} of {harmed.total}"
        )


if __name__ == "__main__":
    main()
