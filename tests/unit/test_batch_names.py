"""Any file name can be kept as text, and is found again."""

from __future__ import annotations

import os

from hypothesis import given
from hypothesis import strategies as st

from ocrect.batch.names import kept, on_disk

paths = st.binary(max_size=20).map(os.fsdecode) | st.text(st.sampled_from("\\x0aff\udcff"), max_size=12)


@given(paths)
def test_a_name_tells_its_path_and_is_text(path):
    assert on_disk(kept(path)) == path
    kept(path).encode("utf-8")


@given(paths, paths)
def test_two_paths_have_two_names(one, other):
    assert (kept(one) == kept(other)) == (one == other)


def test_an_ordinary_name_is_kept_as_it_is():
    assert kept("Ördner/số 1 (2).pdf") == "Ördner/số 1 (2).pdf"
