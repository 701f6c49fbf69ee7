"""The tilt of a page as ``ppocr`` takes it from the boxes of its lines."""

from __future__ import annotations

import numpy as np
import pytest

from ocrect.engines.ppocr.lines import straightened
from ocrect.engines.ppocr.recognise import Quad


def line(top: float, width: float, degrees: float) -> Quad:
    """A line 30 pixels high whose right end is lower by that angle."""
    drop = width * np.tan(np.radians(degrees))
    return np.array([[50, top], [50 + width, top + drop], [50 + width, top + drop + 30], [50, top + 30]], np.float32)


def test_neither_one_long_heading_nor_many_specks_decide_how_a_page_is_tilted() -> None:
    lines = [line(200 + 40 * n, 300, 0.8) for n in range(20)]
    specks = [line(1200, 12, 20.0) for _ in range(60)]
    level = straightened([line(100, 1500, -0.5), *lines, *specks])[1:21]
    assert [quad[1, 1] - quad[0, 1] for quad in level] == pytest.approx([0.0] * 20, abs=0.1)
