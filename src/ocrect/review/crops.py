"""Pictures of pages and of places on them, from the file that was read: cut when asked for, kept within bounds."""

from __future__ import annotations

import hashlib
import io
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ocrect.batch.names import on_disk
from ocrect.errors import InputError, OcrectError
from ocrect.record.document import Box, Page, PageImage
from ocrect.settings import Settings
from ocrect.source.original import OriginalFile

if TYPE_CHECKING:
    from PIL import Image

MOST_BYTES = 64 * 2**20
"""Of pictures that are kept."""
MOST_PIXEL_BYTES = 384 * 2**20
"""Of pages' pixels that are kept, and one page more."""
WIDEST, LARGEST = 1600, 2000
"""Pixels of a place's picture across, and of a page's on its longer side."""
LONGEST = 11.0
"""Heights of a line that are shown of it at most: of a longer one the part around the place, so that it can be read."""
TURNED = 3.0
"""Widths of a line from which its height makes it one that runs up or down the page."""
AROUND, FAR_AROUND = 0.7, 3.0
"""Heights of a line that are shown around it; the latter when it is looked at more closely."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An encoded picture, its type, and the SHA-256 of the pixels that it shows."""

    data: bytes
    type: str
    sha256: str


class Crops:
    """The pictures of the files below a folder. Thread-safe; one file is open at a time, in a thread of its own."""

    def __init__(self, inputs: Path, settings: Settings) -> None:
        self._inputs, self._settings = inputs, settings
        self._thread = ThreadPoolExecutor(1, "ocrect-pictures")
        self._lock = threading.Lock()
        self._made: OrderedDict[tuple[object, ...], Future[Picture]] = OrderedDict()
        self._open: tuple[str, OriginalFile] | None = None
        self._pixels: OrderedDict[tuple[str, int], PageImage] = OrderedDict()

    def of_page(self, path: str, page: Page) -> Picture:
        """A page as a whole, not larger than a screen. Raises :class:`~ocrect.errors.InputError`."""
        return self._ask((path, page.number), lambda: _encoded(self._image(path, page), None)).result()

    def of_place(self, path: str, page: Page, part: Box) -> Picture:
        """A part of a page. Raises :class:`~ocrect.errors.InputError`."""
        key = (path, page.number, part)
        return self._ask(key, lambda: _encoded(self._image(path, page), part)).result()

    def expect(self, path: str, page: Page, part: Box) -> None:
        """Make the picture of a place that will be asked for soon."""
        self._ask((path, page.number, part), lambda: _encoded(self._image(path, page), part))

    def known(self, path: str, page: Page, part: Box) -> str:
        """The SHA-256 of the pixels of a place whose picture was made; empty where it was not, or cannot be."""
        with self._lock:
            future = self._made.get((path, page.number, part))
        if future is None or not future.done() or future.exception():
            return ""
        return future.result().sha256

    def close(self) -> None:
        """Close the file; pictures that were made stay."""
        self._thread.submit(self._shut).result()
        self._thread.shutdown()

    def _ask(self, key: tuple[object, ...], make: Callable[[], Picture]) -> Future[Picture]:
        with self._lock:
            known = self._made.get(key)
            if known is not None and not (known.done() and known.exception()):
                self._made.move_to_end(key)
                return known
            future = self._made[key] = self._thread.submit(make)
            self._drop()
            return future

    def _drop(self) -> None:
        """Let go of the pictures that were asked for longest ago."""
        done = [future for future in self._made.values() if future.done() and not future.exception()]
        size = sum(len(future.result().data) for future in done)
        while size > MOST_BYTES and self._made:
            _, future = self._made.popitem(last=False)
            size -= len(future.result().data) if future.done() and not future.exception() else 0

    def _image(self, path: str, page: Page) -> PageImage:
        """The pixels of a page; in the thread that has the file open."""
        key = path, page.number
        if key in self._pixels:
            self._pixels.move_to_end(key)
            return self._pixels[key]
        if self._open is None or self._open[0] != path:
            self._shut()
            self._open = path, OriginalFile(self._inputs / on_disk(path), self._settings, path)
        while self._pixels and sum(image.pixels.nbytes for image in self._pixels.values()) > MOST_PIXEL_BYTES:
            self._pixels.popitem(last=False)
        try:
            image = self._pixels[key] = self._open[1].image(page)
        except OcrectError:
            self._shut()
            raise
        return image

    def _shut(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None


def part_of(page: Page, line: Box, place: Box | None, *, far: bool = False) -> Box:
    """What is shown of a page for a place on a line: the line with a little around it, or more, whole pixels within the page.

    The same for the same place, so that its picture is made once.
    """
    size = page.width or line.right, page.height or line.bottom
    if line.height >= TURNED * line.width and place is not None and place.height < line.height:
        return _turned(_part((size[1], size[0]), _turned(line), _turned(place), far))
    return _part(size, line, place, far)


def _turned(box: Box) -> Box:
    """The box on the page with its axes exchanged."""
    return Box(box.top, box.left, box.bottom, box.right)


def _part(size: tuple[float, float], line: Box, place: Box | None, far: bool) -> Box:
    """See :func:`part_of`; of a line that runs across a page of this width and height."""
    height = max(line.height, 8.0)
    room = (FAR_AROUND if far else AROUND) * height
    left, right = line.left - room, line.right + room
    if right - left > LONGEST * height * (2 if far else 1) and place is not None:
        middle, half = (place.left + place.right) / 2, max(place.width + 2 * room, LONGEST * height * (2 if far else 1)) / 2
        left, right = max(left, middle - half), min(right, middle + half)
    low, high = max(0, int(left)), min(int(size[0]), int(right) + 1)
    top, bottom = max(0, int(line.top - room)), min(int(size[1]), int(line.bottom + room) + 1)
    return Box(low, top, max(high, low + 1), max(bottom, top + 1))


def _encoded(image: PageImage, part: Box | None) -> Picture:
    from PIL import Image

    pixels = image.pixels
    if part is not None:
        pixels = pixels[int(part.top) : int(part.bottom), int(part.left) : int(part.right)]
    if not pixels.size:
        raise InputError("there are no pixels there", hint="Name the scan that was read.")
    digest = hashlib.sha256(f"{pixels.shape[0]}x{pixels.shape[1]}:".encode() + pixels.tobytes()).hexdigest()
    shown = Image.fromarray(pixels)
    if part is None:
        shown.thumbnail((LARGEST, LARGEST), reducing_gap=2.0)
        return Picture(_bytes(shown, "JPEG", quality=80), "image/jpeg", digest)
    shown.thumbnail((WIDEST, WIDEST), reducing_gap=2.0)
    return Picture(_bytes(shown, "PNG", compress_level=3), "image/png", digest)


def _bytes(image: Image.Image, kind: str, **options: int) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
