"""What OCR engines confuse: pairs (read, meant) with how often each was seen, and the edit distance that follows from them.

Counted are French receipts (FR3, CC0) and Dutch newspapers (NL1, CC BY 4.0) of ICDAR 2019's competition on post-OCR text
correction, and lines drawn with fonts, degraded, and read by PP-OCR and Tesseract: ``python -m bench.confusion_counts``. What
is well known from print but rare there (``U`` for ``ll``, ``vv`` for ``w``, digits for letters) has estimates for counts, and
stands apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import log1p

from ocrect.letters import without_accents


@dataclass(frozen=True, slots=True)
class Confusion:
    """The engine writes ``read`` where the page says ``meant``; ``count`` is how often that was seen."""

    read: str
    meant: str
    count: int


_COUNTED = """
f s 295, c e 103, b d 81, o n 66, t r 42, i l 40, e é 36, b v 34, U V 28, t l 26, t e 22, i r 22, t i 22, l s 18,
p y 17, l i 17, rn m 16, i f 14, y ij 12, a ä 12, r t 11, ë e 11, B h 11, f l 10, O Q 9, r e 9, h k 9,
i t 9, m n 9, a o 9, c t 7, i j 7, ö o 7, o a 7, D n 6, ö d 6, j i 6, a e 6, u o 6, N M 5, c r 5, a n 5, t p 5, R P 4,
D Q 4, G C 4, ^ g 4, t s 4, i a 4, h n 4, © G 4, H L 4, e è 4, R A 3, & e 3, I T 3, Ï I 3, C D 3, l t 3, M P 3, f e 3,
a d 3, ^ e 3, b n 3, r i 3, b k 3, n a 3, C T 3, ï l 3, i s 3, ó o 3, p h 3, j s 3, a â 3, E É 3, u e 3, o ö 3, v u 3,
t d 3, r n 3, n o 3, é è 3, t k 3
"""

_KNOWN = """
b h 100, é e 100, u n 60, o c 100, c o 100, o e 100, e o 100, e c 100, a s 100, 1 I 100, l I 100, U ll 100, s a 25,
e s 25, s e 25, e a 25, a u 25, u a 25, n u 25, h b 25, f t 25, t f 25, l f 25, I l 25, I i 25, 1 l 25, ! l 25, | l 25,
| I 25, 8 S 25, 0 O 25, 0 o 25, 5 S 25, 5 s 25, 8 B 25, B E 25, v y 25, y v 25, O C 25, li h 25, m rn 25,
n fi 25, n fl 25, d il 25, è e 25, ê e 25, â a 25, à a 25, ô o 25, ù u 25, û u 25, î i 25, î I 25, I 1 25, i I 25,
h li 8, n h 8, in m 8, m in 8, d cl 8, cl d 8, ll u 8, H ll 8, H li 8, II H 8, ii h 8, ii n 8, ii u 8, iii m 8, ri n 8,
n ri 8, m nn 8, nn m 8, vv w 8, w vv 8, fi h 8, tl h 8, lc k 8, d ll 8, li b 8, ni m 8, m ni 8, R H 8, H R 8,
F P 8, P F 8, Q O 8, C G 8, K E 8, R E 8, E R 8, F E 8, J l 8, L l 8, 1 i 8, 6 G 8, q g 8, g q 8, r c 8, f r 8,
n p 8, c s 8, s c 8, l 1 8, a i 8, v c 8, w e 8, ç c 8, ï i 8, U li 8, B ß 25, b ß 8, 8 ß 8
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
    for item in f"{_COUNTED}, {_KNOWN}".replace("\n", " ").split(","):
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


_ALIKE = 0.3
"""What it costs to take a letter for another one that differs in case or accents alone."""

LOST = 1.2
"""What a letter costs that came or went by itself: engines confuse letters more often than they lose them, and old spelling
(``downe``, ``heere``) differs by just that."""


@lru_cache(maxsize=16_384)
def cost(read: str, meant: str) -> float:
    """What it costs to take ``read`` for ``meant``: 0 where equal, 0.25..0.8 where listed (by count) or where case or accents
    alone differ, else 1.
    """
    if read == meant:
        return 0.0
    count = _COUNTS.get((read, meant)) or _COUNTS.get((read.lower(), meant.lower()))
    if count:
        return max(0.25, 1.0 - 0.15 * log1p(count))
    return _ALIKE if without_accents(read).lower() == without_accents(meant).lower() else 1.0


@lru_cache(maxsize=65_536)
def distance(read: str, meant: str) -> float:
    """Edit distance: substitutions of up to three letters cost what :func:`cost` says, a letter lost or added :data:`LOST`.

    The string edits of Brill and Moore, "An improved error model for noisy channel spelling correction" (2000).
    """
    rows = [[LOST * j for j in range(len(meant) + 1)]]
    for i, letter in enumerate(read, 1):
        above, best = rows[-1], LOST * i
        row = [best]
        longer = [(rows[i - len(a)], b, cost(a, b)) for a, b in _LONG.get(letter, ()) if read.endswith(a, 0, i)]
        for j, other in enumerate(meant, 1):
            best = min(best + LOST, above[j] + LOST, above[j - 1] + cost(letter, other))
            for before, b, taken in longer:
                if len(b) <= j and meant.endswith(b, 0, j):
                    best = min(best, before[j - len(b)] + taken)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def rewrites(text: str) -> list[str]:
    """Every text that ``text`` becomes by one listed confusion at one place, from the left."""
    found = []
    for start in range(len(text)):
        for end in range(start + 1, min(start + 3, len(text)) + 1):
            if meant := _MEANT.get(text[start:end]):
                head, tail = text[:start], text[end:]
                found += [f"{head}{letters}{tail}" for letters in meant]
    return found


def rewrites_twice(once: Iterable[str], most: int) -> list[str]:
    """The first ``most`` texts that those ``once`` rewritten become by one more listed confusion."""
    found: list[str] = []
    for text in once:
        found += rewrites(text)
        if len(found) >= most:
            break
    return found[:most]
