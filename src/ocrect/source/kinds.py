"""What a file is, by its first bytes; its name says nothing."""

from __future__ import annotations

import re
from typing import IO, Literal

from ocrect.errors import DamagedInputError, UnsupportedInputError

Kind = Literal["PNG", "JPEG", "TIFF", "WebP", "BMP", "GIF", "HEIC", "PDF"]

SUFFIXES = frozenset((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp", ".gif", ".pdf"))
"""Of the files that are taken for scans where a folder is named; a file that is named itself is told by its bytes."""

HEAD = 4096
"""Bytes looked at."""

_READ: tuple[tuple[Kind, re.Pattern[bytes]], ...] = (
    ("PNG", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("JPEG", re.compile(rb"\xff\xd8\xff")),
    ("TIFF", re.compile(rb"(II[*+]\0|MM\0[*+])(?!.{4}CR)", re.DOTALL)),
    ("WebP", re.compile(rb"RIFF.{4}WEBP", re.DOTALL)),
    ("BMP", re.compile(rb"BM.{12}[\x0c\x10\x28\x34\x38\x40\x6c\x7c]\0\0\0", re.DOTALL)),
    ("GIF", re.compile(rb"GIF8[79]a")),
    ("HEIC", re.compile(rb".{4}ftyp(hei[cmsx]|(mif1|msf1)(?!.{0,40}?avi[fs]))", re.DOTALL)),
    ("PDF", re.compile(rb".{0,1024}?%PDF-", re.DOTALL)),  # a header may come late: ISO 32000-2, annex H of 1.7
)

# What else it may be: the description, the bytes, and the next step.
_CONVERT = "Convert it to PNG, JPEG or PDF first."
_PRINT = "Print or export it as PDF first."
_UNPACK = "Unpack it, and name the files in it."
_OTHER: tuple[tuple[str, bytes, str], ...] = (
    ("a Word document", rb"PK\x03\x04.{0,2000}word/", _PRINT),
    ("an Excel workbook", rb"PK\x03\x04.{0,2000}xl/", _PRINT),
    ("a PowerPoint presentation", rb"PK\x03\x04.{0,2000}ppt/", _PRINT),
    ("an Office document", rb"PK\x03\x04.{0,200}\[Content_Types\]", _PRINT),
    ("an OpenDocument file", rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis", _PRINT),
    ("an EPUB book", rb"PK\x03\x04.{26}mimetypeapplication/epub", _PRINT),
    ("a ZIP archive", rb"PK(\x03\x04|\x05\x06)", _UNPACK),
    ("an old Office document", rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _PRINT),
    ("a rich text document", rb"\{\\rtf", _PRINT),
    ("an AVIF image", rb".{4}ftyp(avi[fs]|(mif1|msf1).{0,40}?avi[fs])", _CONVERT),
    ("a video", rb".{4}ftyp|\x1aE\xdf\xa3|RIFF.{4}AVI ", ""),
    ("a sound", rb"RIFF.{4}WAVE|ID3|OggS|fLaC", ""),
    ("a JPEG 2000 image", rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51", _CONVERT),
    ("a JPEG XL image", rb"\xff\x0a|\0\0\0\x0cJXL ", _CONVERT),
    ("a Canon raw photo", rb"II\*\0.{4}CR", _CONVERT),
    ("a Photoshop image", rb"8BPS", _CONVERT),
    ("an icon", rb"\0\0[\x01\x02]\0", _CONVERT),
    ("a PBM, PGM or PPM image", rb"P[1-7]\s", _CONVERT),
    ("a DjVu document", rb"AT&TFORM", _CONVERT),
    ("a PostScript file", rb"%!PS|\xc5\xd0\xd3\xc6", "Convert it with ps2pdf first."),
    ("a gzip archive", rb"\x1f\x8b", _UNPACK),
    ("a 7-Zip, RAR, XZ, bzip2 or Zstandard archive", rb"7z\xbc\xaf|Rar!|\xfd7zXZ|BZh[1-9]|\x28\xb5\x2f\xfd", _UNPACK),
    ("a program", rb"\x7fELF|MZ.{62}|#!", ""),
    ("a language model (GGUF)", rb"GGUF", "Name a model with --model."),
    ("an SVG drawing", rb"(\xef\xbb\xbf)?\s*(<\?xml.{0,1000}?)?<(!DOCTYPE )?svg", _CONVERT),
    ("an HTML page", rb"(?i)(\xef\xbb\xbf)?\s*(<\?xml.{0,1000}?)?(<!--.{0,1000}?-->\s*)?<(!doctype )?(html|head|body)", _PRINT),
    ("an XML file", rb"(\xef\xbb\xbf)?\s*<\?xml", ""),
    ("an e-mail", rb"(?i)(from|return-path|received|delivered-to|mime-version|message-id): ", _PRINT),
)  # fmt: skip


def detect(file: IO[bytes]) -> Kind:
    """The kind of a seekable binary file, which is left at its start.

    Raises:
        DamagedInputError: it is empty, or holds nothing but zeros at its start.
        UnsupportedInputError: it is of another kind, and the message says of which.
    """
    head = file.read(HEAD)
    file.seek(0)
    if not head:
        raise empty()
    kind = of_head(head)
    if kind is not None:
        return kind
    if not head.strip(b"\0"):
        raise DamagedInputError("the file holds only zero bytes", hint="Copy or download it again.")
    what, hint = _guess(head)
    raise UnsupportedInputError(f"this seems to be {what}", hint=f"{UnsupportedInputError.hint} {hint}".strip())


def empty() -> DamagedInputError:
    """The error for a file without a byte."""
    return DamagedInputError("the file is empty", hint="Copy or download it again.")


def of_head(head: bytes) -> Kind | None:
    """The kind of a file by its first :data:`HEAD` bytes; ``None`` for all that ocrect does not read."""
    return next((kind for kind, pattern in _READ if pattern.match(head)), None)


def _guess(head: bytes) -> tuple[str, str]:
    for what, pattern, hint in _OTHER:
        if re.match(pattern, head, re.DOTALL):
            return what, hint
    if _reads_as_text(head):
        return "plain text", "To correct text, use `ocrect correct`."
    return "no image and no PDF", ""


def _reads_as_text(head: bytes) -> bool:
    text = head.decode("utf-8", errors="ignore")
    cut = len(head) - len(text.encode())  # a character may be cut at the end of what was read
    return cut <= 3 and all(c.isprintable() or c.isspace() for c in text)
