"""What pdfium does not tell of a PDF.

The size of its pages' units, that it is drawn by a program of its own (XFA), and which fonts of two pages are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, cast

from ocrect.native import unlocked
from ocrect.source.probe import size_of

_TOLD = re.compile(rb"UserUnit|NeedsRendering|ObjStm")  # objects in streams cannot be seen through
_BLOCK = 2**22
_BROKEN = (ValueError, TypeError, RuntimeError, OSError)  # what pikepdf raises besides PdfError for damaged files
_MOST_POINTS = 75_000.0  # a unit of more than a page's greatest length is no unit
_MOST_FORMS = 1000  # form XObjects of a page whose fonts are looked for
_TAG = re.compile(r"^[A-Z]{6}\+")  # marks an embedded subset of a font; pdfium leaves it out of some names

FontObject = tuple[int, int]
"""Object and generation number of a font in its file."""

_DIRECT: FontObject = (0, 0)
"""Those of an object inside another one, which has no number of its own."""


@dataclass(frozen=True, slots=True)
class Structure:
    """Points of a unit of each page (ISO 32000-2, table 31), and whether the pages are made by a dynamic XFA form alone."""

    units: Sequence[float] = ()
    dynamic_form: bool = False

    def unit(self, number: int) -> float:
        """The unit of a page, from 1, in points."""
        return self.units[number - 1] if number <= len(self.units) else 1.0


def structure(file: IO[bytes], passwords: Sequence[str]) -> Structure:
    """The structure of a PDF in an open file; that of a plain one where it cannot be made out."""
    if not _may_tell(file):
        return Structure()
    import pikepdf

    try:
        with _opened(file, passwords) as document:
            units = tuple(_unit(page.obj.get("/UserUnit", 1)) for page in document.pages)
            return Structure(units, bool(document.Root.get("/NeedsRendering", False)))
    except (pikepdf.PdfError, *_BROKEN):
        return Structure()  # pdfium says what is wrong with it


class Fonts:
    """The font objects of a PDF's pages. The file must stay open as long as this is used; a damaged one has none."""

    def __init__(self, file: IO[bytes], passwords: Sequence[str]) -> None:
        import pikepdf

        self._document: Any = None
        with suppress(pikepdf.PdfError, *_BROKEN):
            self._document = _opened(file, passwords)

    def on(self, number: int) -> dict[str, FontObject]:
        """The font objects of a page (from 1) by name, for names that only one font of the page has; none of a damaged page."""
        import pikepdf

        found: dict[str, set[FontObject]] = {}
        with suppress(pikepdf.PdfError, *_BROKEN, AttributeError, IndexError):
            for font in _fonts(self._document.pages[number - 1].resources):
                for part in (font, *font.get("/DescendantFonts", ())):
                    name = str(part.get("/BaseFont", "/"))[1:]
                    for called in (name, _TAG.sub("", name)):
                        found.setdefault(called, set()).add(font.objgen)
        return {name: fonts.pop() for name, fonts in found.items() if len(fonts) == 1 and _DIRECT not in fonts}

    def close(self) -> None:
        """Forget the document; the file stays open."""
        if self._document is not None:
            self._document.close()
            self._document = None


def _fonts(resources: Any) -> Iterator[Any]:
    """The fonts of a page's resources, and of the form XObjects in them."""
    waiting = [resources]
    seen: set[FontObject] = set()
    while waiting:
        held = waiting.pop()
        yield from held.get("/Font", {}).values()
        for form in held.get("/XObject", {}).values():
            if form.objgen not in seen and len(seen) < _MOST_FORMS and "/Resources" in form:
                seen.add(form.objgen)
                waiting.append(form.Resources)


def _opened(file: IO[bytes], passwords: Sequence[str]) -> Any:
    import pikepdf

    def opened(password: str) -> Any:
        file.seek(0)
        return pikepdf.open(cast("BinaryIO", file), password=password)

    return unlocked(opened, passwords, pikepdf.PasswordError)


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
