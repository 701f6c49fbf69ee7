"""ALTO (www.loc.gov/standards/alto), any version. Declarations of entities are refused: none is ever expanded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.parsers import expat
from xml.sax.saxutils import escape

from ocrect.errors import DamagedInputError
from ocrect.markup.splice import Change, LineFound, PageFound, Put, WordFound, spliced
from ocrect.record.document import Box, Line

_START = re.compile(r"""<[^\s/>]+(?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""")
_SPACE = re.compile(r"<(?:[^\s/>:]+:)?SP\b[^>]*?(?:/>|>\s*</[^>]*>)\s*$")


def find(text: str) -> list[PageFound]:
    """The pages, lines and words of the file.

    Raises:
        DamagedInputError: it is not well-formed XML, or declares entities.
    """
    return _Reader(text).pages


def changes(text: str, found: LineFound, line: Line) -> list[Change]:
    """What makes the file's line read as the corrected one. A ``String`` that goes takes the ``SP`` before it along."""
    result, gone = spliced(found, line, lambda put: _element(text, put), _space(text, found.words[0]))
    for word in gone:
        before = _SPACE.search(text, max(0, word.start - 300), word.start)
        result.append((before.start() if before else word.start, word.end, ""))
    return result


def _space(text: str, word: WordFound) -> str:
    """An ``SP`` with the prefix that the word's element has."""
    name = re.match(r"<((?:[^\s/>:]+:)?)String", text[word.start : word.inner[1]])
    return f"<{name[1] if name else ''}SP/>"


def _element(text: str, put: Put) -> str:
    start, end = put.old.inner
    tag = _with(text[start:end], "CONTENT", put.text)
    if put.box is not None:
        left, top = round(put.box.left), round(put.box.top)
        sides = {"HPOS": left, "VPOS": top, "WIDTH": round(put.box.right) - left, "HEIGHT": round(put.box.bottom) - top}
        for name, value in sides.items():
            tag = _with(tag, name, str(value))
    if put.copy:
        tag = re.sub(r"""(\sID\s*=\s*["'])([^"']*)""", rf"\g<1>\g<2>_{put.name}", tag, count=1)
    return tag + text[end : put.old.end]


def _with(tag: str, name: str, value: str) -> str:
    """A start tag with another value of an attribute that it has."""
    quoted = '"' + escape(value, {'"': "&quot;"}) + '"'
    return re.sub(rf"""(\s{name}\s*=\s*)(?:"[^"]*"|'[^']*')""", lambda m: m[1] + quoted, tag, count=1)


class _Reader:
    """Reads the file once; offsets are of its text, though the parser counts bytes of UTF-8."""

    def __init__(self, text: str) -> None:
        self.pages: list[PageFound] = []
        self._text, self._data = text, text.encode("utf-8", "surrogatepass")
        self._bytes = self._characters = 0
        self._line: LineFound | None = None
        self._word: tuple[int, str, Mapping[str, str]] | None = None
        self._parser = expat.ParserCreate("utf-8")
        self._parser.StartElementHandler = self._started
        self._parser.EndElementHandler = self._ended
        self._parser.EntityDeclHandler = _refuse
        try:
            self._parser.Parse(self._data, True)
        except expat.ExpatError as error:
            raise DamagedInputError(f"this is no XML: {error}", hint="Give the ALTO that an OCR engine wrote.") from None

    def _at(self) -> int:
        place = self._parser.CurrentByteIndex
        self._characters += len(self._data[self._bytes : place].decode("utf-8", "replace"))
        self._bytes = place
        return self._characters

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "Page":
            width, height = (round(_number(attributes.get(side, ""))) for side in ("WIDTH", "HEIGHT"))
            self.pages.append(PageFound(len(self.pages) + 1, width, height))
        elif local == "TextLine":
            if not self.pages:
                self.pages.append(PageFound(1))
            page = self.pages[-1]
            self._line = LineFound(f"p{page.number}-l{len(page.lines) + 1}", _box(attributes))
        elif local == "String" and self._line is not None:
            found = _START.match(self._text, self._at())
            if found:
                self._word = (found.start(), found[0], attributes)

    def _ended(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local == "TextLine" and self._line is not None:
            if self._line.words:
                self.pages[-1].lines.append(self._line)
            self._line = None
        elif local == "String" and self._word is not None and self._line is not None:
            start, tag, attributes = self._word
            self._word = None
            end = start + len(tag)
            if not tag.endswith("/>"):
                end = self._text.find(">", self._at()) + 1
            text = " ".join(attributes.get("CONTENT", "").split())
            if text:
                sure = min(1.0, max(0.0, _number(attributes.get("WC", ""))))
                self._line.words.append(WordFound(start, end, (start, start + len(tag)), text, _box(attributes), sure))


def _refuse(*_: object) -> None:
    raise DamagedInputError("the file declares entities", hint="Give the ALTO that an OCR engine wrote: it has none.")


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if abs(value) < 1e9 else 0.0


def _box(attributes: Mapping[str, str]) -> Box | None:
    if not {"HPOS", "VPOS", "WIDTH", "HEIGHT"} <= attributes.keys():
        return None
    left, top, width, height = (_number(attributes[side]) for side in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
    return Box(left, top, left + width, top + height)
