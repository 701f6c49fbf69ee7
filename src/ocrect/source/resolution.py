"""At how many dots per inch a PDF page is rendered: as asked, but no finer than its own pictures, and no larger than allowed.

A page that is nothing but pictures has no more detail than they have: rendered finer it only takes longer, or, where a file
gives a pixel a whole point, passes every limit. A page that shows text or drawings of its own is rendered as asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from ctypes import byref, c_uint
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ocrect.record.document import Step
from ocrect.source.probe import damaged

LEAST_SIDE = 1000  # pixels: a page of coarse pictures is rendered so large at least, if so much was asked for
LEAST_DPI = 100  # that small print of 8 points needs at least: its small letters are six pixels high then
LIMITED = "more pixels than allowed"
MOST_DEPTH = 8  # of forms in forms that are looked into
INVISIBLE = (3, 7)  # text rendering modes, ISO 32000-1, table 106
_CORNERS = 5  # segments of a path that is no more than a rectangle: a frame, or a white ground
_UNSEEN = (pdfium_c.FPDF_ANNOT_LINK, pdfium_c.FPDF_ANNOT_POPUP)

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Resolution:
    """Dots per inch, those that were ``asked`` for, why they differ (empty where they do not), and points of a unit."""

    dpi: float
    asked: int
    why: str
    unit: float

    @property
    def scale(self) -> float:
        """Pixels a unit, a hair less than the ratio: sides are rounded up, and 792 points at 150 dpi are 1650 pixels."""
        return self.dpi / 72 * self.unit * (1 - 1e-9)

    @property
    def is_too_coarse(self) -> bool:
        """Whether the limit of pixels leaves so few to an inch that print of a usual size cannot be read."""
        return self.why == LIMITED and self.dpi < LEAST_DPI

    @property
    def step(self) -> Step:
        """That the page was rendered so, for the record."""
        told = {"asked": self.asked, "why": self.why} if self.why else {}
        units = {"user_unit": self.unit} if self.unit != 1.0 else {}
        return Step("render", str(pdfium.PYPDFIUM_INFO.version), {"dpi": self.dpi, **told, **units})

    def size(self, page: Any) -> tuple[int, int]:
        """Width and height of the rendered page in pixels."""
        width, height = page.get_size()
        return math.ceil(width * self.scale), math.ceil(height * self.scale)


def resolution(page: Any, number: int, asked: int, unit: float, most_pixels: int) -> Resolution:
    """How page ``number``, an open pdfium page, is rendered: ``unit`` is its UserUnit in points, ``asked`` the dpi wanted.

    Raises:
        DamagedInputError: the page has no size.
    """
    width, height = (side * unit for side in page.get_size())  # points
    if not (math.isfinite(width * height) and width > 0 and height > 0):
        raise damaged(f"page {number} of the PDF is damaged: its size is {width} × {height} points")
    dpi, why = float(asked), ""
    finest = finest_picture(page)
    if finest:
        own = max(finest / unit, 72 * LEAST_SIDE / max(width, height))
        if own < dpi:
            dpi, why = math.floor(own * 100) / 100, "its pictures are no finer"
    most = 72 * math.sqrt(most_pixels / (width * height))
    if _pixels(width, height, dpi) > most_pixels:
        dpi, why = most, LIMITED
        while _pixels(width, height, dpi) > most_pixels:  # sides are rounded up
            dpi *= 0.999
        dpi = math.floor(dpi) if dpi >= LEAST_DPI else dpi
    return Resolution(float(dpi), asked, why, unit)


def _pixels(width: float, height: float, dpi: float) -> int:
    return math.ceil(width * dpi / 72) * math.ceil(height * dpi / 72)


def finest_picture(page: Any) -> float | None:
    """Pixels an inch (72 units) of the finest picture of a page that shows nothing else; ``None`` where it shows more."""
    finest: float | None = None
    for item in shown(page):
        if item.kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            finest = max(finest or 0.0, _fineness(item))
        elif item.kind != pdfium_c.FPDF_PAGEOBJ_FORM and not _is_frame(item):
            return None
    return None if finest is None or _is_annotated(page) else finest


@dataclass(frozen=True, slots=True)
class Shown:
    """An object of a page: pdfium's handle, its kind (``FPDF_PAGEOBJ_…``), and the map from its own unit square to the page."""

    handle: Any
    kind: int
    to_page: Matrix


def shown(page: Any) -> Iterator[Shown]:
    """The page's objects that are drawn, each form followed by the form's own."""
    yield from _shown(page, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), 0)


def _shown(holder: Any, outer: Matrix, depth: int) -> Iterator[Shown]:
    for handle in _members(holder, depth):
        kind = pdfium_c.FPDFPageObj_GetType(handle)
        if kind == pdfium_c.FPDF_PAGEOBJ_TEXT and pdfium_c.FPDFTextObj_GetTextRenderMode(handle) in INVISIBLE:
            continue
        own = pdfium_c.FS_MATRIX()
        has_map = pdfium_c.FPDFPageObj_GetMatrix(handle, own)
        to_page = joined((own.a, own.b, own.c, own.d, own.e, own.f), outer) if has_map else outer
        yield Shown(handle, kind, to_page)
        if kind == pdfium_c.FPDF_PAGEOBJ_FORM and depth < MOST_DEPTH:
            yield from _shown(handle, to_page, depth + 1)


def _members(holder: Any, depth: int) -> Iterator[Any]:
    if depth:
        count, member = pdfium_c.FPDFFormObj_CountObjects, pdfium_c.FPDFFormObj_GetObject
    else:
        count, member = pdfium_c.FPDFPage_CountObjects, pdfium_c.FPDFPage_GetObject
    yield from filter(None, (member(holder, index) for index in range(count(holder))))


def joined(first: Matrix, second: Matrix) -> Matrix:
    """The map that does ``first`` and then ``second``; ``(a, b, c, d, e, f)`` as in ISO 32000-1, 8.3.3."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _fineness(picture: Shown) -> float:
    """Pixels an inch in the finer direction, 0 where the picture has no size."""
    wide, high = c_uint(), c_uint()
    if not pdfium_c.FPDFImageObj_GetImagePixelSize(picture.handle, byref(wide), byref(high)):
        return 0.0
    a, b, c, d, _, _ = picture.to_page
    across, up = math.hypot(a, b), math.hypot(c, d)
    return 72 * max(wide.value / across if across > 0 else 0.0, high.value / up if up > 0 else 0.0)


def _is_frame(item: Shown) -> bool:
    return item.kind == pdfium_c.FPDF_PAGEOBJ_PATH and int(pdfium_c.FPDFPath_CountSegments(item.handle)) <= _CORNERS


def _is_annotated(page: Any) -> bool:
    """True where notes or form fields are drawn on the page."""
    for index in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        note = pdfium_c.FPDFPage_GetAnnot(page, index)
        kind = pdfium_c.FPDFAnnot_GetSubtype(note)
        pdfium_c.FPDFPage_CloseAnnot(note)
        if kind not in _UNSEEN:
            return True
    return False
