"""HEIC photos, through pi-heif: libheif and libde265, which only read. It comes with the extra ``heic`` (see docs/adr/0009).

A file of several pictures (bursts, depth maps, thumbnails) has one page: its primary picture, as every viewer shows.
"""

from __future__ import annotations

from typing import IO, Any, cast

from PIL.ImageFile import ImageFile

from ocrect.errors import MissingDependencyError
from ocrect.source.probe import Frame


def picture(file: IO[bytes]) -> ImageFile:
    """The primary picture of an open file, not yet decoded, turned as the file says.

    Raises:
        MissingDependencyError: pi-heif is not installed.
        OSError, SyntaxError, ValueError, RuntimeError, EOFError: as Pillow's other classes, for a file that is broken.
    """
    try:
        from pi_heif import HeifImageFile
    except ImportError as error:
        raise MissingDependencyError(
            "HEIC photos need a reader of their own", hint="Run: pip install 'ocrect[heic]' (or convert it to JPEG)."
        ) from error
    file.seek(0)
    return cast("ImageFile", cast("Any", HeifImageFile)(file))


def frames(file: IO[bytes]) -> list[Frame]:
    """The frame of the primary picture; nothing is decoded. Raises as :func:`picture`."""
    width, height = picture(file).size
    return [Frame(width, height)]
