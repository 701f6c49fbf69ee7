"""Is a model that knows the truth heard, and one that invents not believed?

    python -m bench oracle --data FOLDER --keep FOLDER [--set scans] [--half table] [--limit N] [--model truth] [--seed N]

Kept readings of pages whose truth is known are corrected with runtimes that reply to each line that they are sent

- ``truth``: with the line as it is on the page (a sign that the truth does not know stays as read), and score by it;
- ``inventions``: with the truth and one invention in it: another amount, name, date or word, a translation, an omission;
- ``nonsense``: with a sentence of something else.

For each the table says for how many lines it proposed something, which of the replies' edits were accepted by kind, and the
errors of the lines as read, as corrected and as the replies have them; and how many of the true edits that were refused no
reader of the image could make (:func:`bench.truths.is_ruled_out`). Where another system's reading of the page is at hand, a
second table leaves out what are likely slips of the truth (:func:`bench.truths.without_slips`). ``--text-only`` does the same
without the images: edits are accepted without.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

from bench.accuracy import CAPITALS
from bench.others_text import READ
from bench.proposals import made_up
from bench.truths import Known, is_ruled_out, known_lines, without_slips
from bench.weighing import kept_half
from ocrect.correcting.case import Case
from ocrect.evidence import fold
from ocrect.measure.metrics import as_users_read
from ocrect.pipeline import Pipeline
from ocrect.record.correction import Edit, Verdict, apply, atoms, edits, kind_of
from ocrect.record.document import Block, Document, Line, Page
from ocrect.settings import Settings
from ocrect.stages import Stages

MODELS = ("truth", "inventions", "nonsense")
NONSENSE = (
    "The quick brown fox jumps over the lazy dog.",
    "I am sorry, but as a language model I cannot read this.",
    "Le montant total est de 1.234,56 EUR.",
)
AROUND = 8
"""Characters on each side of a misread word by which it is found in a part of its line."""

MOST_TOLD = 60
"""Edits told one by one."""

_LINE = re.compile(r"<line>(.*)</line>", re.DOTALL)


class Oracle:
    """A runtime that knows what stands on the page. ``asked`` holds the lines that it was sent, with its replies."""

    can_write = True
    can_score = True

    def __init__(self, model: str, seed: str) -> None:
        self.name = f"oracle-{model}"
        self._model = model
        self._dice = random.Random(seed)
        self._known: dict[str, Known] = {}
        self._page = ""
        self.asked: dict[str, str] = {}

    def learn(self, known: Sequence[Known]) -> None:
        """What is to be known of one page."""
        self._known = {" ".join(_harmless(k.line.text).split()): k for k in known}
        self._page = " ".join(fold("\n".join(k.truth for k in known)).split())

    def generate(self, prompt: str, *, system: str = "", grammar: str = "", draft: str = "", max_tokens: int = 256) -> str:
        """The reply for the text in ``prompt``: as it is where its truth is not known."""
        del system, grammar, draft, max_tokens
        match = _LINE.search(prompt)
        read = match[1] if match else prompt
        if read not in self.asked:
            self.asked[read] = self._reply(self.truth(read))
            self._page += " " + " ".join(fold(self.asked[read]).split())  # a model finds likely what it writes itself
        return self.asked[read]

    def truth(self, read: str) -> str:
        """``read``, a line or a part of lines one behind the other, with what is known of each put right."""
        parts: list[tuple[int, int, str]] = []
        for text, known in self._known.items():
            at = read.find(text)
            if at >= 0:
                parts += [(at + e.start, at + e.end, e.after) for e in edits(text, known.truth)]
                continue
            for edit in edits(text, known.truth):
                for before, behind in ((AROUND, AROUND), (AROUND, 0), (0, AROUND)):  # a sentence may end at the misread word
                    around = text[max(0, edit.start - before) : edit.end + behind]
                    if len(around) > len(edit.before) and read.count(around) == 1:
                        start = read.find(around) + min(before, edit.start)
                        parts.append((start, start + len(edit.before), edit.after))
                        break
        for start, end, after in sorted(set(parts), reverse=True):
            read = read[:start] + after + read[end:]
        return read

    def _reply(self, truth: str) -> str:
        if self._model == "nonsense":
            return self._dice.choice(NONSENSE)
        return made_up(truth, self._dice) if self._model == "inventions" else truth

    def score(self, prefix: str, continuations: Sequence[str]) -> list[float]:
        """Half a nat a character, and a nat for each character of the words that neither page nor replies have behind the one
        before.
        """
        before = fold(prefix).split()[-1:]
        return [-0.5 * len(text) - self._missing([*before, *fold(text).split()]) for text in continuations]

    def _missing(self, words: Sequence[str]) -> float:
        return float(sum(len(word) for before, word in pairwise(words) if f"{before} {word}" not in self._page))

    def close(self) -> None:
        """Nothing to free."""


def _harmless(text: str) -> str:
    return " ".join(text.replace("<", "‹").replace(">", "›").split())


@dataclass
class Tally:
    """Counts of one model on one set. ``proposed`` and ``accepted`` are by group and kind of edit."""

    lines: int = 0
    sent: int = 0
    read: int = 0
    corrected: int = 0
    replied: int = 0
    locked_lost: int = 0
    ruled_out: int = 0
    proposed: Counter[tuple[str, str]] = field(default_factory=Counter)
    accepted: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    def add(self, known: Known, done: Line) -> None:
        """Count one line, corrected: what the model proposed for it, by its verdicts."""
        text, truth = known.line.text, known.truth
        own = [verdict for verdict in done.verdicts if "rewrite" in verdict.source.split(", ")]
        self.lines += 1
        self.sent += bool(own)
        self.read += Levenshtein.distance(as_users_read(text), as_users_read(truth))
        self.corrected += Levenshtein.distance(as_users_read(done.corrected), as_users_read(truth))
        self.replied += Levenshtein.distance(as_users_read(_with_all(text, own)), as_users_read(truth))
        true = [edit for edit in edits(text, truth) if _matters(text, edit)]
        for verdict in own:
            edit = verdict.edit
            if not _matters(text, edit) or not known.tells(edit.start, edit.end):
                continue
            case = Case.of(done, edit)
            group, kind = _group(edit, true, text, truth), "locked" if case.changed else case.kind
            self.proposed[group, kind] += 1
            taken = any(other.decision == "accepted" and _does(text, other, edit) for other in done.verdicts)
            self.accepted[group, kind] += taken
            self.ruled_out += group == "true" and not taken and is_ruled_out(case)
            if group == "true" and not taken:
                self.missed.append(f"{kind}: {edit.before!r} → {edit.after!r}: {verdict.reason}")
            elif group != "true" and taken:
                self.wrong.append(f"{group} {kind}: {edit.before!r} → {edit.after!r} in {text!r}")
                self.locked_lost += bool(case.changed)


def _with_all(text: str, verdicts: Sequence[Verdict]) -> str:
    """``text`` with all edits of ``verdicts`` that do not overlap, first ones first."""
    made: list[Edit] = []
    for verdict in verdicts:
        if not any(verdict.edit.overlaps(edit) for edit in made):
            made.append(verdict.edit)
    return apply(text, made)


def _matters(text: str, edit: Edit) -> bool:
    """True where a reader would see the difference: more than how signs, spaces between cells and leaders are set."""
    edited = apply(text, [edit])
    return fold(edited) != fold(text) and (as_users_read(edited) != as_users_read(text) or kind_of(edit) == "spaces")


def _group(edit: Edit, true: Sequence[Edit], text: str, truth: str) -> str:
    if edit in true:
        return "true"
    nearer = Levenshtein.distance(apply(text, [edit]), truth) < Levenshtein.distance(text, truth)
    misread = any(edit.overlaps(other) for other in true)
    return "nearer" if nearer else "wrong repair" if misread else "wrong edit of right text"


def _does(text: str, verdict: Verdict, edit: Edit) -> bool:
    """True where a verdict makes the changes of an edit, or what no image tells from them: one quote for another."""
    if set(atoms(edit)) <= set(atoms(verdict.edit)):
        return True
    return fold(apply(text, [verdict.edit])) == fold(apply(text, [edit]))


class Chosen(NamedTuple):
    """The pages: of which half of the data, how many (0: all), where their readings are kept; and what the models draw from."""

    data: Path
    keep: Path
    half: str
    limit: int
    seed: int


def run(chosen: Chosen, sets: Sequence[str], models: Sequence[str], *, text_only: bool) -> None:
    """Print the tables."""
    for name in sets:
        for model in models:
            tally, sure = measure(chosen, name, model, text_only=text_only)
            title = f"{name} ({chosen.half}), model {model}{', text only' if text_only else ''}"
            report(title, tally)
            if sure.lines and sure.proposed != tally.proposed:
                report(f"{title}, without slips of the truth", sure)


def measure(chosen: Chosen, name: str, model: str, *, text_only: bool) -> tuple[Tally, Tally]:
    """One set corrected with one model: by the truth as it is, and without its slips where another system read the pages."""
    tally, sure = Tally(), Tally()
    for item, document in islice(kept_half(chosen.data, chosen.keep, name, chosen.half), chosen.limit or None):
        oracle = Oracle(model, f"{item.id} {chosen.seed}" if chosen.seed else item.id)
        known = list(known_lines(document, item.truth, ignore_case=name in CAPITALS))
        oracle.learn(known)
        document = _without_images(document) if text_only else document
        settings = Settings(language=item.language, accept_text_only=text_only)
        with Pipeline(settings, stages=Stages(runtime=oracle)) as pipeline:
            done = {line.id: line for line in pipeline.correct(document).lines()}
        for one in known:
            if one.line.id in done:
                tally.add(one, done[one.line.id])
                if READ in item.row:
                    sure.add(without_slips(one, str(item.row[READ])), done[one.line.id])
    return tally, sure


def _without_images(document: Document) -> Document:
    def bare(block: Block) -> Block:
        return replace(block, lines=tuple(replace(line, evidence=None, words=(), second_readings=()) for line in block.lines))

    pages: list[Page] = [replace(page, blocks=tuple(map(bare, page.blocks))) for page in document.pages]
    return replace(document, pages=tuple(pages))


def report(title: str, tally: Tally) -> None:
    """Print one table."""
    print(f"\n{title}: {tally.sent} of {tally.lines} lines changed by it")
    way = tally.read - tally.replied
    share = f", {(tally.read - tally.corrected) / way:.0%} of the way" if way > 0 else ""
    print(f"  errors: {tally.read} read, {tally.corrected} corrected, {tally.replied} as replied{share}")
    for group in ("true", "nearer", "wrong repair", "wrong edit of right text"):
        kinds = sorted(kind for found, kind in tally.proposed if found == group)
        total = sum(tally.proposed[group, kind] for kind in kinds)
        if total:
            taken = sum(tally.accepted[group, kind] for kind in kinds)
            parts = ", ".join(f"{kind} {tally.accepted[group, kind]}/{tally.proposed[group, kind]}" for kind in kinds)
            print(f"  {group}: {taken} of {total} accepted ({taken / total:.1%}): {parts}")
        if total and group == "true" and tally.ruled_out:
            left = total - tally.ruled_out
            print(f"    {tally.ruled_out} of those refused the image rules out; of the others {taken / left:.1%} are accepted")
    print(f"  locked tokens changed wrongly: {tally.locked_lost}", flush=True)
    for title, found in (("wrong, accepted", tally.wrong), ("true, not accepted", tally.missed)):
        for one in found[:MOST_TOLD]:
            print(f"    {title}: {one}")
