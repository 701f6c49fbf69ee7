"""The OCR half of the commercial system's Python API, as its tutorials use it: load, recognize.

import ocrect.compat.aspose as aocr
engine = aocr.OcrEngine()
engine.load_image("invoice.png")
text = engine.recognize()          # a str that also carries its document, and so the image's evidence
"""

from __future__ import annotations

from pathlib import Path
from typing import IO, Self

from ocrect.errors import SettingsError
from ocrect.pipeline import Pipeline
from ocrect.record.document import Document
from ocrect.settings import Settings

__all__ = ["OcrEngine", "RecognizedText"]


class RecognizedText(str):
    """The text of a document, and the document: its lines, boxes, evidence and, once corrected, its verdicts."""

    __slots__ = ("document",)
    document: Document

    def __new__(cls, text: str, document: Document) -> Self:
        made = super().__new__(cls, text)
        made.document = document
        return made


class OcrEngine:
    """Reads the image or document that was loaded last. Settings come from ``OCRECT_*`` and ``ocrect.toml``, or as given."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._pipeline = Pipeline((settings or Settings.load()).with_(correct=False))
        self._file: str | Path | bytes | IO[bytes] | None = None

    def load_image(self, file: str | Path | bytes | IO[bytes]) -> None:
        """Take an image (path, bytes or stream) for the next :meth:`recognize`."""
        self._file = file

    def load_document(self, file: str | Path | bytes | IO[bytes]) -> None:
        """Take a PDF or a TIFF of many pages for the next :meth:`recognize`."""
        self._file = file

    def recognize(self) -> RecognizedText:
        """The text that was read, pages concatenated, uncorrected.

        Raises:
            SettingsError: nothing was loaded.
            InputError: the file cannot be read.
        """
        if self._file is None:
            raise SettingsError("nothing to recognize", hint="Call load_image(path) or load_document(path) first.")
        document = self._pipeline.read(self._file)
        return RecognizedText(document.text, document)

    def free_resources(self) -> None:
        """Free the engine's memory; may be called at any time and twice. The next :meth:`recognize` loads it anew."""
        self._pipeline.close()
