"""Boxes of text as an engine finds them, for tests of the order in which they are read."""

from __future__ import annotations

from ocrect.record.document import Box

SIZE, LETTER = 20.0, 10.0  # pixels: a line's height, a letter's width

Drawn = list[tuple[Box, str]]


def at(x: float, y: float, text: str, size: float = SIZE) -> tuple[Box, str]:
    """The box of a line, its upper left corner at ``(x, y)``."""
    return Box(x, y, x + len(text) * LETTER * size / SIZE, y + size), text


def over_one_another(x: float, y: float, texts: list[str], leading: float) -> Drawn:
    """Lines flush left, each ``leading`` pixels below the one before."""
    return [at(x, y + n * leading, text) for n, text in enumerate(texts)]
