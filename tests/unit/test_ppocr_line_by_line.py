"""A number by itself in a cell is read without the rules beside it, where its box as a whole was read as nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocrect.engines.ppocr import line_by_line
from ocrect.engines.ppocr.lines import box_around
from ocrect.engines.ppocr.recognise import BoxReading, Quad
from ocrect.ink import find
from ocrect.testing import posterior


def a_reading(text: str, quad: Quad) -> BoxReading:
    made = posterior(text)
    return BoxReading(quad, made, float(len(made.log_probs)))


@pytest.mark.parametrize("text", ["0", "7", "o"])
def test_a_lone_digit_is_read_where_its_ink_stands_and_nothing_else_is(text: str) -> None:
    page = np.full((200, 300, 3), 255, np.uint8)
    cv2.rectangle(page, (60, 40), (240, 120), (0, 0, 0), 1)
    cv2.putText(page, "0", (70, 95), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (20, 20, 20), 3)
    whole = a_reading("", np.array([[55, 55], [105, 55], [105, 125], [55, 125]], np.float32))
    kept, left = line_by_line.read(
        page, find(page), [whole], [], 60.0, lambda quad: a_reading(text, quad), lambda part, box: bool(part.text)
    )
    if text == "o":
        assert (kept, left) == ([], [whole])
    else:
        (found,) = kept
        box = box_around(found.quad)
        assert (found.text, left) == (text, [])
        assert box.left > 60
        assert box.bottom < 120
