"""Letters of letter-spaced words, found one by one: which boxes are one row, and when the row's own reading counts."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.engines.ppocr.spaced import holds, spaced_rows
from ocrect.evidence import CtcPosterior
from ocrect.testing import posterior


def box(text: str, left: float, top: float, width: float, height: float = 40) -> BoxReading:
    quad = np.array([[left, top], [left + width, top], [left + width, top + height], [left, top + height]], np.float32)
    read = posterior(text) if text else CtcPosterior(np.array([[-0.01, -5]]), ("a",))
    return BoxReading(quad, read, float(len(read.log_probs)))


def doubtful(text: str, confidence: float) -> BoxReading:
    """A reading of which each sign has that confidence."""
    alphabet = tuple(sorted(set(text)))
    frames = np.full((2 * len(text), 1 + len(alphabet)), 1e-9)
    frames[::2, 0] = 1.0
    for n, sign in enumerate(text):
        frames[2 * n + 1, [0, 1 + alphabet.index(sign)]] = 1 - confidence, confidence
    quad = np.array([[0, 0], [400, 0], [400, 40], [0, 40]], np.float32)
    return BoxReading(quad, CtcPosterior(np.log(frames), alphabet), float(len(frames)))


def word(rng: random.Random, text: str, top: float, *, lost: float = 0.3) -> list[BoxReading]:
    """Letters far apart; some are found as a speck that reads as nothing, some two together."""
    found, n = [], 0
    while n < len(text):
        many = 2 if rng.random() < 0.3 else 1
        read = "" if rng.random() < lost and many == 1 else text[n : n + many]
        found.append(box(read, 100 + 60 * n, top + rng.uniform(-4, 4), 60 * len(text[n : n + many]) - 20, rng.uniform(34, 50)))
        n += many
    return found


@pytest.mark.parametrize("seed", range(6))
def test_letters_of_a_spaced_word_are_one_row_among_lines_of_text(seed: int) -> None:
    rng = random.Random(seed)
    lines = [box("a line of running text", 100, 300 + 60 * n, 420) for n in range(4)]
    letters = word(rng, "HARBOURLIGHTS", 100)
    readings = [*lines, *letters]
    rng.shuffle(readings)
    ((row, quad),) = list(spaced_rows(readings))
    assert [readings[i].quad[0][0] for i in row] == sorted(letter.quad[0][0] for letter in letters)
    assert quad[:, 0].min() <= min(letter.quad[:, 0].min() for letter in letters)
    assert quad[:, 1].max() >= max(letter.quad[:, 1].max() for letter in letters)


def test_single_digits_of_a_table_are_no_spaced_word() -> None:
    cells = [box(str(n), 100 + 200 * column, 60 * n, 24) for n in range(8) for column in range(5)]
    assert not list(spaced_rows(cells))
    close = [box(str(n), 100 + 70 * n, 0, 24) for n in range(5)]
    assert not list(spaced_rows([*close, box("8.34", 450, 0, 60)])), "3 and 8.34 in two columns are no 38.34"
    assert not list(spaced_rows([box("words", 100 + 130 * n, 0, 100) for n in range(6)]))


def test_the_row_counts_where_it_is_sure_and_has_what_was_sure_before() -> None:
    parts = [box(letter, 60 * n, 0, 40) for n, letter in enumerate("LNG")]
    assert all(a.quad[0][0] < b.quad[0][0] for a, b in pairwise(parts))
    assert holds(box("L O N G", 0, 0, 240), parts)
    assert not holds(box("L O M G", 0, 0, 240), parts), "a letter that was read is another one"
    assert not holds(box("G N O L", 0, 0, 240), parts), "they come in another order"
    assert not holds(doubtful("LONG", 0.6), parts)
    assert not holds(box("5 2 0 36.39", 0, 0, 240), [box(digit, 60 * n, 0, 40) for n, digit in enumerate("520")]), "amounts"
    assert holds(box("L O M G", 0, 0, 240), [doubtful("N", 0.6)]), "a doubtful letter binds nothing"
