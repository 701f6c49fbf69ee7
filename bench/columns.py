"""Reading order on drawn pages: 400 of columns, 200 of rows, as boxes (`python -m bench.columns --seed N`); and its growth.

The figure is the share of pairs of neighbouring lines (of a table: of rows) that come out one right after the other, each in
one piece. Two lines found in one box have no place in it.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import groupby, pairwise

from bench.column_pages import Drawn, Piece, column_page, row_page
from ocrect.layout import reading_order
from ocrect.record.document import Box

LATEX = (1.0, 44)
"""LaTeX's two columns: a gutter of 10 pt at letters of 10 pt, about so many characters wide."""


def pages(seed: int, columns: int, rows: int) -> Iterator[Drawn]:
    """The pages of a seed: every eighth of the columns are LaTeX's two, the others are of the whole grid."""
    rng = random.Random(seed)
    for number in range(columns):
        many, characters, gutter = rng.randint(2, 6), rng.randint(12, 60), rng.uniform(1, 4)
        if number % 8 == 0:
            page = column_page(rng, 2, LATEX[1], LATEX[0], justified=True)
            page.name = "LaTeX's two"
        else:
            page = column_page(rng, many, characters, gutter, justified=rng.random() < 0.5)
            page.name += ", narrow" if characters < 20 else ""
        yield page
    for _ in range(rows):
        yield row_page(rng)


def right_pairs(found: list[Piece], *, texts: bool) -> tuple[int, int]:
    """How many pairs of neighbouring lines are in right order, and how many there are."""
    order = reading_order([piece.box for piece in found], [piece.text for piece in found] if texts else ())
    read = [found[i] for region in order for row in region.rows for i in row]
    lines = [line for line, _ in groupby(piece.line for piece in read) if line >= 0]
    once = {line for line in lines if lines.count(line) == 1}
    follows = dict(pairwise(lines))
    present = sorted({piece.line for piece in found} - {-1})
    pairs = list(pairwise(present))
    return sum(follows.get(a) == b and a in once and b in once for a, b in pairs), len(pairs)


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.columns", description=__doc__)
    options.add_argument("--seed", type=int, default=1, help="another seed draws other pages")
    options.add_argument("--columns", type=int, default=400)
    options.add_argument("--rows", type=int, default=200)
    options.add_argument("--worst", type=int, default=0, help="how many of the worst pages to name")
    options.add_argument("--without-texts", action="store_true", help="order by the boxes alone")
    options.add_argument("--growth", action="store_true", help="CPU time on pages of growing numbers of boxes instead")
    chosen = options.parse_args()
    if chosen.growth:
        growth(chosen.seed)
    else:
        _order(chosen)


def _order(chosen: argparse.Namespace) -> None:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    worst = []
    for number, page in enumerate(pages(chosen.seed, chosen.columns, chosen.rows)):
        right, of = right_pairs(page.found(), texts=not chosen.without_texts)
        worst.append((right - of, number, page.name, right, of))
        group = "all of columns" if "columns" in page.name or "LaTeX" in page.name else "all of rows"
        for name in (page.name, group):
            for n, count in enumerate((1, right == of, right, of)):
                sums[name][n] += count
    print(f"{'pages':22} {'n':>5} {'all right':>9} {'pairs':>8} {'right':>8}")
    for name, (n, whole, right, of) in sorted(sums.items()):
        print(f"{name:22} {n:5} {whole:9} {of:8} {right / of:8.2%}")
    for entry in sorted(worst)[: chosen.worst]:
        print(entry)


def growth(seed: int) -> None:
    """Print the CPU time of pages of ×1 … ×8 boxes: columns, a table of numbers, and boxes anywhere."""
    rng = random.Random(seed)
    kinds: dict[str, Callable[[int], list[Box]]] = {
        "two columns": lambda n: [Box(x, 40 * i, x + 380, 40 * i + 30) for i in range(n // 2) for x in (20, 440)],
        "20 cells a row": lambda n: [Box(90 * j, 40 * i, 90 * j + 70, 40 * i + 30) for i in range(n // 20) for j in range(20)],
        "one row": lambda n: [Box(90 * i, 0, 90 * i + 70, 30) for i in range(n)],
        "one column": lambda n: [Box(0, 40 * i, 500, 40 * i + 30) for i in range(n)],
        "anywhere": lambda n: [_anywhere(rng, n) for _ in range(n)],
    }
    print(f"{'boxes':22}" + "".join(f"{n:>9}" for n in (500, 1000, 2000, 4000)) + "    CPU-seconds")
    for name, draw in kinds.items():
        took = []
        for many in (500, 1000, 2000, 4000):
            boxes = draw(many)
            began = time.process_time()
            reading_order(boxes)
            took.append(time.process_time() - began)
        print(f"{name:22}" + "".join(f"{seconds:9.2f}" for seconds in took))


def _anywhere(rng: random.Random, many: int) -> Box:
    side = 100 * many**0.5
    x, y = rng.uniform(0, side), rng.uniform(0, side)
    return Box(x, y, x + rng.uniform(10, 400), y + rng.uniform(20, 40))


if __name__ == "__main__":
    main()
