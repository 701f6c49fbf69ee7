"""What each witness of an edit is worth: a logistic regression by kind of edit, and how far its odds can be believed.

    python -m bench.weighing collect OUT.jsonl --data FOLDER --keep FOLDER [--set scans --set SROIE] [--limit N] [--every N]
    python -m bench.weighing fit OUT.jsonl … [--kind KIND …] [--write]

``collect`` proposes edits of kept readings whose truth is known: what the product's own proposers propose, the true edits, and
plausible wrong ones (:mod:`bench.proposals`), and writes what the witnesses say about each
(:mod:`ocrect.correcting.witnesses`). An edit is right where it brings its line nearer to the truth. Edits of locked tokens are
left out: they have their proofs.

``fit`` fits the weights of each kind on the tuning half (by hash of the page's name), prints the reliability (odds said, share
right) and, for each precision wanted, the bar and what is accepted above it, on both halves and on sets left out of the fit.
``--write`` writes :mod:`ocrect.correcting.weights`; ``--kind``: of these kinds alone.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rapidfuzz.distance import Levenshtein

from bench.accuracy import CAPITALS
from bench.dataset import Item, items
from bench.fonts import fonts
from bench.image_evidence import Recogniser, drawn
from bench.proposals import lettered, proposals
from bench.regression import (
    LEAST_BAR,
    LEAST_HEARD,
    LEAST_RIGHT,
    MOST_BAR,
    RIDGES,
    Fit,
    Floats,
    Row,
    bar,
    fitted,
    out_of_fold,
    shown,
    unheard,
)
from bench.truths import Known, known_lines
from ocrect.correcting import weights
from ocrect.correcting.case import LineFacts
from ocrect.correcting.ruled_out import misshapes
from ocrect.correcting.weigh import judged_as
from ocrect.correcting.witnesses import WITNESSES, WITNESSES_OF_TEXT
from ocrect.correcting.words.judge import WRITER, is_judged_as_text
from ocrect.correcting.words.mixtures import mixed_up
from ocrect.pipeline import Pipeline
from ocrect.record import plaintext, schema
from ocrect.record.correction import Edit, apply, edits
from ocrect.record.document import Block, Document, Line, Page
from ocrect.settings import Settings

TABLE = Path(weights.__file__)
DRAWN = 12
"""Lines drawn of one text."""


def half(name: str) -> str:
    """``tune`` or ``table``: the half of the pages that bars are set on, and the one that the tables are of."""
    return "tune" if hashlib.sha256(name.encode()).digest()[0] % 2 else "table"


def kept(folder: Path, item: Item) -> Document | None:
    """The item as it was read before; ``None`` where it was not."""
    path = folder / f"ppocr-none-{item.id.replace('/', '-').replace(' ', '-')}.json"
    return schema.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def kept_half(data: Path, keep: Path, name: str, which: str) -> Iterator[tuple[Item, Document]]:
    """The kept readings of one half of a set, or of ``all``."""
    for item in items(data, name):
        document = kept(keep, item) if which in ("all", half(item.id)) else None
        if document is not None:
            yield item, document


def collect(
    out: Path, data: Path, keep: Path, sets: Sequence[str], pick: slice, which: str = "", *, as_text: bool = False
) -> None:
    """Write a JSON object for each edit; ``which`` half of the pages, or all; ``as_text``: pairs as the text that was read."""
    with out.open("w", encoding="utf-8") as stream:
        for name in sets:
            chosen = [item for item in list(items(data, name))[pick] if which in ("", half(item.id))]
            with Pipeline(Settings(language=chosen[0].language, runtime="none")) as pipeline:
                for item in chosen:
                    document: Document | None
                    if item.kind == "pair":
                        document = plaintext.document(item.row["ocr"]) if as_text else drawn_lines(item)
                    else:
                        document = kept(keep, item)
                    for row in _rows(item, document, pipeline) if document else ():
                        print(json.dumps(row, ensure_ascii=False), file=stream, flush=True)


def drawn_lines(item: Item) -> Document:
    """Lines of a text's truth, drawn like bad scans and read by PP-OCR's recogniser."""
    dice = random.Random(item.id)
    words, rows = item.truth.split(), list[str]()
    while words and len(rows) < DRAWN:
        rows.append(" ".join(words[: (n := dice.randint(5, 10))]))
        del words[:n]
    lines = []
    for number, row in enumerate(rows):
        evidence = _recogniser()(drawn(row, dice.choice(fonts("DejaVuS")), dice))
        if evidence.text:
            lines.append(Line(str(number), evidence.text, evidence=evidence))
    return Document(item.id, (Page(1, blocks=(Block(tuple(lines)),)),))


@lru_cache
def _recogniser() -> Recogniser:
    return Recogniser()


def _rows(item: Item, document: Document, pipeline: Pipeline) -> Iterator[Row]:
    known = {k.line.id: k for k in known_lines(document, item.truth, ignore_case=item.set in CAPITALS)}
    if known:
        for page in document.pages:
            lines = tuple(page.lines())
            dice = random.Random(item.id)
            for about in pipeline.proposed(lines, pipeline.context(lines)):
                truth = known.get(about.line.id)
                if truth is not None:
                    yield from _judged(item, truth, about)
                    made = _made_up(truth, item.language, dice, about.sources)
                    yield from _judged(item, truth, LineFacts(about.line, about.context, made))


def _made_up(known: Known, language: str, dice: random.Random, own: Mapping[Edit, str]) -> dict[Edit, str]:
    """True edits and wrong ones, each said to come from a language model too; and which are which is no matter.

    A model writes what the product's ``own`` proposers propose as well, right or wrong.
    """
    found = [(group, edit) for group, edit in proposals(known.line, known.truth, language, dice) if group != "n-best"]
    true = [edit for group, edit in found if group == "true"]
    wrong = [edit for edit in dict.fromkeys([*(e for group, e in found if group != "true"), *own]) if edit not in true]
    codes = [edit for edit in lettered(known.line.text) if edit not in wrong]
    chosen = [*true, *dice.sample(wrong, min(max(3, 3 * len(true)), len(wrong))), *codes]
    return {edit: ", ".join(filter(None, (own.get(edit, ""), WRITER))) for edit in chosen}


def _judged(item: Item, known: Known, about: LineFacts) -> Iterator[Row]:
    text, before = known.line.text, Levenshtein.distance(known.line.text, known.truth)
    misread = edits(text, known.truth)
    for case in about.cases(about.sources):
        edit = case.edit
        mixture = case.fact(mixed_up)
        if about.line.evidence is None and not case.fact(is_judged_as_text):
            continue
        if (case.changed and not mixture) or case.looks_alike or not known.tells(edit.start, edit.end):
            continue
        if (item.set in CAPITALS and case.kind == "case") or case.fact(misshapes):
            continue
        change = Levenshtein.distance(apply(text, [edit]), known.truth) - before
        if change == 0:
            continue
        witnesses = WITNESSES if about.line.evidence is not None else WITNESSES_OF_TEXT
        numbers = {f"{name}.{key}": value for name, of in witnesses.items() for key, value in of(case).items()}
        yield {
            "page": item.id,
            "set": item.set,
            "kind": case.fact(judged_as),
            "right": change < 0,
            "repairs": any(edit.overlaps(true) for true in misread),
            "source": case.source,
            "edit": [case.words.before, case.words.after],
            "numbers": {key: round(value, 3) for key, value in numbers.items() if value},
        }


# the fit

WANTED: Mapping[str, float] = {
    "letters": 0.94,
    **dict.fromkeys(("case", "accents", "punctuation", "spaces"), 0.97),
    "digits": 0.98,
}
"""Share right of what is accepted, among the product's own proposals and among those of a model that knows or invents: as it is
counted, and as the odds say, which of letters are a little too careful (of those above the bar 117 of 119 are right).
"""


UNASKED = ("spaces", "text")
"""Kinds that nobody is asked about: a space costs next to nothing, and without an image a model's word is all there is."""


