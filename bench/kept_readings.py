"""Two ways of reading the same pages, beside each other: mean error and words, page by page.

    python -m bench.kept_readings --data FOLDER --set scans --before FOLDER --after FOLDER [--half 0|1]

Reads what `python -m bench accuracy --keep FOLDER` kept; pages that the second folder lacks are read and kept there. The
error of a page is its CER with white space folded; an edit at a `~` of the truth, by which its typist marked what he could not
give, is not counted. `--half` takes every other page: one half is tuned on, the other judges.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from bench.dataset import Sample
from bench.reading import Choice, pipeline, read
from ocrect.measure.metrics import normalise

UNKNOWN = "~"


def error(text: str, truth: str, *, ignore_case: bool = False) -> float:
    """The page's errors by its true characters."""
    ours, theirs = (" ".join(normalise(side, ignore_case=ignore_case).split()) for side in (text, truth))
    edits = Levenshtein.editops(theirs, ours)
    counted = sum(edit.tag == "insert" or theirs[edit.src_pos] != UNKNOWN for edit in edits)
    return counted / max(len(theirs) - theirs.count(UNKNOWN), 1)


def _pages(choice: Choice, name: str, half: int | None, every: int) -> list[Sample]:
    found = list(choice.samples(name))
    return (found if half is None else found[half::2])[::every]


def run(options: argparse.Namespace) -> None:
    """Print each page whose error changed by more than 0.2 points, then the means."""
    before, after = (Choice(options.data, keep=keep) for keep in (options.before, options.after))
    sums = [0.0, 0.0]
    ignore_case = options.set == "SROIE"
    seconds = 0.0
    with pipeline("en", {"engine": options.engine, "runtime": "none"}) as reader:
        chosen = _pages(before, options.set, options.half, options.every)
        for sample in chosen:
            began = time.process_time()
            texts = [read(reader, sample, choice)[0].text for choice in (before, after)]
            seconds += time.process_time() - began
            errors = [error(text, sample.truth, ignore_case=ignore_case) for text in texts]
            sums = [total + new for total, new in zip(sums, errors, strict=True)]
            if abs(errors[0] - errors[1]) > 0.002:
                print(f"{sample.id:14} {errors[0]:7.2%} → {errors[1]:7.2%}", flush=True)
    means = [total / len(chosen) for total in sums]
    print(
        f"{len(chosen)} pages: mean error {means[0]:.3%} → {means[1]:.3%} ({means[1] / means[0] - 1:+.1%}); {seconds:.0f} CPU-s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", default="scans")
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--after", type=Path, required=True)
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--every", type=int, default=1, help="of those, take the first of every so many")
    parser.add_argument("--engine", default="ppocr")
    run(parser.parse_args())


if __name__ == "__main__":
    main()
