"""``ocrect review`` as a user runs it: the address, Ctrl-C, what is written, what decisions teach, a session that is killed."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys

import pytest
from tests.integration.review_folder import folder

pytest.importorskip("fastapi", reason="the review pages need the extra `serve`")
httpx = pytest.importorskip("httpx")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ocrect", "review", *arguments]


@pytest.fixture
def plan(tmp_path):
    return folder(tmp_path, names=("a.png",))


def answered(plan, said: str) -> tuple[str, int]:
    """Answer all cards at the command's own address; its exit code after Ctrl-C."""
    arguments = command(str(plan.outputs), "--no-browser", "--who", "Ana", "--format", "text")
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as server:
        address = server.stdout.readline().strip()
        with httpx.Client(follow_redirects=True) as client:
            html, root = client.get(address).text, address.partition("/?")[0]
            word = re.search(r'data-word="([^"]+)"', html)[1]
            while card := re.search(r'data-card="(\d+)" data-last="(\d+)"', html):
                body = {"said": said, "last": int(card[2]), "token": f"token-{card[1]}-{card[2]}"}
                html = client.post(f"{root}/cards/{card[1]}", json=body, headers={"X-Ocrect-Word": word}).json()["html"]
        server.send_signal(signal.SIGINT)
        return address, server.wait(60)


def test_a_folder_is_reviewed_at_a_local_address_and_written_at_the_end(plan, tmp_path):
    address, code = answered(plan, "accept")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{20,}", address)
    assert code == 130
    assert (plan.outputs / "a.png.txt").read_text().splitlines()[3] == "Total $13.50"
    made = [tmp_path / name for name in ("own.txt", "table.tsv", "all.jsonl")]
    flags = [part for pair in zip(("--words", "--confusions", "--record"), map(str, made), strict=True) for part in pair]
    done = subprocess.run(command(str(plan.outputs), *flags), capture_output=True, text=True, check=True)
    assert "5 decisions" in done.stderr
    assert made[1].read_text().splitlines()[0] == "read\tmeant\tcount"
    assert "rn\tm\t1" in made[1].read_text().splitlines()
    assert [json.loads(line)["by"] for line in made[2].read_text().splitlines()] == ["Ana"] * 5


def test_what_is_no_folder_of_a_batch_is_an_error_with_a_next_step(tmp_path):
    done = subprocess.run(command(str(tmp_path)), capture_output=True, text=True, check=False)
    assert done.returncode == 5
    assert "ocrect batch" in done.stderr
    assert subprocess.run(command(str(tmp_path / "x.pdf")), capture_output=True, check=False).returncode == 5


def test_a_scan_is_read_once_and_reviewed_where_it_was_left(tmp_path):
    from tests.integration import review_folder

    scan = tmp_path / "receipt.png"
    review_folder.draw(scan)
    arguments = command(str(scan), "--no-browser", "--engine", "tesseract", "--runtime", "none")
    said = []
    for _ in range(2):
        with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
            address = server.stdout.readline().strip()
            with httpx.Client(follow_redirects=True) as client:
                assert client.get(address).status_code == 200
                assert "Tea and milk" in client.get(address.partition("/?")[0] + "/find?q=milk").text
            server.send_signal(signal.SIGINT)
            said.append(server.communicate(timeout=60)[1])
    assert "page 1 of 1" in said[0]
    assert "page 1 of 1" not in said[1]
    assert (tmp_path / "receipt.png.review" / ".ocrect" / "manifest.sqlite").is_file()


def test_a_killed_session_loses_and_doubles_nothing(tmp_path):
    from bench.review_kills import killed

    plan = folder(tmp_path, names=tuple(f"{number}.png" for number in range(12)))
    kills, kept, lost, doubled = killed(plan.outputs, moments=3, seed=5)
    assert "browser" not in kills  # its tests are in tests/browser
    assert kept > 0
    assert (lost, doubled) == (0, 0)
