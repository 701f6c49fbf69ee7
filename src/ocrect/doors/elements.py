"""OCRmyPDF's tree of elements as our page, and the other way round. Boxes are in pixels on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ocrmypdf.hocrtransform import Baseline, BoundingBox, HocrParser, OcrClass, OcrElement
from PIL import Image

from ocrect.record import placement
from ocrect.record.document import Block, Box, Line, Page, Word


def tree(page: Page) -> OcrElement:
    """The corrected page as OCRmyPDF's tree: a paragraph a block, a line for each that has a box and text."""
    root = OcrElement(OcrClass.PAGE, bbox=BoundingBox(0, 0, page.width, page.height), dpi=page.dpi, page_number=page.number - 1)
    for block in page.blocks:
        lines = [_line(line) for line in block.lines if line.box and line.corrected.strip()]
        if lines:
            around = Box.around([line.box for line in block.lines if line.box])
            root.children.append(OcrElement(OcrClass.PARAGRAPH, bbox=_bounds(around), children=lines))
    return root


def _line(line: Line) -> OcrElement:
    assert line.box is not None
    words = [
        OcrElement(OcrClass.WORD, bbox=_bounds(word.box), text=word.text, confidence=word.confidence)
        for word in placement.words(line)
    ]
    made = OcrElement(OcrClass.LINE, bbox=_bounds(line.box), children=words, language=line.language or None)
    if line.baseline:
        (x0, y0), (x1, y1) = line.baseline
        if abs(x1 - x0) > abs(y1 - y0):
            slope = (y1 - y0) / (x1 - x0)
            made.baseline = Baseline(slope, y0 + slope * (line.box.left - x0) - line.box.bottom)
    return made


def _bounds(box: Box) -> BoundingBox:
    return BoundingBox(box.left, box.top, max(box.left, box.right), max(box.top, box.bottom))


def parsed(hocr: Path, input_file: Path) -> OcrElement:
    """The tree of an hOCR file; an empty page as large as the image where the file is empty, as after Tesseract's timeout."""
    if hocr.stat().st_size:
        return HocrParser(hocr).parse()
    with Image.open(input_file) as image:
        return OcrElement(OcrClass.PAGE, bbox=BoundingBox(0, 0, *image.size), dpi=float(image.info.get("dpi", (72, 72))[0]))


def page(tree: OcrElement) -> Page:
    """Another engine's tree as a page with one block; its lines are named ``l1``, ``l2``, … in the tree's order."""
    box = tree.bbox
    found = [_own_line(element, f"l{number}") for number, element in enumerate(_lines(tree), 1)]
    lines = tuple(line for line in found if line is not None)
    width, height = (round(box.width), round(box.height)) if box else (0, 0)
    return Page((tree.page_number or 0) + 1, width, height, tree.dpi, (Block(lines),) if lines else ())


def _lines(tree: OcrElement) -> Iterator[OcrElement]:
    """The elements that have words as children: lines, headers, captions and so on."""
    if any(child.ocr_class == OcrClass.WORD for child in tree.children):
        yield tree
    else:
        for child in tree.children:
            yield from _lines(child)


def _own_line(element: OcrElement, name: str) -> Line | None:
    words, at = [], 0
    for child in element.children:
        text = child.text.strip()
        if child.ocr_class == OcrClass.WORD and child.bbox and text:
            box = Box(child.bbox.left, child.bbox.top, child.bbox.right, child.bbox.bottom)
            words.append(Word(text, box, child.confidence or 0.0, at, at + len(text)))
            at += len(text) + 1
    if not words:
        return None
    return Line(name, " ".join(word.text for word in words), Box.around([word.box for word in words]), tuple(words))


def put(tree: OcrElement, page: Page) -> None:
    """Replace the words in the tree's lines by those of the corrected ``page`` (made by :func:`page`), where a line changed."""
    lines = {line.id: line for line in page.lines()}
    for number, element in enumerate(_lines(tree), 1):
        line = lines.get(f"l{number}")
        if line is not None and line.corrected != line.text:
            element.children = _line(line).children
