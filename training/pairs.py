"""`python -m training.pairs`: count which Vietnamese syllables follow which, for :mod:`ocrect.words.pairs`.

Counted are the sentences of LibreOffice's help in Vietnamese (Debian's ``libreoffice-help-vi``, MPL-2.0). Only the counts are
shipped: no sentence can be had back from them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np

from ocrect.words.pairs import EDGE
from training import texts

LEAST = 2  # pairs seen less often are not kept, but counted
SHIPPED = Path(__file__).parents[1] / "src" / "ocrect" / "words"
_PART = re.compile(r"[^\w\s'-]+|_")
_WORD = re.compile(r"[^\W\d_]+")


def parts(sentence: str) -> Iterable[list[str]]:
    """The lower-case words of each part of a sentence between signs; numbers part them too."""
    for part in _PART.split(sentence.lower()):
        for run in re.split(r"\S*\d\S*", part):
            words = _WORD.findall(run)
            if words:
                yield words


def counted(sentences: Iterable[str]) -> Counter[tuple[str, str]]:
    """How often each pair stands side by side, the edges of parts counted as words."""
    return Counter(pair for sentence in sentences for words in parts(sentence) for pair in pairwise([EDGE, *words, EDGE]))


def write(path: Path, found: Counter[tuple[str, str]]) -> None:
    """The file that :func:`ocrect.words.pairs.pairs` reads."""
    kept = {pair: count for pair, count in found.items() if count >= LEAST}
    words = sorted({word for pair in kept for word in pair})
    numbers = {word: number for number, word in enumerate(words)}
    totals, kinds = np.zeros(len(words), np.uint32), np.zeros(len(words), np.uint32)
    for (first, _), count in found.items():
        if first in numbers:
            totals[numbers[first]] += count
            kinds[numbers[first]] += 1
    rows = sorted((numbers[first], numbers[second], count) for (first, second), count in kept.items())
    firsts = np.array([row[0] for row in rows])
    np.savez_compressed(
        path,
        words=np.frombuffer("\n".join(words).encode(), np.uint8),
        starts=np.searchsorted(firsts, np.arange(len(words) + 1)).astype(np.uint32),
        seconds=np.array([row[1] for row in rows], np.uint16),
        counts=np.array([min(row[2], 65_535) for row in rows], np.uint16),
        totals=totals,
        kinds=kinds,
    )


def main() -> None:
    path = SHIPPED / "pairs-vi.npz"
    write(path, counted(texts.sentences("vi")))
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
