"""Signs that stand by themselves between two boxes of a row, on pages drawn here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocrect.engines import ppocr
from ocrect.engines.ppocr.gaps import Quad, between, places
from ocrect.errors import MissingDependencyError
from ocrect.evidence import CtcPosterior
from ocrect.record.document import Line, PageImage
from ocrect.settings import Settings

INK = 40  # grey level
ROW = 40  # pixels
LEFT, RIGHT = (20, 220), (620, 820)  # where the two boxes of a row start and end


def quad(start: int, end: int) -> Quad:
    """A box of the drawn row."""
    return np.array([[start, 30], [end, 30], [end, 30 + ROW], [start, 30 + ROW]], np.float32)


def found(*marks: tuple[int, int, int, int], ink: int = INK) -> list[tuple[int, int]]:
    """Where signs may stand between two boxes full of letters, if the ``marks`` are drawn: left, top, right, bottom; pixels."""
    page = Image.new("RGB", (840, 100), "white")
    draw = ImageDraw.Draw(page)
    for start, end in (LEFT, RIGHT):
        for x in range(start + 10, end - 10, 20):
            draw.rectangle((x, 38, x + 8, 62), fill=(INK,) * 3)
    for mark in marks:
        draw.rectangle(mark, fill=(ink,) * 3)
    strip = between(np.asarray(page), quad(*LEFT), quad(*RIGHT))
    spots = places(strip) if strip else []
    return [(round(float(spot.quad[0, 0])), round(float(spot.quad[1, 0]))) for spot in spots]


def test_the_two_dots_of_a_colon_are_one_sign_with_paper_around() -> None:
    assert found((400, 42, 404, 46), (400, 56, 404, 60)) == [(386, 420)]


def test_two_digits_far_apart_are_two_signs() -> None:
    assert [start < x < end for (start, end), x in zip(found((300, 40, 312, 62), (460, 40, 472, 62)), (306, 466), strict=True)]


@pytest.mark.parametrize(
    "marks",
    [
        [],
        [(230, 30, 610, 33)],
        [(400, 20, 403, 80)],
        [(300, 44, 500, 60)],
        [(x, 48, x + 12, 52) for x in range(240, 600, 40)],
        [(400, 45, 400, 45)],
    ],
    ids=["nothing", "a rule above", "a rule across", "a broad stroke", "a dashed line", "a speck"],
)
def test_what_is_no_sign_is_not_read(marks: list[tuple[int, int, int, int]]) -> None:
    assert found(*marks) == []


def test_print_from_the_back_of_the_paper_is_no_sign() -> None:
    assert found((400, 40, 412, 62), ink=225) == []


def lines_of(rows: Sequence[Sequence[str]], places: Sequence[int], size: int) -> list[Line]:
    """What is read of a page of rows with their texts at these places, in letters of this size."""
    page = Image.new("RGB", (900, 400), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(size)
    for n, row in enumerate(rows):
        for x, text in zip(places, row, strict=True):
            draw.text((x, 60 + 70 * n), text, font=font, fill=INK)
    try:
        engine = ppocr.build(Settings(language="en", threads=2))
    except MissingDependencyError as error:
        pytest.skip(f"{error}. {error.hint}")
    return list(engine(PageImage(np.asarray(page))).lines())


def test_lone_colons_between_labels_and_values_are_read_and_stand_in_the_evidence() -> None:
    rows = [("Doc No.", "CS00012659"), ("Cashier", "USER"), ("Discount", "0.00"), ("Change", "17.50")]
    lines = lines_of([(label, ":", value) for label, value in rows], (60, 330, 480), 34)
    assert [line.text for line in lines] == [f"{label} : {value}" for label, value in rows]
    for line in lines:
        (colon,) = (word for word in line.words if word.text == ":")
        assert 315 < colon.box.left < 335 < colon.box.right < 360
        assert isinstance(line.evidence, CtcPosterior)
        assert line.evidence.text == line.text


@pytest.mark.parametrize("sign", ["X", "@", "#", "0"])
@pytest.mark.parametrize("size", [26, 34])
def test_a_sign_that_is_doubtful_by_itself_is_read_between_the_words_beside_it(sign: str, size: int) -> None:
    rows = [("PACKETS", "13.00"), ("10.00 PCS", "0.70"), ("Tomatoes", "6%")]
    lines = lines_of([(before, sign, after) for before, after in rows], (60, 400, 600), size)
    assert [line.text.replace("x", "X") for line in lines] == [f"{before} {sign} {after}" for before, after in rows]


def test_dot_leaders_part_titles_from_page_numbers_and_are_listed_as_rules() -> None:
    rows = [("Foreword", "2"), ("Tables of wages", "48"), ("The wharf and its keeper", "114"), ("Tea at the inn", ".75")]
    page = Image.new("RGB", (1000, 420), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(34)
    for n, (title, number) in enumerate(rows):
        top, right = 60 + 80 * n, 940 - font.getlength(number)
        draw.text((60, top), title, font=font, fill=INK)
        draw.text((right, top), number, font=font, fill=INK)
        last = right - (30 if number.startswith(".") else 14)
        for x in np.arange(70 + font.getlength(title), last, 12)[::-1]:
            draw.text((x, top), ".", font=font, fill=INK)
    try:
        engine = ppocr.build(Settings(language="en", threads=2))
    except MissingDependencyError as error:
        pytest.skip(f"{error}. {error.hint}")
    read = engine(PageImage(np.asarray(page)))
    assert [line.text for line in read.lines()] == [" ".join(row) for row in rows]
    assert {item.why for item in read.unread} == {"rule"}
