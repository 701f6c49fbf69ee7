"""The litre below a unit is an l, as far as the pixels allow it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect.engines.ppocr.litres import LIKELIER, with_litres
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.testing import posterior

UNITS = st.sampled_from(["U", "mmol", "µmol", "mg", "g", "IU", "mEq", "ng"])


def read(text: str, at: int, litre: float) -> BoxReading:
    """A line whose sign at an index is an ``l`` with that probability."""
    made = posterior(text, alternatives={at: {"l": litre}})
    return BoxReading(np.array([[0, 0], [900, 0], [900, 40], [0, 40]], np.float32), made, float(len(made.log_probs)))


@given(UNITS, st.sampled_from("I1|"), st.integers(0, 9999), st.sampled_from(["", " normal", ")", "; high"]))
def test_a_litre_is_read_below_a_unit_where_the_pixels_leave_room(unit: str, sign: str, value: int, rest: str) -> None:
    text = f"Serum {value / 10} {unit}/{sign}{rest}"
    at = text.index(f"/{sign}") + 1
    wanted = text[:at] + "l" + text[at + 1 :]
    assert with_litres(read(text, at, 0.2)).posterior.text == wanted
    assert with_litres(read(text, at, float(np.exp(-LIKELIER - 1)))).posterior.text == text, "a sign that is seen clearly stays"


@pytest.mark.parametrize("text", ["and/I am", "page 3/1", "U/I1 x", "Part A/I", "mg/12", "a hug/I said", "5/1/20"])
def test_what_is_no_unit_per_litre_stays(text: str) -> None:
    at = text.index("/") + 1
    assert with_litres(read(text, at, 0.3)).posterior.text == text
