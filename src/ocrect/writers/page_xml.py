"""PAGE XML 2019-07-15 (PRImA, www.primaresearch.org/schema/PAGE): regions, lines and words as polygons with their text."""

from __future__ import annotations

import xml.etree.ElementTree as ET
import zipfile
from datetime import UTC, datetime
from typing import IO

import ocrect
from ocrect.errors import ExportError
from ocrect.plugins import Original
from ocrect.record.document import Block, BlockKind, Box, Document, Line, Page
from ocrect.settings import Settings
from ocrect.writers import xml
from ocrect.writers.marks import MarkedWord, marked, notices

NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"
_TYPES: dict[BlockKind, str] = {
    "heading": "heading", "paragraph": "paragraph", "footnote": "footnote", "page-number": "page-number",
}  # fmt: skip


class PageXmlWriter:
    """Writes PAGE XML. A document of several pages, which the format does not know, is a ZIP archive of one file a page.

    The corrected text is the first ``TextEquiv``; what the engine read, and readings left for a person, follow it.
    """

    suffixes = (".page.xml", ".page.zip")

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        """Write the pages.

        Raises:
            ExportError: the document has no page.
        """
        del original
        if not document.pages:
            raise ExportError("PAGE XML describes a page, and the document has none")
        if len(document.pages) == 1:
            xml.write(_root(document.pages[0], document.source), out)
            return
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for page in document.pages:
                with archive.open(f"page-{page.number:04d}.xml", "w") as member:
                    xml.write(_root(page, document.source), member)


def build(settings: Settings) -> PageXmlWriter:
    """The writer; it has no settings."""
    del settings
    return PageXmlWriter()


def _root(page: Page, source: str) -> ET.Element:
    root = ET.Element("PcGts", {"xmlns": NAMESPACE})
    metadata = xml.child(root, "Metadata")
    now = datetime.now(UTC).replace(microsecond=0, tzinfo=None).isoformat()
    xml.child(metadata, "Creator", f"ocrect {ocrect.__version__}")
    xml.child(metadata, "Created", now)
    xml.child(metadata, "LastChange", now)
    if said := notices(page):
        xml.child(metadata, "Comments", "; ".join(said))
    found = xml.child(root, "Page", imageFilename=source, imageWidth=str(page.width), imageHeight=str(page.height))
    blocks = [(f"r{n}", block) for n, block in enumerate(page.blocks, 1) if any(line.box for line in block.lines)]
    if blocks:
        order = xml.child(xml.child(found, "ReadingOrder"), "OrderedGroup", id="order")
        for index, (name, _) in enumerate(blocks):
            xml.child(order, "RegionRefIndexed", index=str(index), regionRef=name)
    for name, block in blocks:
        _region(found, block, page, name)
    for number, unread in enumerate(page.unread, 1):
        region = xml.child(found, "UnknownRegion", id=f"u{number}", custom=f"unread {{why:{unread.why};}}")
        _coords(region, unread.box, page)
    return root


def _region(parent: ET.Element, block: Block, page: Page, name: str) -> None:
    attributes = {"id": name}
    if block.kind in _TYPES:
        attributes["type"] = _TYPES[block.kind]
    made = xml.child(parent, "TextRegion", **attributes)
    _coords(made, block.box or Box.around([line.box for line in block.lines if line.box]), page)
    for number, line in enumerate(block.lines, 1):
        if line.box is not None:
            _line(made, line, page, f"{name}l{number}")
    _text(made, "\n".join(line.corrected for line in block.lines))


def _line(parent: ET.Element, line: Line, page: Page, name: str) -> None:
    assert line.box is not None
    made = xml.child(parent, "TextLine", id=name)
    _coords(made, line.box, page)
    if line.baseline:
        xml.child(made, "Baseline", points=" ".join(f"{max(0, round(x))},{max(0, round(y))}" for x, y in line.baseline))
    for number, word in enumerate(marked(line), 1):
        _word(made, word, page, f"{name}w{number}")
    _text(made, line.corrected, *([line.text] if line.text != line.corrected else []))


def _word(parent: ET.Element, word: MarkedWord, page: Page, name: str) -> None:
    made = xml.child(parent, "Word", id=name)
    _coords(made, word.word.box, page)
    confidence = f"{min(1.0, max(0.0, word.confidence)):.3f}"
    _text(made, word.text, *([word.read] if word.read else []), *word.others, confidence=confidence)


def _text(parent: ET.Element, text: str, *others: str, confidence: str = "") -> None:
    for index, reading in enumerate([text, *others]):
        attributes = {"index": str(index)} if others else {}
        if confidence and not index:
            attributes["conf"] = confidence
        xml.child(xml.child(parent, "TextEquiv", **attributes), "Unicode", reading)


def _coords(parent: ET.Element, box: Box, page: Page) -> None:
    left, top, right, bottom = xml.placed(box, page.width, page.height)
    xml.child(parent, "Coords", points=f"{left},{top} {right},{top} {right},{bottom} {left},{bottom}")
