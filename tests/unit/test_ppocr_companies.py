"""No company has 0.0 in its form: there stand letters, as far as the pixels allow it."""

from __future__ import annotations

import numpy as np
import pytest

from ocrect.engines.ppocr.companies import with_companies
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.testing import posterior


def read(text: str, likely: float = 0.2) -> BoxReading:
    """A line whose zeros are an ``o`` with that probability."""
    zeros = {at: {"o": likely} for at, sign in enumerate(text) if sign == "0"}
    made = posterior(text, alternatives=zeros)
    return BoxReading(np.array([[0, 0], [900, 0], [900, 40], [0, 40]], np.float32), made, float(len(made.log_probs)))


@pytest.mark.parametrize(
    ("before", "form", "after"),
    [
        ("Market ", "Sp. z 0.0.", ""),
        ("Poland ", "Sp. Z 0.o.", " 90"),
        ("", "SP. Z o.0.", " Sklep nr 2151"),
        ("Nova ", "sp.z 0.0", ", Kraków"),
        ("Potraviny ", "s.r.0.", " Praha 10"),
        ("Potraviny ", "s. r. 0.", ""),
    ],
)
def test_zeros_in_the_form_of_a_company_are_letters(before: str, form: str, after: str) -> None:
    text = before + form + after
    assert with_companies(read(text)).text == before + form.replace("0", "o") + after
    assert with_companies(read(text, 1e-5)).text == text, "a zero that is seen clearly stays"


@pytest.mark.parametrize("text", ["Rabat 0.0", "z 0.05 kg", "Sp. z 0.05", "Total 10.00", "No. s 0", "wersja 2.0.0"])
def test_other_zeros_stay(text: str) -> None:
    assert with_companies(read(text)).text == text
