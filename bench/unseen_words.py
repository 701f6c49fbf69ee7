"""The weights of words that no image shows (:mod:`ocrect.correcting.words.unseen`), fitted on pairs of texts, and what they do.

    python -m bench.unseen_words --data FOLDER [--every 4] [--first 0]

Of each set every so many chunks are taken. For each place where the language model is asked about one word, the likeliest other
word counts, right where it is nearer to the truth. Printed are the weights, and for several bars the edits that would be right
and wrong where the chunk itself was left out of the fit (six parts, by chunk).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from bench.oracle_on_text import SETS
from bench.pairs import pairs
from bench.reading import pipeline
from ocrect.correcting.words import judge, unseen
from ocrect.measure.alignment import Alignment
from ocrect.pipeline import Pipeline
from ocrect.record import plaintext

PARTS = 6
RIDGE = 0.3
BARS = (0.4, 0.5, 0.55, 0.6, 0.7, 0.8)
Array = NDArray[np.float64]


class Place(NamedTuple):
    """The likeliest other word of one place: its numbers, and by how many characters it is nearer to the truth."""

    chunk: str
    numbers: tuple[float, ...]
    gain: int


def places(corrector: Pipeline, chunk: str, text: str, truth: str) -> Iterator[Place]:
    """The places of a text, each on a line of its own page."""
    (page,) = plaintext.document(" ".join(text.split())).pages
    for about in corrector.proposed(tuple(page.lines()), corrector.context(tuple(page.lines()))):
        aligned = Alignment(about.line.text, truth, ignore_case=False)
        judge.LanguageModelCheck().ahead([about.case(edit) for edit in about.sources])
        for edit in about.sources:
            case = about.case(edit)
            found = case.fact(judge.asked) if unseen.is_one_word(case) else ""
            told = {} if isinstance(found, str) else unseen.numbers(case, found.texts, found.gains)
            stretch = next((s for s in aligned.stretches if s.start <= edit.start and edit.end <= s.end), None)
            if told and stretch is not None:
                read = about.line.text[stretch.start : stretch.end]
                start = edit.start - stretch.start
                edited = read[:start] + edit.after + read[start + len(edit.before) :]
                gain = Levenshtein.distance(read, stretch.true_text) - Levenshtein.distance(edited, stretch.true_text)
                yield Place(chunk, tuple(told[name] for name in unseen.WEIGHTS), gain)


def fitted(numbers: Array, right: Array) -> Array:
    """The weights of a logistic regression with a ridge on all but the first, by Newton's method."""
    scale = np.abs(numbers).mean(axis=0) + 1e-9
    x, weights = numbers / scale, np.zeros(numbers.shape[1])
    ridge = np.full(numbers.shape[1], 2 * RIDGE)
    ridge[0] = 1e-6
    for _ in range(30):
        share = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (share - right) + ridge * weights
        curve = (x * (share * (1 - share))[:, None]).T @ x + np.diag(ridge)
        weights = weights - np.linalg.solve(curve, slope)
    return np.asarray(weights / scale)


def left_out(found: list[Place]) -> Array:
    """The probability of each place by weights that were fitted without its chunk and its neighbours."""
    numbers, right = _arrays(found)
    chunks = sorted({place.chunk for place in found})
    part = np.array([chunks.index(place.chunk) % PARTS for place in found])
    odds = np.zeros(len(found))
    for k in range(PARTS):
        odds[part == k] = numbers[part == k] @ fitted(numbers[part != k], right[part != k])
    return 1 / (1 + np.exp(-odds))


def _arrays(found: list[Place]) -> tuple[Array, Array]:
    return np.array([place.numbers for place in found]), np.array([float(place.gain > 0) for place in found])


def report(found: list[Place]) -> None:
    """Print the weights, and what each bar would accept."""
    weights = fitted(*_arrays(found))
    for name, weight in zip(unseen.WEIGHTS, weights, strict=True):
        print(f'    "{name}": {weight:.3f},')
    probability, gains = left_out(found), np.array([place.gain for place in found])
    for bar in BARS:
        taken = gains[probability >= bar]
        print(
            f"P >= {bar:.2f}: {np.sum(taken > 0)} right, {np.sum(taken < 0)} wrong, {np.sum(taken == 0)} neither, "
            f"{np.sum(taken)} errors less"
        )
    for low, high in ((0, 0.1), (0.1, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        inside = (probability >= low) & (probability < high)
        if inside.any():
            print(f"said {probability[inside].mean():.2f}, right {np.mean(gains[inside] > 0):.2f} of {inside.sum()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=4)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    found: list[Place] = []
    with pipeline("en", {"accept_text_only": "true"}) as corrector:
        for name in SETS:
            for item in pairs(given.data, name)[given.first :: given.every]:
                found += places(corrector, item.id, item.row["ocr"], item.truth)
            print(f"{name}: {len(found)} places so far", flush=True)
    report(found)


if __name__ == "__main__":
    main()
