"""Reading order on drawn pages: 400 of columns, 200 of rows, 200 of blocks and 200 of tables side by side, 200 of
ledgers, 200 of tables with wrapped cells, as boxes (`python -m bench.columns --seed N`); and its growth.

The figure is the share of pairs of neighbouring lines (of a table: of rows) that come out one right after the other, each in
one piece. The boxes go the reader's own way, as readings whose signs stand where they are printed, so that two lines found in
one box are parted where it parts them; those that it leaves in one count as wrong.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise

import numpy as np

from bench.column_blocks import block_page
from bench.column_pages import Drawn, Piece, column_page, ledger_page, row_page, width
from bench.table_pages import abreast_page
from bench.wrapped_pages import wrapped_page
from ocrect.engines.ppocr.lines import ordered
from ocrect.engines.ppocr.recognise import HEIGHT, BoxReading
from ocrect.evidence import CtcPosterior
from ocrect.ink import Boxes
from ocrect.layout import reading_order
from ocrect.record.document import Box

LATEX = (1.0, 44)
"""LaTeX's two columns: a gutter of 10 pt at letters of 10 pt, about so many characters wide."""

FRAME = 8  # pixels of a line :data:`HEIGHT` pixels high that a frame of the recogniser sees


def pages(
    seed: int, columns: int, rows: int, blocks: int, abreast: int, ledgers: int, wrapped: int
) -> Iterator[tuple[str, Drawn]]:
    """The pages of a seed, each with its group; every eighth of the columns are LaTeX's two, the others of the whole grid."""
    rng = random.Random(seed)
    for number in range(columns):
        many, characters, gutter = rng.randint(2, 6), rng.randint(12, 60), rng.uniform(1, 4)
        if number % 8 == 0:
            page = column_page(rng, 2, LATEX[1], LATEX[0], justified=True)
            page.name = "LaTeX's two"
        else:
            page = column_page(rng, many, characters, gutter, justified=rng.random() < 0.5)
            page.name += ", narrow" if characters < 20 else ""
        yield "columns", page
    for _ in range(rows):
        yield "rows", row_page(rng)
    for _ in range(blocks):
        yield "blocks", block_page(rng)
    for _ in range(abreast):
        yield "abreast", abreast_page(rng)
    for _ in range(ledgers):
        yield "ledgers", ledger_page(rng)
    for _ in range(wrapped):
        yield "wrapped", wrapped_page(rng)


def right_pairs(
    found: list[Piece], *, texts: bool, rules: Sequence[Box] = (), cells: Sequence[Box] = (), in_one_row: bool = False
) -> tuple[int, int]:
    """How many pairs of neighbouring lines are in right order, and how many there are; ``in_one_row`` where a line that is read
    as two rows is wrong, too.
    """
    read = _read(found, rules, cells) if texts else ((0, line) for line in _by_boxes(found))
    lines = [line for (_, line), _ in groupby((row * in_one_row, line) for row, line in read) if line >= 0]
    once = {line for line, times in Counter(lines).items() if times == 1}
    follows = dict(pairwise(lines))
    present = sorted({part.line for piece in found for part in piece.parts or (piece,)})
    pairs = list(pairwise(present))
    return sum(follows.get(a) == b and a in once and b in once for a, b in pairs), len(pairs)


def _by_boxes(found: list[Piece]) -> Iterator[int]:
    """The lines of the pieces in the order of their boxes alone; -1 for two in one."""
    for region in reading_order([piece.box for piece in found]):
        yield from (found[i].line for row in region.rows for i in row)


