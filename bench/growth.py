"""How the work grows with its input: line length, lines a page, amounts a line, letters a word, boxes a page, ×1 ×2 ×4 ×8.

Each is corrected as a page of one's own with image evidence (the shipped :func:`ocrect.testing.posterior`) and without a
language model; boxes are put in order alone. The figure is CPU time, the best of three; beside it, by how much each doubling
multiplies it: 2 is linear, 4 quadratic.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from ocrect import layout
from ocrect.pipeline import Pipeline
from ocrect.record.document import Block, Box, Document, Line, Page
from ocrect.settings import Settings
from ocrect.testing import posterior

TIMES = (1, 2, 4, 8)
REPEATS = 3
_WORDS = ["the", "cornpany", "tbe", "invoice", "total", "of", "pages", "inthe", "letter", "rnodern", "12", "and", "1O.50"]


class Growth(NamedTuple):
    """What grows, from how many, and what makes so many of it and works on it."""

    what: str
    least: int
    made: Callable[[int], Callable[[], object]]


def _corrected(pipeline: Pipeline, *texts: str, seen: bool = True) -> Callable[[], object]:
    lines = tuple(_line(place, text, seen=seen) for place, text in enumerate(texts))
    page = Page(1, blocks=(Block(lines),))
    return lambda: pipeline.correct(Document("growth", (page,)))


def _line(place: int, text: str, *, seen: bool) -> Line:
    doubts = {at: {other: 0.2} for at, c in enumerate(text) if (other := {"O": "0", "c": "e", "1": "l"}.get(c))}
    evidence = posterior(text, alternatives=dict(list(doubts.items())[:40])) if seen else None
    return Line(f"p1-l{place}", text, evidence=evidence)


def _words(n: int, seed: int) -> str:
    drawn = random.Random(seed)
    return " ".join(drawn.choice(_WORDS) for _ in range(n))


def _amounts(n: int) -> str:
    drawn = random.Random(n)
    return " ".join(f"{drawn.randrange(1, 999)}.{drawn.randrange(100):02}" for _ in range(n))


def _boxes(n: int) -> Callable[[], object]:
    drawn = random.Random(n)
    boxes = []
    for i in range(n):
        left, top = 700 * (i % 3) + drawn.randrange(8), 40 * (i // 3) + drawn.randrange(6)
        boxes.append(Box(left, top, left + 600, top + 30))
    return lambda: layout.reading_order(boxes)


def growths(pipeline: Pipeline, german: Pipeline) -> Mapping[str, Growth]:
    """What is measured, by a short name."""
    return {
        "line": Growth("words a line", 25, lambda n: _corrected(pipeline, _words(n, 1))),
        "page": Growth("lines a page", 25, lambda n: _corrected(pipeline, *(_words(8, seed) for seed in range(n)))),
        "plain": Growth("lines, no image", 100, lambda n: _corrected(pipeline, *(_words(8, s) for s in range(n)), seen=False)),
        "amounts": Growth("amounts a line", 25, lambda n: _corrected(pipeline, _amounts(n))),
        "repeat": Growth("one letter repeated", 100, lambda n: _corrected(pipeline, "a" * n)),
        "zeros": Growth("one sign repeated", 50, lambda n: _corrected(pipeline, "O" * n)),
        "compound": Growth("letters of a word, German", 54, lambda n: _corrected(german, "l" * n, seen=False)),
        "boxes": Growth("boxes a page, in order", 100, _boxes),
    }


def run(names: list[str], most: int) -> None:
    """Print a row for each of ``names`` (all where there are none), up to ``most`` times its least size."""
    print(f"{'what':28} {'from':>5}  " + "  ".join(f"{f'×{n}':>8}" for n in TIMES if n <= most) + "   each doubling takes")
    with (
        Pipeline(Settings.load(runtime="none")) as pipeline,
        Pipeline(Settings.load(runtime="none", language="de")) as german,
    ):
        _corrected(pipeline, "warm up tbe lists")()
        _corrected(german, "warm up tbe lists")()
        table = growths(pipeline, german)
        for name in names or table:
            row = table[name]
            seconds = [_best(row.made(row.least * n)) for n in TIMES if n <= most]
            ratios = ", ".join(f"{later / earlier:.1f}" for earlier, later in pairwise(seconds))
            print(f"{row.what:28} {row.least:5}  " + "  ".join(f"{s:7.3f}s" for s in seconds) + f"   × {ratios}", flush=True)


def _best(work: Callable[[], object]) -> float:
    return min(_seconds(work))


def _seconds(work: Callable[[], object]) -> Iterator[float]:
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        yield time.process_time() - start
