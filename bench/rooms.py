"""How often the judging of one line goes from module to module, and what it asks the image.

    python -m bench.rooms

A line with an amount is judged with each of four edits by itself: a true repair of the amount, a wrong one, a lost space, a
change of a sign. Counted are, over the calls of Python functions of the package while the line is judged: *stays* (runs of
calls within one module), *rooms* (modules seen), *returns* (stays in a module seen before), and what the evidence is asked.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import ocrect
from ocrect.evidence import Reading
from ocrect.pipeline import Pipeline
from ocrect.record.correction import Edit
from ocrect.record.document import Block, Document, Line, Page
from ocrect.settings import Settings
from ocrect.testing import posterior

ROOT = ocrect.__file__.removesuffix("__init__.py")
TEXT = "Subtotal of the goods $1.500.00 andtax"
EDITS = (
    Edit(22, 31, "$1.500.00", "$1,500.00"),
    Edit(22, 31, "$1.500.00", "$1,600.00"),
    Edit(32, 38, "andtax", "and tax"),
    Edit(16, 21, "goods", "good."),
)


@dataclass(eq=False)
class Asked:
    """Evidence that counts what it is asked."""

    inner: Any
    questions: int = 0
    texts: int = 0

    def log_likelihood(self, texts: Sequence[str]) -> list[float | None]:
        self.questions += 1
        self.texts += len(texts)
        found: list[float | None] = self.inner.log_likelihood(texts)
        return found

    def alternatives(self, n: int) -> list[Reading]:
        found: list[Reading] = self.inner.alternatives(n)
        return found


@dataclass
class Walk:
    """The modules that were stayed in, one after the other, while a function called ``judged`` or ``_judged`` ran."""

    stays: list[str] = field(default_factory=list)
    judging: FrameType | None = None

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        del argument
        if self.judging is None and event == "call" and frame.f_code.co_name in ("judged", "_judged"):
            self.judging = frame
        if self.judging is None:
            return
        at = frame if event == "call" else frame.f_back if event == "return" else None
        if event == "return" and frame is self.judging:
            self.judging = at = None
        name = at.f_code.co_filename if at is not None else ""
        if name.startswith(ROOT) and "/evidence/" not in name and (not self.stays or self.stays[-1] != name):
            self.stays.append(name)


class Scripted:
    """Proposes one edit for the line, and none for others."""

    def __init__(self) -> None:
        self.edit = EDITS[0]

    def __call__(self, lines: Sequence[Line], context: object, /) -> list[list[Edit]]:
        del context
        return [[self.edit] if line.text == TEXT else [] for line in lines]


def main() -> None:
    lines = [Line("1", "Tax $120.00"), Line("2", "Total $1,620.00")]
    evidence = Asked(posterior(TEXT, alternatives={24: {",": 0.2}, 34: {"d": 0.1}}))
    document = Document("line", (Page(1, blocks=(Block((Line("0", TEXT, evidence=evidence), *lines)),)),))
    proposer = Scripted()
    with _pipeline(proposer) as pipeline:
        pipeline.correct(document)  # lists are loaded, tables made
        for proposer.edit in EDITS:
            evidence.questions = evidence.texts = 0
            walk = Walk()
            sys.setprofile(walk)
            pipeline.correct(document)
            sys.setprofile(None)
            stays, rooms = len(walk.stays), len(set(walk.stays))
            print(
                f"{proposer.edit.before!r} → {proposer.edit.after!r}: {stays} stays in {rooms} rooms, {stays - rooms} returns; "
                f"the image was asked {evidence.questions} times about {evidence.texts} texts"
            )


def _pipeline(proposer: Scripted) -> Pipeline:
    try:
        from ocrect.stages import Stages
    except ImportError:  # the state of the code before stages had a module
        from ocrect.pipeline import Stages  # type: ignore[attr-defined]
    return Pipeline(Settings(runtime="none"), stages=Stages(proposers=[proposer]))


if __name__ == "__main__":
    main()
