"""Accents stripped from Vietnamese text and restored: by the word list alone, and by pairs of words.

python -m bench.accents FILE...     UTF-8 texts, or PDFs with a text layer
"""

from __future__ import annotations

import argparse
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from training.pairs import parts

from ocrect import source
from ocrect.letters import without_accents
from ocrect.record.document import Page
from ocrect.settings import Settings
from ocrect.words.lexicon import lexicon
from ocrect.words.pairs import EDGE, pairs

LANGUAGE = "vi"
MOST = 12  # words of the same letters that are weighed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.accents", description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    for path in parser.parse_args().files:
        runs = [words for line in _lines(path) for words in parts(unicodedata.normalize("NFC", line))]
        total = right_alone = right_together = 0
        for words in runs:
            for word, alone, together in zip(words, map(_commonest, words), restored(words), strict=True):
                total, right_alone, right_together = (
                    total + 1,
                    right_alone + (alone == word),
                    right_together + (together == word),
                )
        shares = right_alone / total, right_together / total
        print(f"{path.name}: {total} words; by the list {shares[0]:.1%}, with their neighbours {shares[1]:.1%}")


def restored(words: list[str]) -> list[str]:
    """The likeliest words with the letters of ``words`` (Viterbi, 1967)."""
    counted, listed = pairs(LANGUAGE), lexicon(LANGUAGE)
    if counted is None:
        raise SystemExit(f"no pairs are counted for {LANGUAGE}")
    best: dict[str, tuple[float, list[str]]] = {EDGE: (0.0, [])}
    for word in words:
        best = {
            one: max((odds + counted.log_prob(before, one, listed), [*path, one]) for before, (odds, path) in best.items())
            for one in _alike(word)
        }
    return max(best.values())[1]


def _lines(path: Path) -> Iterator[str]:
    if path.suffix != ".pdf":
        yield from path.read_text(encoding="utf-8").splitlines()
        return
    for page in source.pages(path, Settings(text_layer="only")):
        if isinstance(page, Page):
            yield from page.text.splitlines()


def _commonest(word: str) -> str:
    return _alike(word)[0]


def _alike(word: str) -> list[str]:
    """The listed words with the same letters, the commonest first; the word itself where there are none."""
    return _by_letters().get(without_accents(word), [word])[:MOST]


@cache
def _by_letters() -> dict[str, list[str]]:
    listed = lexicon(LANGUAGE)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for word in sorted(listed.values, key=listed.zipf, reverse=True):
        found[without_accents(word)].append(word)
    return found


if __name__ == "__main__":
    main()
