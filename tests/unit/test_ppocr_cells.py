"""Spaces in fixed-width type: they are cells without ink, whatever the recogniser makes of the paper around narrow letters."""

from __future__ import annotations

import random

import numpy as np
import pytest
from numpy.typing import NDArray

from ocrect.engines.ppocr.cells import NARROW, without_false_spaces
from ocrect.evidence import CtcPosterior

PIXELS = 8  # a frame
CELL = 24  # pixels


def printed(text: str, widths: list[int]) -> tuple[NDArray[np.uint8], list[float]]:
    """Black bars on white for the letters of ``text``, each in the middle of its width; their middles in pixels."""
    line = np.full((48, sum(widths) + 8, 3), 255, np.uint8)
    middles, left = [], 4
    for letter, width in zip(text, widths, strict=True):
        middle = left + width / 2
        if letter != " ":
            ink = 5 if letter in NARROW else 15
            line[12:36, round(middle - ink / 2) : round(middle + ink / 2)] = 0
        middles.append(middle)
        left += width
    return line, middles


def read(text: str, places: list[float], width: int) -> CtcPosterior:
    """The reading of ``text`` whose symbols stand at ``places``, in pixels."""
    alphabet = tuple(sorted(set(text)))
    log_probs = np.full((-(-width // PIXELS), 1 + len(alphabet)), -12.0)
    log_probs[:, 0] = -0.01
    for symbol, place in zip(text, places, strict=True):
        frame = int(place // PIXELS)
        log_probs[frame, 0], log_probs[frame, 1 + alphabet.index(symbol)] = -6.0, -0.01
    return CtcPosterior(log_probs, alphabet)


def with_spaces(text: str, middles: list[float], before: set[int]) -> tuple[str, list[float]]:
    """The text with a space more before each of these letters, and where its symbols stand."""
    shown, places = "", []
    for at, (letter, middle) in enumerate(zip(text, middles, strict=True)):
        if at in before:
            shown, places = shown + " ", [*places, (middles[at - 1] + middle) / 2]
        shown, places = shown + letter, [*places, middle]
    return shown, places


@pytest.mark.parametrize("seed", range(20))
def test_spaces_read_between_letters_of_neighbouring_cells_go_and_those_of_empty_cells_stay(seed: int) -> None:
    rng = random.Random(seed)
    words = ["".join(rng.choices("abdehnopqsuilj./", k=rng.randint(5, 8))) for _ in range(3)]
    words = [word if NARROW.intersection(word) else f"{word[:-1]}i" for word in words]
    text = " ".join(words)
    line, middles = printed(text, [CELL] * len(text))
    inside = [at for at in range(1, len(text)) if " " not in text[at - 1 : at + 1]]
    shown, places = with_spaces(text, middles, {rng.choice(inside)})
    whole = read(shown, places, line.shape[1])
    assert whole.text == shown
    assert without_false_spaces(whole, line, line.shape[1] / PIXELS).text == text


@pytest.mark.parametrize("seed", range(20))
def test_proportional_type_keeps_its_spaces(seed: int) -> None:
    rng = random.Random(seed)
    text = " ".join("".join(rng.choices("abdehnopqsuilj", k=rng.randint(2, 8))) for _ in range(5))
    widths = [10 if letter in NARROW else rng.choice((8, 10, 12)) if letter == " " else 20 for letter in text]
    line, middles = printed(text, widths)
    whole = read(text, middles, line.shape[1])
    assert without_false_spaces(whole, line, line.shape[1] / PIXELS).text == whole.text


def test_letters_that_touch_tell_nothing() -> None:
    text = "hill top"
    line, middles = printed("hilltop", [CELL] * 7)
    line[30:36] = 0
    whole = read(text, with_spaces("hilltop", middles, {4})[1], line.shape[1])
    assert without_false_spaces(whole, line, line.shape[1] / PIXELS) is whole
