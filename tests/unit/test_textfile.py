"""The text files that settings name: what editors write, and what is no such file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ocrect import textfile
from ocrect.errors import SettingsError
from ocrect.settings import Settings
from ocrect.words.lexicon import lexicon

READERS: list[Callable[[Path], object]] = [lambda path: Settings.load({}, file=path), lambda path: lexicon("en", str(path))]


def test_a_file_that_an_editor_began_with_a_byte_order_mark_is_as_one_without(tmp_path: Path) -> None:
    (tmp_path / "ocrect.toml").write_text("dpi = 200\r\n", encoding="utf-8-sig", newline="")
    (tmp_path / "words.txt").write_text("Zwyrtek\r\nBlonsk\r\n", encoding="utf-8-sig", newline="")
    assert Settings.load({}, file=tmp_path / "ocrect.toml").dpi == 200
    words = lexicon("en", str(tmp_path / "words.txt"))
    assert words.known("Zwyrtek")
    assert words.known("Blonsk")


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("name", ["/dev/zero", "none", ".", "noise"])
def test_what_is_no_text_file_is_named_and_a_stream_without_end_is_not_read_to_it(
    name: str, read: Callable[[Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(textfile, "MOST_BYTES", 2**16)
    (tmp_path / "noise").write_bytes(b"a = \xff\n")
    path = tmp_path / name
    if not path.exists() and name.startswith("/"):
        pytest.skip(f"there is no {name}")
    with pytest.raises(SettingsError) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert ("Errno" in str(caught.value), bool(caught.value.hint)) == (False, True)
