"""Letters of one picture in words: typescript has one sign for ``1`` and ``l``, and many faces one for ``l`` and ``I``. In a
listed word it is the letter that makes it one, as far as the pixels allow that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ocrect.engines.ppocr.recognise import BoxReading, ahead, with_rivals
from ocrect.evidence import Symbol
from ocrect.words.lexicon import lexicon

ONE = 5.0
"""Nats by which ``1`` may be likelier than the ``l`` of a word (``shal1``, ``Bi11``). On 184 scans and receipts 13 such words
all had letters there, at most 4.7 nats less likely; of digits behind words (``No1``, ``cash1``) the least was 6.3.
"""

FIRST = 2.5
"""Nats by which ``l`` may be likelier than ``I`` at the beginning of a word (``ltem``, ``lhren``), or the other way. Of 19 such
words on the same pages and 430 others, 17 were wrong, at most 1.9 nats likelier, and two right, ``lbm``: 3.2 and 5.3.
"""

SHORT, COMMON = 3, 5.0  # so short a word is made only where its Zipf value is so high: others may be units and names
_ONES = re.compile(r"(?<!\w)([^\W\d_]{2,}(?<![A-Z]))1[1a-z]*(?!\w)")
"""Letters, the last of them a small one, and behind them ``1`` where a word may have ``l``."""
_FIRST = re.compile(r"(?<![\w'’])[lI][^\W\d_A-Z]{2,}(?!\w)")


def with_letters(reading: BoxReading, languages: Sequence[str]) -> BoxReading:
    """The reading with ``l`` for ``1``, and ``I`` for a first ``l`` or the other way, in words that are listed in ``languages``
    so and not as read.
    """
    chosen: list[tuple[Symbol, str]] = []
    for places, letter, bar in _asked(reading.text, languages):
        symbols = [reading.symbols[at] for at in places]
        if letter in reading.posterior.alphabet and all(ahead(reading, s, letter).min() <= bar for s in symbols):
            chosen += [(symbol, letter) for symbol in symbols]
    return with_rivals(reading, chosen)


def _asked(text: str, languages: Sequence[str]) -> Iterator[tuple[list[int], str, float]]:
    """Where letters would make words, together; which; and by how much what was read may be likelier."""
    for match in _ONES.finditer(text):
        stem, word = match.group(1), match.group().replace("1", "l")
        if _is_word(word, languages) and not (len(stem) >= SHORT and _is_word(stem, languages)):
            yield [at for at in range(*match.span()) if text[at] == "1"], "l", ONE
    for match in _FIRST.finditer(text):
        read, letter = match.group(), "I" if match.group()[0] == "l" else "l"
        word = f"{letter}{read[1:]}"
        is_common = len(word) > SHORT or any(lexicon(language).zipf(word) >= COMMON for language in languages)
        if is_common and _is_word(word, languages) and not _is_word(read, languages):
            yield [match.start()], letter, FIRST


def _is_word(word: str, languages: Sequence[str]) -> bool:
    return any(lexicon(language).known(word) for language in languages)
