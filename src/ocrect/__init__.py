"""ocrect: OCR, corrected, and every correction checked against the pixels.

    import ocrect
    document = ocrect.read("invoice.png")
    print(document.corrected)
    for line in document.lines():
        for verdict in line.verdicts:
            print(verdict.decision, verdict.edit.before, "->", verdict.edit.after, "|", verdict.reason)

Names load on first use, so ``import ocrect`` brings in no third-party package.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ocrect.correction import Correction as Correction
    from ocrect.correction import Edit as Edit
    from ocrect.correction import Finding as Finding
    from ocrect.correction import Verdict as Verdict
    from ocrect.document import Document as Document
    from ocrect.document import Line as Line
    from ocrect.document import Page as Page
    from ocrect.errors import OcrectError as OcrectError
    from ocrect.pipeline import Pipeline as Pipeline
    from ocrect.pipeline import correct as correct
    from ocrect.pipeline import read as read
    from ocrect.settings import Settings as Settings

__version__ = "0.1.0"

_HOMES = {
    "Correction": "correction",
    "Document": "document",
    "Edit": "correction",
    "Finding": "correction",
    "Line": "document",
    "OcrectError": "errors",
    "Page": "document",
    "Pipeline": "pipeline",
    "Settings": "settings",
    "Verdict": "correction",
    "correct": "pipeline",
    "read": "pipeline",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"ocrect.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'ocrect' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
