"""Lines drawn as pages print them and as the engine cuts them: with margins as its detector leaves them, neighbours looking in.

A line stands on a strip of paper between the lines above and below it. The strip is degraded as a whole
(:mod:`training.degrade`), then the line is cut out of it by the engine's own :func:`ocrect.engines.ppocr.recognise.crop`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocrect.engines.ppocr.recognise import crop
from training import degrade, texts
from training.alphabet import DRAWN
from training.faces import Face, Faces, fallbacks

MARGINS = {"top": (0.13, 0.055), "bottom": (0.10, 0.06), "left": (0.13, 0.04), "right": (0.13, 0.045)}
"""What the detector leaves around the ink, in em: mean and standard deviation, measured on drawn pages (README.md)."""
WILD = 0.12  # the share of crops whose margins scatter three times as much: what bad scans and tilted lines get
LEADING = (1.05, 1.8)  # from one baseline to the next, in em
SMALL_CAPITALS = (0.7, 0.86)  # their height in that of capitals
WITH_SMALL_CAPITALS = 0.07  # of the proportional lines; half of these have a few words in them only, as names are set
OTHER_ZEROS = 0.25  # of the lines show zeros slashed or dotted where the face has such
STRETCHED = 0.3  # of the lines of fixed width are printed narrower or broader than the face is drawn
STRETCH = (0.65, 1.9)
LEFT_POINTS = 0.12  # of the lines of fixed width have points and commas at the left of their cells
BROAD_SPACES = 0.15  # of the lines of fixed width have some cells between words, as columns have
UNEVEN = {True: 0.15, False: 0.05}  # of the lines of fixed width, and of the others, one side of the letters is weak
SECOND = 0.25  # of the lines have a few words in another face: bold, italic, or code among prose
SECOND_OF_CODE = 0.7  # and so many of the proportional lines that name commands, paths and the like
CODE = re.compile(r"\w[/_.=-]\w|^[/~$-]|[(){}<>]$")  # such words are what is set in a second face
LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}
SIZES = ((9, 14), (14, 22), (22, 34), (34, 60))  # pixels to the em
SIZE_WEIGHTS = (12, 40, 33, 15)


class Line(NamedTuple):
    """A line as the engine cuts it out, blue-green-red ``(height, width, 3)``, and what it says."""

    bgr: NDArray[np.uint8]
    text: str


class Strip(NamedTuple):
    """Ink on paper ``(height, width)``, 0 to 1; the line's box in it (left, top, right, bottom); its em in pixels; its text."""

    ink: NDArray[np.float32]
    box: tuple[float, float, float, float]
    em: float
    text: str


def line(seed: str, faces: Faces, say: Callable[[random.Random], texts.Text] = texts.line) -> Line:
    """The line of a seed: the same for the same seed, fonts and texts; ``say`` gives its text."""
    dice = random.Random(seed)
    while True:
        text, fixed = say(dice)
        face = faces.choose(dice, text, fixed)
        if face is None:
            continue
        coded = not face.fixed and any(CODE.search(word) for word in text.split(" "))
        second = faces.beside(dice, face, text) if dice.random() < (SECOND_OF_CODE if coded else SECOND) else None
        strip = _strip(dice, text, _Pen(dice, face, second, text))
        if strip is not None:
            return Line(_cut_out(dice, degrade.degraded(dice, strip.ink, strip.em, printer=face.fixed), strip), strip.text)


def _strip(dice: random.Random, text: str, pen: _Pen) -> Strip | None:
    """The line between its neighbours, or ``None`` where it has no ink or does not fit."""
    size = pen.size
    width = pen.length(text) if text else dice.uniform(0.5, 9) * size
    if not 1 <= width <= 4000:
        return None
    left, baseline = round(size * 1.5), round(size * 2.4)
    picture = Image.new("L", (int(width + 3 * size), round(size * 4.2)), 0)
    if text:
        pen.write(picture, (left, baseline), text)
    else:
        picture.paste(_blots(dice, (round(width), round(size))), (left, baseline - round(size)))
    box = picture.getbbox()
    if box is None:
        return None
    if texts.is_prose(text) and dice.random() < UNEVEN[pen.fixed]:
        picture = _uneven(dice, picture, box, (left, pen.length("0") if pen.fixed else None))
    around = Image.new("L", picture.size, 0)
    lead = size * dice.uniform(*LEADING)
    for offset in (-lead, lead):
        if dice.random() < 0.55:
            other = texts.line(dice).text
            letters = "".join(symbol for symbol in other if pen.has(symbol))
            pen.write(around, (left - round(dice.uniform(0, 3) * size), baseline + offset), letters)
    _rules(dice, around, box, size)
    ink = np.maximum(np.asarray(picture, np.float32), np.asarray(around, np.float32)) / 255.0
    broad = dice.uniform(*STRETCH) if pen.fixed and dice.random() < STRETCHED else 1.0
    if broad != 1.0:
        ink = cv2.resize(ink, None, fx=broad, fy=1.0, interpolation=cv2.INTER_AREA if broad < 1 else cv2.INTER_LINEAR)
    return Strip(ink, (box[0] * broad, float(box[1]), box[2] * broad, float(box[3])), size, pen.says(text))


