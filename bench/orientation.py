"""`python -m bench.orientation --data FOLDER`: pages turned by quarters and tilted, read by each engine, against upright ones.

Each page is tilted as on a scanner's glass (bicubic, on larger paper of the page's own colour), then turned. CER is over
all pages together, against the truth, spaces folded; `turned` counts pages whose quarter turn was not undone.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from bench.reading import Choice
from ocrect import plugins, prepare
from ocrect.measure.metrics import Counts, cer
from ocrect.record.document import PageImage
from ocrect.settings import Settings

ENGINES = ("ppocr", "tesseract")
TILTS = (0.0, -5.0, -2.0, 1.0, 3.0)


def copy(image: PageImage, turns: int, tilt: float) -> PageImage:
    """``image`` tilted clockwise by ``tilt`` degrees and turned clockwise by so many quarters."""
    return prepare.held(prepare.held(image, 0, -tilt).image, turns).image


def run(choice: Choice, sets: Sequence[str], engines: Sequence[str], quarters: Sequence[int], tilts: Sequence[float]) -> None:
    """Print a row for each engine, turn (in quarters) and tilt."""
    pages = [sample for name in sets for sample in choice.samples(name)]
    print("| engine | turn | tilt | CER | turned wrong |\n|---|---|---|---|---|", flush=True)
    for name in engines:
        engine = plugins.load("engines", name)(Settings())
        for turns in quarters:
            for tilt in tilts:
                counts, wrong = Counts(0, 0), 0
                for sample in pages:
                    upright, page = prepare.read(copy(sample.image(), turns, tilt), engine)
                    counts += cer(page.text, sample.truth, ignore_case=sample.item.set == "SROIE")
                    wrong += upright.turns != -turns % 4
                print(f"| {name} | {90 * turns}° | {tilt}° | {100 * counts.rate:.2f} % | {wrong} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.orientation", description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("OCRECT_BENCH_DATA"), help="folder with manifest.jsonl")
    parser.add_argument("--set", action="append", help="sets of the manifest (default: SROIE and scans)")
    parser.add_argument("--limit", type=int, default=5, help="pages per set (0: all)")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="default: both")
    parser.add_argument("--turn", type=int, action="append", choices=range(4), help="quarters clockwise (default: all four)")
    parser.add_argument("--tilt", type=float, action="append", help=f"degrees (default: {TILTS})")
    given = parser.parse_args()
    if given.data is None:
        parser.error("name the folder of data: --data FOLDER, or OCRECT_BENCH_DATA")
    choice = Choice(Path(given.data), limit=given.limit)
    run(choice, given.set or ["SROIE", "scans"], given.engine or ENGINES, given.turn or range(4), given.tilt or TILTS)


if __name__ == "__main__":
    main()
