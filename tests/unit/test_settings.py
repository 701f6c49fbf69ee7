"""Settings: where they come from, and what is said about mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocrect.errors import SettingsError
from ocrect.settings import Settings, config_files


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working directory and a home without settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))


def test_the_file_is_weaker_than_the_environment_and_that_than_the_caller() -> None:
    Path("ocrect.toml").write_text('dpi = 100\nlanguage = "de"\nprompt = "legal"\n', encoding="utf-8")
    found = Settings.load({"OCRECT_DPI": "200", "OCRECT_LANGUAGE": "fr"}, dpi=300)
    assert (found.dpi, found.language, found.prompt) == (300, "fr", "legal")


def test_a_whole_number_is_taken_where_a_setting_has_decimals() -> None:
    assert Settings(keep_alive=0) == Settings(keep_alive=0.0)


def test_the_log_level_is_no_setting() -> None:
    assert Settings.load({"OCRECT_LOG": "INFO"}) == Settings()


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("dip = 300", "'dip'"),
        ("dpi = true", "a whole number"),
        ("dpi = 1.5", "a whole number"),
        ('dpi = "many"', "not a whole number"),
        ('language = ["en"]', "a text"),
        ('language = " + "', "no language"),
        ("threads = 5000", "above 1024"),
        ("batch = 8", r"below 32 \(allowed: 32 to 16384\)"),
        ("keep_alive = nan", "below"),
        ("keep_alive = 1e300", "above"),
        ("context_size = 99999999999", "above 1048576"),
        ("seed = 4294967296", "above 4294967295"),
        ("temperature = inf", r"above 2.0 \(allowed: 0.0 to 2.0\)"),
        ("temperature = nan", "below"),
        ('correct = "maybe"', "a switch"),
        ("dpi = ", "no TOML"),
    ],
)
def test_a_mistake_in_the_file_is_explained(written: str, says: str) -> None:
    Path("ocrect.toml").write_text(written + "\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=says) as caught:
        Settings.load({})
    assert "ocrect.toml" in str(caught.value)


def test_a_mistake_in_the_environment_is_told_as_one_of_it_and_that_of_a_caller_without_a_place() -> None:
    with pytest.raises(SettingsError, match=r"^the environment: dpi=5 is below 36"):
        Settings.load({"OCRECT_DPI": "5"})
    with pytest.raises(SettingsError, match=r"^dpi=5 is below 36"):
        Settings.load({}, dpi=5)


def test_a_mistake_in_a_file_is_told_though_the_environment_has_another_value() -> None:
    Path("ocrect.toml").write_text("dpi = 5\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"ocrect\.toml"):
        Settings.load({"OCRECT_DPI": "300"})


def test_another_users_home_holds_no_settings_for_us(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", forbidden)
    assert Settings.load({}) == Settings()


def test_a_user_without_a_home_has_the_working_directorys_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setattr(Path, "home", homeless)
    assert config_files() == [Path("ocrect.toml")]
