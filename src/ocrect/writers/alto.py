"""ALTO 4.4 (www.loc.gov/standards/alto): layout and text with confidences, other readings and what was done to the page."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import IO

from ocrect.plugins import Original
from ocrect.record.document import Block, Box, Document, Line, Page, Step
from ocrect.settings import Settings
from ocrect.writers import xml
from ocrect.writers.marks import MarkedWord, marked, notices

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA = f"{NAMESPACE} http://www.loc.gov/standards/alto/v4/alto-4-4.xsd"
_CREATOR = "ocrect"


class AltoWriter:
    """Writes ALTO. ``WC`` is a word's confidence; an ``ALTERNATIVE`` is what the engine read before (``PURPOSE="ocr"``) or a
    reading that is left for a person (``PURPOSE="review"``).
    """

    suffixes = (".alto.xml", ".alto")

    def __call__(self, document: Document, original: Original, out: IO[bytes]) -> None:
        del original
        instance = {"xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance", "xsi:schemaLocation": _SCHEMA}
        root = ET.Element("alto", {"xmlns": NAMESPACE, "SCHEMAVERSION": "4.4", **instance})
        steps = _description(root, document)
        layout = xml.child(root, "Layout")
        for page in document.pages:
            _page(layout, page, steps)
        xml.write(root, out)


def build(settings: Settings) -> AltoWriter:
    """The writer; it has no settings."""
    del settings
    return AltoWriter()


def _description(root: ET.Element, document: Document) -> Mapping[str, str]:
    """The head: unit, file, and each thing done once; gives the steps' ids."""
    description = xml.child(root, "Description")
    xml.child(description, "MeasurementUnit", "pixel")
    xml.child(xml.child(description, "sourceImageInformation"), "fileName", document.source)
    steps: dict[str, str] = {}
    for page in document.pages:
        for step in page.steps:
            if (key := _key(step)) not in steps:
                steps[key] = f"step_{len(steps) + 1}"
                _processing(description, step, steps[key])
    return steps


def _processing(parent: ET.Element, step: Step, name: str) -> None:
    made = xml.child(parent, "Processing", ID=name)
    xml.child(made, "processingStepDescription", step.name)
    if step.settings:
        xml.child(made, "processingStepSettings", json.dumps(dict(step.settings), ensure_ascii=False, default=str))
    software = xml.child(made, "processingSoftware")
    xml.child(software, "softwareCreator", _CREATOR)
    xml.child(software, "softwareName", step.name)
    xml.child(software, "softwareVersion", step.version)


def _key(step: Step) -> str:
    return json.dumps([step.name, step.version, dict(step.settings)], default=str, sort_keys=True)


def _page(layout: ET.Element, page: Page, steps: Mapping[str, str]) -> None:
    name = f"page_{page.number}"
    done = " ".join(dict.fromkeys(steps[_key(step)] for step in page.steps))
    attributes = {"ID": name, "PHYSICAL_IMG_NR": str(page.number), "HEIGHT": str(page.height), "WIDTH": str(page.width)}
    found = xml.child(layout, "Page", **attributes, **({"PROCESSINGREFS": done} if done else {}))
    for notice in notices(page):
        found.append(ET.Comment(f" {xml.clean(notice).replace('--', '- -')} "))
    space = xml.child(found, "PrintSpace", HPOS="0", VPOS="0", WIDTH=str(page.width), HEIGHT=str(page.height))
    for number, block in enumerate(page.blocks, 1):
        _block(space, block, page, f"block_{page.number}_{number}")
    for number, unread in enumerate(page.unread, 1):
        xml.child(space, "Illustration", ID=f"unread_{page.number}_{number}", TYPE=unread.why, **_place(unread.box, page))


def _block(parent: ET.Element, block: Block, page: Page, name: str) -> None:
    lines = [(line, words) for line in block.lines if line.box and (words := marked(line))]
    if not lines:
        return
    box = block.box or Box.around([line.box for line, _ in lines if line.box])
    made = xml.child(parent, "TextBlock", ID=name, **_place(box, page))
    for number, (line, words) in enumerate(lines, 1):
        _line(made, line, words, page, f"{name}_line_{number}")


def _line(parent: ET.Element, line: Line, words: list[MarkedWord], page: Page, name: str) -> None:
    assert line.box is not None
    attributes = {"ID": name, **_place(line.box, page)}
    if line.baseline:
        attributes["BASELINE"] = " ".join(f"{x:.0f},{y:.0f}" for x, y in line.baseline)
    if line.language:
        attributes["LANG"] = line.language
    made = xml.child(parent, "TextLine", **attributes)
    for number, word in enumerate(words, 1):
        if number > 1:
            xml.child(made, "SP")
        _string(made, word, page, f"{name}_word_{number}")


def _string(parent: ET.Element, word: MarkedWord, page: Page, name: str) -> None:
    made = xml.child(
        parent,
        "String",
        ID=name,
        CONTENT=word.text,
        WC=f"{min(1.0, max(0.0, word.confidence)):.3f}",
        **_place(word.word.box, page),
    )
    if word.read:
        xml.child(made, "ALTERNATIVE", word.read, PURPOSE="ocr")
    for other in word.others:
        if other:
            xml.child(made, "ALTERNATIVE", other, PURPOSE="review")


def _place(box: Box, page: Page) -> dict[str, str]:
    left, top, right, bottom = xml.placed(box, page.width, page.height)
    return {"HPOS": str(left), "VPOS": str(top), "WIDTH": str(right - left), "HEIGHT": str(bottom - top)}