class _Pen:
    """Writes in one face with one spacing: kerned, spaced out, or in cells of one width; a few words in a second face."""

    def __init__(self, dice: random.Random, face: Face, second: Face | None, text: str) -> None:
        self.size = size = dice.uniform(*dice.choices(SIZES, SIZE_WEIGHTS)[0])
        self._font, self._face, self.fixed = face.at(size), face, face.fixed
        chance = dice.random()
        self._extra = 0.0
        self._left = 0.0
        if face.fixed:
            self._extra = dice.uniform(-0.02, 0.06) * size if chance < 0.3 else 0.0
            if dice.random() < LEFT_POINTS:
                self._left, self._extra = size * dice.uniform(0.1, 0.22), self._extra or 1e-3
        elif chance < 0.1:
            self._extra = dice.uniform(-0.03, 0.16) * size
        self._features = [] if dice.random() < 0.8 else ["-kern", "-liga"]
        if dice.random() < OTHER_ZEROS:
            self._features.append("zero")
        self._ligatures = not face.fixed and dice.random() < 0.25
        small = not (face.fixed or second) and dice.random() < WITH_SMALL_CAPITALS
        self._small = face.at(size * dice.uniform(*SMALL_CAPITALS)) if small else None
        self._space = dice.uniform(0.75, 1.6) if not face.fixed and dice.random() < 0.25 else 1.0
        if face.fixed and dice.random() < BROAD_SPACES:
            self._space = float(dice.randint(2, 5))
        self._others = [(other, other.at(size * 0.9)) for other in fallbacks()]
        code = {number for number, word in enumerate(text.split(" ")) if CODE.search(word)}
        first = dice.randint(0, 6)
        few = set(range(first, first + dice.randint(1, 4)))
        self._second_words = (code or few) if second else set()
        self._small_words = few if dice.random() < 0.5 else set(range(text.count(" ") + 1))
        self._second = (second, second.at(size * dice.uniform(0.85, 1.0))) if second else (face, self._font)

    def has(self, symbol: str) -> bool:
        """True for a symbol of the pen's own face."""
        return ord(symbol) in self._face.drawn

    def says(self, text: str) -> str:
        """What is read where ``text`` is written: small capitals are capitals."""
        return " ".join(
            "".join(symbol.upper() if self._is_small(symbol, number) else symbol for symbol in word)
            for number, word in enumerate(text.split(" "))
        )

    def length(self, text: str) -> float:
        """The width of ``text`` in pixels."""
        return sum(self._advance(piece, font) for piece, font in self._pieces(text))

    def write(self, picture: Image.Image, at: tuple[float, float], text: str) -> None:
        """Write ``text`` in white from the left end of a baseline."""
        pen = ImageDraw.Draw(picture)
        x, y = at
        for piece, font in self._pieces(text):
            if piece != " ":
                pen.text(
                    (x - self._left * (piece in ".,"), y),
                    piece,
                    font=font,
                    fill=255,
                    anchor="ls",
                    features=self._features or None,
                )
            x += self._advance(piece, font)

    def _advance(self, piece: str, font: ImageFont.FreeTypeFont) -> float:
        length = float(font.getlength(piece, features=self._features or None))
        return length * (self._space if piece == " " else 1.0) + self._extra * len(piece)

    def _pieces(self, text: str) -> list[tuple[str, ImageFont.FreeTypeFont]]:
        """Runs of symbols drawn together: of one font, between spaces; single symbols where they are spaced out."""
        runs: list[tuple[str, ImageFont.FreeTypeFont]] = []
        for number, word in enumerate(text.split(" ")):
            for symbol in word:
                font = self._font_of(symbol, number)
                shown = symbol.upper() if font is self._small else symbol
                if runs and runs[-1][1] is font and runs[-1][0] != " " and not self._extra:
                    runs[-1] = (runs[-1][0] + shown, font)
                else:
                    runs.append((shown, font))
            runs.append((" ", self._font))
        return [(self._joined(run), font) for run, font in runs[:-1]]

    def _font_of(self, symbol: str, number: int) -> ImageFont.FreeTypeFont:
        """The font of a symbol of the word ``number``."""
        if self._small and self._is_small(symbol, number):
            return self._small
        own = (self._second, (self._face, self._font)) if number in self._second_words else ((self._face, self._font),)
        return next((font for face, font in (*own, *self._others) if ord(symbol) in face.drawn), self._font)

    def _is_small(self, symbol: str, number: int) -> bool:
        """True for a letter of the word ``number`` that is written as a small capital."""
        if self._small is None or number not in self._small_words:
            return False
        return symbol.islower() and symbol.upper() in DRAWN and ord(symbol.upper()) in self._face.drawn

    def _joined(self, run: str) -> str:
        if self._ligatures:
            for letters, ligature in LIGATURES.items():
                if ord(ligature) in self._face.drawn:
                    run = run.replace(letters, ligature)
        return run


