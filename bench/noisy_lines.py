"""How long a plain text of noisy lines takes to be corrected, and what comes of it: lines of the scans' truths with the listed
confusions drawn into them.

    python -m bench.noisy_lines --data FOLDER [--lines 200] [--seed 7] [--rate 0.03] [--run "threads=2"]

Wall time is of a machine that does nothing else, or it means nothing; CPU seconds are those of this process and of the model's.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import time
from pathlib import Path

from bench.dataset import items
from bench.reading import from_words, in_words, pipeline
from ocrect.measure.metrics import UNREADABLE, mendable
from ocrect.words.confusions import TABLE

WIDTH, SHORTEST = 70, 55


def right_lines(data: Path, count: int, draw: random.Random) -> list[str]:
    """So many lines of prose, cut at a word before :data:`WIDTH` characters."""
    found = []
    for item in items(data, "scans"):
        for line in (" ".join(line.split()) for line in item.truth.splitlines()):
            is_prose = sum(map(str.isalpha, line)) > 0.75 * len(line) and any(map(str.islower, line))
            if len(line) >= SHORTEST and UNREADABLE not in line and is_prose:
                found.append(line[:WIDTH].rsplit(" ", 1)[0])
    draw.shuffle(found)
    return found[:count]


def noisy(line: str, rate: float, draw: random.Random) -> str:
    """``line`` with signs misread, each with probability ``rate`` (pairs: half of that), as the confusions count them."""
    read: dict[str, list[tuple[str, float]]] = {}
    for confusion in TABLE:
        read.setdefault(confusion.meant, []).append((confusion.read, confusion.count))
    out, at = "", 0
    while at < len(line):
        for length, chance in ((2, rate / 2), (1, rate)):
            meant = line[at : at + length]
            if meant in read and draw.random() < chance:
                texts, weights = zip(*read[meant], strict=True)
                out, at = out + draw.choices(texts, weights)[0], at + length
                break
        else:
            out, at = out + line[at], at + 1
    return out


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--lines", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--rate", type=float, default=0.03)
    parser.add_argument("--run", default="", help='settings, as "threads=2"')
    options = parser.parse_args()
    draw = random.Random(options.seed)
    right = right_lines(options.data, options.lines, draw)
    read = [noisy(line, options.rate, draw) for line in right]
    settings = from_words(options.run)
    wall, cpu = time.monotonic(), _cpu()
    with pipeline("en", {"accept_text_only": "true", **settings}) as corrector:
        corrected = corrector.correct("\n".join(read)).corrected
    before, after = (mendable(text, "\n".join(right)).errors for text in ("\n".join(read), corrected))
    worse = sum(a == b != c for a, b, c in zip(right, read, corrected.splitlines(), strict=True))
    print(
        f"{len(read)} lines, {in_words(settings) or 'default settings'}: {time.monotonic() - wall:.1f} s wall (load "
        f"{os.getloadavg()[0]:.1f}), {_cpu() - cpu:.1f} CPU-s; errors {before} → {after}, right lines made wrong {worse}"
    )


if __name__ == "__main__":
    main()
