"""ocrect: OCR, corrected, and every correction checked against the pixels.

    import ocrect
    document = ocrect.read("invoice.png")
    print(document.corrected)
    for line in document.lines():
        for verdict in line.verdicts:
            print(verdict.decision, verdict.edit.before, "->", verdict.edit.after, "|", verdict.reason)
    ocrect.write(document, "out/", formats="pdf,alto,text")

Names load on first use, so ``import ocrect`` brings in no third-party package.
"""

from __future__ import annotations

from importlib import import_module

from ocrect import telemetry

TYPE_CHECKING = False
"""As ``typing.TYPE_CHECKING``; typing itself would take most of the time until a command hears Ctrl-C (``__main__``)."""

if TYPE_CHECKING:
    from typing import Any

    from ocrect.errors import OcrectError as OcrectError
    from ocrect.pipeline import Pipeline as Pipeline
    from ocrect.pipeline import correct as correct
    from ocrect.pipeline import read as read
    from ocrect.record.correction import Correction as Correction
    from ocrect.record.correction import Edit as Edit
    from ocrect.record.correction import Finding as Finding
    from ocrect.record.correction import Verdict as Verdict
    from ocrect.record.document import Document as Document
    from ocrect.record.document import Line as Line
    from ocrect.record.document import Page as Page
    from ocrect.settings import Settings as Settings
    from ocrect.writing import write as write

__version__ = "0.1.0"

telemetry.switch_off()

_HOMES = {
    "Correction": "record.correction",
    "Document": "record.document",
    "Edit": "record.correction",
    "Finding": "record.correction",
    "Line": "record.document",
    "OcrectError": "errors",
    "Page": "record.document",
    "Pipeline": "pipeline",
    "Settings": "settings",
    "Verdict": "record.correction",
    "correct": "pipeline",
    "read": "pipeline",
    "write": "writing",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        found = globals()[name] = getattr(import_module(f"ocrect.{_HOMES[name]}"), name)
        return found
    raise AttributeError(f"module 'ocrect' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
