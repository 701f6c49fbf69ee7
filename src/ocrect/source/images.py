"""PNG, JPEG, TIFF, WebP, BMP, GIF and HEIC, decoded by Pillow after their sizes were checked.

Pillow's own limit on pixels (``PIL.Image.MAX_IMAGE_PIXELS``, one for the whole process, and the caller's to set) is neither
changed nor, but for WebP, asked: its file classes are used directly. Orientation (EXIF) is applied, and pixels that are
longer than wide are squared; see :mod:`ocrect.source.pixels`. Whatever a decoder complains of is damage of that page.
"""

from __future__ import annotations

import io
import logging
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from typing import IO

import numpy as np
from PIL import BmpImagePlugin, GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin
from PIL.ImageFile import ImageFile

from ocrect.errors import InputTooLargeError, UnsupportedInputError
from ocrect.record.document import PageImage, Step
from ocrect.settings import Settings
from ocrect.source import heif, kinds, libtiff, pixels, probe
from ocrect.source.probe import Frame, damaged
from ocrect.source.probe_tiff import tiff

log = logging.getLogger(__name__)

SLIM = 20_000  # no page is so many times longer than it is wide
PLAUSIBLE = 2 * 10**9  # pixels: a file that says it has more is none that a larger limit would help with
_ORIENTATION = 274  # the tag of EXIF and TIFF
_ASIDE = (5, 6, 7, 8)  # its values for pictures that lie on their sides
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow raises on broken data. It has no error class of its own for that.
_BROKEN = (
    OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, AttributeError, RuntimeError, AssertionError,
    EOFError, struct.error, zlib.error, Warning,
)  # fmt: skip
_UNKNOWN = "unknown pixel mode"  # in Pillow's message for half and double precision, five inks and the like
_JPEG_END = b"\xff\xd9"
_NO_PICTURE = bytes(random.Random(0).choices(range(255), k=256))  # noqa: S311 - any bits without a marker
_OF_SEVERAL = ("TIFF", "GIF", "WebP")
_CLASSES: dict[kinds.Kind, Callable[[IO[bytes]], ImageFile]] = {
    "PNG": PngImagePlugin.PngImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "HEIC": heif.picture,
}
_PROBES: dict[kinds.Kind, Callable[[IO[bytes]], list[Frame]]] = {
    "PNG": probe.png,
    "JPEG": probe.jpeg,
    "WebP": probe.webp,
    "BMP": probe.bmp,
    "HEIC": heif.frames,
}


class Pictures:
    """The frames of one open file. The image is opened when its first page is asked for."""

    def __init__(self, file: IO[bytes], settings: Settings) -> None:
        self.kind = kinds.detect(file)
        if settings.text_layer == "only":
            raise UnsupportedInputError(f"a {self.kind} image has no text layer", hint="Leave out --text-layer only.")
        self._file = file
        self._settings = settings
        self._frames = _frames(file, self.kind, settings.max_pages)
        self._image: ImageFile | None = None

    @property
    def total(self) -> int:
        return len(self._frames)

    def page(self, number: int) -> PageImage:
        """The pixels of one page, from 1.

        Raises:
            InputError: that page is damaged, too large, or of a kind that cannot be shown.
        """
        frame = self._frames[number - 1]
        if frame.damage:
            raise damaged(frame.damage)
        self._check(frame.width, frame.height)
        if frame.lack:
            log.warning("page %d: %s", number, frame.lack)
        try:
            image = self._at(frame.place)
            self._check(*image.size)  # the size that Pillow goes by
            turn = 1 if self.kind == "HEIC" else _orientation(image)  # libheif turns by itself
            _load(image, self.kind)
            if self.kind == "JPEG" and _has_one_colour_at_its_end(image) and _ends_early(self._file):
                raise damaged("the JPEG is truncated: its data end before its last row")
            return replace(self._shown(image, turn), number=number)
        except Image.DecompressionBombError as error:
            raise InputTooLargeError(
                f"Pillow refuses an image of {frame.width} × {frame.height} pixels: {error}",
                hint="Raise PIL.Image.MAX_IMAGE_PIXELS if you trust the file.",
            ) from None
        except MemoryError:
            raise InputTooLargeError(f"no memory for an image of {frame.width} × {frame.height} pixels") from None

    def _shown(self, image: ImageFile, turn: int) -> PageImage:
        """The loaded image upright and square, as ``uint8`` RGB of shape ``(height, width, 3)``."""
        try:
            flat = pixels.rgb(image)
        except ValueError as error:
            raise UnsupportedInputError(
                f"pixels of the kind {image.mode} cannot be shown: {error}", hint="Save it as RGB."
            ) from error
        if self.kind != "TIFF" and turn in _UPRIGHT:  # Pillow turns a TIFF by itself
            flat = flat.transpose(_UPRIGHT[turn])
        found = pixels.densities(image)
        if found is None:
            return PageImage(np.array(flat), dpi=pixels.dpi(image))
        across, down = reversed(found) if turn in _ASIDE else found
        self._check(*pixels.squared_size(flat.size, across, down))
        step = Step("square", version("pillow"), {"across": across, "down": down})
        return PageImage(np.array(pixels.squared(flat, across, down)), dpi=pixels.dpi(image), steps=(step,))

    def close(self) -> None:
        if self._image is not None:
            self._image.close()

    def _check(self, width: int, height: int) -> None:
        if width <= 0 or height <= 0:
            raise damaged(f"the {self.kind} is damaged: its size is {width} × {height} pixels")
        most = self._settings.max_pixels
        if width * height > most:
            raising = f"Raise --max-pixels to {width * height} if you trust the file, or scale the image down."
            raise InputTooLargeError(
                f"the image has {width} × {height} = {width * height} pixels, more than the {most} allowed",
                hint=raising if width * height <= PLAUSIBLE else "No page is so large: the file may be damaged. Scan it again.",
            )
        if max(width, height) > SLIM * min(width, height):
            raise UnsupportedInputError(
                f"the image has {width} × {height} pixels: no page is so long and narrow", hint="Cut it into pages."
            )

    def _at(self, index: int) -> ImageFile:
        try:
            if self._image is None:
                self._file.seek(0)
                file = probe.png_essentials(self._file) if self.kind == "PNG" else self._file
                self._image = _CLASSES[self.kind](file)
            if self.kind in _OF_SEVERAL:
                self._image.seek(index)
        except _BROKEN as error:
            if _UNKNOWN in str(error):
                raise UnsupportedInputError(f"the {self.kind} has pixels of a rare kind", hint="Save it as RGB.") from error
            raise damaged(f"the {self.kind} is damaged: {error}") from error
        return self._image


