"""Whether ``o`` is a capital tells how high it is beside the letters around it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from ocrect.engines.ppocr.heights import LIKELIER, told_by_heights
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.evidence import CtcPosterior
from ocrect.ink import Ink, find

FOLDERS = [Path("/usr/share/fonts/truetype/dejavu"), Path("/usr/share/fonts/dejavu")]
NAMES = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSerif", "DejaVuSerif-Italic", "DejaVuSansMono")
FACES = [path for folder in FOLDERS for name in NAMES if (path := folder / f"{name}.ttf").exists()]
LEFT, TOP, FRAME = 40, 40, 4  # pixels

pytestmark = pytest.mark.skipif(not FACES, reason="this test draws with DejaVu (Debian: apt-get install fonts-dejavu)")
faces = pytest.mark.parametrize("face", FACES, ids=lambda face: face.stem)


def drawn(
    printed: str, read: str, face: Path, size: int = 34, behind: float = 2.0, tilt: float = 0.0
) -> tuple[BoxReading, Ink]:
    """What was read of a printed line, in which each letter of the other case is so many nats behind, and its ink."""
    font = ImageFont.truetype(str(face), size)
    ends = [font.getlength(printed[:i]) for i in range(len(printed) + 1)]
    picture = Image.new("RGB", (round(ends[-1]) + 2 * LEFT, 3 * size + TOP), "white")
    ImageDraw.Draw(picture).text((LEFT, TOP), printed, font=font, fill="black")
    picture = picture.rotate(tilt, Image.Resampling.BICUBIC, fillcolor="white")
    others = [letter.swapcase() if len(letter.swapcase()) == 1 else letter for letter in read]
    alphabet = tuple(sorted({*read, *others}))
    log_probs = np.full((round(ends[-1] / FRAME) + 1, 1 + len(alphabet)), -14.0, np.float32)
    log_probs[:, 0] = -0.01
    for letter, other, left, right in zip(read, others, ends, ends[1:], strict=False):
        frame = log_probs[int((left + right) / 2 / FRAME)]
        frame[0], frame[1 + alphabet.index(other)] = -6.0, -0.1 - behind
        frame[1 + alphabet.index(letter)] = -0.1
    top, bottom = TOP - 0.1 * size, TOP + 1.3 * size
    right = LEFT + FRAME * len(log_probs)
    quad = np.array([[LEFT, top], [right, top], [right, bottom], [LEFT, bottom]], np.float32)
    return BoxReading(quad, CtcPosterior(log_probs, alphabet), float(len(log_probs))), find(np.asarray(picture, np.uint8))


def told(printed: str, read: str, face: Path, **how: float) -> str:
    return told_by_heights(*drawn(printed, read, face, **how)).text  # type: ignore[arg-type]


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
        ("mineral Society of men", "mineral society of men"),
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
def test_either_case_of_a_letter_is_told_at_any_size_and_tilt(letter: str, word: str, tilt: float, size: int) -> None:
    for printed in (f"{word}{letter} mean HANDED", f"{word}{letter}".upper() + " mean HANDED"):
        at = len(word)
        read = printed[:at] + printed[at].swapcase() + printed[at + 1 :]
        assert told(printed, read, FACES[0], size=size, tilt=tilt) in (printed, read)  # letters may touch
        assert told(printed, printed, FACES[0], size=size, tilt=tilt) == printed


def test_small_capitals_are_as_high_as_the_others_of_their_word() -> None:
    reading, ink = drawn("the BARNABAS men", "the BARNABAs men", FACES[0])
    boxes = ink.boxes[np.argsort(ink.boxes[:, 0])]
    boxes[4:11, 1] = boxes[-1, 1]  # the letters behind the first B are as high as the n at the end
    assert told_by_heights(reading, ink._replace(boxes=boxes)).text == "the BARNABAS men"


@pytest.mark.parametrize(
    ("printed", "read"), [("AB1CODE AND MORE", "AB1CoDE AND MORE"), ("a SOSO CO MEN", "a sOSO Co MEN"), ("MO", "Mo")]
)
def test_codes_words_without_other_letters_and_short_lines_tell_nothing(printed: str, read: str) -> None:
    assert told(printed, read, FACES[0]) == read


def test_what_the_pixels_deny_stays() -> None:
    assert told("P.O. BOX AND MORE", "P.O. BoX AND MORE", FACES[0], behind=LIKELIER + 1) == "P.O. BoX AND MORE"


def test_a_letter_with_a_mark_is_no_capital_where_none_stands_above_it_for_it_may_touch_it() -> None:
    assert told("GOM RAN and men", "GỗM RAN and men", FACES[0]) == "GỗM RAN and men"
