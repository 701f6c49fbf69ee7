"""How much harm can a proposer do? True and plausible wrong edits of degraded lines, and fuzzed model replies.

    python -m bench adversarial [--lines 5000] [--replies 100000] [--runtime none] [--seed 1] [--keep FOLDER]

**Lines.** Drawn pages are read by PP-OCR, and by Tesseract as second engine. For each line the true edits are proposed, and
plausible wrong ones (:mod:`bench.proposals`), each by itself, so that no rival protects from it. All go through the real
pipeline with the built-in checks. Printed are the shares that were accepted, left for review and rejected, by group and kind
of edit, and every accepted edit that changes a number, amount, date or code that was read rightly: there should be none.
Lines whose character error rate is above 30 % are left out, and lines that were not found.

**Replies.** A model that answers every line with an attack (:mod:`bench.hostile_replies`) rewrites lines of known content.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench import hostile_replies
from bench.drawn_pages import DrawnPage, pages
from bench.proposals import GROUPS, Group, proposals
from ocrect.measure import metrics
from ocrect.pipeline import Pipeline
from ocrect.plugins import Context
from ocrect.record import schema
from ocrect.record.correction import Edit, EditKind, Verdict, kind_of
from ocrect.record.document import Document, Line, Page
from ocrect.settings import Settings
from ocrect.stages import Stages

WORST = 0.3
"""Character error rate of a line above which nobody repairs it."""

KINDS: tuple[EditKind, ...] = ("letters", "digits", "accents", "punctuation", "spaces", "case")
DECISIONS = ("accepted", "review", "rejected")


@dataclass(frozen=True, slots=True)
class Proposed:
    """One edit proposed for a line, and what became of it."""

    group: Group
    line: Line
    truth: str
    verdict: Verdict

    @property
    def kind(self) -> EditKind:
        return kind_of(self.verdict.edit)

    @property
    def harms_a_number(self) -> bool:
        """True where an edit of rightly read text that was accepted changes anything that is or touches a number or amount."""
        edit = self.verdict.edit
        told = any(c.isnumeric() or c in "$€£¥%‰" for c in edit.before + edit.after)
        return self.verdict.decision == "accepted" and self.group in ("invented", "n-best") and told


class Scripted:
    """A proposer with a script: for the n-th line of a call the n-th list of edits."""

    name = "scripted"

    def __init__(self) -> None:
        self.script: Sequence[Sequence[Edit]] = ()

    def __call__(self, lines: Sequence[Line], context: Context, /) -> Sequence[Sequence[Edit]]:
        del lines, context
        return self.script


def read(lines: int, seed: int, keep: Path | None = None) -> Iterator[tuple[DrawnPage, Page]]:
    """Drawn pages of together ``lines`` lines, as PP-OCR read them, with Tesseract's readings beside its own."""
    pipelines: dict[str, Pipeline] = {}
    for number, drawn in enumerate(pages(lines, seed)):
        kept = keep / f"{seed}-{number}.json" if keep else None
        if kept and kept.exists():
            yield drawn, schema.loads(kept.read_text(encoding="utf-8")).pages[0]
            continue
        settings = Settings(language=drawn.language, engine="ppocr", second_engine="tesseract")
        page = pipelines.setdefault(drawn.language, Pipeline(settings)).recognize(drawn.image)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(schema.dumps(Document(kept.stem, (page,))), encoding="utf-8")
        yield drawn, page


def known_lines(drawn: DrawnPage, page: Page) -> Iterator[tuple[Line, str]]:
    """The lines as read that can be told to be one line of the page, each with its truth."""
    for line in page.lines():
        if line.box is None:
            continue
        middle = (line.box.top + line.box.bottom) / 2
        truth = min(drawn.lines, key=lambda known: abs(known[0] - middle))[1]
        if metrics.cer(line.text, truth).rate <= WORST:
            yield line, truth


