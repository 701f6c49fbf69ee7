"""What each part of the correction is worth: the same readings corrected with parts left out.

Pages are read once, by PP-OCR with Tesseract as the second engine. "Without the image" the checks that look at pixels are
left out and edits are accepted without them; proposals stay the same, and locked tokens stay locked. "As the model writes"
takes whatever the model writes for a doubtful line, as most tools do; locked tokens stay locked there too. It needs a model
that writes: of the ready ones not the embedded default.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bench.accuracy import Tally
from bench.reading import Choice, in_words, language_of, pipeline, read
from ocrect import plugins
from ocrect.correcting.case import Case, Check
from ocrect.record.correction import Finding
from ocrect.record.document import Block, Document
from ocrect.settings import Settings
from ocrect.stages import Stages

READ_WITH = {"engine": "ppocr", "second_engine": "tesseract", "threads": "1"}
HEADER = (
    "  part                    pages  CER raw → corrected  numbers raw → corrected  harmed: words, numbers"
    "  pages better, worse  accepted, review  s a page"
)
WITHOUT_IMAGE = ("scope", "arithmetic", "lexicon", "language-model")


def checks(names: Sequence[str], settings: Settings) -> tuple[Check, ...]:
    """The product's checks of these names."""
    return tuple(plugins.load("checks", name)(settings) for name in names)


def believe(case: Case, /) -> Finding:
    """A check that supports everything."""
    del case
    return Finding("believe", True, "the model wrote it")


def one_engine(document: Document) -> Document:
    """The document without what the second engine read."""

    def alone(block: Block) -> Block:
        return replace(block, lines=tuple(replace(line, second_readings=()) for line in block.lines))

    return replace(document, pages=tuple(replace(p, blocks=tuple(map(alone, p.blocks))) for p in document.pages))


@dataclass(frozen=True, slots=True)
class Part:
    """A row of the table: its name, what differs in the settings, the stages, and what is kept of the reading."""

    name: str
    settings: dict[str, str]
    stages: Callable[[Settings], Stages] = lambda _: Stages()
    kept: Callable[[Document], Document] = lambda document: document


def _with(*names: str) -> Callable[[Settings], Stages]:
    return lambda settings: Stages(checks=checks(names, settings))


PARTS = (
    Part("one engine, no model", {"runtime": "none"}, kept=one_engine),
    Part("two engines, no model", {"runtime": "none"}),
    Part("one engine and the model", {}, kept=one_engine),
    Part("without the image", {"accept_text_only": "true"}, _with(*WITHOUT_IMAGE)),
    Part("the model alone judges", {"accept_text_only": "true"}, _with("language-model")),
    Part(
        "as the model writes",
        {"accept_text_only": "true"},
        lambda settings: Stages(proposers=(plugins.load("proposers", "rewrite")(settings),), checks=(believe,)),
    ),
    Part("everything", {}),
)


def run(choice: Choice, sets: Sequence[str], runs: Sequence[dict[str, str]], only: Sequence[str] = ()) -> None:
    """Print a table for each set and each of ``runs`` (settings of the model); ``only``: the parts to run, by name."""
    for name in sets:
        for settings in runs:
            print(f"{name} {choice.how.name.strip('-')} {in_words(settings)}")
            print(HEADER)
            for part in PARTS:
                if not only or part.name in only:
                    _print(part, *measure(choice, name, settings, part))


def measure(choice: Choice, name: str, settings: dict[str, str], part: Part) -> tuple[Tally, float]:
    """One set corrected by one part; the sums, and seconds a page."""
    tally = Tally()
    chosen = list(choice.samples(name))
    used = {**READ_WITH, **settings, **part.settings}
    made = Settings().with_(**used)
    with pipeline(language_of(chosen), used, part.stages(made)) as reader:
        for sample in chosen:
            document = part.kept(read(reader, sample, choice)[0])
            began = time.perf_counter()
            document = reader.correct(document)
            tally.correct_seconds += time.perf_counter() - began
            tally.add(sample, document)
    return tally, tally.correct_seconds / max(tally.pages, 1)


def _print(part: Part, tally: Tally, seconds: float) -> None:
    rates = f"{tally.raw.rate:6.2%} → {tally.corrected.rate:6.2%}"
    numbers = f"{tally.numbers_raw.share_right:10.4f} → {tally.numbers_corrected.share_right:.4f}"
    print(
        f"  {part.name:23} {tally.pages:5}  {rates}  {numbers}  {tally.words_harmed.errors:13} {len(tally.harmed):8}"
        f"  {tally.better:12} {len(tally.worse):6}  {tally.accepted:8} {tally.review:7}  {seconds:8.1f}",
        flush=True,
    )
