"""Whether ``o`` is a capital tells how high it is beside the letters around it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.drawn_line import FACES, drawn

from ocrect.engines.ppocr.heights import LIKELIER, told_by_heights
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.ink import Ink

pytestmark = pytest.mark.skipif(not FACES, reason="this test draws with DejaVu (Debian: apt-get install fonts-dejavu)")
faces = pytest.mark.parametrize("face", FACES, ids=lambda face: face.stem)


def line(printed: str, read: str, face: Path, **how: float) -> tuple[BoxReading, Ink]:
    """What was read of a printed line, in which the other case of each letter is likely too, and its ink."""
    others = [letter.swapcase() if len(letter.swapcase()) == 1 else letter for letter in read]
    return drawn(printed, read, others, face, **how)  # type: ignore[arg-type]


def told(printed: str, read: str, face: Path, **how: float) -> str:
    return told_by_heights(*line(printed, read, face, **how)).text


@faces
@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("MUỖNG RĂM thoả", "MUỗNG RĂM thoả"),
        ("MỔ bụng mèn", "Mổ bụng mèn"),
        ("iadkami ŹRÓDŁEM", "iadkami źRÓDŁEM"),
        ("P.O. BOX AND MORE", "P.O. BoX AND MORE"),
        ("CORPORATION MEETING", "CoRPoRATION MEETING"),
        ("HABRÁ AÑO cívico", "HABRÁ AÑO cíVicO"),
        ("LE GARÇON AIME", "LE GARçON AIME"),
        ("an entirely different word", "an entirely different wOrd"),
    ],
)
def test_a_letter_is_the_one_that_is_so_high(face: Path, printed: str, read: str) -> None:
    assert told(printed, read, face) == printed
    assert told(printed, printed, face) == printed


@faces
@pytest.mark.parametrize(
    "printed",
    [
        "an iPhone, eBay and pH",
        "Mr McDonald ate 3 kWh",
        "TLDs and PhDs are read",
        "MacOS or VSc, LaTeX",
        "BoX of McCOY Zone",
        "Ab1C2o GSTid RMs",
    ],
)
@pytest.mark.parametrize("size", [22, 34, 60])
def test_mixed_case_that_is_printed_stays(face: Path, printed: str, size: int) -> None:
    assert told(printed, printed, face, size=size) == printed


@given(st.sampled_from("cosuvwxz"), st.text("aemnrt", min_size=3, max_size=8), st.floats(-0.8, 0.8), st.integers(20, 60))
@example("c", "mntt", 0.0, 20)
def test_either_case_of_a_letter_is_told_at_any_size_and_tilt(letter: str, word: str, tilt: float, size: int) -> None:
    for printed in (f"{word}{letter} mean HANDED", f"{word}{letter}".upper() + " mean HANDED"):
        at = len(word)
        read = printed[:at] + printed[at].swapcase() + printed[at + 1 :]
        assert told(printed, read, FACES[0], size=size, tilt=tilt) in (printed, read)  # letters may touch
        assert told(printed, printed, FACES[0], size=size, tilt=tilt) == printed


def test_small_capitals_are_as_high_as_the_others_of_their_word() -> None:
    reading, ink = line("the BARNABAS men", "the BARNABAs men", FACES[0])
    boxes = ink.boxes[np.argsort(ink.boxes[:, 0])]
    boxes[4:11, 1] = boxes[-1, 1]  # the letters behind the first B are as high as the n at the end
    assert told_by_heights(reading, ink._replace(boxes=boxes)).text == "the BARNABAS men"


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("AB1CODE AND MORE", "AB1CoDE AND MORE"),
        ("a SOSO CO MEN", "a sOSO Co MEN"),
        ("MO", "Mo"),
        ("a Society of men", "a society of men"),
    ],
)
def test_codes_words_without_other_letters_short_lines_and_first_letters_tell_nothing(printed: str, read: str) -> None:
    assert told(printed, read, FACES[0]) == read


def test_what_the_pixels_deny_stays() -> None:
    assert told("P.O. BOX AND MORE", "P.O. BoX AND MORE", FACES[0], behind=LIKELIER + 1) == "P.O. BoX AND MORE"


def test_a_letter_with_a_mark_is_no_capital_where_none_stands_above_it_for_it_may_touch_it() -> None:
    assert told("GOM RAN and men", "GỗM RAN and men", FACES[0]) == "GỗM RAN and men"
