"""What OCR engines confuse: pairs (read, meant) with how often each was seen, and the edit distance that follows from them.

The counts are totals over English newspapers and books and French receipts read by OCR engines and aligned with their ground
truth. Pairs known from print that were too rare there (the long s, ``vv`` for ``w``, digits for letters) were added by hand
with small counts that are estimates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log1p


@dataclass(frozen=True, slots=True)
class Confusion:
    """The engine writes ``read`` where the page says ``meant``; ``count`` is how often that was seen."""

    read: str
    meant: str
    count: int


_LETTERS = """
o c 244, 1 I 214, o e 197, a s 157, é e 152, b h 114, u n 109, U ll 52, i l 50, I i 46, e o 44, e c 44, è e 41, e s 39,
a e 36, t f 35, # e 32, # s 31, U V 29, â a 29, B E 28, u a 26, c e 26, n u 26, t s 25, O C 23, l i 23, a n 23, i t 22,
li h 22, e a 21, l f 20, 8 S 20, s e 19, v y 19, h b 17, n a 17, o a 17, o n 17, a o 14, ô o 14, a u 13, i a 13, n fl 12,
n fi 12, d il 12, t l 11, m rn 11, ù u 11, P F 10, r e 10, h n 10, l t 9, K E 9, s a 9, R E 9, O Q 8, n h 8, t i 8,
in m 8, m in 8, i s 8, mi nd 8, à a 8, ë e 8, u o 7, i r 7, d ll 7, B s 7, J l 7, L l 6, e g 6, v e 6, F P 6, B R 6,
d cl 6, t r 6, H ll 6, H li 6, R P 5, I l 5, Q G 5, N M 5, f r 5, r c 5, H M 5, n o 5, f t 5, n p 5, t e 5, r s 5, b o 5,
ri n 5, d o 5, p o 5, R fi 5, & e 4, l L 4, D Q 4, u e 4, II H 4, ii h 4, o u 4, l r 4, r v 4, O G 4, d i 4, U li 4,
n ri 4, C G 3, R A 3, L t 3, w e 3, r n 3, v c 3, H R 3, K F 3, ni m 3, R H 3, li b 3, î I 3, û u 3, é c 3, rn m 6,
cl d 4, vv w 4, nn m 4, iii m 4, ii n 4, ii u 4, fi h 4, tl h 4, lc k 4, l I 16, I 1 24, ! l 7, | l 4, | I 4, 0 o 6,
0 O 10, 1 l 10, 1 i 8, 5 S 6, 5 s 6, 8 B 8, 6 G 4, c o 12, f s 8, q g 4, g q 4, y v 6, h li 4, w vv 4, m nn 4, e é 7,
a à 4, l 1 5, f l 6, ll u 4, s a 9, a i 6, r t 4, s c 4, c s 4
"""

_DIGITS = {
    **dict.fromkeys("OoQDU", "0"),
    **dict.fromkeys("lI|!i", "1"),
    **dict.fromkeys("Zz", "2"),
    **dict.fromkeys("Ss", "5"),
    **dict.fromkeys("Gb", "6"),
    "B": "8",
    **dict.fromkeys("gq", "9"),
    "T": "71",
    "A": "4",
}
DIGITS: Mapping[str, str] = _DIGITS
"""Letter or sign → the digits that it is read for inside a number (several where it is ambiguous)."""

EURO_SUFFIXES = "(CceE"
"""Signs that a euro sign after an amount is read as: ``0.89(`` is ``0.89€``."""

PERCENT_SUFFIXES = "Z"
"""Signs that a percent sign after a number is read as: ``10.00Z`` is ``10.00%``."""


def _parsed() -> Iterator[Confusion]:
    for item in _LETTERS.replace("\n", " ").split(","):
        read, meant, count = item.split()
        yield Confusion(read, meant, int(count))


TABLE: tuple[Confusion, ...] = tuple(_parsed())
_COUNTS: Mapping[tuple[str, str], int] = {(c.read, c.meant): c.count for c in TABLE}
_MEANT: Mapping[str, tuple[str, ...]] = {
    read: tuple(c.meant for c in TABLE if c.read == read) for read in {c.read for c in TABLE}
}


def _by_last_letters() -> dict[str, tuple[tuple[str, str], ...]]:
    """The confusions of more than one letter on a side, by the last letter of what was read."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for c in TABLE:
        if len(c.read) > 1 or len(c.meant) > 1:
            found[c.read[-1]].append((c.read, c.meant))
    return {last: tuple(pairs) for last, pairs in found.items()}


_LONG: Mapping[str, tuple[tuple[str, str], ...]] = _by_last_letters()


LOST = 1.3
"""What a letter costs that came or went by itself: engines confuse letters more often than they lose them, and old spelling
(``downe``, ``heere``) differs by just that."""


def cost(read: str, meant: str) -> float:
    """What it costs to take ``read`` for ``meant``: 0 where equal, 0.25..0.8 where listed (by count), else 1."""
    if read == meant:
        return 0.0
    count = _COUNTS.get((read, meant)) or _COUNTS.get((read.lower(), meant.lower()))
    if count:
        return max(0.25, 1.0 - 0.15 * log1p(count))
    return 0.3 if read.lower() == meant.lower() else 1.0


@lru_cache(maxsize=65_536)
def distance(read: str, meant: str) -> float:
    """Edit distance: substitutions of up to three letters cost what :func:`cost` says, a letter lost or added :data:`LOST`.

    The string edits of Brill and Moore, "An improved error model for noisy channel spelling correction" (2000).
    """
    rows = [[LOST * j for j in range(len(meant) + 1)]]
    for i, letter in enumerate(read, 1):
        row = [LOST * i]
        for j, other in enumerate(meant, 1):
            best = min(row[j - 1] + LOST, rows[i - 1][j] + LOST, rows[i - 1][j - 1] + cost(letter, other))
            for a, b in _LONG.get(letter, ()):
                if len(a) <= i and len(b) <= j and read.endswith(a, 0, i) and meant.endswith(b, 0, j):
                    best = min(best, rows[i - len(a)][j - len(b)] + cost(a, b))
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def rewrites(text: str) -> Iterator[str]:
    """Every text that ``text`` becomes by one listed confusion at one place."""
    for start in range(len(text)):
        for length in (1, 2, 3):
            read = text[start : start + length]
            if len(read) == length:
                for meant in _MEANT.get(read, ()):
                    yield text[:start] + meant + text[start + length :]
