"""Does the page accuse itself? Right amounts that take part in a sum, each with one digit changed, are they flagged; and how
often is a page flagged whose numbers are all right?

Pages are kept readings (``python -m bench.kept_readings``), of which only lines are used whose numbers all stand in the truth.
An amount takes part where the equations of the check "arithmetic" that hold on the page have it: changing it breaks one.
Halves are told apart by the page's place in the list: bars and words were chosen on the even one.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from bench.dataset import items
from ocrect.correcting.arithmetic import sums
from ocrect.correcting.case import LineFacts
from ocrect.measure.metrics import number_tokens
from ocrect.numbers.contradictions import contradictions
from ocrect.numbers.figures import figures
from ocrect.plugins import Context
from ocrect.record import schema
from ocrect.record.correction import Edit
from ocrect.record.document import Line

LEAST = Decimal("0.10")
"""The least amount: below it is what sums are rounded by."""

MOST_PAGES = 1000
"""Pages of one run, each of which has its own numbers drawn."""

EACH = 3
"""Errors drawn for one amount."""


@dataclass
class Tally:
    """Injected errors, those flagged; pages, those flagged with all numbers of the flag right, and what was said there."""

    pages: int = 0
    injected: int = 0
    flagged: int = 0
    accused: int = 0
    false: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)


def measure(name: str, lines: Sequence[Line], truth: str, tally: Tally, drawn: random.Random) -> None:
    """Count one page: flags on it as it was read, and with one digit of one amount changed."""
    texts = [line.text for line in lines]
    right = number_tokens(truth)
    tally.pages += 1
    for found in contradictions(texts):
        shown = [texts[p.line][p.start : p.end] for p in found.parts]
        if all(re.search(rf"(?<!\w){re.escape(s.strip())}(?!\w)", truth, re.IGNORECASE) for s in shown):
            tally.accused += 1
            tally.false.append(f"{name}: {found.reason}")
            break
    for place, start, changed in _injections(lines, right, drawn):
        edited = [*texts[:place], changed, *texts[place + 1 :]]
        tally.injected += 1
        hit = any(p.line == place and p.start <= start < p.end for c in contradictions(edited) for p in c.parts)
        tally.flagged += hit
        if not hit:
            tally.missed.append(f"{name}: {texts[place]!r} as {changed!r}")


def _injections(lines: Sequence[Line], right: Counter[str], drawn: random.Random) -> Iterator[tuple[int, int, str]]:
    """The line, the offset and the line's text with a digit changed, for amounts that an equation of the page has."""
    context = Context(tuple(lines))
    for place, line in enumerate(lines):
        for figure in figures(line.text):
            token = line.text[figure.start : figure.end]
            if not figure.cents or figure.value < LEAST or not set(number_tokens(token)) <= set(right):
                continue
            digits = [at for at in range(figure.start, figure.end) if line.text[at].isdecimal()]
            for _ in range(EACH):
                at = drawn.choice(digits)
                other = drawn.choice([d for d in "0123456789" if d != line.text[at]])
                if at == digits[0] and other == "0":
                    continue
                edit = Edit(at, at + 1, line.text[at], other)
                if LineFacts(line, context).case(edit).fact(sums).lost:
                    yield place, at, line.text[:at] + other + line.text[at + 1 :]


def run(data: Path, kept: Path, pattern: str, shown: int, seed: int) -> None:
    """Print a row for each half of the kept readings of ``pattern``; ``seed`` draws the errors."""
    truths = {item.id: item for item in items(data, "SROIE", "scans")}
    halves = {"even, tuned on": Tally(), "odd": Tally()}
    for n, file in enumerate(sorted(kept.glob(pattern))):
        document = schema.loads(file.read_text(encoding="utf-8"))
        item = next(item for ident, item in truths.items() if file.stem.endswith(ident.replace("/", "-")))
        tally = halves["odd" if n % 2 else "even, tuned on"]
        measure(file.stem, tuple(document.lines()), item.truth, tally, random.Random(n + MOST_PAGES * seed))
    print("half             pages  errors put in  flagged    pages flagged falsely")
    for half, tally in halves.items():
        share = tally.flagged / max(1, tally.injected)
        print(f"{half:16} {tally.pages:5}  {tally.injected:13}  {share:7.1%}  {tally.accused:5} of {tally.pages}")
        for line in (*(f"false {x}" for x in tally.false), *(f"missed {x}" for x in tally.missed[:shown])):
            print("    " + line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.jsonl")
    parser.add_argument("--kept", type=Path, required=True, help="folder of kept readings")
    parser.add_argument("--pattern", default="*sroie*.json", help="which of them")
    parser.add_argument("--missed", type=int, default=0, help="how many missed errors to print")
    parser.add_argument("--seed", type=int, default=0, help="draws the errors")
    options = parser.parse_args()
    run(options.data, options.kept, options.pattern, options.missed, options.seed)


if __name__ == "__main__":
    main()
