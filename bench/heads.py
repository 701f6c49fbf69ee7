"""The recogniser's head against its network's own last layer, line by line on real pages.

    python -m bench.heads --data FOLDER --set scans [--keep FOLDER] [--other latin.onnx] [--every N]

Each line whose truth is known is read by both and weighed by its language, as the engine does it, and compared as users read:
without spaces, quotes and dashes folded. Lines with a `~` in their truth are left out.
A digit is *lost* where the first reads it right and the second does not, and *won* the other way round.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from bench.accuracy import CAPITALS
from bench.dataset import Scan
from bench.reading import Choice, language_of, pages_of, pipeline, read
from bench.truths import known_lines
from ocrect.engines.ppocr import head, in_context, models, networks
from ocrect.engines.ppocr.recognise import recognise
from ocrect.measure.metrics import UNREADABLE, as_users_read
from ocrect.settings import Settings


class Line(NamedTuple):
    """A line whose truth is known: its page's pixels, its corners on them, the page's language, what it says."""

    rgb: NDArray[np.uint8]
    quad: NDArray[np.float32]
    language: str
    truth: str


Reader = Callable[[Line], str]


@dataclass
class Tally:
    """What two readers made of the same lines."""

    lines: int = 0
    symbols: int = 0
    errors: list[int] = field(default_factory=lambda: [0, 0])
    better: int = 0
    worse: int = 0
    digits: int = 0
    lost: list[str] = field(default_factory=list)
    won: int = 0

    def add(self, truth: str, first: str, second: str) -> None:
        wrong = [Levenshtein.distance(text, truth) for text in (first, second)]
        self.lines += 1
        self.symbols += len(truth)
        self.errors = [total + new for total, new in zip(self.errors, wrong, strict=True)]
        self.better += wrong[1] < wrong[0]
        self.worse += wrong[1] > wrong[0]
        one, other = (_right_digits(text, truth) for text in (first, second))
        self.digits += sum(symbol.isdigit() for symbol in truth)
        self.lost += [f"{_around(truth, place)} is read {second!r}" for place in sorted(one - other)]
        self.won += len(other - one)


def _right_digits(text: str, truth: str) -> set[int]:
    """The places of the truth's digits that are read as they stand."""
    blocks = Levenshtein.editops(truth, text).as_matching_blocks()
    return {place for block in blocks for place in range(block.a, block.a + block.size) if truth[place].isdigit()}


def _around(truth: str, place: int) -> str:
    return f"{truth[max(place - 8, 0) : place]}[{truth[place]}]{truth[place + 1 : place + 9]}"


def readers(other: Path | None) -> tuple[Reader, Reader]:
    """The network's own last layer, cut to the head's symbols, or the head ``other``; and the head that is shipped."""
    whole = models.model_file(models.RECOGNITION_FILE).read_bytes()
    shipped, symbols = head.latin(whole)
    known = set(symbols)
    first = head.grafted(whole, other.read_bytes()) if other else models.recogniser(whole, known.__contains__)
    return _reader(*first), _reader(shipped, symbols)


def _reader(model: bytes, symbols: tuple[str, ...]) -> Reader:
    network, alphabet = networks.network(model, Settings(), threads=1), "".join(symbols)
    return lambda line: in_context(recognise(network, alphabet, line.rgb, line.quad), (line.language,)).posterior.text


def lines(choice: Choice, name: str, every: int) -> Iterator[Line]:
    """The lines of a set whose truth is known."""
    chosen = list(choice.samples(name))[::every]
    with pipeline(language_of(chosen), {"engine": "ppocr", "runtime": "none"}) as reader:
        for sample in chosen:
            pixels = sample.image().pixels
            for known in known_lines(read(reader, sample, choice)[0], sample.truth, ignore_case=name in CAPITALS):
                box = known.line.box
                if box is None or known.unknown or UNREADABLE in known.truth:
                    continue
                corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
                yield Line(pixels, np.array(corners, np.float32), language_of([sample]), known.truth)


def run(options: argparse.Namespace) -> None:
    """Print a row for each set, then each digit that was lost."""
    both = readers(options.other)
    choice = Choice(options.data, Scan(options.dpi, options.scan), pages_of(options.pages), keep=options.keep)
    for name in options.set.split(","):
        tally = Tally()
        for line in lines(choice, name, options.every):
            texts = [_folded(text, name) for text in (line.truth, *(reader(line) for reader in both))]
            tally.add(texts[0], texts[1], texts[2])
        before, after = tally.errors
        print(
            f"{name}: {tally.lines} lines, {tally.symbols} symbols; "
            f"errors {before} → {after} ({after / max(before, 1):.2f} ×), {tally.better} lines better, {tally.worse} worse; "
            f"of {tally.digits} digits {len(tally.lost)} lost, {tally.won} won",
            flush=True,
        )
        for lost in tally.lost:
            print(f"  lost: {lost}")


def _folded(text: str, name: str) -> str:
    text = as_users_read(text)
    return text.casefold() if name in CAPITALS else text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", default="scans", help="sets, parted by commas")
    parser.add_argument("--keep", type=Path, help="a folder of kept readings, which say where the lines are")
    parser.add_argument("--other", type=Path, help="another head, in the place of the network's own last layer")
    parser.add_argument("--every", type=int, default=1, help="take the first of every so many pages")
    parser.add_argument("--pages", default="", help="of PDFs, parted by commas")
    parser.add_argument("--dpi", type=int, default=300)
    parser.add_argument("--scan", default="none", choices=("none", "light", "strong"))
    run(parser.parse_args())


if __name__ == "__main__":
    main()
