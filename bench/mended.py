"""What the correction mends of kept readings, as users read them, and whether what it asks a person is worth the asking.

    python -m bench.mended --data FOLDER --keep FOLDER [--set scans] [--half table] [--limit N] [--model] [--told]

Counted are the lines whose truth is found (:mod:`bench.truths`), without what the truth does not know: errors as users read
(:func:`ocrect.measure.metrics.mendable`), the accepted edits by kind (right: nearer to the truth), numbers of the truth
that were read and are lost, the errors that no reader of the image could mend (:func:`bench.truths.is_ruled_out`), and
cards: questions to a person, which hold an error where the truth differs at their place. Nothing of a page's correction is
left out of its CPU time.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from bench.accuracy import CAPITALS
from bench.dataset import Item
from bench.truths import Known, is_ruled_out, known_lines
from bench.weighing import kept_half
from ocrect.correcting.case import Case
from ocrect.measure.metrics import mendable, numbers_harmed
from ocrect.pipeline import Pipeline
from ocrect.record.correction import Edit, apply, edits
from ocrect.record.document import Document, Line
from ocrect.settings import Settings


@dataclass
class Tally:
    """Errors read and corrected; ``edits`` by (kind, what became of it), ``cards`` by (kind, whether they hold an error).

    With ``ignore_case`` capitals and small letters are one: the truth of the set does not know which are printed.
    """

    ignore_case: bool = False
    pages: int = 0
    read: int = 0
    corrected: int = 0
    ruled_out: int = 0
    better: int = 0
    worse: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    edits: Counter[tuple[str, str]] = field(default_factory=Counter)
    cards: Counter[tuple[str, bool]] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, item: Item, known: Sequence[Known], done: Document) -> None:
        """Count one page."""
        lines = {line.id: line for line in done.lines()}
        pairs = [(one, lines[one.line.id]) for one in known if one.line.id in lines]
        read = sum(self._errors(one.line.text, one.truth) for one, _ in pairs)
        corrected = sum(self._errors(_corrected(one, line), one.truth) for one, line in pairs)
        self.pages += 1
        self.read += read
        self.corrected += corrected
        self.better += corrected < read
        self.worse += [f"{item.id}: {read} → {corrected}"] if corrected > read else []
        for one, line in pairs:
            self.lost += numbers_harmed(line.text, _corrected(one, line), one.truth).elements()
            self._judge(item, one, line)

    def _judge(self, item: Item, known: Known, line: Line) -> None:
        true = edits(line.text, known.truth)
        for edit in true:
            if known.tells(edit.start, edit.end) and is_ruled_out(Case.of(line, edit)):
                mended = -self._change(line.text, edit, known.truth)
                self.ruled_out += max(0, mended)
        for verdict in line.verdicts:
            edit = verdict.edit
            if verdict.decision == "rejected" or not known.tells(edit.start, edit.end):
                continue
            case = Case.of(line, edit)
            kind = "locked" if case.changed else case.kind
            told = f"{kind}: {case.words.before!r} → {case.words.after!r} ({item.id}, {verdict.source}: {verdict.reason})"
            if verdict.decision == "accepted":
                change = self._change(line.text, edit, known.truth)
                became = "right" if change < 0 else "wrong" if change > 0 else "neutral"
                self.edits[kind, became] += 1
                self.told += [f"{became} {told}"]
            else:
                holds = any(edit.overlaps(other) for other in true)
                self.cards[kind, holds] += 1
                self.told += [f"card {'holds an error' if holds else 'in vain'} {told}"]

    def _change(self, text: str, edit: Edit, truth: str) -> int:
        return self._errors(apply(text, [edit]), truth) - self._errors(text, truth)

    def _errors(self, text: str, truth: str) -> int:
        sides = (text.casefold(), truth.casefold()) if self.ignore_case else (text, truth)
        return mendable(*sides).errors


def _corrected(known: Known, line: Line) -> str:
    """The line with the accepted edits of which the truth tells what they are worth."""
    accepted = line.correction.accepted if line.correction else ()
    return apply(line.text, [edit for edit in accepted if known.tells(edit.start, edit.end)])


def measure(data: Path, keep: Path, name: str, which: str, limit: int = 0, settings: Settings | None = None) -> Tally:
    """One set, corrected."""
    tally = Tally(ignore_case=name in CAPITALS)
    given = settings or Settings(runtime="none")
    with Pipeline(given.with_(language="en")) as pipeline:
        pipeline.correct("the first words load the word list")
        for item, document in islice(kept_half(data, keep, name, which), limit or None):
            known = list(known_lines(document, item.truth, ignore_case=name in CAPITALS))
            began = time.process_time()
            done = pipeline.correct(document)
            tally.seconds += time.process_time() - began
            tally.add(item, known, done)
    return tally


def report(title: str, tally: Tally, *, told: bool) -> None:
    """Print one table."""
    change = tally.corrected / tally.read - 1 if tally.read else 0.0
    cards, held = sum(tally.cards.values()), sum(n for (_, holds), n in tally.cards.items() if holds)
    print(f"{title}: {tally.pages} pages, mendable errors {tally.read} → {tally.corrected} ({change:+.1%})")
    print(f"  of these {tally.ruled_out} the image rules out: slips of the typist, and other text")
    lost = f"right numbers lost {len(tally.lost)}; {tally.seconds:.1f} CPU-s"
    print(f"  pages better {tally.better}, worse {len(tally.worse)}; {lost}")
    for kind in sorted({kind for kind, _ in tally.edits}):
        counts = ", ".join(f"{became} {tally.edits[kind, became]}" for became in ("right", "neutral", "wrong"))
        print(f"  accepted, {kind}: {counts}")
    kinds = ", ".join(
        f"{k} {tally.cards[k, True]}/{tally.cards[k, True] + tally.cards[k, False]}"
        for k in sorted({k for k, _ in tally.cards})
    )
    share = f", {held / cards:.0%} hold an error" if cards else ""
    print(f"  cards {cards}, {cards / max(1, tally.pages):.1f} a page{share}: {kinds}", flush=True)
    for line in (*(f"worse {w}" for w in tally.worse), *(f"lost {n}" for n in tally.lost), *(tally.told if told else ())):
        print("    " + line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", type=Path, required=True, help="folder of kept readings")
    parser.add_argument("--set", default="scans")
    parser.add_argument("--half", default="table", choices=("tune", "table", "all"))
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--model", action="store_true", help="with the embedded language model")
    parser.add_argument("--told", action="store_true", help="each edit and each card")
    given = parser.parse_args()
    settings = Settings() if given.model else Settings(runtime="none")
    tally = measure(given.data, given.keep, given.set, given.half, given.limit, settings)
    report(f"{given.set} ({given.half}){', language model' if given.model else ''}", tally, told=given.told)


if __name__ == "__main__":
    main()