@contextmanager
def opened(file: IO[bytes], settings: Settings) -> Iterator[Pictures]:
    """The pictures of an image file, whose handles are freed at the end.

    Raises:
        InputError: no page can be found, or there are more than ``settings.max_pages``.
    """
    pictures = Pictures(file, settings)
    try:
        yield pictures
    finally:
        pictures.close()


def _frames(file: IO[bytes], kind: kinds.Kind, most: int) -> list[Frame]:
    file.seek(0)
    if kind == "TIFF":
        frames = tiff(file, most)
    elif kind == "GIF":
        frames = probe.gif(file, most)
    else:
        try:
            frames = _PROBES[kind](file)
        except _BROKEN as error:
            raise damaged(f"the {kind} is truncated or damaged: {error}") from error
    if len(frames) > most:
        raise InputTooLargeError(f"the {kind} has more than the {most} pages allowed")
    return frames


def _load(image: ImageFile, kind: kinds.Kind) -> None:
    try:
        if kind == "TIFF":  # room for the pixels, made here, is not checked against Pillow's own limit
            tags = image.tag_v2  # type: ignore[attr-defined]
            image.im = Image.new(image.mode, (tags[TiffImagePlugin.IMAGEWIDTH], tags[TiffImagePlugin.IMAGELENGTH])).im
        with libtiff.listening() as complaints:
            image.load()
    except _BROKEN as error:
        what = "truncated" if "truncated" in str(error) else "damaged"
        raise damaged(f"the {kind} is {what}: {error}") from error
    if complaints:
        raise damaged(f"the {kind} is damaged: its decoder says {complaints[0]!r}")


def _has_one_colour_at_its_end(image: ImageFile) -> bool:
    """Whether the last block of 8 × 8 pixels has: a decoder fills so what is missing."""
    at = image.load()
    columns, rows = range(max(0, image.width - 8), image.width), range(max(0, image.height - 8), image.height)
    return at is not None and len({at[x, y] for x in columns for y in rows}) == 1


def _ends_early(file: IO[bytes]) -> bool:
    """Whether the data of a JPEG end before its pixels, of which its decoder tells nobody.

    Then what is put before its end mark is taken for more of the picture; behind whole data it is passed over. Both are decoded
    at an eighth of their size, from their blocks' means. A progressive one that lacks its last passes is whole, but less sharp.
    """
    end = probe.jpeg_end(file)
    file.seek(0)
    data = file.read(end - 2)
    seen = []
    for more in (b"", _NO_PICTURE):
        picture = JpegImagePlugin.JpegImageFile(io.BytesIO(data + more + _JPEG_END))
        picture.draft("L", (picture.width // 8, picture.height // 8))
        seen.append(picture.tobytes())
    return seen[0] != seen[1]


def _orientation(image: ImageFile) -> int:
    """EXIF's number for how the image is turned, 1 (upright) where it says nothing that can be read."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except _BROKEN:
        return 1
