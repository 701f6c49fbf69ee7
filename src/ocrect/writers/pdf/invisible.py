"""Taking an invisible text layer out of a PDF page, so that a better one can take its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Name, Operator, Pdf

_INVISIBLE = 3  # text rendering mode (PDF 32000-1:2008, 9.3.6)
_SHOWS = {Operator(name) for name in ("Tj", "TJ", "'", '"')}
_MODE, _SAVE, _RESTORE = Operator("Tr"), Operator("q"), Operator("Q")


def remove(pdf: Pdf, page: pikepdf.Page) -> None:
    """Take out all that is shown in rendering mode 3; a page without any keeps its streams as they are."""
    if Name.Contents not in page.obj:
        return
    instructions = pikepdf.parse_content_stream(page)
    kept = list(_visible(instructions))
    if len(kept) < len(instructions):
        page.obj.Contents = pdf.make_stream(pikepdf.unparse_content_stream(kept))


def _visible(instructions: Any) -> Iterator[Any]:
    """The instructions but those that show invisible text. The mode is part of the state that ``q`` and ``Q`` keep."""
    mode, saved = 0, []
    for instruction in instructions:
        operator = instruction.operator
        if operator == _SAVE:
            saved.append(mode)
        elif operator == _RESTORE and saved:
            mode = saved.pop()
        elif operator == _MODE and len(instruction.operands):
            mode = int(instruction.operands[0])
        elif operator in _SHOWS and mode == _INVISIBLE:
            continue
        yield instruction
