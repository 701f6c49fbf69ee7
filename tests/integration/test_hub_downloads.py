"""Downloads by the real ``huggingface_hub`` from a real server that misbehaves in every way that users report."""

from __future__ import annotations

import errno
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hub_server import COMMIT, Fault, HubServer, small_gguf

from ocrect import hub
from ocrect.errors import ModelChecksumError, ModelDownloadError, ModelError, ModelNotFoundError, OcrectError, SettingsError
from ocrect.settings import Settings

REPO = "Qwen/Qwen2.5-3B-Instruct-GGUF"
DATA = {
    "README.md": b"# hello",
    "qwen2.5-3b-instruct-q4_k_m.gguf": small_gguf(60_000, 1),
    "qwen2.5-3b-instruct-q8_0.gguf": small_gguf(100_000, 2),
    "mmproj-qwen-f16.gguf": small_gguf(100, 3),
}
Q8 = DATA["qwen2.5-3b-instruct-q8_0.gguf"]
QUICK = hub.Patience(stall=0.4, attempts=3, first_wait=0.01, longest_wait=0.5)


@pytest.fixture
def server():
    made = HubServer()
    made.repos[REPO] = dict(DATA)
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def at_home(tmp_path, monkeypatch):
    """Nothing of this machine's hub settings and caches."""
    from huggingface_hub import constants

    for name in ("HF_TOKEN", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(tmp_path / "token"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    return tmp_path


@pytest.fixture
def online(server, at_home, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", server.address)
    return server


@pytest.fixture
def no_network(at_home, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was touched")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "create_connection", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    return at_home


def wanted(folder: Path | str = "", **changes: object) -> Settings:
    return Settings(model=REPO, quantization="int8", models_folder=str(folder)).with_(**changes)


def find(settings: Settings, **options: object) -> hub.ModelFile:
    return hub.find(settings, patience=QUICK, **options)  # type: ignore[arg-type]


def models_in(folder: Path) -> list[str]:
    """The models, and all else but what is hidden and the models' sums."""
    shown = {p.name for p in folder.glob("*") if not p.name.startswith(".")}
    return sorted(name for name in shown if name.removesuffix(".sha256") not in shown - {name})


# the good way


def test_a_model_is_downloaded_into_the_models_folder_and_found_there_again(online, tmp_path):
    folder = tmp_path / "models" / "new"
    seen: list[tuple[int, int]] = []
    found = find(wanted(folder), progress=lambda done, total: seen.append((done, total)))
    assert (found.source, found.repo, found.revision) == ("download", REPO, COMMIT)
    assert (found.quantization, found.license, found.size) == ("q8_0", "apache-2.0", len(Q8))
    assert found.path == folder / "qwen2.5-3b-instruct-q8_0.gguf"
    assert found.path.read_bytes() == Q8
    assert seen[-1] == (len(Q8), len(Q8))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    online.log.clear()
    assert find(wanted(folder)).source == "folder"
    assert online.log == []


def test_without_a_models_folder_a_model_goes_into_the_cache_that_other_programs_share(online):
    from huggingface_hub import hf_hub_download

    found = find(wanted())
    assert found.source == "download"
    online.log.clear()
    again = find(wanted())
    assert (again.source, again.revision, again.path.read_bytes()) == ("cache", COMMIT, Q8)
    theirs = hf_hub_download(REPO, "qwen2.5-3b-instruct-q8_0.gguf", local_files_only=True)
    assert Path(theirs) == again.path
    assert online.log == []


def test_a_file_that_huggingface_hub_cached_is_used_without_the_network(online, monkeypatch):
    from huggingface_hub import hf_hub_download

    theirs = hf_hub_download(REPO, "qwen2.5-3b-instruct-q8_0.gguf", endpoint=online.address)
    online.log.clear()
    assert find(wanted()).path == Path(theirs)
    assert online.log == []


def test_all_parts_of_a_split_model_are_downloaded_as_one(online, tmp_path):
    parts = {f"big-q8_0-0000{i}-of-00003.gguf": small_gguf(20_000, i, parts=3) for i in (1, 2, 3)}
    online.repos["o/big"] = {**parts, "big-f16-00001-of-00002.gguf": Q8}
    seen: list[tuple[int, int]] = []
    found = find(wanted(tmp_path / "m", model="o/big"), progress=lambda *step: seen.append(step))
    assert [p.name for p in found.paths] == models_in(tmp_path / "m") == sorted(parts)
    assert found.size == sum(map(len, parts.values()))
    assert seen[-1] == (found.size, found.size)
    found.paths[1].unlink()
    with pytest.raises(ModelNotFoundError, match="downloads are off"):
        find(wanted(tmp_path / "m", model="o/big", allow_download=False))


def test_a_repo_with_several_files_and_no_quantization_asks_which(online):
    with pytest.raises(SettingsError, match="2 models") as caught:
        find(wanted(quantization=""))
    assert "q4_k_m" in caught.value.hint
    assert "mmproj" not in caught.value.hint


def test_a_quantization_that_the_repo_lacks_lists_what_there_is(online):
    with pytest.raises(ModelNotFoundError, match="q2_k") as caught:
        find(wanted(quantization="q2_k"))
    assert "qwen2.5-3b-instruct-q8_0.gguf (q8_0)" in caught.value.hint


def test_one_file_of_a_repo_can_be_named(online):
    assert find(Settings(model=f"{REPO}/qwen2.5-3b-instruct-q4_k_m.gguf")).quantization == "q4_k_m"


def test_the_access_token_goes_to_the_hub_and_not_to_where_it_keeps_the_bytes(online, monkeypatch):
    online.token = "hf_secret"
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    assert find(wanted()).source == "download"
    assert online.requests("bytes")
    assert {path.split("/")[1] for path in online.tokens} == {"api", "Qwen"}


# what goes wrong on the way, and passes

FULL = len(Q8)
PASSING = {
    "cut at 30 %": [Fault(cut_after=FULL * 3 // 10)],
    "cut twice": [Fault(cut_after=9000), Fault(cut_after=9000)],
    "stalled": [Fault(stall_after=FULL // 2, stall_seconds=3)],
    "ended early by a server that tells no length": [Fault(cut_after=50_000, without_length=True)],
    "503 then fine": [Fault(status=503), Fault(status=500)],
    "503 of the listing then fine": [Fault("listing", status=503)],
    "502 of resolve then fine": [Fault("resolve", status=502)],
    "429 then fine": [Fault(status=429, headers={"Retry-After": "0"})],
}


@pytest.mark.parametrize("faults", PASSING.values(), ids=PASSING)
def test_a_download_goes_on_after_a_fault_that_passes_and_leaves_one_whole_file(online, tmp_path, faults):
    online.faults = list(faults)
    found = find(wanted(tmp_path / "m"))
    assert found.path.read_bytes() == Q8
    assert models_in(tmp_path / "m") == [found.path.name]
    assert online.faults == []


def test_a_broken_download_goes_on_where_it_broke_off(online, tmp_path):
    online.faults = [Fault(cut_after=65_536)]
    find(wanted(tmp_path / "m"))
    ranges = [r for _, _, r in online.requests("bytes")]
    assert ranges[0] == "bytes=0-"
    assert 0 < int(ranges[1].removeprefix("bytes=").rstrip("-")) <= 65_536


# what does not pass

REFUSED = {
    "401": (Fault("listing", status=401), ModelNotFoundError, "HF_TOKEN"),
    "gated": (Fault("resolve", status=403, headers={"X-Error-Code": "GatedRepo"}), ModelError, "Accept the terms"),
    "gated listing": (Fault("listing", status=403, headers={"X-Error-Code": "GatedRepo"}), ModelError, "Accept the terms"),
    "403": (Fault("resolve", status=403), ModelError, "HF_TOKEN"),
    "no repo": (Fault("listing", status=404, headers={"X-Error-Code": "RepoNotFound"}), ModelNotFoundError, "spelling"),
    "no file": (Fault("resolve", status=404, headers={"X-Error-Code": "EntryNotFound"}), ModelNotFoundError, "another"),
    "429 for an hour": (Fault("listing", status=429, headers={"Retry-After": "3600"}), ModelDownloadError, "3600 seconds"),
}


@pytest.mark.parametrize(("fault", "error", "hint"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_is_explained_with_the_next_step(online, tmp_path, fault, error, hint):
    online.faults = [fault]
    with pytest.raises(error) as caught:
        find(wanted(tmp_path / "m"))
    assert hint in caught.value.hint
    assert not list((tmp_path / "m").glob("[!.]*"))


LASTING = {
    "always cut at once": [Fault(cut_after=0)] * 3,
    "always stalled": [Fault(stall_after=0, stall_seconds=2)] * 3,
    "always 503": [Fault(status=503)] * 3,
    "always 429": [Fault(status=429)] * 3,
}


@pytest.mark.parametrize("faults", LASTING.values(), ids=LASTING)
def test_a_fault_that_stays_ends_in_an_error_that_a_later_try_may_mend(online, tmp_path, faults):
    online.faults = list(faults)
    with pytest.raises(ModelDownloadError) as caught:
        find(wanted(tmp_path / "m"))
    assert caught.value.retryable
    assert models_in(tmp_path / "m") == []
    assert find(wanted(tmp_path / "m")).path.read_bytes() == Q8


def test_a_server_that_is_not_there_is_a_download_error(at_home, monkeypatch):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{free}")
    with pytest.raises(ModelDownloadError, match="broke off"):
        find(wanted())


def test_a_wrong_hash_is_noticed_and_the_bytes_are_thrown_away(online, tmp_path):
    online.faults = [Fault(flip=70_000)]
    with pytest.raises(ModelChecksumError, match="SHA-256"):
        find(wanted(tmp_path / "m"))
    assert models_in(tmp_path / "m") == []
    assert list((tmp_path / "m").glob(".*.part")) == []
    assert find(wanted(tmp_path / "m")).path.read_bytes() == Q8


@pytest.mark.parametrize("difference", [-1000, 1000])
def test_a_wrong_size_is_noticed_and_nothing_is_kept(online, tmp_path, difference):
    name = "qwen2.5-3b-instruct-q8_0.gguf"
    online.declared[name] = {"lfs": {"sha256": "a" * 64, "size": FULL + difference, "pointerSize": 134}}
    with pytest.raises(ModelChecksumError, match="bytes"):
        find(wanted(tmp_path / "m"))
    assert models_in(tmp_path / "m") == []


def test_a_web_page_under_the_models_name_is_never_used(online, tmp_path):
    online.repos[REPO]["qwen2.5-3b-instruct-q8_0.gguf"] = b"<html>please log in</html>"
    with pytest.raises(ModelChecksumError, match="not a GGUF file"):
        find(wanted(tmp_path / "m"))


def test_a_listing_without_hashes_is_completed_by_the_answer_to_head(online, tmp_path):
    online.declared["qwen2.5-3b-instruct-q8_0.gguf"] = {"lfs": None}
    online.faults = [Fault(flip=5_000)]
    with pytest.raises(ModelChecksumError, match="SHA-256"):
        find(wanted(tmp_path / "m"))
    assert find(wanted(tmp_path / "m")).path.read_bytes() == Q8


def test_file_names_that_climb_out_of_the_folder_are_not_taken(online, tmp_path):
    online.repos["o/evil"] = {"../../evil-q8_0.gguf": Q8, "/etc/evil-q8_0.gguf": Q8}
    with pytest.raises(ModelNotFoundError, match="no complete GGUF model"):
        find(wanted(model="o/evil"))


def test_an_unknown_revision_is_named(online):
    with pytest.raises(ModelNotFoundError, match="revision"):
        find(wanted(revision="v9"))


def test_a_disk_without_room_is_noticed_before_the_download(online, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9 - 1000, 1000))
    with pytest.raises(ModelError, match="free") as caught:
        find(wanted(tmp_path / "m"))
    assert "models_folder" in caught.value.hint
    assert online.requests("bytes") == []


def test_a_disk_that_fills_up_meanwhile_keeps_what_has_come_and_the_next_run_goes_on(online, tmp_path, monkeypatch):
    path_open, room = Path.open, 40_000

    class Disk(io.FileIO):
        def write(self, block):
            if self.tell() + len(block) > room:
                super().write(block[: max(0, room - self.tell())])
                raise OSError(errno.ENOSPC, "No space left on device")
            return super().write(block)

    with monkeypatch.context() as full:
        full.setattr(Path, "open", lambda path, mode="r", **more: (Disk if mode == "ab" else path_open)(path, mode, **more))
        with pytest.raises(ModelDownloadError, match="is full") as caught:
            find(wanted(tmp_path / "m"))
    assert "kept" in caught.value.hint
    assert models_in(tmp_path / "m") == []
    online.log.clear()
    assert find(wanted(tmp_path / "m")).path.read_bytes() == Q8
    assert [wanted_range for _, _, wanted_range in online.requests("bytes")] == ["bytes=40000-"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_read_only_folder_is_an_error_with_the_next_step(online, tmp_path):
    folder = tmp_path / "m"
    folder.mkdir(mode=0o555)
    with pytest.raises(ModelError, match="cannot write"):
        find(wanted(folder))


def test_a_folder_that_cannot_be_made_is_an_error_with_the_next_step(online, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OcrectError) as caught:
        find(wanted(tmp_path / "file" / "m"))
    assert "models_folder" in caught.value.hint


# several processes, and sudden death

SCRIPT = """
import sys
from ocrect import hub
from ocrect.settings import Settings
found = hub.find(Settings(model=sys.argv[1], quantization="q8_0", models_folder=sys.argv[2]), patience=hub.Patience(stall=5))
print(found.source, found.path)
"""


def in_a_process(server: HubServer, folder: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "HF_ENDPOINT": server.address, "HF_HOME": str(folder.parent / "home")}
    arguments = [sys.executable, "-c", SCRIPT, REPO, str(folder)]
    return subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_of_two_processes_one_downloads_and_the_other_waits(online, tmp_path):
    online.seconds_a_block = 0.05
    folder = tmp_path / "m"
    both = [in_a_process(online, folder) for _ in range(2)]
    replies = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], replies
    assert len(online.requests("bytes")) == 1
    assert (folder / "qwen2.5-3b-instruct-q8_0.gguf").read_bytes() == Q8


def test_after_a_kill_the_next_run_goes_on_with_what_has_come(online, tmp_path):
    online.repos[REPO]["qwen2.5-3b-instruct-q8_0.gguf"] = large = small_gguf(2_000_000, 9)
    online.seconds_a_block = 0.02
    folder = tmp_path / "m"
    process = in_a_process(online, folder)
    while not any(p.stat().st_size > 300_000 for p in folder.glob(".*.part")):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert models_in(folder) == []
    online.seconds_a_block = 0.0
    assert find(wanted(folder)).path.read_bytes() == large
    assert int(online.requests("bytes")[-1][2].removeprefix("bytes=").rstrip("-")) > 300_000


# without the network


def test_a_model_in_the_folder_is_used_without_the_network_whatever_its_name(no_network, tmp_path):
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "anything.gguf").write_bytes(Q8)
    (tmp_path / "m" / "mmproj-anything.gguf").write_bytes(Q8)
    found = find(wanted(tmp_path / "m"))
    assert (found.source, found.path.name) == ("folder", "anything.gguf")


def test_an_explicit_file_is_used_without_the_network(no_network, tmp_path):
    (tmp_path / "a.gguf").write_bytes(Q8)
    assert find(Settings(model=str(tmp_path / "a.gguf"))).source == "file"


def test_with_downloads_off_a_missing_model_is_an_error_without_the_network(no_network, tmp_path):
    with pytest.raises(ModelNotFoundError, match="downloads are off"):
        find(wanted(allow_download=False))


def test_offline_a_missing_model_is_an_error_without_the_network(no_network, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelNotFoundError, match="HF_HUB_OFFLINE"):
        find(wanted())


def test_the_embedded_model_is_found_without_the_network(no_network):
    if hub.embedded_path() is None:
        pytest.skip("the embedded model is not installed")
    assert find(Settings()).source == "embedded"


def test_the_blocked_network_is_noticed_where_a_download_is_allowed(no_network, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(AssertionError, match="the network was touched"):
        find(wanted())
