"""What a PDF's page gave, as JSON values and blocks of bytes, and back: on its way from the process that opened it.

Nothing that comes back is trusted: lines are read as those of a saved document are, pixels by their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocrect.exchange.reader import MalformedError
from ocrect.record import schema
from ocrect.record.document import Block, Box, Document, Page, PageImage
from ocrect.source.layered import Believed, Layered
from ocrect.source.resolution import Resolution
from ocrect.source.text_layer import Font, Layer, Run

Packed = dict[str, Any]
Found = PageImage | Page | Layered


def packed(found: Found) -> tuple[Packed, list[memoryview]]:
    """A page as JSON values, and its pixels."""
    if isinstance(found, PageImage):
        return {"image": _shape(found)}, [found.pixels.data.cast("B")]
    if isinstance(found, Page):
        return {"page": schema.dump(Document("", (found,)))}, []
    layer, how = found.layer, found.layer.how
    lines = Page(layer.number, layer.width, layer.height, blocks=(Block(layer.lines),))
    images = [image for image in (found.whole, found.bare) if image is not None]
    values = {
        "layer": schema.dump(Document("", (lines,))),
        "how": [how.dpi, how.asked, how.why, how.unit],
        "unread": [_sides(box) for box in found.unread],
        "samples": [[[[text, _sides(box)] for text, box in run.words], list(run.font)] for run in found.samples],
        "fonts": [[name, *font] for name, font in found.fonts.items()],
        "whole": found.whole and _shape(found.whole),
        "bare": found.bare and _shape(found.bare),
    }
    return values, [image.pixels.data.cast("B") for image in images]


def unpacked(values: Packed, blocks: Sequence[bytearray], believed: Believed) -> Found:
    """The page that :func:`packed` was given.

    Raises:
        MalformedError: it is of another shape.
    """
    try:
        left = list(blocks)
        if "page" in values:
            return _page(values["page"])
        if "image" in values:
            return _image(values["image"], left)
        lines = _page(values["layer"])
        return Layered(
            Layer(lines.number, tuple(lines.lines()), (), lines.width, lines.height, _how(values["how"]), is_odd=False),
            tuple(_box(box) for box in values["unread"]),
            tuple(_run(run) for run in values["samples"]),
            _image(values["whole"], left) if values["whole"] else None,
            _image(values["bare"], left) if values["bare"] else None,
            {str(name): (int(number), int(generation)) for name, number, generation in values["fonts"]},
            believed,
        )
    except (TypeError, ValueError, KeyError, IndexError, OverflowError) as error:
        raise MalformedError(f"a page came in another shape than agreed: {error}") from error


def known(believed: Believed) -> list[list[Any]]:
    """The fonts that are believed, to be sent to the process that chooses samples."""
    return [[*font, digits] for font, digits in believed.fonts()]


def of_known(values: Sequence[Sequence[Any]]) -> Believed:
    """What :func:`known` gave."""
    return Believed(((int(number), int(generation)), bool(digits)) for number, generation, digits in values)


def _page(values: Any) -> Page:
    (page,) = schema.load(values).pages
    return page


def _shape(image: PageImage) -> Packed:
    steps = Document("", (Page(image.number, image.width, image.height, image.dpi, steps=image.steps),))
    return schema.dump(steps)


def _image(values: Any, left: list[bytearray]) -> PageImage:
    """The picture whose pixels are the first block that is left."""
    told = _page(values)
    pixels: NDArray[np.uint8] = np.frombuffer(left.pop(0), np.uint8).reshape(told.height, told.width, 3)
    return PageImage(pixels, told.number, told.dpi, told.steps)


def _sides(box: Box) -> list[float]:
    return [box.left, box.top, box.right, box.bottom]


def _box(values: Sequence[Any]) -> Box:
    left, top, right, bottom = map(float, values)
    return Box(left, top, right, bottom)


def _run(values: Sequence[Any]) -> Run:
    words, (name, handle) = values
    return Run(tuple((str(text), _box(box)) for text, box in words), Font(str(name), int(handle)))


def _how(values: Sequence[Any]) -> Resolution:
    dpi, asked, why, unit = values
    return Resolution(float(dpi), int(asked), str(why), float(unit))
