"""Tesseract's words become lines: no false spaces in Chinese and Japanese, pieces of a row in the order of reading."""

from __future__ import annotations

import numpy as np
import pytest

from ocrect.engines import tesseract
from ocrect.evidence import Reading
from ocrect.record.document import Box, PageImage

BARE = PageImage(np.full((200, 600, 3), 255, np.uint8))


def found(*words: tuple[str, float], line: int = 0) -> list[tesseract._Found]:
    """Words 20 pixels high, each with its left side; a sign is 20 pixels wide."""
    return [
        tesseract._Found(line, text, Box(x, 0.0, x + 20.0 * len(text), 20.0), 0.9, tuple((Reading(c, 0.0),) for c in text))
        for text, x in words
    ]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([("東京", 0), ("都", 44), ("港区", 68)], "東京都港区"),
        ([("合計", 0), ("、", 44), ("カメラ", 66)], "合計、カメラ"),
        ([("合計", 0), ("品名", 90)], "合計 品名"),
        ([("合計", 0), ("1,200", 44)], "合計 1,200"),
        ([("서울", 0), ("시청", 44)], "서울 시청"),
        ([("oak", 0), ("door", 64)], "oak door"),
    ],
)
def test_spaces_stand_where_the_script_writes_them(words: list[tuple[str, float]], text: str) -> None:
    (block,) = tesseract._blocks(found(*words), BARE)
    (line,) = block.lines
    assert line.text == text
    assert all(line.text[word.start : word.end] == word.text for word in line.words)
    assert line.evidence is not None
    assert line.evidence.log_likelihood([text])[0] == 0.0


@pytest.mark.parametrize(("pieces", "text"), [(("שלום", "עולם"), "עולם שלום"), (("name", "price"), "name price")])
def test_pieces_of_a_row_are_read_from_the_side_on_which_their_script_begins(pieces: tuple[str, str], text: str) -> None:
    left, right = pieces
    (block,) = tesseract._blocks([*found((left, 0)), *found((right, 300), line=1)], BARE)
    assert " ".join(line.text for line in block.lines) == text
