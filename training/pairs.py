"""`python -m training.pairs LAWS`: count which Vietnamese syllables follow which, for :mod:`ocrect.words.pairs`.

Counted are the sentences of LibreOffice's help in Vietnamese (Debian's ``libreoffice-help-vi``, MPL-2.0) and the laws of
Vietnam, which nobody owns (``training/README.md`` says where they are to be had; ``LAWS`` is the folder of their texts), each
paragraph once. Beside them stands what forms print again and again (``forms-vi.txt``, written for ocrect): neither knows
``phiếu tạm tính``. Only the counts are shipped: no sentence can be had back from them.
"""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ocrect.words.pairs import DISCOUNT, EDGE
from training import texts

SHARE = 0.25  # of the mass behind a word of forms, what forms get
LITTLE = 40  # words by which what follows one is known
FORMS = Path(__file__).with_name("forms-vi.txt")
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


class Counts(NamedTuple):
    """How often pairs stand side by side, how often their first words stand before a word, and before how many different ones.

    The last two say how much of a word's mass goes to what was not seen behind it, and need not be the sums of the first.
    """

    pairs: Mapping[tuple[str, str], int]
    totals: Mapping[str, int]
    kinds: Mapping[str, int]


def alone(found: Mapping[tuple[str, str], int]) -> Counts:
    """The counts of one text."""
    totals: Counter[str] = Counter()
    for (first, _), count in found.items():
        totals[first] += count
    return Counts(found, totals, Counter(first for first, _ in found))


def with_forms(text: Counts, forms: Counts) -> Counts:
    """The counts of a text with those of forms, which get about :data:`SHARE` of the mass behind each of their words. A word
    that the text hardly has (``cà`` of *cà phê*) keeps the rest for what was not seen behind it.
    """
    found, totals, kinds = Counter(text.pairs), Counter(text.totals), Counter(text.kinds)
    behind: defaultdict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    for pair, count in forms.pairs.items():
        behind[pair[0]][pair] = count
    for first, often in forms.totals.items():
        unseen = max(0, LITTLE - totals[first])
        times = SHARE / (1 - SHARE) * (totals[first] + unseen) / often
        for pair, count in behind[first].items():
            found[pair] += (added := max(1, round(times * count)))
            totals[first] += added
        totals[first] += unseen
        kinds[first] += forms.kinds[first] + round(unseen / DISCOUNT)
    return Counts(found, totals, kinds)


def write(path: Path, found: Counts) -> None:
    """The file that :func:`ocrect.words.pairs.pairs` reads."""
    words = sorted({word for pair in found.pairs for word in pair})
    numbers = {word: number for number, word in enumerate(words)}
    rows = sorted((numbers[first], numbers[second], count) for (first, second), count in found.pairs.items())
    firsts = np.array([row[0] for row in rows])
    np.savez_compressed(
        path,
        words=np.frombuffer("\n".join(words).encode(), np.uint8),
        starts=np.searchsorted(firsts, np.arange(len(words) + 1)).astype(np.uint32),
        seconds=np.array([row[1] for row in rows], np.uint16),
        counts=np.array([min(row[2], 65_535) for row in rows], np.uint16),
        totals=np.array([found.totals.get(word, 0) for word in words], np.uint32),
        kinds=np.array([found.kinds.get(word, 0) for word in words], np.uint32),
    )


def paragraphs(folder: Path) -> Iterable[str]:
    """The lines of the texts in a folder, each once: laws that amend others repeat whole articles."""
    return sorted({_composed(line) for path in folder.glob("*.txt") for line in path.read_text(encoding="utf-8").splitlines()})


def _composed(line: str) -> str:
    return unicodedata.normalize("NFC", line.strip())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training.pairs", description="count pairs of Vietnamese syllables")
    parser.add_argument("laws", type=Path, help="folder of texts of laws, see training/README.md")
    laws = paragraphs(parser.parse_args().laws)
    path = SHIPPED / "pairs-vi.npz"
    forms = FORMS.read_text(encoding="utf-8").splitlines()
    printed = counted(line for line in forms if not line.startswith("#"))
    write(path, with_forms(alone(counted([*texts.sentences("vi"), *laws])), alone(printed)))
    print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
