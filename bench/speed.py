"""CPU seconds of reading beside RapidOCR's default, the same pages in one run, each reader in a process of its own.

    python -m bench.speed --data FOLDER [--set SROIE --set scans --set tesseract-test] [--limit 1] [--run "engine=ppocr"]

Loading the models is not counted; the first page is read once before the clock starts. What counts is CPU time
(``time.process_time``: all threads), since wall time depends on what else runs. Words are those of the truth, as a multiset.
"""

from __future__ import annotations

import argparse
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.dataset import Sample
from bench.reading import Choice, from_words, in_words, pipeline
from ocrect.record.document import PageImage

SETS = ("SROIE", "scans", "tesseract-test")
DEFAULT = "RapidOCR, default"

Reader = Callable[[PageImage], str]


def measure(options: argparse.Namespace, settings: dict[str, str] | None) -> tuple[float, float]:
    """CPU seconds and the share of true words that were read, of one reader; ``None`` is RapidOCR as it comes."""
    samples = [sample for name in options.set or SETS for sample in _samples(options, name)]
    reader = _rapidocr() if settings is None else _ours(settings)
    images = [sample.image() for sample in samples]
    reader(images[0])
    right = total = 0
    began = time.process_time()
    texts = [reader(image) for image in images]
    seconds = time.process_time() - began
    for sample, text in zip(samples, texts, strict=True):
        wanted = Counter(sample.truth.casefold().split())
        right += (wanted & Counter(text.casefold().split())).total()
        total += wanted.total()
    return seconds, right / max(total, 1)


def _samples(options: argparse.Namespace, name: str) -> Sequence[Sample]:
    return list(Choice(options.data, limit=options.skip + options.limit).samples(name))[options.skip :]


def _ours(settings: dict[str, str]) -> Reader:
    reader = pipeline("en", {"runtime": "none", **settings})
    return lambda image: reader.recognize(image).text


def _rapidocr() -> Reader:
    from rapidocr import RapidOCR

    engine: Any = RapidOCR(params={"Global.log_level": "error"})

    def read(image: PageImage) -> str:
        bgr: NDArray[np.uint8] = np.ascontiguousarray(image.pixels[:, :, ::-1])
        return "\n".join(engine(bgr).txts or ())

    return read


def run(options: argparse.Namespace) -> None:
    """Print a row a reader: CPU seconds, their ratio to RapidOCR's, and the share of true words."""
    context = multiprocessing.get_context("spawn")
    runs = list(map(from_words, options.run or ["engine=ppocr"]))
    first = 0.0
    for settings in (None, *runs):
        with context.Pool(1) as pool:
            seconds, words = pool.apply(measure, (options, settings))
        first = first or seconds
        name = DEFAULT if settings is None else in_words(settings)
        print(f"{name:40} {seconds:7.2f} CPU-s  {seconds / first:5.2f}  words {words:.3f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", action="append")
    parser.add_argument("--limit", type=int, default=1, help="pages of each set")
    parser.add_argument("--skip", type=int, default=0, help="pages of each set to leave out before")
    parser.add_argument("--run", action="append", help='settings of a run, as "engine=ppocr"')
    run(parser.parse_args())


if __name__ == "__main__":
    main()
