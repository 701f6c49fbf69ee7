"""The corrected text."""

from __future__ import annotations

from typing import IO

from ocrect.plugins import Original
from ocrect.record.document import Document
from ocrect.settings import Settings


class TextWriter:
    """Writes the corrected text as UTF-8 with one newline at its end; pages are separated by a newline and a form feed."""

    suffixes = (".txt",)

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        del original
        out.write((document.corrected.rstrip("\n") + "\n").encode("utf-8", errors="replace"))


def build(settings: Settings) -> TextWriter:
    del settings
    return TextWriter()
