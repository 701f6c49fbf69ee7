"""`python -m bench.json_size FOLDER`: what the JSON leaves out by default, in bytes and in decisions.

``FOLDER`` holds documents that ``ocrect read --no-correct --format json --json-whole`` wrote. Each is corrected as it is and as
it is kept by default, without a language model; verdicts on the same edits are compared.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from ocrect.pipeline import Pipeline
from ocrect.record import compact, schema
from ocrect.record.correction import Decision, Edit
from ocrect.record.document import Document
from ocrect.settings import Settings


def verdicts(document: Document) -> dict[tuple[str, Edit], Decision]:
    """The decision on each edit of each line."""
    return {(line.id, verdict.edit): verdict.decision for line in document.lines() for verdict in line.verdicts}


def kilobytes(document: Document) -> int:
    return len(schema.dumps(document).encode()) // 1000


def compared(pipeline: Pipeline, whole: Document) -> Iterator[str]:
    """The decisions that differ, one a line of text."""
    kept = compact.thinned(whole)
    by_whole, by_kept = pipeline.correct(whole), pipeline.correct(kept)
    one, other = verdicts(by_whole), verdicts(by_kept)
    lines = zip(by_whole.lines(), by_kept.lines(), strict=True)
    changed = sum(a.corrected != b.corrected for a, b in lines)
    sizes = [kilobytes(d) for d in (whole, kept, by_whole, compact.thinned(by_kept))]
    print(
        f"{sizes[0]:6} → {sizes[1]:4} kB read, {sizes[2]:6} → {sizes[3]:4} kB corrected; "
        f"{len(one)} verdicts, {changed} lines differ"
    )
    for key in one.keys() | other.keys():
        if one.get(key) != other.get(key):
            yield f"  {key[0]} {key[1].before!r} → {key[1].after!r}: {one.get(key)} → {other.get(key)}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.json_size")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, default=20, help="as many documents, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    files = sorted(options.folder.glob("*.json"))
    random.Random(options.seed).shuffle(files)
    with Pipeline(Settings(runtime="none")) as pipeline:
        for file in files[: options.limit]:
            print(file.stem)
            for difference in compared(pipeline, schema.loads(file.read_text(encoding="utf-8"))):
                print(difference)


if __name__ == "__main__":
    main()
