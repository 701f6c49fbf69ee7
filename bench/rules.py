"""What each rule of how numbers are misread finds and proves on texts whose truth is known.

    python -m bench.rules --data FOLDER [--set NAME] [--kept FOLDER] [--half 0|1]

Without `--kept` the pairs of text are taken as pages without an image; with it the kept readings of images. A repair is right
where the words of the page, counted without regard to case, are nearer to the truth's with it, and wrong where they are
farther; where neither, the truth does not tell. `proved` are those that the check of locked tokens supports.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.dataset import items
from ocrect.correcting import rules
from ocrect.correcting.case import Case, LineFacts
from ocrect.correcting.locked import check as locked
from ocrect.correcting.locked import propose as repairs
from ocrect.correcting.spaces import propose as spacing
from ocrect.correcting.spaces.gaps import spaces_put
from ocrect.plugins import Context
from ocrect.record import plaintext, schema
from ocrect.record.document import Line


def measure(lines: Sequence[Line], truth: str, context: Context) -> Iterator[tuple[str, str, bool, str]]:
    """For each repair of a page that a rule finds: the rule, whether it is right, whether it is proved, and the repair."""
    missing = _words(truth)
    missing.subtract(_words("\n".join(line.text for line in lines)))
    found = zip(lines, repairs.propose(lines, context), spacing.propose(lines, context), strict=True)
    for line, edits, spaced in found:
        about = LineFacts(line, context)
        for edit in dict.fromkeys([*edits, *spaced]):
            case = about.case(edit)
            names = sorted({form.name for form, _ in case.fact(rules.claims)} | set(_partings(case)))
            for name in names:
                yield name, _is_right(case, missing), locked.check(case).supports is True, f"{edit.before} → {edit.after}"


def _partings(case: Case) -> Iterator[str]:
    for at in case.fact(spaces_put):
        rule, _ = rules.parts(case, at)
        if rule is not None:
            yield rule.name


def _is_right(case: Case, missing: Counter[str]) -> str:
    _, before, after = case.words
    old, new = _words(before), _words(after)
    gained = sum(abs(missing[w]) - abs(missing[w] + old[w] - new[w]) for w in old.keys() | new.keys())
    return "right" if gained > 0 else "wrong" if gained < 0 else "unknown"


def _words(text: str) -> Counter[str]:
    return Counter(text.casefold().split())


def run(data: Path, sets: Sequence[str], kept: Path | None, half: int | None, wish: str) -> None:
    """Print a row for each set and rule that finds something."""
    counts: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    shown: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name, lines, truth, language in _pages(data, sets, kept, half):
        seen: set[str] = set()
        for rule, right, proved, repair in measure(lines, truth, Context(tuple(lines), language=language, rules=wish)):
            count = counts[name, rule]
            count[right] += 1
            count[f"proved {right}"] += proved
            count["pages"] += rule not in seen
            seen.add(rule)
            if right == "wrong":
                shown[name, rule].append(repair)
    print(f"{'set':24} {'rule':22} pages  found: right wrong unknown   proved: right wrong unknown")
    for (name, rule), count in sorted(counts.items()):
        numbers = [count[key] for key in ("right", "wrong", "unknown", "proved right", "proved wrong", "proved unknown")]
        print(f"{name:24} {rule:22} {count['pages']:5}  " + "{:12} {:5} {:7}   {:13} {:5} {:7}".format(*numbers))
        for repair in shown[name, rule][:3]:
            print(f"{'':24} wrong: {repair}")


def _pages(
    data: Path, sets: Sequence[str], kept: Path | None, half: int | None
) -> Iterator[tuple[str, Sequence[Line], str, str]]:
    """Set, lines, truth and language of each page."""
    chosen = [item for item in items(data, *sets) if item.kind == ("image" if kept else "pair")]
    files = {} if kept is None else {path.stem: path for path in sorted(kept.glob("*.json"))}
    for item in chosen if half is None else chosen[half::2]:
        if kept is None:
            yield item.set, list(plaintext.document(item.row["ocr"]).lines()), item.truth, item.language
            continue
        name = item.id.replace("/", "-")
        for stem in (stem for stem in files if stem.endswith(name)):
            document = schema.loads(files[stem].read_text(encoding="utf-8"))
            yield item.set, list(document.lines()), item.truth, item.language


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.rules", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--rules", default=",".join(rules.NAMES), help="which are on; all where nothing is said")
    options = parser.parse_args()
    run(options.data, options.set, options.kept, options.half, options.rules)


if __name__ == "__main__":
    main()
