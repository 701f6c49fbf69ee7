"""The help: a usage of one line, and what is used most before what is used least."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocrect import cli
from ocrect.cli import parser
from ocrect.errors import SettingsError

COMMANDS = ["read", "correct", "batch", "serve", "explain", "review", "evaluate", "engines", "doctor", "models"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_usage_is_one_line(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args([command, "--help"])
    usage, blank, *_ = capsys.readouterr().out.splitlines()
    assert usage.startswith(f"usage: ocrect {command} [")
    assert not blank


def test_an_action_of_models_is_named_without_the_options_of_models(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["models", "rm", "--help"])
    assert capsys.readouterr().out.startswith("usage: ocrect models rm [OPTIONS] MODEL\n")


@pytest.mark.parametrize("command", ["read", "correct"])
def test_where_results_go_stands_before_how_a_page_is_read(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args([command, "--help"])
    shown = capsys.readouterr().out
    assert shown.index("--output") < shown.index("--language") < shown.index("examples:")


def test_without_a_command_it_is_said_how_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 1
    assert "begin with:\n  ocrect read invoice.png" in capsys.readouterr().err


@pytest.mark.parametrize(("typed", "name"), [(["--checks", "-spacing"], "--checks"), (["-o", "-out.txt"], "--output")])
def test_a_value_that_begins_with_a_dash_is_told_how_it_is_written(typed: list[str], name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parser().parse_args(["read", "x.png", *typed])
    assert f"{name}=-…" in caught.value.hint


def test_a_file_whose_name_begins_with_a_dash_is_told_how_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-scan.png").touch()
    with pytest.raises(SettingsError) as caught:
        parser().parse_args(["read", "x.png", "-scan.png"])
    assert "./-scan.png" in caught.value.hint
