"""The fonts of this machine that lines are drawn with: by family, with what each can draw; some families are held out."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError
from PIL import ImageFont

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/share/texmf/fonts"))
BASIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;!?()-/&%'\"äöüßéèçñ"
CHINESE = "中"  # what draws it is made for other scripts, and its Latin letters are another font's
NOT_FOR_TEXT = re.compile(
    r"Math|Symbol|Emoji|Icons|Braille|Glyph|Thin|ExtraLight|Hairline|Black|Dingbat|UITest|Initials|cmunvi"
)
OF_GHOSTSCRIPT = re.compile("C059|Nimbus|P052|URW|D050000L|Z003|StandardSymbols")
"""On most machines without being asked for, and under the AGPL (with an exception for documents): left out."""
NOTO = re.compile(r"Noto(Sans|Serif|SansMono|Mono|SansDisplay|SerifDisplay)-")
FALLBACK = ("DejaVuSans.ttf", "FreeSerif.ttf", "NotoSansSymbols2-Regular.ttf", "NotoSansMath-Regular.ttf")
"""Where a text font lacks a sign (not a letter), it is taken from one of these, as typesetters do."""
HELD_OUT = frozenset(
    ("Andika", "Cabin", "JetBrainsMono", "LinBiolinum", "LinLibertine", "Roboto", "RobotoSlab", "Vollkorn", "texgyrepagella")
)
"""Families that no training line is drawn with; the drawn test lines and documents use only these."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font file: its family, whether all its letters are equally wide, and the code points that it draws."""

    path: Path
    family: str
    fixed: bool
    drawn: frozenset[int]

    def draws(self, text: Iterable[str]) -> bool:
        return all(ord(symbol) in self.drawn for symbol in text)

    def at(self, size: float) -> ImageFont.FreeTypeFont:
        """The font at ``size`` pixels to the em."""
        return ImageFont.truetype(str(self.path), size)


class Faces:
    """Faces to choose from, a family as likely as any other however many files it has."""

    def __init__(self, wanted: Callable[[Face], bool]) -> None:
        self._families: dict[str, list[Face]] = defaultdict(list)
        for face in installed():
            if wanted(face):
                self._families[face.family].append(face)
        self._names = sorted(self._families)
        fixed = [name for name in self._names if all(face.fixed for face in self._families[name])]
        self._by_kind = {True: fixed, False: sorted(set(self._names) - set(fixed))}
        if not self._names:
            raise SystemExit("no fonts to draw with; training/README.md lists the Debian packages")

    def choose(self, dice: random.Random, text: str, fixed: bool) -> Face | None:
        """A face, fixed-width or proportional, that has all letters and digits of ``text``; ``None``: none found."""
        letters = {symbol for symbol in text if unicodedata.category(symbol)[0] in "LM" or symbol in "0123456789"}
        for _ in range(12):
            face = dice.choice(self._families[dice.choice(self._by_kind[fixed] or self._names)])
            if face.draws(letters):
                return face
        return None

    def beside(self, dice: random.Random, face: Face, text: str) -> Face | None:
        """A face for some words of a line in ``face``: bold or italic of its family, or, in prose, one of fixed width."""
        if not face.fixed and dice.random() < 0.7:
            return self.choose(dice, text, fixed=True)
        return dice.choice(self._families[face.family])

    @property
    def names(self) -> list[str]:
        """The families."""
        return self._names


def training() -> Faces:
    """The faces that training lines are drawn with."""
    return Faces(lambda face: face.family not in HELD_OUT)


def held_out() -> Faces:
    """The faces kept for tests."""
    return Faces(lambda face: face.family in HELD_OUT)


@lru_cache(maxsize=1)
def installed() -> tuple[Face, ...]:
    """All faces on this machine that have the basic letters and are made for running text, by path."""
    found = (_face(path) for folder in FOLDERS for path in sorted(folder.rglob("*.[to]tf")))
    return tuple(face for face in found if face)


@lru_cache(maxsize=1)
def fallbacks() -> tuple[Face, ...]:
    """The faces that signs are taken from, those of this machine."""
    paths = {path.name: path for folder in FOLDERS for path in folder.rglob("*.ttf") if path.name in FALLBACK}
    return tuple(_opened(paths[name]) for name in FALLBACK if name in paths)


def _face(path: Path) -> Face | None:
    """The face of a file, or ``None`` for one that is not for running Latin text or is damaged."""
    if (
        NOT_FOR_TEXT.search(path.name)
        or OF_GHOSTSCRIPT.match(path.name)
        or (path.name.startswith("Noto") and not NOTO.match(path.name))
    ):
        return None
    try:
        face = _opened(path)
    except (TTLibError, OSError):
        return None
    return face if face.draws(BASIC) and ord(CHINESE) not in face.drawn else None


def _opened(path: Path) -> Face:
    with TTFont(path, lazy=True) as font:
        drawn = frozenset(font.getBestCmap() or ())
        widths = {font["hmtx"][font.getBestCmap()[ord(symbol)]][0] for symbol in "iWm" if ord(symbol) in drawn}
    return Face(path, _family(path.stem), len(widths) == 1, drawn)


def _family(stem: str) -> str:
    """The family that a file's name tells: what is before the style. Computer Modern's many files are one family a kind."""
    modern = re.match(r"(cmun|lm)(?=(.*(?:mono|btl|bto|itt|tt|st|tb|tx|vt))?)", stem)
    if modern:
        return f"{modern[1]}-fixed" if modern[2] else modern[1]
    return re.split(r"[-_ ]", stem)[0]
