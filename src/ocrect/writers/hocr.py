"""hOCR 1.2 (kba.github.io/hocr-spec): pages, areas, lines and words with their boxes and confidences, as XHTML."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from typing import IO

import ocrect
from ocrect.plugins import Original
from ocrect.record.document import Block, Box, Document, Line, Page
from ocrect.settings import Settings
from ocrect.writers import xml
from ocrect.writers.marks import MarkedWord, marked, notices

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
"""
_CAPABILITIES = "ocr_page ocr_carea ocr_par ocr_line ocrx_word ocrp_wconf"


class HocrWriter:
    """Writes hOCR. ``x_wconf`` is a word's confidence in percent; what the engine read before is ``x_ocrect_read``, and other
    readings left for a person are ``x_ocrect_or``.
    """

    suffixes = (".hocr",)

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        del original
        root = ET.Element("html", {"xmlns": "http://www.w3.org/1999/xhtml"})
        head = xml.child(root, "head")
        xml.child(head, "title", document.source)
        xml.child(head, "meta", **{"http-equiv": "Content-Type", "content": "text/html; charset=utf-8"})
        xml.child(head, "meta", name="ocr-system", content=f"ocrect {ocrect.__version__}")
        capabilities = xml.child(head, "meta", name="ocr-capabilities", content=_CAPABILITIES)
        spoken = xml.child(head, "meta", name="ocr-langs", content="unknown")
        xml.child(head, "meta", name="ocr-number-of-pages", content=str(len(document.pages)))
        body = xml.child(root, "body")
        for page in document.pages:
            _page(body, page, document.source)
        if languages := sorted({element.get("lang", "") for element in body.iter()} - {""}):
            capabilities.set("content", f"{_CAPABILITIES} ocrp_lang")
            spoken.set("content", " ".join(languages))
        xml.write(root, out, head=_HEAD)


def build(settings: Settings) -> HocrWriter:
    """The writer; it has no settings."""
    del settings
    return HocrWriter()


def _page(body: ET.Element, page: Page, source: str) -> None:
    name = source.replace('"', "'")
    resolution = f"; scan_res {page.dpi:.0f} {page.dpi:.0f}" if page.dpi else ""
    title = f'image "{name}"; bbox 0 0 {page.width} {page.height}; ppageno {page.number - 1}{resolution}'
    found = xml.child(body, "div", **{"class": "ocr_page", "id": f"page_{page.number}", "title": title})
    for notice in notices(page):
        found.append(ET.Comment(f" {xml.clean(notice).replace('--', '- -')} "))
    for number, block in enumerate(page.blocks, 1):
        _block(found, block, page, f"{page.number}_{number}")


def _block(parent: ET.Element, block: Block, page: Page, name: str) -> None:
    boxes = [line.box for line in block.lines if line.box]
    if not boxes:
        return
    title = _bbox(block.box or Box.around(boxes), page)
    area = xml.child(parent, "div", **{"class": "ocr_carea", "id": f"block_{name}", "title": title})
    paragraph = xml.child(area, "p", **{"class": "ocr_par", "id": f"par_{name}", "title": title})
    for number, line in enumerate(block.lines, 1):
        _line(paragraph, line, page, f"{name}_{number}")


def _line(parent: ET.Element, line: Line, page: Page, name: str) -> None:
    words = marked(line)
    if line.box is None or not words:
        return
    attributes = {"class": "ocr_line", "id": f"line_{name}", "title": _bbox(line.box, page) + _baseline(line)}
    if line.language:
        attributes["lang"] = line.language
    made = xml.child(parent, "span", **attributes)
    for number, word in enumerate(words, 1):
        title = f"{_bbox(word.word.box, page)}; x_wconf {round(100 * word.confidence)}{_readings(word)}"
        xml.child(made, "span", word.text, **{"class": "ocrx_word", "id": f"word_{name}_{number}", "title": title})


def _readings(word: MarkedWord) -> str:
    read = f"; x_ocrect_read {_quoted(word.read)}" if word.read is not None else ""
    others = f"; x_ocrect_or {' '.join(map(_quoted, word.others))}" if word.others else ""
    return read + others


def _quoted(text: str) -> str:
    """A string of hOCR's properties (section 2.1), in double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _bbox(box: Box, page: Page) -> str:
    return "bbox {} {} {} {}".format(*xml.placed(box, page.width, page.height))


def _baseline(line: Line) -> str:
    """Slope, and the distance from the bottom left corner of the box."""
    if line.baseline is None or line.box is None:
        return ""
    (x0, y0), (x1, y1) = line.baseline
    if abs(x1 - x0) < abs(y1 - y0):  # a line up or down the page: an angle says so, in degrees counterclockwise
        return f"; textangle {round(-math.degrees(math.atan2(y1 - y0, x1 - x0))) % 360}"
    slope = (y1 - y0) / (x1 - x0) if x1 != x0 else 0.0
    offset = y0 + slope * (line.box.left - x0) - line.box.bottom
    return f"; baseline {slope:.4g} {offset:.4g}"