def _read(found: list[Piece], rules: Sequence[Box] = (), cells: Sequence[Box] = ()) -> Iterator[tuple[int, int]]:
    """The lines of the pieces as the reader orders and parts them, each with the number of its row; -1 for two in one."""
    pieces = {id(reading := _reading(piece)): (reading, piece) for piece in found}
    corners = {id(reading.quad): piece for reading, piece in pieces.values()}
    read = ordered([reading for reading, _ in pieces.values()], _array(rules), _array(cells))
    for number, row in enumerate(row for _, rows in read for row in rows):
        for reading in row:
            if (piece := corners.get(id(reading.quad))) is not None:
                yield number, piece.line
            else:
                left, right = reading.quad[0], reading.quad[2]
                yield number, _part_at(found, (float(left[0] + right[0]) / 2, float(left[1] + right[1]) / 2))


def _array(boxes: Sequence[Box]) -> Boxes:
    """Boxes ``(n, 4)``."""
    return np.array([[box.left, box.top, box.right, box.bottom] for box in boxes], np.float32).reshape(-1, 4)


def _part_at(found: list[Piece], middle: tuple[float, float]) -> int:
    """The line of what a piece was parted into, by its middle: that of the nearest part of two lines in one."""
    x, y = middle

    def off(box: Box) -> float:
        return max(box.left - x, x - box.right, 0.0) + max(box.top - y, y - box.bottom, 0.0)

    piece = min(found, key=lambda piece: (off(piece.box), abs(piece.box.top + piece.box.bottom - 2 * y)))
    return min(piece.parts or (piece,), key=lambda part: max(part.box.left - x, x - part.box.right)).line


def _reading(piece: Piece) -> BoxReading:
    """A piece as it is read: each sign on one frame, where it is printed in the box."""
    box = piece.box
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    per_pixel = HEIGHT / FRAME / box.height
    frames = max(round(box.width * per_pixel), 2 * len(piece.text))
    scale = frames / box.width
    alphabet = tuple(sorted(set(piece.text) | {" "}))
    probabilities = np.full((frames, 1 + len(alphabet)), 1e-6, np.float32)
    path = np.zeros(frames, int)
    reached, before = -1, ""
    for sign, x in _places(piece):
        reached = max(reached + 1 + (sign == before), min(round((x - left) * scale), frames - 1))
        if reached < frames:
            path[reached] = 1 + alphabet.index(sign)
        before = sign
    probabilities[np.arange(frames), path] = 1 - 1e-6 * len(alphabet)
    quad = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    return BoxReading(quad, CtcPosterior(np.log(probabilities), alphabet), float(frames))


def _places(piece: Piece) -> Iterator[tuple[str, float]]:
    """The signs of a piece, each with the middle in x at which it is printed; spaces are as wide as the line leaves them."""
    parts = piece.parts or (piece,)
    for number, part in enumerate(parts):
        words, size = part.text.split(), part.box.height
        space = (part.box.width - sum(width(word, size) for word in words)) / max(len(words) - 1, 1)
        if number:
            yield " ", (parts[number - 1].box.right + part.box.left) / 2
        x = part.box.left
        for n, word in enumerate(words):
            if n:
                yield " ", x - space / 2
            for sign in word:
                wide = width(sign, size)
                yield sign, x + wide / 2
                x += wide
            x += space


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.columns", description=__doc__)
    options.add_argument("--seed", type=int, default=1, help="another seed draws other pages")
    options.add_argument("--columns", type=int, default=400)
    options.add_argument("--rows", type=int, default=200)
    options.add_argument("--blocks", type=int, default=200)
    options.add_argument("--abreast", type=int, default=200)
    options.add_argument("--ledgers", type=int, default=200)
    options.add_argument("--wrapped", type=int, default=200)
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
    drawn = pages(chosen.seed, chosen.columns, chosen.rows, chosen.blocks, chosen.abreast, chosen.ledgers, chosen.wrapped)
    for number, (group, page) in enumerate(drawn):
        texts, in_one_row = not chosen.without_texts, group == "ledgers"
        right, of = right_pairs(page.found(), texts=texts, rules=page.rules, cells=page.cells, in_one_row=in_one_row)
        worst.append((right - of, number, page.name, right, of))
        for name in (page.name, f"all of {group}"):
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
