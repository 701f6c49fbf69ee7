"""`ocrect models` and `ocrect doctor` as a user has them; downloads come from a local server of the hub's protocol."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import subprocess
import sys
import termios
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent.parent / "integration"))
from hub_server import Fault, HubServer, small_gguf

from ocrect import hub

REPO, FILE = "Qwen/Qwen2.5-3B-Instruct-GGUF", "qwen2.5-3b-instruct-q4_k_m.gguf"
DATA = small_gguf(200_000)


class Machine:
    """A machine with a models folder, a hub cache and a hub of its own."""

    def __init__(self, folder: Path, server: HubServer) -> None:
        self.server, self.models, self.cache = server, folder / "models", folder / "cache"
        self.models.mkdir()
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "OCRECT_", "TRANSFORMERS_"))}
        self.environment = {**kept, "HF_ENDPOINT": server.address, "HF_HUB_CACHE": str(self.cache)}

    def run(self, *arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ocrect", *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=self.environment, check=False, **more)  # type: ignore[call-overload]

    def pulled(self) -> Path:
        done = self.run("models", "pull", REPO, "--quantization", "q4_k_m")
        assert done.returncode == 0, done.stderr
        return Path(done.stdout.strip())


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    server = HubServer()
    server.repos[REPO] = {FILE: DATA, FILE.replace("q4_k_m", "q8_0"): small_gguf(300_000, 2)}
    server.license = "qwen-research"
    yield Machine(tmp_path, server)
    server.shutdown()
    server.server_close()


def test_pull_says_size_and_licence_and_prints_the_path_of_a_whole_file(machine: Machine) -> None:
    done = machine.run("models", "pull", REPO, "--quantization", "int4")
    assert done.returncode == 0, done.stderr
    assert "200 kB, licence qwen-research" in done.stderr
    assert Path(done.stdout.strip()).read_bytes() == DATA
    again = machine.run("models", "pull", REPO, "--quantization", "int4")
    assert "here already (cache)" in again.stderr
    assert again.stdout == done.stdout


def test_the_licence_is_shown_before_the_first_byte_comes(machine: Machine) -> None:
    machine.server.faults = [Fault("bytes", status=403)]
    done = machine.run("models", "pull", REPO, "--quantization", "q4_k_m")
    assert done.returncode == 7
    assert done.stderr.index("licence qwen-research") < done.stderr.index("403")
    assert "Traceback" not in done.stderr


def test_pull_of_a_repo_with_several_files_lists_them(machine: Machine) -> None:
    done = machine.run("models", "pull", REPO)
    assert done.returncode == 1
    assert "q4_k_m" in done.stderr
    assert "q8_0" in done.stderr


@pytest.mark.parametrize("command", [["models", "pull", REPO], ["read", "{page}", "--runtime", "llama-cpp", "--model", REPO]])
def test_a_terminal_shows_the_download_as_a_bar(machine: Machine, command: list[str]) -> None:
    if command[0] == "read" and find_spec("llama_cpp") is None:
        pytest.skip("without its runtime a model is not downloaded")
    page = Path(__file__).parent.parent.parent / "examples" / "invoice.jpg"
    machine.server.repos[REPO] = {FILE: small_gguf(8_000_000)}
    terminal, other = pty.openpty()
    termios.tcsetwinsize(other, (24, 80))
    command = [part.format(page=page) for part in command]
    with subprocess.Popen(
        [sys.executable, "-m", "ocrect", *command], stdout=subprocess.DEVNULL, stderr=other, env=machine.environment
    ) as process:
        os.close(other)
        seen = b""
        try:
            while block := os.read(terminal, 4096):
                seen += block
        except OSError:  # the other side has closed the terminal
            pass
        process.wait()
    os.close(terminal)
    assert b"licence qwen-research" in seen
    assert b"%|" in seen.partition(b"model: ")[2]


def test_list_shows_the_folder_the_cache_and_what_is_damaged(machine: Machine) -> None:
    machine.pulled()
    (machine.models / "other-q8_0.gguf").write_bytes(small_gguf(50_000))
    (machine.models / "cut-q8_0.gguf").write_bytes(small_gguf(50_000)[:20_000])
    done = machine.run("models", "list", "--models-folder", str(machine.models))
    lines = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert done.returncode == 0, done.stderr
    assert "cache" in lines[FILE]
    assert "q4_k_m" in lines[FILE]
    assert "50 kB" in lines["other-q8_0.gguf"]
    assert "damaged" in lines["cut-q8_0.gguf"]


def test_verify_tells_an_altered_file_in_the_cache_by_its_hash(machine: Machine) -> None:
    path = machine.pulled()
    assert "as the hub declares" in machine.run("models", "verify", FILE).stdout
    altered = bytearray(DATA)
    altered[-1000] ^= 1
    path.resolve().write_bytes(altered)
    done = machine.run("models", "verify", FILE)
    assert done.returncode == 7
    assert "instead of" in done.stderr


def test_verify_says_where_no_hash_is_known(machine: Machine) -> None:
    (machine.models / "own.gguf").write_bytes(DATA)
    done = machine.run("models", "verify", str(machine.models / "own.gguf"))
    assert done.returncode == 0, done.stderr
    assert "no SHA-256 is known" in done.stdout
    assert str(machine.models / "own.gguf.sha256") in done.stdout


def test_a_model_downloaded_into_the_folder_keeps_its_hash_which_verify_checks_and_rm_takes_along(machine: Machine) -> None:
    here = ("--models-folder", str(machine.models))
    done = machine.run("models", "pull", REPO, "--quantization", "q4_k_m", *here)
    assert done.returncode == 0, done.stderr
    assert f"as {FILE}.sha256 says" in machine.run("models", "verify", FILE, *here).stdout
    altered = bytearray(DATA)
    altered[-1000] ^= 1
    (machine.models / FILE).write_bytes(altered)
    done = machine.run("models", "verify", FILE, *here)
    assert done.returncode == 7
    assert f"instead of {hashlib.sha256(DATA).hexdigest()}, which {FILE}.sha256 says" in done.stderr
    assert machine.run("models", "rm", FILE, "--yes", *here).returncode == 0
    assert [path.name for path in machine.models.iterdir() if not path.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        ("{right}  own.gguf\n", 0, "as own.gguf.sha256 says"),
        ("{right} *folder/own.gguf\n", 0, "as own.gguf.sha256 says"),
        ("{RIGHT}\n", 0, "as own.gguf.sha256 says"),
        ("{wrong}  own.gguf\n", 7, "instead of"),
        ("{right}  another.gguf\n", 7, "holds no SHA-256 of own.gguf"),
        ("<html>", 7, "sha256sum own.gguf > own.gguf.sha256"),
    ],
)
def test_a_sum_that_the_user_puts_beside_a_model_is_checked(machine: Machine, content: str, code: int, says: str) -> None:
    right = hashlib.sha256(DATA).hexdigest()
    (machine.models / "own.gguf").write_bytes(DATA)
    written = content.format(right=right, RIGHT=right.upper(), wrong="0" * 64)
    (machine.models / "own.gguf.sha256").write_text(written, encoding="utf-8")
    done = machine.run("models", "verify", str(machine.models / "own.gguf"))
    assert (done.returncode, says in done.stdout + done.stderr) == (code, True), done.stdout + done.stderr


@pytest.mark.parametrize("command", [["models", "list"], ["models", "show"], ["correct", "-"]])
def test_a_models_folder_that_is_not_there_is_an_error_with_the_next_step(machine: Machine, command: list[str]) -> None:
    done = machine.run(*command, "--models-folder", str(machine.models / "nowhere"), input="Invoic")
    assert done.returncode == 7
    assert f"mkdir -p {machine.models / 'nowhere'}" in done.stderr


def test_rm_frees_a_model_of_the_cache_and_path_then_finds_none(machine: Machine) -> None:
    path = machine.pulled()
    assert machine.run("models", "path", FILE).stdout.strip() == str(path)
    blob = path.resolve()
    done = machine.run("models", "rm", FILE, "--yes")
    assert "200 kB freed" in done.stdout
    assert not path.exists()
    assert not blob.exists()
    assert machine.run("models", "path", REPO, "--no-allow-download").returncode == 7


def test_rm_deletes_a_link_in_the_models_folder_but_not_what_it_points_to(machine: Machine, tmp_path: Path) -> None:
    elsewhere = tmp_path / "precious.gguf"
    elsewhere.write_bytes(DATA)
    (machine.models / "link.gguf").symlink_to(elsewhere)
    done = machine.run("models", "rm", "link.gguf", "--models-folder", str(machine.models))
    assert done.returncode == 0, done.stderr
    assert not (machine.models / "link.gguf").exists()
    assert elsewhere.read_bytes() == DATA


def test_rm_touches_nothing_outside_the_folder_and_the_cache(machine: Machine, tmp_path: Path) -> None:
    other = tmp_path / "other.gguf"
    other.write_bytes(DATA)
    done = machine.run("models", "rm", str(other), "--yes", "--models-folder", str(machine.models))
    assert done.returncode == 7
    assert "no model" in done.stderr
    assert other.exists()


def test_rm_asks_on_a_terminal_and_no_means_no(machine: Machine) -> None:
    path = machine.models / "own.gguf"
    path.write_bytes(DATA)
    terminal, other = pty.openpty()
    os.write(terminal, b"n\n")
    done = machine.run("models", "rm", "own.gguf", "--models-folder", str(machine.models), stdin=other)
    assert done.returncode == 0
    assert path.exists()
    os.write(terminal, b"y\n")
    assert "freed" in machine.run("models", "rm", "own.gguf", "--models-folder", str(machine.models), stdin=other).stdout
    assert not path.exists()
    os.close(terminal)
    os.close(other)


@pytest.mark.skipif(hub.embedded_path() is None, reason="the embedded model is not installed")
def test_the_embedded_model_is_shown_verified_and_not_removed(machine: Machine) -> None:
    shown = machine.run("models", "show").stdout
    for fact in ("apache-2.0", "135 million parameters", "30 layers", "chat template  yes", "scoring", "GPU plan"):
        assert fact in shown
    assert "as its package declares" in machine.run("models", "verify").stdout
    refused = machine.run("models", "rm", hub.EMBEDDED.file, "--yes")
    assert refused.returncode == 1
    assert "pip uninstall" in refused.stderr
    assert hub.embedded_path() is not None


def test_doctor_names_a_damaged_and_a_missing_model_with_the_command_that_mends_it(machine: Machine) -> None:
    (machine.models / "cut-q8_0.gguf").write_bytes(small_gguf(50_000)[:20_000])
    (machine.models / "whole-q8_0.gguf").write_bytes(small_gguf(50_000))
    done = machine.run("doctor", "--json", "--model", REPO, "--models-folder", str(machine.models))
    items = {item["subject"]: item for item in json.loads(done.stdout)["items"]}
    assert items["model cut-q8_0.gguf"]["mend"] == "ocrect models rm cut-q8_0.gguf"
    assert items["model"]["mend"] == f"ocrect models pull {REPO}"
    assert "whole-q8_0" in items["models"]["state"]
    assert machine.server.log == []
    assert items["GPU"]["state"]
    assert items["runtime"]["state"]


def test_doctor_asks_the_driver_and_says_how_to_build_with_gpu_support(machine: Machine, tmp_path: Path) -> None:
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'NVIDIA H100, 570.1, 81559 MiB, 80000 MiB'\n", encoding="ascii")
    tool.chmod(0o755)
    machine.environment["PATH"] = f"{tmp_path}{os.pathsep}{machine.environment['PATH']}"
    items = {item["subject"]: item for item in json.loads(machine.run("doctor", "--json").stdout)["items"]}
    assert "NVIDIA H100, 570.1" in items["GPU"]["state"]
    assert items["GPU"]["well"] or "GGML_CUDA" in items["GPU"]["mend"] or "driver" in items["GPU"]["mend"]