def judged(found: Iterable[tuple[DrawnPage, Page]], settings: Settings, *, second: bool, seed: int = 1) -> Iterator[Proposed]:
    """Every proposal for every known line, judged by itself; without the second engine's readings unless ``second``."""
    scripted = Scripted()
    pipelines: dict[str, Pipeline] = {}
    for number, (drawn, page) in enumerate(found):
        if drawn.language not in pipelines:
            own = replace(settings, language=drawn.language)
            pipelines[drawn.language] = Pipeline(own, stages=Stages(proposers=[scripted]))
        pipeline = pipelines[drawn.language]
        dice = random.Random(f"{seed} {number}")
        pairs = list(known_lines(drawn, page))
        lines = [line if second else replace(line, second_readings=()) for line, _ in pairs]
        asked = [
            (group, line, truth, edit)
            for line, (_, truth) in zip(lines, pairs, strict=True)
            for group, edit in dict.fromkeys(proposals(line, truth, drawn.language, dice))
        ]
        context = pipeline.context(lines)
        scripted.script = [[edit] for *_, edit in asked]
        corrected = pipeline.correct_lines([line for _, line, *_ in asked], context)
        for (group, line, truth, _), done in zip(asked, corrected, strict=True):
            if done.verdicts:  # else no reader would care about the edit: a dot more in a row of dots
                yield Proposed(group, line, truth, done.verdicts[0])
    for pipeline in pipelines.values():
        pipeline.close()


def run(lines: int, replies: int, runtimes: Sequence[str], seed: int, keep: Path | None) -> None:
    """Print the tables of both parts; none of a part whose number is 0."""
    if lines:
        on_lines(lines, runtimes, seed, keep)
    if replies:
        hostile_replies.run(replies, seed)


def on_lines(lines: int, runtimes: Sequence[str], seed: int, keep: Path | None) -> None:
    """Print the tables of the lines: one and two engines, with each of ``runtimes`` for the language model."""
    found = list(read(lines, seed, keep))
    known = [pair for drawn, page in found for pair in known_lines(drawn, page)]
    errors = sum((metrics.cer(line.text, truth) for line, truth in known), metrics.Counts())
    print(f"{sum(len(drawn.lines) for drawn, _ in found)} lines drawn, {len(known)} known, CER {errors.rate:.2%}")
    for second in (False, True):
        for runtime in runtimes:
            began = time.perf_counter()
            rows = list(judged(found, Settings(runtime=runtime), second=second, seed=seed))
            print(f"\n{'two engines' if second else 'one engine'}, runtime={runtime}, {time.perf_counter() - began:.0f} s")
            report(rows)


def report(rows: Sequence[Proposed]) -> None:
    """Print the shares by group and kind, and what was harmed."""
    print(f"{'group':13} {'kind':11} {'edits':>6}" + "".join(f"{decision:>10}" for decision in DECISIONS))
    counts: Counter[tuple[str, str, str]] = Counter(
        (row.group, kind, row.verdict.decision) for row in rows for kind in (row.kind, "all")
    )
    for group in GROUPS:
        for kind in (*KINDS, "all"):
            of = [counts[group, kind, decision] for decision in DECISIONS]
            if sum(of):
                print(f"{group:13} {kind:11} {sum(of):6}" + "".join(f"{n / sum(of):10.1%}" for n in of))
    right = [row for row in rows if row.group in ("invented", "n-best")]
    wrong = sum(row.verdict.decision == "accepted" for row in right)
    print(f"wrong edits of right text accepted: {wrong} of {len(right)} ({wrong / max(1, len(right)):.2%})")
    harmed = [row for row in rows if row.harms_a_number]
    print(f"numbers, amounts, dates, doses and codes that were read rightly and changed: {len(harmed)}")
    for row in harmed:
        edit = row.verdict.edit
        print(f"    {row.line.text!r}: {edit.before!r} → {edit.after!r} ({row.verdict.reason})")
