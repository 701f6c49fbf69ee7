"""The embedded model as it is computed with on a CPU. Skipped without llama-cpp-python or the model's package."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from ocrect import hub
from ocrect.checksum import sha256_of
from ocrect.hub import sums
from ocrect.settings import Settings

if find_spec("llama_cpp") is None or hub.embedded_path() is None:
    pytest.skip("llama-cpp-python or the embedded model is not installed", allow_module_level=True)

from ocrect.llm import native, requantized
from ocrect.llm.llama_cpp import LlamaCpp

if not native.has_llamafile():
    pytest.skip("this llama.cpp has no faster kernels", allow_module_level=True)

pytestmark = pytest.mark.model
PREFIX = "The goods were sent to the harbour by the first boat of the"
READINGS = [" morning and came", " rnorning and came", " moming and came", " mourning and came"]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "ocrect"


@pytest.fixture
def embedded(cache: Path) -> hub.ModelFile:
    return hub.find(Settings())


def converted(cache: Path) -> list[Path]:
    return sorted(cache.glob("*.gguf"))


def test_it_is_made_once_whole_and_with_its_sum_and_nothing_else_is_left(cache: Path, embedded: hub.ModelFile) -> None:
    weights = requantized.for_cpu(embedded)
    assert (converted(cache), weights.quantization) == ([weights.path], "q8_0")
    assert sums.noted(weights.path) == sha256_of(weights.path)
    assert not list(cache.glob("*.part"))
    made = weights.path.stat()
    assert requantized.for_cpu(embedded) == weights
    assert weights.path.stat().st_mtime_ns == made.st_mtime_ns


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def altered(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1000] ^= 1
    path.write_bytes(data)


def without_its_sum(path: Path) -> None:
    sums.sum_file(path).unlink()


@pytest.mark.parametrize("damage", [cut_short, altered, without_its_sum, Path.unlink])
def test_what_is_damaged_or_half_made_is_made_anew(
    cache: Path, embedded: hub.ModelFile, damage: Callable[[Path], None]
) -> None:
    path = requantized.for_cpu(embedded).path
    sum_before = sha256_of(path)
    damage(path)
    path.with_name(f"{path.name}.part").write_bytes(b"left by a process that was killed")
    assert requantized.for_cpu(embedded).path == path
    assert sha256_of(path) == sum_before
    assert not list(cache.glob("*.part"))


def test_a_model_of_the_users_is_loaded_as_it_is(cache: Path, embedded: hub.ModelFile) -> None:
    for source in ("file", "folder", "cache", "download"):
        assert requantized.for_cpu(replace(embedded, source=source)) == requantized.as_it_is(embedded)
    assert not converted(cache)


def test_where_it_cannot_be_made_the_packaged_one_is_computed_with(
    cache: Path, embedded: hub.ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requantized, "_ROOM", 10**9)
    assert requantized.for_cpu(embedded) == requantized.as_it_is(embedded)
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", str(embedded.path))  # a file: no folder can be made in it
    assert requantized.for_cpu(embedded) == requantized.as_it_is(embedded)


def test_processes_that_start_at_once_make_it_once(cache: Path, embedded: hub.ModelFile) -> None:
    make = (
        "from ocrect import hub; from ocrect.settings import Settings; from ocrect.llm import requantized\n"
        "path = requantized.for_cpu(hub.find(Settings())).path; print(path, path.stat().st_ino)"
    )
    started = [subprocess.Popen([sys.executable, "-c", make], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = {process.communicate()[0] for process in started}
    assert said == {f"{path} {path.stat().st_ino}\n" for path in converted(cache)}


def test_it_scores_as_the_packaged_one_but_for_the_last_bits_of_eight(embedded: hub.ModelFile) -> None:
    scores = []
    for model in (embedded, replace(embedded, source="file")):
        runtime = LlamaCpp(model, Settings(threads=1, context_size=512))
        scores.append(np.array(runtime.score(PREFIX, READINGS)))
        assert runtime.description()["weights"] == ("q8_0" if model is embedded else embedded.quantization)
        runtime.close()
    ours, packaged = scores
    assert ours.argsort().tolist() == packaged.argsort().tolist()
    assert np.abs(ours - packaged).max() < 1.5
