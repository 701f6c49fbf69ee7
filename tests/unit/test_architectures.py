"""Which architectures a library of llama.cpp knows, by the names in it."""

import pytest

from ocrect.llm.architectures import may_know


def test_an_architecture_whose_name_a_library_does_not_hold_is_unknown_to_it(tmp_path):
    library = tmp_path / "library.so"
    library.write_bytes(b"\x7fELF\0llama\0modern-bert\0qwen2\0...")
    assert [name for name in ("llama", "qwen2", "bert", "qwen", "gemma") if may_know(library, name)] == [
        "llama",
        "qwen2",
        "bert",
    ]


@pytest.mark.parametrize("content", [None, b"", b"names kept in another way"])
def test_a_library_that_cannot_be_looked_into_may_know_any_architecture(tmp_path, content):
    library = tmp_path / "library.so"
    if content is not None:
        library.write_bytes(content)
    assert may_know(library, "gemma")
