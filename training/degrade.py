"""Ink on paper made into what cameras, scanners, fax machines, screens and cheap printers leave of it.

Each kind is a short chain of the same steps: the ink spreads or breaks, paper and ink get their grey levels or colours, the
optics blur, the sensor adds noise or a threshold, the file is saved as JPEG. Strengths are drawn from the dice.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Ink = NDArray[np.float32]  # (height, width), 0 paper, 1 ink
Picture = NDArray[np.float32]  # (height, width, 3), grey levels 0 to 255, blue-green-red


PRINTER = 3  # times as often are lines of fixed width printed by these
LEAST_EM = 15.0  # pixels; nobody can read smaller print after a threshold or through dots


def degraded(dice: random.Random, ink: Ink, em: float, *, printer: bool) -> NDArray[np.uint8]:
    """One of the kinds, by their weights; the size may change, the proportions of the strip stay. ``em`` in pixels;
    ``printer``: the letters are of one width, so that tills' and dot-matrix printers are likelier.
    """
    chance = np.random.default_rng(dice.getrandbits(64))
    kinds, weights = zip(
        *((kind, weight * (PRINTER if printer and kind in _PRINTERS else 1)) for kind, weight in _KINDS), strict=True
    )
    (kind,) = dice.choices(kinds, weights)
    if em < LEAST_EM and kind in _COARSE:
        kind = _scan
    picture = kind(dice, chance, ink, em)
    return np.clip(picture, 0, 255).astype(np.uint8)


def _clean(dice: random.Random, chance: np.random.Generator, ink: Ink, em: float) -> Picture:
    """A page rendered from its file, or a screen shot."""
    del chance, em
    return _jpeg(dice, _coloured(dice, ink, dark=90), 0.3, (40, 90))


def _scan(dice: random.Random, chance: np.random.Generator, ink: Ink, em: float) -> Picture:
    """A good flat-bed scan."""
    picture = _coloured(dice, _spread(dice, ink, em, 0.25), dark=110)
    picture = _blurred(picture * _light(dice, picture, 0.1), dice.uniform(0.2, 0.045 * em + 0.2))
    return _jpeg(dice, picture + _noise(chance, picture, dice.uniform(1, 10)), 0.7, (40, 85))


def _bad_scan(dice: random.Random, chance: np.random.Generator, ink: Ink, em: float) -> Picture:
    """A worn scanner: little light at one side, blur, noise, strong compression; faint or heavy ink."""
    ink = _spread(dice, _broken(dice, chance, ink, 0.3), em, 0.4)
    picture = _coloured(dice, ink, dark=140)
    picture = _blurred(picture * _light(dice, picture, 0.3), dice.uniform(0.3, 0.075 * em + 0.2))
    return _jpeg(dice, picture + _noise(chance, picture, dice.uniform(5, 26) * min(1.0, em / 20)), 0.9, (18, 60))


def _bilevel(dice: random.Random, chance: np.random.Generator, ink: Ink, em: float) -> Picture:
    """An archive's black and white scan: a threshold on worn print, specks on the paper."""
    grey = 1.0 - _blurred(_spread(dice, _broken(dice, chance, ink, 0.5), em, 0.5), dice.uniform(0.2, 0.06 * em))
    rough = cv2.GaussianBlur(chance.normal(0, 1, ink.shape).astype(np.float32), (0, 0), dice.uniform(0.5, 1.2))
    black = grey + rough * dice.uniform(0.02, 0.22) < dice.uniform(0.35, 0.68)
    black |= chance.random(ink.shape) < dice.choice((0.0, 0.0, 0.001, 0.004))
    picture = _grey(np.where(black, dice.choice((0, 0, 20)), 255).astype(np.float32))
    if dice.random() < 0.5:  # shown smaller than it was scanned: one to four grey levels
        factor = dice.uniform(0.5, 0.95)
        picture = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA).astype(np.float32)
    return picture


