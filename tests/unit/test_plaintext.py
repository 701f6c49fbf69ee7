"""Plain texts as documents, and long ones in parts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ocrect.record.document import Block, Box, Failure, Line, Page
from ocrect.record.plaintext import PART, document, joined, parts


def test_the_lines_lose_the_spaces_around_them() -> None:
    assert document(" a \n\n b").text == "a\n\nb"


@pytest.mark.parametrize("lines", [1, PART, PART + 1, 3 * PART, 1000])
def test_parts_joined_are_the_page_again(lines: int) -> None:
    (page,) = document("\n".join(f"line {i}" for i in range(lines))).pages
    cut = parts(page)
    assert max(len(part.blocks[0].lines) for part in cut) <= PART
    assert len(cut) == -(-lines // PART)
    assert joined(cut) == (page,)


def test_a_part_ends_after_an_empty_line_of_its_second_half() -> None:
    texts = ["word"] * (3 * PART)
    texts[PART // 4] = texts[PART - 5] = ""
    first, second, *_ = parts(document("\n".join(texts)).pages[0])
    assert len(first.blocks[0].lines) == PART - 4
    assert len(second.blocks[0].lines) == PART


def test_a_page_that_was_seen_stays_whole() -> None:
    lines = tuple(Line(f"l{i}", "word", Box(0, i, 9, i + 1)) for i in range(3 * PART))
    seen = Page(1, 100, 1000, blocks=(Block(lines),))
    assert parts(seen) == [seen]
    assert joined([seen, replace(seen, number=2)]) == (seen, replace(seen, number=2))


def test_a_page_has_the_failure_of_any_of_its_parts() -> None:
    page, other = document("\n".join(["word"] * (2 * PART)) + "\fend").pages
    first, second = parts(page)
    failed = replace(second, failure=Failure("GenerationError", "it choked"))
    assert [found.failure for found in joined([first, failed, other])] == [failed.failure, None]
