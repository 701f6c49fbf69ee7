"""hOCR (kba.github.io/hocr-spec), of XHTML or HTML. A parser of HTML reads it: no markup is refused, no entity is expanded."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import accumulate

from ocrect.markup.splice import Change, LineFound, PageFound, Put, WordFound, spliced, whole
from ocrect.record.document import Box, Line

_PAGE, _WORDS = "ocr_page", {"ocrx_word", "ocr_word"}
_LINES = {"ocr_line", "ocrx_line", "ocr_header", "ocr_footer", "ocr_caption", "ocr_textfloat"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_NUMBER = r"(-?\d{1,9}(?:\.\d{1,9})?)"
_BBOX = re.compile(rf"\bbbox\s+{_NUMBER}\s+{_NUMBER}\s+{_NUMBER}\s+{_NUMBER}")
_CONFIDENCE = re.compile(r"\bx_wconf\s+(\d{1,3})")
_TAG = re.compile(r"(<[^>]*>)")
_ID = re.compile(r"""(\sid\s*=\s*["'])([^"']*)""")
_MOST_DEPTH = 200


def find(text: str) -> list[PageFound]:
    """The pages, lines and words of the file."""
    reader = _Reader(text)
    reader.feed(text)
    reader.close()
    return reader.pages


def changes(text: str, found: LineFound, line: Line) -> list[Change]:
    """What makes the file's line read as the corrected one."""
    if not found.words:
        return [whole(text, found, line, _put)]
    made, gone = spliced(found, line, lambda put: _element(text, put), " ")
    return [*made, *((word.start, word.end, "") for word in gone)]


def _element(text: str, put: Put) -> str:
    head, (start, end) = text[put.old.start : put.old.inner[0]], put.old.inner
    if put.box is not None:
        box = "bbox {} {} {} {}".format(*(round(side) for side in (put.box.left, put.box.top, put.box.right, put.box.bottom)))
        head = _BBOX.sub(box, head, count=1)
    if put.copy:
        head = _ID.sub(rf"\g<1>\g<2>_{put.name}", head, count=1)
    return head + _put(text[start:end], put.text) + text[end : put.old.end]


def _put(inner: str, new: str) -> str:
    """Content with another text: in its first run of text, the others emptied; the elements in it stay."""
    parts = _TAG.split(inner)
    runs = [at for at in range(0, len(parts), 2) if parts[at].strip()] or [0]
    kept = ["" if at in runs[1:] else part for at, part in enumerate(parts)]
    old = parts[runs[0]]
    lead, trail = old[: len(old) - len(old.lstrip())], old[len(old.rstrip()) :] if old.strip() else ""
    kept[runs[0]] = lead + html.escape(new, quote=False) + trail
    return "".join(kept)


@dataclass(slots=True)
class _Open:
    tag: str
    role: str
    title: str
    start: int
    inner: int


class _Reader(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.pages: list[PageFound] = []
        self._text = text
        self._starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self._stack: list[_Open] = []
        self._line: LineFound | None = None

    def _at(self) -> int:
        number, offset = self.getpos()
        return self._starts[number - 1] + offset

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID or len(self._stack) >= _MOST_DEPTH:
            return
        given = dict(attrs)
        classes, title = set((given.get("class") or "").split()), given.get("title") or ""
        role = "page" if _PAGE in classes else "line" if classes & _LINES else "word" if classes & _WORDS else ""
        start = self._at()
        self._stack.append(_Open(tag, role, title, start, start + len(self.get_starttag_text() or "")))
        if role == "page":
            self._begin_page(title)
        elif role == "line":
            self._line = self._new_line(title)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element without content has no word in it."""

    def handle_endtag(self, tag: str) -> None:
        if not any(item.tag == tag for item in self._stack):
            return
        end = self._at()
        while True:
            item = self._stack.pop()
            self._ended(item, end)
            if item.tag == tag:
                return

    def _begin_page(self, title: str) -> None:
        box = _box(title)
        self.pages.append(PageFound(len(self.pages) + 1, round(box.right) if box else 0, round(box.bottom) if box else 0))

    def _new_line(self, title: str) -> LineFound:
        if not self.pages:
            self._begin_page("")
        page = self.pages[-1]
        return LineFound(f"p{page.number}-l{len(page.lines) + 1}", _box(title))

    def _ended(self, item: _Open, end: int) -> None:
        inner = (item.inner, max(item.inner, end))
        if item.role == "word":
            self._word(item, inner)
        elif item.role == "line" and self._line is not None:
            line, self._line = self._line, None
            if not line.words:
                line.inner, line.text = inner, _plain(self._text[inner[0] : inner[1]])
            if line.words or line.text:
                self.pages[-1].lines.append(line)

    def _word(self, item: _Open, inner: tuple[int, int]) -> None:
        text = _plain(self._text[inner[0] : inner[1]])
        if not text:
            return
        close = self._text.find(">", inner[1])
        is_closed = self._text.startswith("</", inner[1]) and close >= 0
        sure = _CONFIDENCE.search(item.title)
        confidence = min(1.0, int(sure[1]) / 100) if sure else 0.0
        word = WordFound(item.start, close + 1 if is_closed else inner[1], inner, text, _box(item.title), confidence)
        if self._line is not None:
            self._line.words.append(word)
        else:  # a word outside any line is a line of its own
            line = self._new_line(item.title)
            line.words.append(word)
            self.pages[-1].lines.append(line)


def _plain(inner: str) -> str:
    return " ".join(html.unescape(_TAG.sub("", inner)).split())


def _box(title: str) -> Box | None:
    found = _BBOX.search(title)
    return Box(*(float(side) for side in found.groups())) if found else None
