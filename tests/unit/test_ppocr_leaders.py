"""Dot leaders part what stands before them from what stands behind; ellipses and decimal points are none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ocrect.engines.ppocr.leaders import sureness, without_leaders
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.record.document import Unread
from ocrect.testing import posterior

ROW = 40  # pixels
PAPER = np.full((100, 1200, 3), 250, np.uint8)


def box(text: str, left: float, letter: float = 24.0) -> BoxReading:
    """A reading whose symbols are so wide, in a box 30 pixels below the upper edge."""
    right = left + letter * len(text)
    quad = np.array([[left, 30], [right, 30], [right, 30 + ROW], [left, 30 + ROW]], np.float32)
    read = posterior(text)
    return BoxReading(quad, read, float(len(read.log_probs)))


def with_long_blank(title: str, rest: str) -> BoxReading:
    """One box over the letters of :func:`dotted`, from 20 to 1048, in which none of the dots was read."""
    read, empty = posterior(title + rest), 1 + 2 * len(title)
    blank = np.repeat(read.log_probs[:1], 60, axis=0)
    log_probs = np.concatenate([read.log_probs[:empty], blank, read.log_probs[empty:]])
    quad = np.array([[20, 30], [1048, 30], [1048, 30 + ROW], [20, 30 + ROW]], np.float32)
    return BoxReading(quad, replace(read, log_probs=log_probs), float(len(log_probs)))


def nothing(quad: NDArray[np.float32]) -> BoxReading:
    """A box in which nothing more is read."""
    raise AssertionError(f"{quad} is read once more")


def parted(
    pixels: NDArray[np.uint8], *row: BoxReading, read: Callable[[NDArray[np.float32]], BoxReading] = nothing
) -> tuple[list[str], list[Unread]]:
    kept, leaders = without_leaders(pixels, row, read)
    return [reading.text for reading in kept], leaders


def dotted(pitch: float, size: int, *, last: float = 1.0, few: int = 0, base: int = 62) -> NDArray[np.uint8]:
    """Paper with the ink of letters from 20 to 140 and from 1000 on, and dots between: all that fit, or ``few``.

    The last of them is ``last`` pitches from the others.
    """
    pixels = PAPER.copy()
    for left, right in ((20, 140), (1000, 1048)):
        for x in range(left, right - 6, 12):
            pixels[38:62, x : x + 6] = 20  # letters end on the line that dots stand on
    places = 985 - pitch * np.arange(1, int(830 / pitch))
    for x in np.round([985, *(places - (last - 1) * pitch)])[: few or None].astype(int):
        pixels[base - size : base, x : x + size] = 20
    return pixels


@given(st.floats(9, 24), st.integers(2, 6), st.sampled_from(["", " ", ".", "."]))
def test_a_leader_of_which_nothing_was_read_within_a_box_parts_it(pitch: float, size: int, dot: str) -> None:
    texts, leaders = parted(dotted(pitch, size), with_long_blank("Index", f"{dot}48"))
    assert texts == ["Index", "48"]
    assert [leader.why for leader in leaders] == ["rule"]
    assert leaders[0].box.width > 600


@given(st.sampled_from(["48", "more"]), st.booleans())
def test_long_white_within_a_box_parts_words_whether_a_space_was_read_there_or_not(rest: str, space: bool) -> None:
    texts, leaders = parted(PAPER, with_long_blank("Index", f"{' ' * space}{rest}"))
    assert (" ".join(texts), leaders) == (f"Index {rest}", [])


@given(st.integers(5, 60), st.sampled_from(["Index", "The end of it", "7.4 Sums"]), st.integers(1, 999))
def test_dots_that_fill_much_of_a_box_part_it_and_are_an_unread_rule(dots: int, title: str, page: int) -> None:
    texts, leaders = parted(PAPER, box(f"{title}{'.' * dots}{page}", 20, 14))
    assert texts == [title, str(page)]
    assert [leader.why for leader in leaders] == ["rule"]


@given(st.integers(5, 60), st.integers(10, 99))
def test_a_point_behind_the_only_space_in_a_leader_is_that_of_a_price(dots: int, cents: int) -> None:
    assert parted(PAPER, box(f"Tea{'.' * dots} .{cents}", 20, 14))[0] == ["Tea", f".{cents}"]
    assert parted(PAPER, box(f"Tea {'. ' * dots}{cents}", 20, 14))[0] == ["Tea", str(cents)]


@given(st.sampled_from(["...", "....", ". . .", ". . . .", "…", "….", ",...,"]), st.sampled_from(["", " more", "x14)"]))
def test_an_ellipsis_stays_also_in_typescript(dots: str, more: str) -> None:
    reading = box(f"and so on{dots}{more}", 20, 18)
    assert without_leaders(PAPER, [reading], nothing) == ([reading], [])


@given(st.floats(9, 24), st.integers(2, 6), st.integers(0, 3), st.integers(0, 1))
def test_dots_that_go_on_between_two_boxes_leave_both(pitch: float, size: int, before: int, behind: int) -> None:
    row = [box("Index" + "." * before, 20), box("." * behind + "48", 1000 - 24 * behind)]
    texts, leaders = parted(dotted(pitch, size), *row)
    assert texts == ["Index", "48"]
    assert len(leaders) == 1


@given(st.floats(9, 20), st.floats(1.6, 3.0))
def test_the_point_of_a_price_below_one_stands_apart_from_the_dots(pitch: float, last: float) -> None:
    assert parted(dotted(pitch, 4, last=last), box("Tea12...", 20), box(".48", 976))[0] == ["Tea12", ".48"]


@given(st.floats(9, 20), st.floats(1.6, 3.0), st.sampled_from([".48", "48", "4.8"]))
def test_a_point_taken_for_a_dot_is_read_once_more_with_the_price(pitch: float, last: float, again: str) -> None:
    asked: list[float] = []

    def read(quad: NDArray[np.float32]) -> BoxReading:
        asked.append(float(quad[0, 0]))
        return box(again, 985)

    row = [box("Tea12...", 20), box("48", 1000)]
    assert parted(dotted(pitch, 4, last=last), *row, read=read)[0] == ["Tea12", ".48" if again == ".48" else "48"]
    assert 985 - pitch * last < asked[0] < 985
    row[1] = box("4.8", 1000)
    assert parted(dotted(pitch, 4, last=last), *row)[0] == ["Tea12", "4.8"]


@pytest.mark.parametrize("few", [1, 2, 3])
def test_a_few_dots_between_two_boxes_are_no_leader(few: int) -> None:
    row = [box("Total...", 20), box(".48", 976)]
    assert without_leaders(dotted(30, 4, few=few), row, nothing) == (row, [])


def test_letters_between_two_boxes_are_no_leader() -> None:
    pixels = dotted(14, 4)
    pixels[40:62, 500:520] = 20
    assert parted(pixels, box("Tea12...", 20), box(".48", 976)) == (["Tea12...", ".48"], [])


@given(st.integers(30, 48), st.sampled_from([",", ".", "..."]))
def test_a_dashed_rule_over_a_row_is_no_leader(base: int, dots: str) -> None:
    row = [box(f"Total{dots}", 20), box(".48", 976)]
    assert without_leaders(dotted(14, 4, base=base), row, nothing) == (row, [])


@given(st.integers(2, 40), st.sampled_from(["Nam/ Nu", "Date", "12.50"]))
def test_dots_of_a_leader_that_are_read_with_doubt_make_the_words_beside_them_no_less_sure(dots: int, words: str) -> None:
    doubt = {len(words) + n: {"-": 0.4} for n in range(dots)}
    read = posterior(words + "." * dots, alternatives=doubt)
    quad = np.array([[0, 0], [900, 0], [900, 30], [0, 30]], np.float32)
    reading = BoxReading(quad, read, float(len(read.log_probs)))
    assert sureness(reading) > 0.95
    assert reading.confidence < sureness(reading)


def test_what_is_dots_alone_is_as_sure_as_they_are() -> None:
    reading = box("......", 0.0)
    assert sureness(reading) == reading.confidence
