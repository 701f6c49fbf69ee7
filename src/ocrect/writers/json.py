"""The whole document: text, boxes, evidence, edits and findings, as :mod:`ocrect.record.schema` says."""

from __future__ import annotations

from typing import IO

from ocrect.plugins import Original
from ocrect.record import schema
from ocrect.record.document import Document
from ocrect.settings import Settings


class JsonWriter:
    """Writes the document as JSON in UTF-8, which :func:`ocrect.record.schema.loads` reads back.

    Raises:
        ExportError: a line's evidence is of a kind that cannot be saved.
    """

    suffixes = (".json",)

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        del original
        out.write(schema.dumps(document).encode() + b"\n")


def build(settings: Settings) -> JsonWriter:
    del settings
    return JsonWriter()
