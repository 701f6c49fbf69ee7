"""Decoded pixels as engines take them: ``uint8`` RGB on white, upright, and square."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin
from PIL.ImageFile import ImageFile

SANE_DPI = (72.0, 1200.0)
ALIKE = 0.05  # resolutions in both directions that differ by less are the same
OBLONG = 4.0  # a file that claims pixels so many times longer than wide, or more, is wrong
# Tags of TIFF 6.0 (BitsPerSample, PhotometricInterpretation, PlanarConfiguration, SampleFormat), and values of theirs.
BITS, PHOTOMETRIC, PLANES, FORMAT = 258, 262, 284, 339
_WHITE_IS_ZERO, _SEPARATE, _SIGNED = 0, 2, 2
_DEPTHS = (255, 1023, 4095, 16383, 65535)  # the largest values of 8, 10, 12, 14 and 16 bits
_LEAST_SPAN = 32  # grey levels of 255: what spans less is an even page, and its noise is not stretched
_OUTLIERS = 0.1  # per cent of pixels at each end that do not count as the page's darkest and brightest


def rgb(image: ImageFile) -> Image.Image:
    """A loaded image as RGB; what is clear in it becomes white.

    Raises:
        ValueError: Pillow cannot show pixels of this kind.
    """
    if _colour_bits(image) == 16 and _tag(image, PLANES) == _SEPARATE:
        raise ValueError("Pillow reads separate planes of 16 bits as planes of 8")
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        return Image.fromarray(_grey(image)).convert("RGB")
    if image.mode in ("La", "RGBa"):
        return _on_white(image.convert(image.mode.upper()))
    flat = _on_white(image) if image.has_transparency_data else image.convert("RGB")
    return _brightened(flat) if _colour_bits(image) == 16 else flat


def _colour_bits(image: ImageFile) -> int:
    """Bits of each sample of a colour TIFF; 0 for any other picture."""
    return _tag(image, BITS) if len(image.getbands()) > 1 else 0


def _tag(image: ImageFile, number: int) -> int:
    """The first value of a TIFF's tag; 0 where the picture has none."""
    value = getattr(image, "tag_v2", {}).get(number, 0)
    return int(value[0] if isinstance(value, tuple) else value)


def _brightened(flat: Image.Image) -> Image.Image:
    """Colours of 10, 12 or 14 bits in 16, of which Pillow keeps the upper byte; the largest value tells how many bits."""
    brightest = max(high for _, high in flat.getextrema())  # type: ignore[misc]  # of one band this is a pair of numbers
    full = next(depth >> 8 for depth in _DEPTHS[1:] if brightest <= depth >> 8)
    return flat.point([min(255, 255 * level // full) for level in range(256)] * 3) if full < _DEPTHS[0] else flat


def _on_white(image: Image.Image) -> Image.Image:
    layered = image.convert("RGBA")
    white = Image.new("RGB", layered.size, "white")
    white.paste(layered, mask=layered.getchannel("A"))
    return white


def _grey(image: ImageFile) -> NDArray[np.uint8]:
    """Grey of more than eight bits a pixel, as eight."""
    values: NDArray[Any] = np.asarray(image)
    if image.mode.startswith("I;16") or isinstance(image, PngImagePlugin.PngImageFile):
        grey = _of_whole_numbers(np.clip(values, 0, 65535).astype(np.uint16))
    else:
        if image.mode == "I" and _tag(image, BITS) == 32 and _tag(image, FORMAT) != _SIGNED:
            values = values.view(np.uint32)  # Pillow has only signed integers of 32 bits
        real = np.nan_to_num(values.astype(np.float32), posinf=0.0, neginf=0.0)
        low, high = float(real.min()), float(real.max())
        grey = ((real - low) * (255.0 / max(high - low, 1e-30))).astype(np.uint8)
    if PHOTOMETRIC in getattr(image, "tag_v2", {}) and _tag(image, PHOTOMETRIC) == _WHITE_IS_ZERO:
        grey = 255 - grey
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        grey[values == clear] = 255
    return grey


def _of_whole_numbers(values: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Grey of at most 16 bits. Scanners put 8, 10, 12 or 14 bits into 16: the page's largest value tells how many.

    What does not use its bits (a page that is all dark, or all pale) is stretched from its darkest to its brightest.
    """
    full = next(depth for depth in _DEPTHS if values.max(initial=0) <= depth)
    if full == _DEPTHS[-1]:
        return np.asarray(values >> 8, np.uint8)
    grey = np.asarray(values, np.float32) * np.float32(255 / full)
    low, high = (float(level) for level in np.percentile(grey, (_OUTLIERS, 100 - _OUTLIERS)))
    if high - low >= _LEAST_SPAN:
        grey = (grey - low) * (255 / (high - low))
    return np.asarray(np.clip(grey, 0, 255), np.uint8)


def densities(image: ImageFile) -> tuple[float, float] | None:
    """Pixels across and down for the same length, as the file gives them, whatever that length is; ``None`` for square pixels.

    Faxes are the usual case: 204 × 98 dots an inch (ITU-T T.4, standard resolution).
    """
    given = image.info.get("dpi") or image.info.get("resolution") or image.info.get("aspect")
    if given is None and image.info.get("jfif_unit") == 0:
        given = image.info.get("jfif_density")
    try:
        across, down = (float(value) for value in given or (1, 1))
    except (TypeError, ValueError, ArithmeticError):
        return None
    lesser, greater = sorted((across, down))
    if not (lesser > 0 and greater < float("inf")) or not 1 + ALIKE < greater / lesser < OBLONG:
        return None
    return across, down


def squared(image: Image.Image, across: float, down: float) -> Image.Image:
    """``image`` enlarged in its coarser direction, so that its pixels are square."""
    width, height = squared_size(image.size, across, down)
    return image.resize((width, height), Image.Resampling.BICUBIC)


def squared_size(size: tuple[int, int], across: float, down: float) -> tuple[int, int]:
    """Width and height of :func:`squared` in pixels."""
    finer = max(across, down)
    return max(1, round(size[0] * finer / across)), max(1, round(size[1] * finer / down))


def dpi(image: ImageFile) -> float | None:
    """Dots per inch in the finer direction where the file gives sane numbers."""
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    low, high = SANE_DPI
    if not (low <= across <= high and low <= down <= high):
        return None
    if abs(across - down) > ALIKE * across and densities(image) is None:
        return None
    return round(max(across, down), 2)
