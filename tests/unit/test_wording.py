"""Numbers in sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ocrect.wording import counted

SOURCE = Path(__file__).parent.parent.parent / "src" / "ocrect"


@pytest.mark.parametrize(("number", "text"), [(0, "0 pages"), (1, "1 page"), (2, "2 pages"), (12_000, "12,000 pages")])
def test_a_noun_has_the_form_that_its_number_asks_for(number: int, text: str) -> None:
    assert counted(number, "page") == text


def test_no_message_counts_pages_files_or_edits_by_itself() -> None:
    """Where such a number may be 1, ``1 pages`` was said. A limit that a file exceeds is more than one."""
    by_itself = re.compile(r"f\"[^\"]*(?<!several )\{(?!counted)[^}]*\} (?:pages|files|edits)\b(?! (?:allowed|were))")
    lines = [(path.name, line) for path in SOURCE.rglob("*.py") for line in path.read_text("utf-8").split("\n")]
    assert not [(name, line) for name, line in lines if by_itself.search(line)]
