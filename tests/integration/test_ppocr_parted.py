"""A box across the gutter of two columns, parted by the frames of its reading."""

from __future__ import annotations

import numpy as np
import pytest

from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.evidence import CtcPosterior
from ocrect.testing import posterior

TEXT = "the bell rang and out at sea"
SPACE = TEXT.index(" and") * 2  # the frame before the space's own
EXTRA = 6  # frames more of white space there than at other spaces


def reading(extra: int = EXTRA) -> BoxReading:
    """A box 100 to 900 pixels from the left, with a space wider than others by ``extra`` frames after the third word."""
    read = posterior(TEXT)
    log_probs = np.insert(read.log_probs, [SPACE] * extra, read.log_probs[SPACE], axis=0)
    quad = np.array([[100, 50], [900, 50], [900, 90], [100, 90]], np.float32)
    return BoxReading(quad, CtcPosterior(log_probs, read.alphabet, read.floor, read.known), float(len(log_probs)))


def test_a_reading_is_parted_at_its_widest_space_where_the_gutter_is() -> None:
    whole = reading()
    left, right = whole.parted(SPACE + 4)
    assert (left.posterior.text, right.posterior.text) == ("the bell rang", "and out at sea")
    assert left.quad[0].tolist() == [100, 50]
    assert left.quad[1].tolist() == pytest.approx(right.quad[0].tolist())
    assert right.quad[2].tolist() == [900, 90]
    last, same = right.symbols[-1], whole.symbols[-1]
    assert right.place(last.start, last.end) == pytest.approx(whole.place(same.start, same.end), abs=0.01)


@pytest.mark.parametrize(
    ("frame", "extra"), [(8, EXTRA), (SPACE + 20, EXTRA), (SPACE + 1, 0)], ids=["left of it", "right of it", "spaces are alike"]
)
def test_a_reading_without_its_widest_space_at_the_gutter_stays_whole(frame: float, extra: int) -> None:
    assert [part.posterior.text for part in reading(extra).parted(frame)] == [TEXT]
