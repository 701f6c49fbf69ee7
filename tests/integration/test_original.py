"""A writer gets the very bytes and pixels that a document was read from, when it asks for them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from ocrect import source
from ocrect.errors import InputError, InputNotFoundError
from ocrect.record.document import Page
from ocrect.settings import Settings
from ocrect.source.original import OriginalFile


def picture(width, height, shade):
    """A noisy picture, so that no two are alike."""
    pixels = np.random.default_rng(shade).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


@pytest.fixture
def tiff(tmp_path):
    pages = [picture(40 + 10 * i, 30, i) for i in range(3)]
    pages[0].save(tmp_path / "scan.tif", save_all=True, append_images=pages[1:])
    return tmp_path / "scan.tif"


@pytest.fixture
def pdf(tmp_path):
    pages = [picture(60, 40, i) for i in range(2)]
    pages[0].save(tmp_path / "scan.pdf", save_all=True, append_images=pages[1:], resolution=72)
    return tmp_path / "scan.pdf"


def read(file, **settings):
    """What a document keeps of each page, and the pixels that it was read from."""
    images = list(source.pages(file, Settings(**settings)))
    return [(Page(image.number, image.width, image.height, image.dpi), image.pixels) for image in images]


@pytest.mark.parametrize("kind", ["tiff", "pdf"])
def test_pages_are_given_again_in_any_order(kind, request):
    file = request.getfixturevalue(kind)
    with OriginalFile(file, Settings()) as original:
        for page, pixels in reversed(read(file)):
            assert np.array_equal(original.image(page).pixels, pixels)


def test_a_pdf_is_rendered_at_the_resolution_that_it_was_read_at_and_not_at_todays(pdf):
    with OriginalFile(pdf, Settings(dpi=200)) as original:
        for page, pixels in read(pdf, dpi=90) + read(pdf, dpi=144):
            assert np.array_equal(original.image(page).pixels, pixels)


def test_a_selection_of_pages_does_not_hide_the_others(tiff):
    (page, pixels), *_ = read(tiff, pages="3")
    with OriginalFile(tiff, Settings(pages="1")) as original:
        assert np.array_equal(original.image(page).pixels, pixels)


@pytest.mark.parametrize(
    "form", [str, lambda path: path, lambda path: path.read_bytes(), lambda path: io.BytesIO(path.read_bytes())]
)
def test_its_bytes_are_those_of_the_file(form, tiff):
    with OriginalFile(form(tiff), Settings()) as original, original.opened() as file:
        assert file.read() == tiff.read_bytes()


def test_another_scan_is_not_taken_for_the_one_that_was_read(tiff, pdf):
    page = Page(1, 41, 30)
    with OriginalFile(tiff, Settings()) as original, pytest.raises(InputError, match="40 × 30 pixels"):
        original.image(page)
    with OriginalFile(tiff, Settings()) as original, pytest.raises(InputError, match="no page 7"):
        original.image(Page(7))


def test_a_scan_that_is_not_at_hand_is_an_error_when_it_is_asked_for_and_not_before():
    with OriginalFile(None, Settings(), "scan.png") as original:
        with pytest.raises(InputNotFoundError, match=r"no scan of scan\.png is at hand") as caught:
            original.image(Page(1))
        assert "--scan" in caught.value.hint
        with pytest.raises(InputNotFoundError), original.opened():
            pass
