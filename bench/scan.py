"""Clean pictures made into bad scans: whole pages at two stated strengths, single lines at random ones.

A page is what a worn flat-bed scanner makes of it, in this order: turned by a small angle, lit unevenly (one side darker),
blurred, with Gaussian noise, saved as JPEG. Everything is drawn from the seed: the same seed gives the same pixels.
"""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from ocrect.record.document import PageImage


@dataclass(frozen=True, slots=True)
class Strength:
    """``tilt``: most degrees of turn; ``shade``: most of the light lost at one side, 0..1; ``blur``: sigma in pixels;
    ``noise``: standard deviation in grey levels of 255; ``quality``: of the JPEG, 1..95."""

    tilt: float
    shade: float
    blur: float
    noise: float
    quality: int


STRENGTHS = {
    "light": Strength(tilt=0.3, shade=0.08, blur=0.5, noise=6.0, quality=70),
    "strong": Strength(tilt=0.8, shade=0.25, blur=1.2, noise=20.0, quality=30),
}


def reduced(image: PageImage, dpi: int) -> PageImage:
    """``image`` at ``dpi``, where it says that it has more."""
    if not image.dpi or image.dpi <= dpi:
        return image
    size = (round(image.width * dpi / image.dpi), round(image.height * dpi / image.dpi))
    picture = Image.fromarray(image.pixels).resize(size, Image.Resampling.BOX)
    return PageImage(np.asarray(picture), image.number, float(dpi))


def page(image: PageImage, strength: str, *, name: str, seed: int = 1) -> PageImage:
    """``image`` as a bad scan; ``name`` and ``seed`` choose the accidents of this page."""
    wanted = STRENGTHS[strength]
    chance = np.random.default_rng([seed, crc32(name.encode())])
    picture = Image.fromarray(image.pixels)
    tilt = float(chance.uniform(-wanted.tilt, wanted.tilt))
    picture = picture.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=(255, 255, 255))
    pixels = np.asarray(picture, np.float32) * _light(picture.size, wanted.shade, chance)[:, :, None]
    picture = Image.fromarray(pixels.astype(np.uint8)).filter(ImageFilter.GaussianBlur(wanted.blur))
    grey = chance.normal(0.0, wanted.noise, (picture.height, picture.width)).astype(np.float32)
    picture = as_jpeg(noisy(picture, grey[:, :, None]), wanted.quality)
    return PageImage(np.asarray(picture.convert("RGB")), image.number, image.dpi)


def _light(size: tuple[int, int], shade: float, chance: np.random.Generator) -> NDArray[np.float32]:
    """The part of the light that reaches each pixel: all of it at one edge, falling evenly in a random direction."""
    angle = chance.uniform(0, 2 * np.pi)
    x, y = np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1])
    along = np.cos(angle) * x[None, :] + np.sin(angle) * y[:, None]
    lit: NDArray[np.float32] = (1 - shade * (along - along.min()) / np.ptp(along)).astype(np.float32)
    return lit


def line(picture: Image.Image, random_: random.Random, scales: tuple[float, float] = (0.25, 0.45)) -> Image.Image:
    """A drawn line (kind ``L``) as a bad scan of random strength: turned, smaller by a factor out of ``scales``, blurred,
    noisy, saved as JPEG."""
    picture = picture.rotate(random_.uniform(-0.6, 0.6), Image.Resampling.BICUBIC, fillcolor=picture.getpixel((0, 0)))
    scale = random_.uniform(*scales)
    picture = picture.resize((max(8, int(picture.width * scale)), max(8, int(picture.height * scale))), Image.Resampling.BOX)
    picture = picture.filter(ImageFilter.GaussianBlur(random_.uniform(0.0, 0.9)))
    chance = np.random.default_rng(random_.getrandbits(32))
    picture = noisy(picture, chance.normal(0, random_.uniform(0, 22), (picture.height, picture.width)))
    return as_jpeg(picture, random_.randint(15, 70))


def noisy(picture: Image.Image, noise: NDArray[np.floating]) -> Image.Image:
    """``picture`` with ``noise`` added to its grey levels."""
    return Image.fromarray(np.clip(np.asarray(picture) + noise, 0, 255).astype(np.uint8))


def as_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    """What is left of ``picture`` after a JPEG of that quality, in colour."""
    held = io.BytesIO()
    picture.convert("RGB").save(held, "JPEG", quality=quality)
    return Image.open(held)


def names() -> Sequence[str]:
    """The strengths, and ``none`` for the page as it is."""
    return ("none", *STRENGTHS)
