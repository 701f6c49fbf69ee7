"""What pdfium does not tell of a PDF: the size of its pages' units, and that it is drawn by a program of its own (XFA)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, cast

from ocrect.source.probe import size_of

_TOLD = re.compile(rb"UserUnit|NeedsRendering|ObjStm")  # objects in streams cannot be seen through
_BLOCK = 2**22
_MOST_POINTS = 75_000.0  # a unit of more than a page's greatest length is no unit


@dataclass(frozen=True, slots=True)
class Structure:
    """Points of a unit of each page (ISO 32000-2, table 31), and whether the pages are made by a dynamic XFA form alone."""

    units: Sequence[float] = ()
    dynamic_form: bool = False

    def unit(self, number: int) -> float:
        """The unit of a page, from 1, in points."""
        return self.units[number - 1] if number <= len(self.units) else 1.0


def structure(file: IO[bytes], password: str) -> Structure:
    """The structure of a PDF in an open file; that of a plain one where it cannot be made out."""
    if not _may_tell(file):
        return Structure()
    import pikepdf

    try:
        file.seek(0)
        with pikepdf.open(cast("BinaryIO", file), password=password) as document:
            units = tuple(_unit(page.obj.get("/UserUnit", 1)) for page in document.pages)
            return Structure(units, bool(document.Root.get("/NeedsRendering", False)))
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, OSError):
        return Structure()  # pdfium says what is wrong with it


def _unit(value: Any) -> float:
    try:
        points = float(value)
    except (TypeError, ValueError, ArithmeticError):
        return 1.0
    return points if 0.0 < points <= _MOST_POINTS else 1.0


def _may_tell(file: IO[bytes]) -> bool:
    size_of(file)
    tail = b""
    while block := file.read(_BLOCK):
        if _TOLD.search(tail + block):
            return True
        tail = block[-16:]
    return False
