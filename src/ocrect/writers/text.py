"""The corrected text."""

from __future__ import annotations

from typing import IO

from ocrect.record.document import Document


def export(document: Document, out: IO[bytes]) -> None:
    """Write the corrected text as UTF-8 with one newline at its end; pages are separated by a newline and a form feed."""
    out.write((document.corrected.rstrip("\n") + "\n").encode("utf-8", errors="replace"))
