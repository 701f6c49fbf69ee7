"""Reading the samples of a set with one choice of settings; what was read is kept for the next run, where a folder is given."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from bench.dataset import Sample, Scan, samples
from ocrect.pipeline import Pipeline
from ocrect.record import schema
from ocrect.record.document import Document
from ocrect.settings import Settings
from ocrect.stages import Stages


@dataclass(frozen=True, slots=True)
class Choice:
    """The data of one run: the folder, the pages as scans, which pages of PDFs, how many samples (0: all), where to keep."""

    data: Path
    how: Scan = field(default_factory=Scan)
    pages: Collection[int] = ()
    limit: int = 0
    keep: Path | None = None

    def samples(self, name: str) -> Iterator[Sample]:
        """The samples of the set ``name``."""
        return islice(samples(self.data, name, self.how, self.pages), self.limit or None)


def pipeline(language: str, settings: dict[str, str], stages: Stages | None = None) -> Pipeline:
    """A pipeline for pages in ``language`` under ``settings``, whatever the environment says."""
    return Pipeline(Settings().with_(**{"language": language, **settings}), stages=stages)


def in_words(settings: dict[str, str]) -> str:
    """Settings of a run as they are given on the command line."""
    return " ".join(f"{key}={value}" for key, value in settings.items())


def from_words(text: str) -> dict[str, str]:
    """Settings of a run as :func:`in_words` gives them."""
    return dict(pair.split("=", 1) for pair in text.split())


def pages_of(text: str) -> frozenset[int]:
    """Pages of PDFs as they are given on the command line, parted by commas."""
    return frozenset(int(page) for page in text.split(",") if page)


def language_of(chosen: Sequence[Sample]) -> str:
    """The language of the samples of a set, which are all in one.

    Raises:
        ValueError: there are none.
    """
    if not chosen:
        raise ValueError("the set has no pages")
    return chosen[0].item.language


def read(reader: Pipeline, sample: Sample, choice: Choice) -> tuple[Document, float]:
    """The sample as read, uncorrected, and the seconds that it took; from the folder of what was kept where it is there."""
    made = reader.settings
    key = "-".join((made.engine, made.second_engine, sample.id.replace("/", "-").replace(" ", "-"))) + choice.how.name
    if made.language != sample.item.language:
        key += f"-{made.language}"
    kept = choice.keep / f"{key}.json" if choice.keep else None
    began = time.perf_counter()
    if kept and kept.exists():
        return schema.loads(kept.read_text(encoding="utf-8")), time.perf_counter() - began
    image = sample.image()
    began = time.perf_counter()
    document = Document(sample.id, (reader.recognize(image),))
    took = time.perf_counter() - began
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(schema.dumps(document), encoding="utf-8")
    return document, took
