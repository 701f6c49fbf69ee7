"""`python -m bench.orientation --data FOLDER`: pages turned by quarters, tilted and bent, read by each engine.

Each page is tilted as on a scanner's glass (bicubic, on larger paper of the page's own colour), or bent as a camera sees it
(`--bend`), then turned. CER is over all pages together, against the truth, spaces folded; `turned` counts pages whose quarter
turn was not undone, `flattened` those that were taken for bent.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from bench.reading import Choice
from ocrect import ink, plugins, prepare
from ocrect.measure.metrics import Counts, cer
from ocrect.record.document import PageImage
from ocrect.settings import Settings

ENGINES = ("ppocr", "tesseract")
TILTS = (0.0, -5.0, -2.0, 1.0, 3.0)
SPINE = 0.2  # of the page's width: how far from the spine the paper is bent


class Way(NamedTuple):
    """How a page lies: tilted clockwise by ``tilt`` degrees, bent by ``bend`` of its width, turned clockwise by quarters."""

    turns: int
    tilt: float
    bend: float


def copy(image: PageImage, way: Way) -> PageImage:
    """``image`` as it lies."""
    return prepare.held(bent(prepare.held(image, 0, -way.tilt).image, way.bend), way.turns).image


def bent(image: PageImage, part: float) -> PageImage:
    """``image`` pushed down in an arch by up to so much of its width; less than 0: at its left edge, as by a book's spine."""
    if not part:
        return image
    width, high = image.width, round(abs(part) * image.width)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(image.height + high, dtype=np.float32))
    down = np.sin(np.pi * x / width) if part > 0 else np.exp(-x / (SPINE * width))
    paper = ink.paper(image.pixels).tolist()
    places = (y - high * down).astype(np.float32)
    pixels = cv2.remap(np.ascontiguousarray(image.pixels), x, places, cv2.INTER_CUBIC, borderValue=paper)
    return replace(image, pixels=np.asarray(pixels, np.uint8))


def run(choice: Choice, sets: Sequence[str], engines: Sequence[str], ways: Sequence[Way]) -> None:
    """Print a row for each engine and way."""
    pages = [sample for name in sets for sample in choice.samples(name)]
    print("| engine | turn | tilt | bend | CER | turned wrong | flattened |\n|---|---|---|---|---|---|---|", flush=True)
    for name in engines:
        engine = plugins.load("engines", name)(Settings())
        for way in ways:
            counts, wrong, flat = Counts(0, 0), 0, 0
            for sample in pages:
                upright, page = prepare.read(copy(sample.image(), way), engine)
                counts += cer(page.text, sample.truth, ignore_case=sample.item.set == "SROIE")
                wrong += upright.turns != -way.turns % 4
                flat += upright.bend is not None
            lies = f"{90 * way.turns}° | {way.tilt}° | {way.bend}"
            print(f"| {name} | {lies} | {100 * counts.rate:.2f} % | {wrong} | {flat} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.orientation", description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("OCRECT_BENCH_DATA"), help="folder with manifest.jsonl")
    parser.add_argument("--set", action="append", help="sets of the manifest (default: SROIE and scans)")
    parser.add_argument("--limit", type=int, default=5, help="pages per set (0: all)")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="default: both")
    parser.add_argument("--turn", type=int, action="append", choices=range(4), help="quarters clockwise (default: all four)")
    parser.add_argument("--tilt", type=float, action="append", help=f"degrees (default: {TILTS})")
    parser.add_argument(
        "--bend", type=float, action="append", help="parts of the page's width (default: 0); 0.04: an arch, -0.04: a spine"
    )
    given = parser.parse_args()
    if given.data is None:
        parser.error("name the folder of data: --data FOLDER, or OCRECT_BENCH_DATA")
    choice = Choice(Path(given.data), limit=given.limit)
    ways = product(given.turn or range(4), given.tilt or TILTS, given.bend or (0.0,))
    run(choice, given.set or ["SROIE", "scans"], given.engine or ENGINES, [Way(*way) for way in ways])


if __name__ == "__main__":
    main()
