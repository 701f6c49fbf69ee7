"""What is shown of a page for a place on it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ocrect.record.document import Box, Page
from ocrect.review.crops import part_of

PAGE = Page(1, 1200, 1700)


@given(st.integers(0, 1100), st.integers(0, 1400), st.integers(8, 40), st.integers(200, 1600), st.floats(0, 1), st.booleans())
def test_a_line_that_runs_up_the_page_is_shown_as_one_across_it_would_be(left, top, thick, long, along, far):
    line = Box(left, top, left + thick, top + long)
    start = top + along * (long - thick)
    place = Box(left, start, left + thick, start + thick)
    shown = part_of(PAGE, line, place, far=far)
    across = part_of(Page(1, PAGE.height, PAGE.width), _turned(line), _turned(place), far=far)
    assert shown == _turned(across)


def test_of_a_long_line_up_the_page_only_what_is_around_the_place_is_shown():
    shown = part_of(PAGE, Box(1100, 100, 1115, 1500), Box(1100, 800, 1115, 830))
    assert shown.top <= 800
    assert shown.bottom >= 830
    assert shown.height < 200


def test_of_a_tall_sign_that_is_a_line_by_itself_as_much_is_shown_as_ever():
    assert part_of(PAGE, Box(100, 100, 106, 130), Box(100, 100, 106, 130)).width >= 40


def _turned(box: Box) -> Box:
    return Box(box.top, box.left, box.bottom, box.right)