KINDS: tuple[weights.Kind, ...] = (
    "letters",
    "case",
    "accents",
    "punctuation",
    "written punctuation",
    "spaces",
    "written spaces",
    "digits",
    "text",
)


def _of_model(row: Row) -> bool:
    return WRITER in row["source"].split(", ")


class Made(NamedTuple):
    """What was fitted of one kind: the weights, and the bars (:class:`ocrect.correcting.weights.Weights`)."""

    fit: Fit
    accept: float
    heard: float
    show: float


def _within(found: float, least: float) -> float:
    return min(MOST_BAR, max(least, found)) if np.isfinite(found) else MOST_BAR


def fit(rows: Sequence[Row], kinds: Sequence[weights.Kind], *, write: bool) -> None:
    """Fit each of the ``kinds``, print its tables, and write the weights.

    Of the ridges the one is taken by which, of pages left out of the fit, most right edits are accepted.
    """
    made: dict[str, Made] = {}
    for kind in kinds:
        of_kind = [row for row in rows if row["kind"] == kind]
        tune = [row for row in of_kind if half(row["page"]) == "tune"]
        if len({(row["page"], *row["edit"]) for row in tune if row["right"]}) < LEAST_RIGHT or all(
            row["right"] for row in tune
        ):
            print(f"{kind}: {len(of_kind)} edits are too few, its weights stay")
            continue
        tried = [_tried(kind, tune, ridge) for ridge in RIDGES]
        best = max(tried, key=lambda found: found.right)
        made[kind] = Made(fitted(tune, best.ridge), best.accept, best.heard, best.show)
        _print_kind(kind, of_kind, made[kind], best)
    if write:
        _write(made)


class Tried(NamedTuple):
    """A ridge, the odds of rows left out of the fit with it, the bars, and how many right edits reach theirs."""

    ridge: float
    odds: Floats
    accept: float
    heard: float
    show: float
    right: int


