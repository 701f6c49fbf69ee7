"""A low quote that opens nothing is a comma, and two strokes are a double quote."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.drawn_line import FACES, drawn

from ocrect.engines.ppocr.quotes import with_commas, with_doubles
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.testing import posterior

WORDS = st.text("abcdefgäöß0123456789", min_size=1, max_size=8)


def read(text: str) -> str:
    made = posterior(text, alternatives={at: {",": 0.2} for at, sign in enumerate(text) if sign == "‚"})
    line = BoxReading(np.array([[0, 0], [900, 0], [900, 40], [0, 40]], np.float32), made, float(len(made.log_probs)))
    return with_commas(line).posterior.text


@given(WORDS, WORDS, st.sampled_from(["‚ ", "‚", " ‚ "]))
def test_behind_a_word_or_before_a_space_it_is_a_comma(before: str, after: str, sign: str) -> None:
    assert read(f"{before}{sign}{after}") == f"{before}{sign}{after}".replace("‚", ",")


@given(WORDS, WORDS, st.sampled_from(["", "(", "»", "–"]))
def test_a_quote_that_opens_a_word_stays(before: str, word: str, opening: str) -> None:
    text = f"{before} {opening}‚{word}‘"
    assert read(text) == text


@pytest.mark.parametrize("text", ["‚so‘", "‚‚So“", "‚„So‘", "31, 2014", "er sagte: ‚nein‘."])
def test_lines_without_such_a_quote_stay(text: str) -> None:
    assert read(text) == text


def told(printed: str, read: list[str], face: Path, size: int = 34) -> str:
    doubles = {"‘": "“", "’": "”", "'": '"'}
    return with_doubles(*drawn(printed, read, [doubles.get(sign, sign) for sign in read], face, size)).text


def in_place(text: str, read: dict[int, str]) -> list[str]:
    return [read.get(at, sign) for at, sign in enumerate(text)]


@pytest.mark.skipif(not FACES, reason="this test draws with DejaVu (Debian: apt-get install fonts-dejavu)")
@pytest.mark.parametrize("face", [face for face in FACES if "Mono" not in face.stem], ids=lambda face: face.stem)
@pytest.mark.parametrize("size", [30, 40, 60])
def test_two_strokes_side_by_side_are_one_double_quote(face: Path, size: int) -> None:
    printed = "the ‘‘Love!’’ of ‘‘men,’’ said"
    for read in ({4: "‘", 5: ""}, {11: "”", 12: "’"}, {11: '"', 12: "’"}, {17: "", 18: "‘"}, {23: "’", 24: ""}, {}):
        text = told(printed, in_place(printed, read), face, size)
        assert len(text) == len(printed) - 4
        assert text.replace('"', "”") == "the “Love!” of “men,” said"


@pytest.mark.skipif(not FACES, reason="this test draws with DejaVu (Debian: apt-get install fonts-dejavu)")
@pytest.mark.parametrize("face", FACES, ids=lambda face: face.stem)
@pytest.mark.parametrize(
    "printed",
    [
        "of ‘Love’ and ‘int’ it’s",
        "he said ‘no.’” Then",
        'for “Love” and "men"',
        "it’s l’île d’été O’Îi",
        "of 12’ 30” by 5' 7\"",
        "the '' of it",
    ],
)
def test_quotes_of_as_many_strokes_as_were_read_stay(face: Path, printed: str) -> None:
    assert told(printed, list(printed), face) == printed


@pytest.mark.skipif(not FACES, reason="this test draws with DejaVu (Debian: apt-get install fonts-dejavu)")
def test_feet_and_minutes_behind_digits_stay() -> None:
    assert told("a rod of 5'' men", in_place("a rod of 5'' men", {11: ""}), FACES[0]) == "a rod of 5' men"
