"""What is shipped to leave the service running: its commands are understood, its table of limits is complete."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from ocrect.batch.limits import Limits
from ocrect.cli import parser
from ocrect.errors import SettingsError

ROOT = Path(__file__).parent.parent.parent
SERVICE = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")


def test_the_commands_of_the_unit_and_of_the_container_are_understood() -> None:
    unit = (ROOT / "deploy" / "ocrect.service").read_text(encoding="utf-8")
    container = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")
    commands = [shlex.split(line)[1:] for line in re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)]
    commands.append(json.loads(re.findall(r"^ENTRYPOINT (.*)$", container, re.MULTILINE)[0])[1:])
    for command in commands:
        assert parser().parse_args(command).command == "serve"


def test_systemd_understands_every_line_of_the_unit(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not installed")
    unit = (ROOT / "deploy" / "ocrect.service").read_text(encoding="utf-8")
    (tmp_path / "ocrect.service").write_text(unit.replace("/opt/ocrect/bin/ocrect", sys.executable), encoding="utf-8")
    done = subprocess.run([verify, "verify", tmp_path / "ocrect.service"], capture_output=True, text=True, check=False)
    if "Failed to" in done.stderr and "ocrect.service" not in done.stderr:
        pytest.skip(f"systemd-analyze does not work here: {done.stderr[:200]}")
    assert (done.returncode, done.stderr) == (0, "")


def test_every_limit_has_its_row_and_its_flag() -> None:
    table = dict(re.findall(r"^\| `--([a-z-]+)` \| ([\d,]+) \|", SERVICE, re.MULTILINE))
    assert table == {item.name.replace("_", "-"): f"{item.default:,}" for item in fields(Limits)}
    assert parser().parse_args(["serve", "--queue", "7"]).queue == 7


def test_the_settings_that_a_request_may_change_are_those_of_the_page() -> None:
    pytest.importorskip("fastapi")
    from ocrect.server.options import ALLOWED

    paragraph = SERVICE[SERVICE.index("Settings of a request:") : SERVICE.index("and of a correction")]
    assert tuple(re.findall(r"`(\w+)`", paragraph)) == ALLOWED


def test_none_of_them_names_a_file_an_address_or_a_model() -> None:
    pytest.importorskip("fastapi")
    from ocrect.server.options import ALLOWED
    from ocrect.settings import Settings

    known = {item.name: item.metadata for item in fields(Settings)}
    for name in ALLOWED:
        assert known[name]["role"] != "file"
        assert known[name]["group"] != "model"


@pytest.mark.parametrize("wrong", [{"queue": 0}, {"body_bytes": -1}, {"worker_idle": -1}])
def test_an_impossible_limit_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(SettingsError):
        Limits(**wrong)
