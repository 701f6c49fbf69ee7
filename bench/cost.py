"""What the correction of a page costs beside its reading, and beside a model that writes the whole text anew.

    python -m bench.cost --data FOLDER [--set scans] [--skip N] [--every N] [--limit N] [--rewrite N]

CPU seconds of the process and its children (the language model runs in one), each way over all pages by a pipeline of its own;
what a pipeline needs to start, word list and model included, is measured by itself and taken off. ``--rewrite N``: of the
first N pages the embedded model also writes the whole text anew, paragraph by paragraph, as tutorials do.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.dataset import Sample
from bench.reading import Choice, pipeline
from ocrect.pipeline import Pipeline
from ocrect.record.document import Document

PARAGRAPH = 700
"""Characters given to the model at once: it is a small one."""

ASKED = "Correct the OCR errors in this text. Reply with the corrected text and nothing else.\n\n"


def cpu(work: Callable[[], None]) -> float:
    """CPU seconds of the process and of the children that it waited for."""
    before = time.process_time(), _children()
    work()
    return time.process_time() - before[0] + _children() - before[1]


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def corrected(documents: Sequence[Document], settings: dict[str, str]) -> float:
    """CPU seconds of correcting ``documents``, without the start."""
    return cpu(lambda: _correct(documents, settings)) - cpu(lambda: _correct([], settings))


def _correct(documents: Sequence[Document], settings: dict[str, str]) -> None:
    with pipeline("en", settings) as corrector:
        _start(corrector)
        for document in documents:
            corrector.correct(document)


def _start(corrector: Pipeline) -> None:
    runtime = corrector.runtime()
    if runtime is not None:
        runtime.score("The ", ["end", "and"])
    corrector.correct("the first words load the word list")


def rewritten(documents: Sequence[Document]) -> float:
    """CPU seconds of writing the text of ``documents`` anew, without the start."""
    return cpu(lambda: _rewrite(documents)) - cpu(lambda: _rewrite([]))


def _rewrite(documents: Sequence[Document]) -> None:
    with pipeline("en", {}) as writer:
        _start(writer)
        runtime = writer.runtime()
        if runtime is None:
            raise SystemExit("there is no language model here")
        for document in documents:
            for text in _paragraphs(document.text):
                runtime.generate(ASKED + text, max_tokens=len(text) // 3)


def _paragraphs(text: str) -> list[str]:
    found = [""]
    for line in text.splitlines():
        if len(found[-1]) + len(line) > PARAGRAPH:
            found.append("")
        found[-1] += line + "\n"
    return [part for part in found if part.strip()]


def run(samples: Sequence[Sample], most_rewritten: int) -> None:
    """Print the table."""
    documents: list[Document] = []

    def read(chosen: Sequence[Sample]) -> None:
        with pipeline("en", {"runtime": "none"}) as reader:
            reader.recognize(samples[0].image())
            documents.extend(Document(sample.id, (reader.recognize(sample.image()),)) for sample in chosen)

    reading = cpu(lambda: read(samples)) - cpu(lambda: read([]))
    lines = sum(1 for document in documents for _ in document.lines())
    print(f"{len(documents)} pages, {lines} lines: reading {reading:.1f} CPU-s", flush=True)
    for name, settings in (("without a model", {"runtime": "none"}), ("with the embedded model", {"runtime": "llama-cpp"})):
        seconds = corrected(documents, settings)
        print(f"correction {name}: {seconds:.1f} CPU-s, {seconds / reading:.2f} of reading", flush=True)
    if most_rewritten:
        few = documents[:most_rewritten]
        ours, theirs = corrected(few, {"runtime": "llama-cpp"}), rewritten(few)
        print(f"{len(few)} pages written anew: {theirs:.1f} CPU-s, corrected {ours:.1f}: {theirs / max(ours, 0.01):.0f} times")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", default="scans")
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--limit", type=int, default=6)
    parser.add_argument("--rewrite", type=int, default=0, help="how many of the pages are written anew")
    given = parser.parse_args()
    run(list(Choice(given.data).samples(given.set))[given.skip :: given.every][: given.limit], given.rewrite)


if __name__ == "__main__":
    main()