def _tried(kind: str, rows: Sequence[Row], ridge: float) -> Tried:
    odds, right = out_of_fold(rows, ridge), np.array([row["right"] for row in rows], dtype=float)
    of_model = np.array([_of_model(row) for row in rows])
    repairs = np.array([row["repairs"] for row in rows])
    if kind == "digits":  # whoever proposes a digit is no witness of it
        of_model = np.zeros(len(rows), dtype=bool)
    wrong, own = of_model & (right == 0), not of_model.all()
    heard = _within(unheard(odds[wrong], repairs[wrong]), LEAST_HEARD) if of_model.any() else MOST_BAR
    accept = _within(bar(odds[~of_model], right[~of_model], WANTED[kind]), LEAST_BAR) if own else heard
    heard = heard if of_model.any() else accept
    show = shown(odds[~of_model], right[~of_model], accept) if own and kind not in UNASKED else max(accept, heard)
    accepted = int(right[odds >= np.where(of_model, heard, accept)].sum())
    return Tried(ridge, odds, accept, heard, show, accepted)


def _print_kind(kind: str, rows: Sequence[Row], made: Made, best: Tried) -> None:
    fit_, accept, heard, show = made
    bars = f"ridge {best.ridge}, bar {accept:+.2f}, of a model's {heard:+.2f}, shown from {show:+.2f}"
    print(f"{kind}: {len(rows)} edits, {sum(row['right'] for row in rows)} right; {bars}")
    for name in ("tune, left out", "table"):
        part = [row for row in rows if half(row["page"]) == name[: len("tune")] or half(row["page"]) == name]
        odds = best.odds if name.startswith("tune") else fit_.odds(part)
        for group, own in (("own proposals", False), ("a model's", True)):
            chosen = np.array([(_of_model(row)) == own for row in part], dtype=bool)
            right = np.array([row["right"] for row in part], dtype=float)
            if not chosen.any():
                continue
            least = heard if own else accept
            taken, shown = chosen & (odds >= least), chosen & (odds >= show) & (odds < least)
            print(
                f"  {name:15} {group:14} {int(right[chosen].sum()):5} right of {int(chosen.sum()):6}: accepted "
                f"{int(right[taken].sum())} right of {int(taken.sum())}, shown {int(right[shown].sum())} of {int(shown.sum())}"
            )
        cells = []
        for low in range(-4, 5):
            inside = (odds >= low) & (odds < low + 1)
            if inside.any():
                said = float((1 / (1 + np.exp(-odds[inside]))).mean())
                cells.append(f"{said:.0%}: {right[inside].mean():.0%} of {int(inside.sum())}")
        print(f"  {name:15} said: right   {', '.join(cells)}")


def _write(made: Mapping[str, Made]) -> None:
    """Write the table of :mod:`ocrect.correcting.weights`; kinds that were not fitted keep their weights."""
    parts = []
    for kind in KINDS:
        if kind in made:
            parts.append(_written(kind, made[kind]))
        elif kept := weights.KINDS.get(kind):
            parts.append(f"{kind!r}: Weights({kept.base}, {kept.numbers!r}, {kept.accept}, {kept.heard}, {kept.show})")
    text = TABLE.read_text(encoding="utf-8")
    head = text[: text.index("KINDS: Mapping")]
    TABLE.write_text(f"{head}KINDS: Mapping[Kind, Weights] = {{{', '.join(parts)}}}\n", encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(TABLE)], check=True)


def _written(kind: str, made: Made) -> str:
    fit_, *bars = made
    worth: dict[str, dict[str, float]] = defaultdict(dict)
    for name, weight in zip(fit_.names, fit_.weights, strict=True):
        witness, number = name.split(".", 1)
        worth[witness][number] = round(float(weight), 3)
    return f"{kind!r}: Weights({fit_.base:.3f}, {dict(worth)!r}, {', '.join(f'{b:.2f}' for b in bars)})"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.weighing", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    collecting = commands.add_parser("collect")
    collecting.add_argument("out", type=Path)
    collecting.add_argument("--data", type=Path, required=True)
    collecting.add_argument("--keep", type=Path, required=True)
    collecting.add_argument("--set", action="append")
    collecting.add_argument("--skip", type=int, default=0)
    collecting.add_argument("--every", type=int, default=1)
    collecting.add_argument("--half", default="", choices=("tune", "table"))
    collecting.add_argument("--as-text", action="store_true", help="pairs as the text that was read, not drawn")
    fitting = commands.add_parser("fit")
    fitting.add_argument("rows", type=Path, nargs="+")
    fitting.add_argument("--kind", action="append", choices=KINDS)
    fitting.add_argument("--write", action="store_true")
    given = parser.parse_args()
    if given.command == "fit":
        rows = [json.loads(row) for path in given.rows for row in path.open(encoding="utf-8")]
        fit(rows, given.kind or KINDS, write=given.write)
        return
    sets = given.set or ["scans", "SROIE"]
    collect(given.out, given.data, given.keep, sets, slice(given.skip, None, given.every), given.half, as_text=given.as_text)


if __name__ == "__main__":
    main()
