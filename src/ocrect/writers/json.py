"""The whole document: text, boxes, evidence, edits and findings, as :mod:`ocrect.record.schema` says."""

from __future__ import annotations

from typing import IO

from ocrect.record import schema
from ocrect.record.document import Document


def export(document: Document, out: IO[bytes]) -> None:
    """Write the document as JSON in UTF-8, which :func:`ocrect.record.schema.loads` reads back.

    Raises:
        ExportError: a line's evidence is of a kind that cannot be saved.
    """
    out.write(schema.dumps(document).encode() + b"\n")