def _uneven(
    dice: random.Random, picture: Image.Image, box: tuple[int, int, int, int], cells: tuple[float, float | None]
) -> Image.Image:
    """Letters whose head, foot or one side is weak, as type that strikes the paper at a slant leaves them: ``cells``, where the
    first one begins and how wide each is, if all are alike.
    """
    first, wide = cells
    if wide and dice.random() < 0.6:
        part = ((np.arange(picture.width) - first) / wide) % 1.0
    else:
        rows = (np.arange(picture.height) - box[1]) / max(1, box[3] - box[1])
        part = np.clip(rows, 0, 1)[:, None]
    if dice.random() < 0.5:
        part = 1.0 - part
    weak = 1.0 - dice.uniform(0.3, 0.97) * np.clip((part - dice.uniform(0.4, 0.8)) / 0.3, 0, 1)
    return Image.fromarray((np.asarray(picture, np.float32) * np.clip(weak, 0, 1)).astype(np.uint8))


def _blots(dice: random.Random, size: tuple[int, int]) -> Image.Image:
    """Ink that is no text and stands where a line might: smears, specks, a brush's strokes, a screen of dots, a bar."""
    width, height = size
    chance = np.random.default_rng(dice.getrandbits(64))
    em = np.float32(height)
    if dice.random() < 0.2:
        pitch = max(3, round(em * dice.uniform(0.12, 0.4)))
        y, x = np.mgrid[0:height, 0:width]
        ink = (x % pitch < pitch * dice.uniform(0.2, 0.6)) & (y % pitch < pitch * dice.choice((0.4, 1.0)))
        return Image.fromarray(np.where(ink, dice.randint(60, 220), 0).astype(np.uint8))
    sigmas = (em * dice.uniform(0.02, 0.5), em * dice.uniform(0.02, 0.25))
    rough = cv2.GaussianBlur(chance.normal(0, 1, (height, width)).astype(np.float32), (0, 0), sigmas[0], sigmaY=sigmas[1])
    rough /= rough.std() + 1e-6
    ink = np.clip((rough - dice.uniform(0.2, 2.0)) * dice.uniform(1, 8), 0, 1) * dice.uniform(60, 255)
    return Image.fromarray(ink.astype(np.uint8))


def _rules(dice: random.Random, picture: Image.Image, box: tuple[int, int, int, int], size: float) -> None:
    """Ink that is no text: lines under, over and through it, a frame's sides, a stroke of a pen."""
    pen = ImageDraw.Draw(picture)
    left, top, right, bottom = box
    thick = max(1, round(size * dice.uniform(0.02, 0.08)))
    chance = dice.random()
    if chance < 0.05:
        y = bottom + dice.uniform(-0.05, 0.2) * size
        pen.line((left - size, y, right + size, y), fill=dice.randint(90, 255), width=thick)
    elif chance < 0.07:
        y = top - dice.uniform(0.0, 0.2) * size
        pen.line((left - size, y, right + size, y), fill=dice.randint(90, 255), width=thick)
    elif chance < 0.1:
        for x in (left - dice.uniform(0.12, 0.3) * size, right + dice.uniform(0.12, 0.3) * size):
            if dice.random() < 0.6:
                pen.line((x, 0, x, picture.height), fill=dice.randint(90, 255), width=thick)
    elif chance < 0.12:
        ends = [(dice.uniform(left, right), dice.uniform(top - size / 2, bottom + size / 2)) for _ in range(3)]
        pen.line(ends, fill=dice.randint(60, 170), width=thick, joint="curve")


def _cut_out(dice: random.Random, bgr: NDArray[np.uint8], strip: Strip) -> NDArray[np.uint8]:
    """The line cut out as the engine does it; the corners scatter as the detector's do."""
    scatter = 3.0 if dice.random() < WILD else 1.0
    margin = {side: max(-0.04, dice.gauss(mean, scatter * spread)) * strip.em for side, (mean, spread) in MARGINS.items()}
    left, top, right, bottom = strip.box
    left, right = left - margin["left"], right + margin["right"]
    top, bottom = top - margin["top"], bottom + margin["bottom"]
    tilt = dice.uniform(-0.006, 0.006) * (right - left) if dice.random() < 0.3 else 0.0
    tilt = max(-0.12 * strip.em, min(0.12 * strip.em, tilt))
    scale_y, scale_x = bgr.shape[0] / strip.ink.shape[0], bgr.shape[1] / strip.ink.shape[1]
    corners = [(left, top - tilt), (right, top + tilt), (right, bottom + tilt), (left, bottom - tilt)]
    quad = np.array([(x * scale_x, y * scale_y) for x, y in corners], np.float32)
    return crop(bgr, np.clip(quad, 0, (bgr.shape[1], bgr.shape[0])).astype(np.float32))
