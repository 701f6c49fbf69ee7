"""A page of a PDF as the text layer needs it: what is seen of it, how it is turned, and its parts that are added to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from ocrect.writers.pdf.layer import Placement

_MOST_LEVELS = 64
"""Of the tree of pages: one that is deeper, or has a circle, is no tree."""


def placement(page: pikepdf.Page, width: int, height: int) -> Placement:
    """From the page's image of ``width`` × ``height`` pixels to its user space."""
    return Placement.of_page(_visible_box(page), _turned(page), width, height)


def turn(page: pikepdf.Page, clockwise: int) -> None:
    """Show the page turned by so many degrees more, in steps of 90; nothing on it moves."""
    page.obj.Rotate = (_turned(page) + round(clockwise / 90) * 90) % 360


def add_resource(page: pikepdf.Page, kind: Name, name: str, reference: Any) -> str:
    """Put an object among the page's resources, in dictionaries of its own, and give the name that was free for it."""
    resources = Dictionary(dict((inherited(page, Name.Resources) or Dictionary()).items()))
    there = Dictionary(dict((resources.get(kind) or Dictionary()).items()))
    free = next(name for name in _names(name) if f"/{name}" not in there)
    there[f"/{free}"] = reference
    resources[kind] = there
    page.obj.Resources = resources
    return free


def append(page: pikepdf.Page, stream: Any, saved: Any = None) -> None:
    """Add a content stream. With ``saved``, a stream of ``q`` for one that begins with ``Q``, it sees the page's own
    coordinates, whatever state the streams before it leave behind.
    """
    present = page.obj.get(Name.Contents)
    streams = [] if present is None else list(present) if isinstance(present, Array) else [present]
    page.obj.Contents = Array([*([] if saved is None else [saved]), *streams, stream])


def replace_by_picture(pdf: Pdf, page: pikepdf.Page, picture: Any) -> None:
    """Let the page show ``picture`` (an image object) and nothing else; its size, turning and annotations stay."""
    a, b, c, d, e, f = placement(page, 1, 1)
    page.obj.Resources = Dictionary(XObject=Dictionary(Im=picture))
    numbers = (a, b, -c, -d, e + c, f + d)  # an image's own space has its origin at the lower left
    page.obj.Contents = pdf.make_stream(b"q " + b" ".join(b"%.4f" % n for n in numbers) + b" cm /Im Do Q")


def inherited(page: pikepdf.Page, key: Name) -> Any:
    """The page's own value, or that of the nearest node above it that has one (PDF 32000-1:2008, 7.7.3.4)."""
    node: Any = page.obj
    for _ in range(_MOST_LEVELS):
        if node is None or key in node:
            break
        node = node.get(Name.Parent)
    return node.get(key) if node is not None else None


def _visible_box(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """What a viewer shows of the page: left, bottom, right, top of the crop box inside the media box, in user space."""
    media, crop = (_ordered(box) for box in (page.mediabox, page.cropbox))
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, bottom, right, top) if left < right and bottom < top else media


def _ordered(box: Any) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(value) for value in box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _turned(page: pikepdf.Page) -> int:
    """Degrees by which the page is shown clockwise: 0, 90, 180 or 270."""
    return int(inherited(page, Name.Rotate) or 0) % 360 // 90 * 90


def _names(first: str) -> Iterator[str]:
    yield first
    number = 1
    while True:
        number += 1
        yield f"{first}{number}"
