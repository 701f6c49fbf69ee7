"""What native libraries mean by their numbers."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocrect import native
from ocrect.native import utf16_characters


def read(units: tuple[int, ...]) -> list[tuple[int, str]]:
    return list(utf16_characters(lambda index: units[index], len(units)))


@given(st.text())
def test_a_text_in_utf_16_is_read_as_it_was_written(text: str) -> None:
    data = text.encode("utf-16-le")
    found = read(struct.unpack(f"<{len(data) // 2}H", data))
    assert "".join(char for _, char in found) == text
    assert [index for index, _ in found] == [len(text[:n].encode("utf-16-le")) // 2 for n in range(len(text))]


@pytest.mark.parametrize("units", [(0xD83D,), (0xDE00,), (0x110000,), (0xD83D, 0x41), (0xDE00, 0xD83D), (0x41, 0xD83D)])
def test_half_a_pair_and_what_is_no_code_point_are_told_as_such(units: tuple[int, ...]) -> None:
    found = read(units)
    assert [index for index, _ in found] == list(range(len(units)))
    assert {char for _, char in found} <= {"\ufffd", "A"}
    assert "\ufffd" in {char for _, char in found}


@pytest.mark.parametrize("has_it", [True, False])
def test_freed_memory_is_given_back_where_the_system_can(has_it: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(native, "_TRIM", asked.append if has_it else None)
    native.give_back()
    assert asked == [0] * has_it