def _fax(dice: random.Random, chance: np.random.Generator, ink: Ink, em: float) -> Picture:
    """204 x 98 or 204 x 196 dots to the inch, black and white, rows lost or doubled."""
    height, width = ink.shape
    dots = dice.uniform(13, 26) / em
    small = cv2.resize(
        ink, (max(8, round(width * dots)), max(8, round(height * dots * dice.choice((0.5, 1.0))))), interpolation=cv2.INTER_AREA
    )
    black = (small + chance.normal(0, 0.05, small.shape) > dice.uniform(0.25, 0.6)).astype(np.float32)
    full = cv2.resize(black, (small.shape[1], max(8, round(height * dots))), interpolation=cv2.INTER_NEAREST)
    return _grey(255 * (1 - full))


def _photo(dice: random.Random, chance: np.random.Generator, ink: Ink, em: float) -> Picture:
    """A telephone's camera: uneven light, colour, blur of focus or of the hand, noise, sharpening."""
    picture = _coloured(dice, ink, dark=110, light=(120, 250)) * _light(dice, _grey(ink), 0.5)
    picture = _blurred(picture, dice.uniform(0.3, 0.06 * em + 0.2))
    if dice.random() < 0.3:
        length = max(2, round(em * dice.uniform(0.04, 0.12)))
        kernel = np.zeros((length, length), np.float32)
        kernel[(length // 2, slice(None)) if dice.random() < 0.5 else (slice(None), length // 2)] = 1 / length
        picture = cv2.filter2D(picture, -1, kernel).astype(np.float32)
    picture = picture + _noise(chance, picture, dice.uniform(1, 14))
    if dice.random() < 0.4:
        picture = picture + dice.uniform(0.3, 1.5) * (picture - _blurred(picture, 1.2))
    return _jpeg(dice, picture, 0.9, (25, 85))


def _thermal(dice: random.Random, chance: np.random.Generator, ink: Ink, em: float) -> Picture:
    """A till's printer: grey ink in dots of a line, pale columns and rows, a faded roll."""
    height, width = ink.shape
    dots = dice.uniform(16, 30) / em
    coarse = cv2.resize(ink, (max(8, round(width * dots)), max(8, round(height * dots))), interpolation=cv2.INTER_AREA)
    printed = cv2.resize((coarse > dice.uniform(0.3, 0.6)).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    pale = 1 - dice.uniform(0, 0.5) * chance.random((1, width)).astype(np.float32) ** 6
    rows = 1 - dice.uniform(0, 0.3) * chance.random((height, 1)).astype(np.float32) ** 4
    picture = _coloured(dice, printed * pale * rows * dice.uniform(0.4, 1.0), dark=70, light=(190, 250))
    picture = _blurred(picture, dice.uniform(0.2, 0.05 * em))
    return _jpeg(dice, picture + _noise(chance, picture, dice.uniform(0, 10)), 0.6, (35, 85))


def _dots(dice: random.Random, chance: np.random.Generator, ink: Ink, em: float) -> Picture:
    """A dot-matrix printer: round dots on a grid, an uneven ribbon."""
    height, width = ink.shape
    pitch = em / dice.uniform(11, 18)
    cells = (max(4, round(width / pitch)), max(4, round(height / pitch)))
    hit = cv2.resize(ink, cells, interpolation=cv2.INTER_AREA) > dice.uniform(0.28, 0.5)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    near = np.hypot((x * cells[0] / width) % 1 - 0.5, (y * cells[1] / height) % 1 - 0.5) < dice.uniform(0.42, 0.72)
    printed = cv2.resize(hit.astype(np.float32), (width, height), interpolation=cv2.INTER_NEAREST) * near
    ribbon = 1 - dice.uniform(0, 0.5) * cv2.resize(chance.random((3, max(3, width // 40))).astype(np.float32), (width, height))
    picture = _blurred(_coloured(dice, (printed * ribbon).astype(np.float32), dark=110), dice.uniform(0.3, 0.05 * em + 0.2))
    return _jpeg(dice, picture + _noise(chance, picture, dice.uniform(0, 10)), 0.6, (35, 85))


_Kind = Callable[[random.Random, np.random.Generator, Ink, float], Picture]
_KINDS: tuple[tuple[_Kind, int], ...] = (
    (_clean, 13),
    (_scan, 21),
    (_bad_scan, 29),
    (_bilevel, 16),
    (_fax, 4),
    (_photo, 8),
    (_thermal, 10),
    (_dots, 3),
)

_COARSE = (_bilevel, _fax, _thermal, _dots)
_PRINTERS = (_thermal, _dots)


def _spread(dice: random.Random, ink: Ink, em: float, often: float) -> Ink:
    """Bold or thin print: the ink swells or shrinks by up to a thirtieth of an em."""
    if dice.random() > often:
        return ink
    by = max(2, round(em / 18))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (by, by))
    changed = (cv2.dilate if dice.random() < 0.6 else cv2.erode)(ink, kernel)
    part = dice.uniform(0.3, 1.0 if changed.mean() > ink.mean() else 0.6)
    return (ink * (1 - part) + changed.astype(np.float32) * part).astype(np.float32)


def _broken(dice: random.Random, chance: np.random.Generator, ink: Ink, often: float) -> Ink:
    """Worn type: the ink is missing in patches."""
    if dice.random() > often:
        return ink
    patches = cv2.GaussianBlur(chance.normal(0, 1, ink.shape).astype(np.float32), (0, 0), dice.uniform(0.8, 2.5))
    patches /= patches.std() + 1e-6
    return (ink * np.clip(dice.uniform(1.5, 2.8) + patches, 0, 1)).astype(np.float32)


def _coloured(dice: random.Random, ink: Ink, dark: int, light: tuple[int, int] = (205, 255)) -> Picture:
    """Ink and paper with their grey levels, now and then in colour, or light on dark."""
    paper = np.full(3, dice.uniform(*light), np.float32) if dice.random() < 0.6 else np.full(3, light[1], np.float32)
    pen = np.full(3, dice.uniform(0, dark), np.float32)
    if dice.random() < 0.15:
        paper -= np.array([dice.uniform(0, 40) for _ in range(3)], np.float32)
        pen += np.array([dice.uniform(0, 110) for _ in range(3)], np.float32)
    if dice.random() < 0.04:
        paper, pen = pen, paper
    return (paper + ink[:, :, None] * (pen - paper)).astype(np.float32)


def _grey(grey: NDArray[np.float32]) -> Picture:
    return np.repeat(grey[:, :, None], 3, axis=2)


def _light(dice: random.Random, picture: Picture, most: float) -> Picture:
    """The part of the light that reaches each pixel, falling evenly along the strip."""
    loss = np.linspace(dice.uniform(0, most), dice.uniform(0, most), picture.shape[1], dtype=np.float32)
    return np.broadcast_to((1 - loss)[None, :, None], picture.shape)


def _blurred(picture: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    return cv2.GaussianBlur(picture, (0, 0), sigma).astype(np.float32) if sigma > 0.15 else picture


def _noise(chance: np.random.Generator, picture: Picture, strength: float) -> Picture:
    """Gaussian noise, the same in all colours, of a standard deviation in grey levels."""
    return chance.normal(0, strength, (*picture.shape[:2], 1)).astype(np.float32)


def _jpeg(dice: random.Random, picture: Picture, often: float, quality: tuple[int, int]) -> Picture:
    if dice.random() > often:
        return picture
    pixels = np.clip(picture, 0, 255).astype(np.uint8)
    _, held = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, dice.randint(*quality)])
    return cv2.imdecode(held, cv2.IMREAD_COLOR).astype(np.float32)
