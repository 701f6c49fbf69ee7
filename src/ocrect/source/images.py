"""PNG, JPEG, TIFF, WebP, BMP and GIF, decoded by Pillow after their sizes were checked.

Pillow's own limit on pixels (``PIL.Image.MAX_IMAGE_PIXELS``, one for the whole process, and the caller's to set) is neither
changed nor, but for WebP, asked: its file classes are used directly. Transparent images are put on white; 16-bit grey is
scaled from its full range, 32-bit and floating point grey from its own darkest to its brightest; orientation (EXIF) is
applied.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from PIL import BmpImagePlugin, GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin
from PIL.ImageFile import ImageFile

from ocrect.errors import InputTooLargeError, UnsupportedInputError
from ocrect.record.document import PageImage
from ocrect.settings import Settings
from ocrect.source import kinds, probe
from ocrect.source.probe import Frame, damaged
from ocrect.source.probe_tiff import tiff

_SANE_DPI = (72.0, 1200.0)
_ORIENTATION = 274  # the tag of EXIF and TIFF
_PHOTOMETRIC = 262
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
_CLASSES: dict[kinds.Kind, Callable[[IO[bytes]], ImageFile]] = {
    "PNG": PngImagePlugin.PngImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "GIF": GifImagePlugin.GifImageFile,
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
        try:
            image = self._at(number - 1)
            self._check(*image.size)  # the size that Pillow goes by
            _load(image, self.kind)
            pixels = _upright(image, self.kind)
        except Image.DecompressionBombError as error:
            raise InputTooLargeError(
                f"Pillow refuses an image of {frame.width} × {frame.height} pixels: {error}",
                hint="Raise PIL.Image.MAX_IMAGE_PIXELS if you trust the file.",
            ) from None
        except MemoryError:
            raise InputTooLargeError(f"no memory for an image of {frame.width} × {frame.height} pixels") from None
        return PageImage(pixels, number, _dpi(image))

    def close(self) -> None:
        if self._image is not None:
            self._image.close()

    def _check(self, width: int, height: int) -> None:
        if width <= 0 or height <= 0:
            raise damaged(f"the {self.kind} is damaged: its size is {width} × {height} pixels")
        most = self._settings.max_pixels
        if width * height > most:
            raise InputTooLargeError(
                f"the image has {width} × {height} = {width * height} pixels, more than the {most} allowed",
                hint=f"Raise --max-pixels to {width * height} if you trust the file, or scale the image down.",
            )

    def _at(self, index: int) -> ImageFile:
        try:
            if self._image is None:
                self._file.seek(0)
                file = probe.png_essentials(self._file) if self.kind == "PNG" else self._file
                self._image = _CLASSES[self.kind](file)
            if self.total > 1:
                self._image.seek(index)
        except _BROKEN as error:
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
        frames = {"PNG": probe.png, "JPEG": probe.jpeg, "WebP": probe.webp, "BMP": probe.bmp}[kind](file)
    if len(frames) > most:
        raise InputTooLargeError(f"the {kind} has more than the {most} pages allowed")
    return frames


def _load(image: ImageFile, kind: kinds.Kind) -> None:
    try:
        if kind == "TIFF":  # room for the pixels, made here, is not checked against Pillow's own limit
            tags = image.tag_v2  # type: ignore[attr-defined]
            image.im = Image.new(image.mode, (tags[TiffImagePlugin.IMAGEWIDTH], tags[TiffImagePlugin.IMAGELENGTH])).im
        image.load()
    except _BROKEN as error:
        what = "truncated" if "truncated" in str(error) else "damaged"
        raise damaged(f"the {kind} is {what}: {error}") from error


def _upright(image: ImageFile, kind: kinds.Kind) -> NDArray[np.uint8]:
    """The loaded image as ``uint8`` RGB of shape ``(height, width, 3)``. Pillow turns a TIFF by itself."""
    turn = None if kind == "TIFF" else _UPRIGHT.get(_orientation(image))
    try:
        flat = _rgb(image)
    except ValueError as error:
        raise UnsupportedInputError(
            f"pixels of the kind {image.mode} cannot be shown: {error}", hint="Save it as RGB."
        ) from error
    return np.array(flat if turn is None else flat.transpose(turn))


def _orientation(image: ImageFile) -> int:
    """EXIF's number for how the image is turned, 1 (upright) where it says nothing that can be read."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except _BROKEN:
        return 1


def _rgb(image: ImageFile) -> Image.Image:
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        return Image.fromarray(_grey(image)).convert("RGB")
    if image.mode in ("La", "RGBa"):
        return _on_white(image.convert(image.mode.upper()))
    return _on_white(image) if image.has_transparency_data else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    layered = image.convert("RGBA")
    white = Image.new("RGB", layered.size, "white")
    white.paste(layered, mask=layered.getchannel("A"))
    return white


def _grey(image: ImageFile) -> NDArray[np.uint8]:
    """Grey of more than eight bits a pixel, as eight."""
    values: NDArray[Any] = np.asarray(image)
    grey: NDArray[np.uint8]
    if image.mode.startswith("I;16") or _is_png(image):
        grey = (np.clip(values, 0, 65535).astype(np.uint16) >> 8).astype(np.uint8)
    else:
        real = np.nan_to_num(values.astype(np.float32), posinf=0.0, neginf=0.0)
        low, high = float(real.min()), float(real.max())
        grey = ((real - low) * (255.0 / max(high - low, 1e-30))).astype(np.uint8)
    if getattr(image, "tag_v2", {}).get(_PHOTOMETRIC) == 0:  # white is zero
        grey = 255 - grey
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        grey[values == clear] = 255
    return grey


def _is_png(image: ImageFile) -> bool:
    return isinstance(image, PngImagePlugin.PngImageFile)


def _dpi(image: ImageFile) -> float | None:
    """Dots per inch where the file gives a sane number, equal (within 5 %) in both directions."""
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    low, high = _SANE_DPI
    if not (low <= across <= high and low <= down <= high and abs(across - down) <= 0.05 * across):
        return None
    return round(across, 2)
