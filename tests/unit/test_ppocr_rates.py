"""A rate has no 0 before its first digit: there stands ``@``, as far as the pixels allow it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect.engines.ppocr.rates import LIKELIER, with_ats
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.testing import posterior


def read(text: str, at: int, likely: float) -> BoxReading:
    """A line whose sign at an index is an ``@`` with that probability."""
    made = posterior(text, alternatives={at: {"@": likely}})
    return BoxReading(np.array([[0, 0], [900, 0], [900, 40], [0, 40]], np.float32), made, float(len(made.log_probs)))


@given(
    st.sampled_from(["GST", "SR ", "Total incl. GST", "("]),
    st.sampled_from(["0", "6", "10", "6.0", "7.5", "19,00"]),
    st.booleans(),
)
def test_a_zero_before_a_rate_is_an_at_where_the_pixels_leave_room(before: str, rate: str, space: bool) -> None:
    text = f"{before}0{rate}{' ' * space}% 9.57"
    at = len(before)
    assert with_ats(read(text, at, 0.2)).posterior.text == f"{before}@{text[at + 1 :]}"
    assert with_ats(read(text, at, float(np.exp(-LIKELIER - 1)))).posterior.text == text, "a sign that is seen clearly stays"


@pytest.mark.parametrize("text", ["Total 0% of", "up 0.5 %", "100%", "20.06%", "at 05 and", "no. 0612 %", "1,06%"])
def test_zeros_of_rates_and_other_numbers_stay(text: str) -> None:
    at = text.index("0")
    assert with_ats(read(text, at, 0.3)).posterior.text == text


@given(
    st.integers(1, 99).map(str),
    st.sampled_from(["pc", "PC ", "pcs", "x ", "", "KG. "]),
    st.sampled_from("₫Φφ©"),
    st.booleans(),
    st.sampled_from(["6.90", "1,15", "120.00"]),
)
def test_what_is_no_sign_of_a_price_is_an_at_behind_a_count(count: str, unit: str, sign: str, space: bool, price: str) -> None:
    before = f"{count} {unit}"
    text = f"{before}{sign}{' ' * space}{price} 13.80 SR"
    assert with_ats(read(text, len(before), 0.001)).posterior.text == f"{before}@{text[len(before) + 1 :]}"


@pytest.mark.parametrize("text", ["6.900 ₫ 12.000", "1.200 ₫ 12.00", "2 pc 6.900₫", "Φ 6.90", "Tổng cộng ₫ 6.90", "pH 7 φ 0.5"])
def test_a_dong_behind_its_amount_and_signs_behind_no_count_stay(text: str) -> None:
    at = next(at for at, sign in enumerate(text) if sign in "₫Φφ")
    assert with_ats(read(text, at, 0.3)).posterior.text == text
