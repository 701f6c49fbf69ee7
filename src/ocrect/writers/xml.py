"""What the writers of XML share: text that XML can hold, numbers, and the tree as bytes."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import IO

from ocrect.record.document import Box

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """``text`` with U+FFFD for what no XML 1.0 document may hold (section 2.2): control characters, half surrogates."""
    return _FORBIDDEN.sub("\ufffd", text)


def child(parent: ET.Element, name: str, text: str = "", /, **attributes: str) -> ET.Element:
    """A new element below ``parent``."""
    made = ET.SubElement(parent, name, {key: clean(value) for key, value in attributes.items()})
    if text:
        made.text = clean(text)
    return made


def placed(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom in whole pixels, inside the page."""
    left, top = max(0, int(box.left)), max(0, int(box.top))
    right, bottom = min(width or 2**31, -int(-box.right // 1)), min(height or 2**31, -int(-box.bottom // 1))
    return left, top, max(right, left + 1), max(bottom, top + 1)


def write(root: ET.Element, out: IO[bytes], *, head: str = '<?xml version="1.0" encoding="UTF-8"?>\n') -> None:
    """The document as UTF-8."""
    ET.indent(root)
    out.write(head.encode("ascii") + ET.tostring(root, encoding="utf-8", short_empty_elements=True) + b"\n")
