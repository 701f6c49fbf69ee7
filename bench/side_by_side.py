"""`python -m bench.side_by_side --data FOLDER`: pages of a file, and files of a page, read side by side and one after another.

Each way of reading has a process of its own, all in one run: `one thread` reads page after page on one core, `page after page`
lets the threads of a page's lines use all of them, `side by side` is what `read` does. Wall time counts, so nothing else should
run; CPU seconds and peak memory stand beside it. The output of all ways must be the same to the last byte.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from bench.dataset import items
from bench.reading import from_words
from ocrect import plugins
from ocrect.engines import choice
from ocrect.pipeline import Pipeline
from ocrect.record import schema
from ocrect.record.document import Document, Page, PageImage
from ocrect.settings import Settings
from ocrect.stages import Stages

WAYS = ("one thread", "page after page", "side by side")


class Cost(NamedTuple):
    """Wall and CPU seconds, peak memory in MB, and a digest of what was read."""

    wall: float
    cpu: float
    memory: float
    digest: str


def measure(way: str, files: list[Any], settings: Settings) -> Cost:
    """What reading ``files`` costs; loading the models, which the first page does, is not counted."""
    if way == "one thread":
        settings = settings.with_(threads=1)
    stages = Stages(engine=_alone(settings)) if way == "page after page" else None
    with Pipeline(settings, stages=stages) as pipeline:
        pipeline.correct_page(pipeline.recognize(PageImage(np.full((64, 64, 3), 255, np.uint8))))
        wall, cpu = time.perf_counter(), _cpu()
        documents = [Document("", tuple(pages)) for pages in pipeline.each(files)]
        wall, cpu = time.perf_counter() - wall, _cpu() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = "".join(schema.dumps(document) for document in documents)
    return Cost(wall, cpu, memory, hashlib.sha256(told.encode()).hexdigest())


def _cpu() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def _alone(settings: Settings) -> Callable[[PageImage], Page]:
    """The engine as one that reads a page at a time."""
    engine = plugins.load("engines", choice.choose(settings))(settings)
    return lambda image: engine(image)


def _scans(folder: Path, name: str, pages: int) -> list[bytes]:
    """So many pages of a set, from its first ones on, as often as it takes."""
    return list(islice(cycle([item.path("image").read_bytes() for item in islice(items(folder, name), pages)]), pages))


def _one_file(scans: list[bytes]) -> bytes:
    """All of them as the pages of one TIFF."""
    pages = [Image.open(io.BytesIO(scan)).convert("L") for scan in scans]
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    return file.getvalue()


def run(options: argparse.Namespace) -> None:
    """Print a row for each way, of one file and of many."""
    settings = Settings(language=options.language).with_(**from_words(options.run))
    scans = _scans(options.data, options.set, options.pages)
    context = multiprocessing.get_context("spawn")
    print(f"{options.pages} pages of {options.set}, {os.cpu_count()} cores, {options.run}")
    for title, files in (("one file", [_one_file(scans)]), ("files of one page", scans)):
        if title not in (options.only or title):
            continue
        costs = list(_measured(context, options.way or WAYS, files, settings))
        base = costs[0][1]
        for way, cost in costs:
            same = "same output" if cost.digest == base.digest else "OTHER OUTPUT"
            print(
                f"{title:18} {way:16} {cost.wall:7.1f} s × {base.wall / cost.wall:.2f}  {cost.cpu:7.1f} CPU-s  "
                f"{cost.memory:6.0f} MB × {cost.memory / base.memory:.2f}  {same}",
                flush=True,
            )


def _measured(context: Any, ways: Sequence[str], files: list[Any], settings: Settings) -> Iterator[tuple[str, Cost]]:
    for way in ways:
        with context.Pool(1) as pool:
            yield way, pool.apply(measure, (way, files, settings))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.jsonl")
    parser.add_argument("--set", default="SROIE", help="set of images (default: SROIE)")
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--language", default="en")
    parser.add_argument("--way", action="append", choices=WAYS)
    parser.add_argument("--only", help="'one file' or 'files of one page'")
    parser.add_argument("--run", default="runtime=none", help='settings, as "runtime=none correct=false"')
    run(parser.parse_args())


if __name__ == "__main__":
    main()
