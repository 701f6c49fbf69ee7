"""``1``, ``l`` and ``I`` in words that are listed."""

from __future__ import annotations

import numpy as np
import pytest

from ocrect.engines.ppocr.listed import FIRST, ONE, with_letters
from ocrect.engines.ppocr.recognise import BoxReading
from ocrect.testing import posterior

OTHER = {"1": "l", "l": "I", "I": "l"}


def read(text: str, language: str, behind: list[float]) -> str:
    """What becomes of a text in which the other sign of each place is so many nats behind, from left to right."""
    places = [at for at, sign in enumerate(text) if sign in OTHER]
    rivals = {at: {OTHER[text[at]]: float(np.exp(-nats))} for at, nats in zip(places, behind, strict=False)}
    made = posterior(text, alternatives=rivals)
    line = BoxReading(np.array([[0, 0], [900, 0], [900, 40], [0, 40]], np.float32), made, float(len(made.log_probs)))
    return with_letters(line, [language] if language else []).text


@pytest.mark.parametrize(
    ("text", "language", "meant"),
    [
        ("it shal1 be", "en", "it shall be"),
        ("a1 of al1 systems", "en", "a1 of all systems"),
        ("Bi11#: 5", "en", "Bill#: 5"),
        ("Te1 : 03", "en", "Tel : 03"),
        ("ltem Qty", "en", "Item Qty"),
        ("um lhren Arzt", "de", "um Ihren Arzt"),
        ("lhr Smartphone", "de", "Ihr Smartphone"),
        ("PTU llość Cena", "pl", "PTU Ilość Cena"),
        ("a Iarge room", "en", "a large room"),
    ],
)
def test_a_sign_is_the_letter_that_makes_a_listed_word(text: str, language: str, meant: str) -> None:
    nats = [1.0] * len(text)
    assert read(text, language, nats) == meant
    assert read(text, "", nats) == text
    assert read(text, language, [ONE + 1.0] * len(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "Vol1 of",
        "Tel1 : 03",
        "No1, Medan",
        "RM11.60",
        "AL1 and",
        "bel14 of",
        "x1 and",
        "shal1_b",
        "5 lbs",
        "lbm of",
        "list of",
        "In l'Isle",
    ],
)
def test_codes_numbers_units_and_words_stay(text: str) -> None:
    assert read(text, "en", [1.0] * len(text)) == text


def test_what_the_pixels_deny_stays() -> None:
    assert read("ltem", "en", [FIRST + 0.5]) == "ltem"
    assert read("Ca11 us", "en", [1.0, ONE + 1.0]) == "Ca11 us"
