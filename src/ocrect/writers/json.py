"""The whole document: text, boxes, evidence, edits and findings, as :mod:`ocrect.record.schema` says."""

from __future__ import annotations

from typing import IO

from ocrect.plugins import Original
from ocrect.record import compact, schema
from ocrect.record.document import Document
from ocrect.settings import Settings


class JsonWriter:
    """Writes the document as JSON in UTF-8, which :func:`ocrect.record.schema.loads` reads back.

    Numbers are thinned (:mod:`ocrect.record.compact`) unless all of it is asked for.

    Raises:
        ExportError: a line's evidence is of a kind that cannot be saved.
    """

    suffixes = (".json",)

    def __init__(self, *, whole: bool = False) -> None:
        self._whole = whole

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        del original
        kept = document if self._whole else compact.thinned(document)
        out.write(schema.dumps(kept).encode() + b"\n")


def build(settings: Settings) -> JsonWriter:
    return JsonWriter(whole=settings.json_whole)
