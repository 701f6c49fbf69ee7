"""The corrected text, and, where asked for, what is in doubt and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

from ocrect.plugins import Original
from ocrect.record.document import Document
from ocrect.settings import Settings
from ocrect.writers.marks import doubtful, notices, told

BEGIN = "-- ocrect --"
"""The line that parts the text from the notice."""


class TextWriter:
    """Writes the corrected text as UTF-8 with one newline at its end; pages are separated by a newline and a form feed.

    With ``noticed`` it ends with a notice, behind a line of its own, of what is in doubt and what of the pages is missing.
    """

    suffixes = (".txt",)

    def __init__(self, *, noticed: bool = False) -> None:
        self._noticed = noticed

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        del original
        put(document.corrected, notice(document) if self._noticed else (), out)


def build(settings: Settings) -> TextWriter:
    return TextWriter(noticed=settings.text_notice)


def put(text: str, told: Iterable[str], out: IO[bytes]) -> None:
    """Write ``text`` with one newline at its end, and what is ``told`` behind it, parted by :data:`BEGIN`."""
    ending = [] if not (lines := list(told)) else ["", BEGIN, *lines]
    out.write(("\n".join([text.rstrip("\n"), *ending]) + "\n").encode("utf-8", errors="replace"))


def notice(document: Document) -> Iterator[str]:
    """What of the pages is missing, and what is in doubt, a line each."""
    said = [notice for page in document.pages for notice in notices(page)]
    said += [
        f"page {page.number}, line {line}: {word.text!r} is in doubt. {told(word)}" for page, line, word in doubtful(document)
    ]
    yield from said or ["nothing is in doubt, and nothing is missing"]
