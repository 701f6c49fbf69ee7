"""What pdfium does not tell of a PDF: the size of its pages' units, that it is drawn by a program of its own (XFA), and which
font of one page is the same as one of another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, cast

from ocrect.source.probe import size_of

_TOLD = re.compile(rb"UserUnit|NeedsRendering|ObjStm")  # objects in streams cannot be seen through
_BLOCK = 2**22
MOST_FORMS = 1000  # whose fonts are looked for on a page
FontObject = tuple[int, int]
"""Number and generation of a font in its file."""
_TAG = re.compile(r"^[A-Z]{6}\+")  # of a font of which the file holds a part; pdfium leaves it out of some names
DIRECT: FontObject = (0, 0)  # an object without a number of its own
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
        with _opened(file, password) as document:
            units = tuple(_unit(page.obj.get("/UserUnit", 1)) for page in document.pages)
            return Structure(units, bool(document.Root.get("/NeedsRendering", False)))
    except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, OSError):
        return Structure()  # pdfium says what is wrong with it


class Fonts:
    """The objects of a PDF that are its pages' fonts. The file must stay open as long as this is used."""

    def __init__(self, file: IO[bytes], password: str) -> None:
        import pikepdf

        self._document: Any = None
        with suppress(pikepdf.PdfError, ValueError, TypeError, RuntimeError, OSError):
            self._document = _opened(file, password)

    def on(self, number: int) -> dict[str, FontObject]:
        """For each name that one font alone has on a page, from 1, the object that it is; none where that cannot be told."""
        import pikepdf

        found: dict[str, set[FontObject]] = {}
        with suppress(pikepdf.PdfError, ValueError, TypeError, RuntimeError, AttributeError, IndexError):
            for font in _fonts(self._document.pages[number - 1].resources):
                for part in (font, *font.get("/DescendantFonts", ())):
                    name = str(part.get("/BaseFont", "/"))[1:]
                    for called in (name, _TAG.sub("", name)):
                        found.setdefault(called, set()).add(font.objgen)
        return {name: fonts.pop() for name, fonts in found.items() if len(fonts) == 1 and DIRECT not in fonts}

    def close(self) -> None:
        """Forget the document; the file stays open."""
        if self._document is not None:
            self._document.close()
            self._document = None


def _fonts(resources: Any) -> Iterator[Any]:
    """The fonts of a page's resources and of those of the forms that it shows."""
    waiting = [resources]
    seen: set[FontObject] = set()
    while waiting:
        held = waiting.pop()
        yield from held.get("/Font", {}).values()
        for form in held.get("/XObject", {}).values():
            if form.objgen not in seen and len(seen) < MOST_FORMS and "/Resources" in form:
                seen.add(form.objgen)
                waiting.append(form.Resources)


def _opened(file: IO[bytes], password: str) -> Any:
    import pikepdf

    file.seek(0)
    return pikepdf.open(cast("BinaryIO", file), password=password)


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
