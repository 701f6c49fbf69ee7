"""Another system's OCR text, corrected by ours without the image, beside what that system's own language model made of it.

    python -m bench.others_text --data FOLDER [--set scans] [--every N] [--first K] [--run "runtime=none"]

The items hold the other's reading as `vendor_ocr` and its model's text as `vendor_llm`. Errors are counted as users read
(:func:`ocrect.measure.metrics.mendable`: what only one of the two texts has at length is no misreading); digit errors are the
edits of those in which a digit stands on either side. A page is worse by its errors.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.dataset import Item, items
from bench.reading import from_words, in_words, pipeline
from ocrect.measure.metrics import UNREADABLE, as_users_read, mendable, misread

READ, THEIRS = "vendor_ocr", "vendor_llm"


def digit_errors(text: str, truth: str) -> int:
    """The digits of misreadings, as users read: of what was read or of what was meant, whichever has more of them."""
    pairs = misread(as_users_read(text), as_users_read(truth))
    return sum(max(sum(map(str.isdigit, side)) for side in pair) for pair in pairs if UNREADABLE not in pair[1])


def _row(name: str, texts: list[str], chosen: list[Item]) -> str:
    """One text of each page: errors, digit errors, pages better and worse than as read."""
    errors = [mendable(text, item.truth).errors for text, item in zip(texts, chosen, strict=True)]
    before = [mendable(str(item.row[READ]), item.truth).errors for item in chosen]
    digits = sum(digit_errors(text, item.truth) for text, item in zip(texts, chosen, strict=True))
    better, worse = (sum(sign * (a - b) > 0 for a, b in zip(errors, before, strict=True)) for sign in (-1, 1))
    return f"{name:12} {sum(errors):7} {digits:13} {better:7} {worse:6}"


def run(options: argparse.Namespace) -> None:
    """Print a row for the text as read, one for each system's correction, and the pages that ours made worse."""
    chosen = [item for item in items(options.data, options.set) if READ in item.row][options.first :: options.every]
    settings = from_words(options.run)
    ours = []
    with pipeline("en", {"accept_text_only": "true", **settings}) as corrector:
        for item in chosen:
            ours.append(corrector.correct(str(item.row[READ])).corrected)
    print(f"{options.set}, {len(chosen)} pages, {in_words(settings) or 'default settings'}")
    print("text          errors  digit errors  better  worse")
    for name, texts in (("as read", [str(item.row[READ]) for item in chosen]), ("ours", ours)):
        print(_row(name, texts, chosen))
    print(_row("their model", [str(item.row[THEIRS]) for item in chosen], chosen))
    for text, item in zip(ours, chosen, strict=True):
        before, after = (mendable(side, item.truth).errors for side in (str(item.row[READ]), text))
        if after > before:
            print(f"  worse: {item.id} {before} → {after}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", default="scans")
    parser.add_argument("--every", type=int, default=1, help="take one of every so many pages,")
    parser.add_argument("--first", type=int, default=0, help="beginning with this one")
    parser.add_argument("--run", default="", help='settings, as "runtime=none"')
    run(parser.parse_args())


if __name__ == "__main__":
    main()
