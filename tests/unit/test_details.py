"""What the figures of a page say is told to a reader in their language, though the record keeps it in English."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect.numbers.contradictions import contradictions
from ocrect.numbers.forms import FORMS
from ocrect.review.catalogue import detail

ENGLISH = re.compile(r"\b(?:is|not|no|stands|fits|does|check|digits|wrong|may|be)\b")
amounts = st.integers(100, 99_999)


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def off(cents: int) -> int:
    """The amount with its last digit read otherwise."""
    return cents + 1 if cents % 10 < 9 else cents - 1


@given(amounts, amounts, st.integers(2, 9), st.integers(5, 25), st.integers(1, 28))
def test_every_contradiction_of_figures_is_told_in_vietnamese(first: int, second: int, count: int, rate: int, day: int) -> None:
    total, tax = first + second, round(second * rate / 100)
    pages = (
        ("Tea " + money(first), "Milk " + money(second), "Total " + money(off(off(total)))),
        (f"Tea {count} {money(first)} {money(count * first + 20)}",),
        (f"Tax {rate}% {money(second)} {money(tax + 30)}",),
        (f"Total {money(total)}", f"VISA {money(total)}", f"Amount due {money(off(total))}"),
        (f"on 3{day % 8 + 2}/0{day % 9 + 1}/2019 take l{day:03} mg of O.{day % 9} mL",),
        ("IBAN DE89 3704 0044 0532 0130 01",),
    )
    found = [contradiction.reason for texts in pages for contradiction in contradictions(texts)]
    assert any("check digits" in reason for reason in found)
    for reason in found:
        assert detail("en", reason) == reason
        assert not ENGLISH.search(re.sub("'.*?'", "", detail("vi", reason))), reason


@pytest.mark.parametrize("why", sorted({form.impossible for form in FORMS} - {""}))
@pytest.mark.parametrize("meant", ["", ", and may be '1l is no date'"])
def test_why_a_form_is_none_is_told_in_vietnamese(why: str, meant: str) -> None:
    told = detail("vi", f"'l is no number, not 1' {why}{meant}")
    told_as = ("không phải là", "có ba chữ số thập phân", "thiếu một chữ số ở hàng nghìn")
    assert told.startswith(tuple(f"'l is no number, not 1' {way}" for way in told_as))
    assert not ENGLISH.search(re.sub("'.*?'", "", told))


@given(st.text())
def test_what_no_message_has_the_words_of_stays_as_it_is(text: str) -> None:
    assert detail("en", text) == text
