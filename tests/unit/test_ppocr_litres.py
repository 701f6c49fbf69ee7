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


@given(st.floats(0.05, 0.15), st.floats(0.2, 0.3))
def test_no_third_sign_takes_the_place_of_the_litre(litre: float, third: float) -> None:
    made = posterior("5 U/I", alternatives={4: {"l": litre, "1": third}})
    quad = np.array([[0, 0], [200, 0], [200, 40], [0, 40]], np.float32)
    now = with_litres(BoxReading(quad, made, float(len(made.log_probs))))
    assert now.posterior.text == "5 U/l"
    for wrong in ("5 U/I", "5 U/1"):
        likely, unlikely = now.posterior.log_likelihood(["5 U/l", wrong])
        assert (likely or -99.0) > (unlikely or 0.0)


@pytest.mark.parametrize("text", ["and/I am", "page 3/1", "U/I1 x", "Part A/I", "mg/12", "a hug/I said", "5/1/20"])
def test_what_is_no_unit_per_litre_stays(text: str) -> None:
    at = text.index("/") + 1
    assert with_litres(read(text, at, 0.3)).posterior.text == text
