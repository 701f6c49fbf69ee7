"""Texts, hOCR and ALTO of other engines: their lines as a document, and its corrected words in place of theirs.

Nothing else in the file changes: it is not written anew but spliced, so markup, comments, spaces and encoding stay as they are.
Where words are joined or parted, elements go or come, with boxes by :mod:`ocrect.record.placement`.
"""

from __future__ import annotations

from ocrect.errors import DamagedInputError
from ocrect.markup import alto, hocr, plain
from ocrect.markup.splice import Change, decoded, document_of, encoded
from ocrect.record.document import Document

KINDS = {"text": plain, "hocr": hocr, "alto": alto}


def document(data: bytes, kind: str) -> Document:
    """The document that a file of hOCR (``hocr``) or ALTO (``alto``) holds, without evidence.

    Raises:
        DamagedInputError: it is not of that kind, or holds no line.
    """
    text, _ = decoded(data)
    found = KINDS[kind].find(text)
    if not any(page.lines for page in found):
        raise DamagedInputError(f"there is no line of words in this {kind}", hint="Give what an OCR engine wrote.")
    return document_of(found)


def replaced(data: bytes, kind: str, corrected: Document) -> bytes:
    """The file with the words of ``corrected``, which was made of its :func:`document`, in place of its own."""
    text, encoding = decoded(data)
    module = KINDS[kind]
    lines = {line.id: line for line in corrected.lines()}
    changes: list[Change] = []
    for page in module.find(text):
        for found in page.lines:
            line = lines.get(found.id)
            if line is not None and line.corrected != line.text:
                changes += module.changes(text, found, line)
    parts: list[str] = []
    position = 0
    for start, end, new in sorted(changes):
        parts += (text[position:start], new)
        position = end
    return encoded("".join([*parts, text[position:]]), encoding, markup=kind != "text")
