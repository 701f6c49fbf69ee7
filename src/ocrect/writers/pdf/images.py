"""Images as the pages of a PDF, by img2pdf: their data as it lies in the file, where a PDF can hold it so."""

from __future__ import annotations

import io
import logging
import tempfile
import warnings
import zlib
from typing import Any, BinaryIO, cast

import img2pdf
import numpy as np
from numpy.typing import NDArray
from pikepdf import Dictionary, Name, Pdf
from PIL import Image

from ocrect.plugins import Original
from ocrect.record.document import Document, Page

POINTS = 72.0
UNKNOWN_DPI = 300.0
"""Dots per inch of an image that does not say its own: what scanners give."""
IN_MEMORY = 2**22
"""Bytes of a PDF in the making that are kept in memory; a larger one goes through a temporary file."""

_REFUSALS = (ValueError, OSError, SyntaxError)
"""What Pillow raises for an image that it cannot tell the frames of."""


def as_pdf(file: BinaryIO, document: Document, original: Original) -> BinaryIO:
    """A PDF with a page for each page of ``document``, which was read from the image in ``file``.

    Pages are as large as their dots per inch say. Where img2pdf refuses the file, or it holds other frames than the pages that
    were read, the pixels that were read are embedded without loss.
    """
    logging.getLogger("img2pdf").setLevel(logging.ERROR)  # it warns of what is handled here
    numbers = [page.number for page in document.pages]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit on pixels has been kept
        if _frames(file) == max(numbers, default=0):
            try:
                return _converted([file.read()], document)
            except Exception as error:  # noqa: BLE001 - img2pdf raises bare ones, as for bytes behind a PNG's end
                logging.getLogger("ocrect").debug("img2pdf refuses the file as it is: %s", error)
        pages = {page.number: page for page in document.pages}
        pictures = [_png(pages[n], original) if n in pages else _blank() for n in range(1, max(numbers, default=0) + 1)]
        return _converted(pictures, document)


def embedded(pdf: Pdf, pixels: NDArray[np.uint8]) -> Any:
    """The pixels, RGB, as an image of ``pdf``, without loss; in one channel where they are grey.

    Rows are kept as differences to the row above (PNG's filter 2), which text compresses well by.
    """
    is_grey = bool((pixels[..., :1] == pixels).all())
    kept = pixels[..., :1] if is_grey else pixels
    height, width, channels = kept.shape
    rows = kept.reshape(height, width * channels)
    up = np.empty((height, width * channels + 1), np.uint8)
    up[:, 0] = 2
    up[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=up[1:, 1:])
    image = pdf.make_stream(zlib.compress(up.tobytes(), 6))
    image.Type, image.Subtype = Name.XObject, Name.Image
    image.Width, image.Height, image.BitsPerComponent = width, height, 8
    image.ColorSpace = Name.DeviceGray if is_grey else Name.DeviceRGB
    image.Filter = Name.FlateDecode
    image.DecodeParms = Dictionary(Predictor=15, Colors=channels, Columns=width)
    return image


def _frames(file: BinaryIO) -> int:
    """How many pictures the file holds; 0 where Pillow cannot tell."""
    try:
        with Image.open(file) as image:
            return int(getattr(image, "n_frames", 1))
    except _REFUSALS:
        return 0
    finally:
        file.seek(0)


def _converted(pictures: list[bytes], document: Document) -> BinaryIO:
    resolutions = iter([page.dpi for page in document.pages])

    def layout(width: int, height: int, dpi: tuple[float, float]) -> tuple[float, float, float, float]:
        """Page and picture size in points of a picture of so many pixels."""
        given = next(resolutions, None) or UNKNOWN_DPI
        across, down = dpi if dpi[0] != dpi[1] else (given, given)  # a fax: as many dots as the file says each way
        size = width / across * POINTS, height / down * POINTS
        return (*size, *size)

    held = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 - the caller's pikepdf reads it
    img2pdf.convert(
        *pictures, outputstream=held, layout_fun=layout, rotation=img2pdf.Rotation.ifvalid, engine=img2pdf.Engine.internal,
        nodate=True, producer="ocrect",
    )  # fmt: skip
    held.seek(0)
    return held


def _png(page: Page, original: Original) -> bytes:
    """The page's pixels as they were read, without loss; those of a page that failed are blank."""
    if page.failure is not None and not page.width:
        return _blank()
    return _saved(Image.fromarray(original.image(page).pixels))


def _blank() -> bytes:
    return _saved(Image.new("1", (850, 1100), 1))


def _saved(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
