"""Pages read side by side come in their order, few are held, and a file that breaks off costs no page of another."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocrect import Pipeline, Settings, native
from ocrect.errors import InputError
from ocrect.lanes import PAGES, End, side_by_side
from ocrect.pipeline import Stages
from ocrect.record.document import Page, PageImage


def image(number: int) -> PageImage:
    return PageImage(np.zeros((4, 4, 3), np.uint8), number)


@pytest.mark.parametrize("lanes", [1, 2, 5])
def test_pages_read_side_by_side_come_in_order_and_few_are_held(lanes: int) -> None:
    given, begun = 0, []

    def images() -> Iterator[PageImage | Page]:
        nonlocal given
        for number in range(1, 13):
            given = number
            yield Page(number) if number % 4 == 0 else image(number)

    def read(image: PageImage) -> Page:
        begun.append(image.number)
        time.sleep(0.002 * (image.number % 3))
        return Page(image.number, image.width)

    seen = []
    for page in side_by_side(read, images(), lambda: lanes):
        assert isinstance(page, Page)
        assert given <= page.number + lanes + 1
        seen.append(page.number)
    assert seen == list(range(1, 13))
    assert sorted(begun) == [n for n in range(1, 13) if n % 4]


def test_all_lanes_have_work_while_the_caller_is_busy_with_a_page() -> None:
    done: list[int] = []

    def read(image: PageImage) -> Page:
        time.sleep(0.01)
        done.append(image.number)
        return Page(image.number)

    pages = side_by_side(read, map(image, range(1, 9)), lambda: 3)
    assert next(pages) == Page(1)
    time.sleep(0.2)
    assert sorted(done) == [1, 2, 3, 4]
    pages.close()


def test_nothing_is_begun_that_nobody_asks_for_and_what_waits_is_given_up() -> None:
    begun: list[int] = []

    def read(image: PageImage) -> Page:
        begun.append(image.number)
        time.sleep(0.05)
        return Page(image.number)

    pages = side_by_side(read, map(image, range(1, 99)), lambda: 1)
    next(pages)
    pages.close()
    assert len(begun) <= 2


def picture(shade: int) -> bytes:
    data = io.BytesIO()
    Image.new("L", (20 + shade, 30), 255).save(data, "PNG")
    return data.getvalue()


@pytest.fixture
def pipeline() -> Iterator[Pipeline]:
    """One whose engine tells a page by its width."""

    class Engine:
        side_by_side = True

        def __call__(self, image: PageImage) -> Page:
            return Page(image.number, image.width, image.height)

    with Pipeline(Settings(correct=False, threads=3), stages=Stages(engine=Engine())) as made:
        yield made


def test_each_file_has_its_own_pages_and_one_that_is_damaged_costs_no_other_one_s(pipeline: Pipeline, tmp_path: Path) -> None:
    files = [picture(1), b"no picture", picture(2), tmp_path / "missing.png", picture(3)]
    widths: list[int | None] = []
    for pages in pipeline.each(files):
        try:
            widths += [page.width for page in pages]
        except InputError:
            widths.append(None)
    assert widths == [21, None, 22, None, 23]


def test_what_is_not_taken_of_a_file_is_passed_over(pipeline: Pipeline) -> None:
    several = io.BytesIO()
    frames = [Image.new("L", (50 + n, 30), 255) for n in range(4)]
    frames[0].save(several, "TIFF", save_all=True, append_images=frames[1:])
    taken = [next(pages).width for pages in pipeline.each([several.getvalue(), picture(7), several.getvalue()])]
    assert taken == [50, 27, 50]


def test_the_end_of_a_file_stands_between_its_pages_and_the_next_ones() -> None:
    found = [image(1), End(), Page(2), End()]
    assert list(side_by_side(lambda image: Page(image.number), iter(found), lambda: 2)) == [Page(1), End(), Page(2), End()]


def test_freed_memory_is_given_back_at_the_end_of_a_file_and_after_some_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(native, "give_back", lambda: asked.append(len(found)))
    found: list[Page | End] = []
    given = [*map(image, range(1, PAGES + 3)), End(), image(1), End()]
    for item in side_by_side(lambda image: Page(image.number), iter(given), lambda: 2):
        found.append(item)
    assert asked == [PAGES - 1, PAGES + 2, PAGES + 4]
