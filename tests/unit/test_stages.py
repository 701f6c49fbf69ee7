"""Which stages the settings ask for, by name."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

from ocrect import Pipeline, Settings
from ocrect.engines import choice
from ocrect.errors import SettingsError
from ocrect.record.document import Page, Step
from ocrect.stages import ALWAYS, CHECKS, PROPOSERS, chosen

PLUGIN = """
    from ocrect.correcting.case import Case
    from ocrect.record.correction import Edit, Finding


    def proposer(settings):
        def propose(lines, context):
            return [[Edit(0, 1, line.text[0], "Z")] if line.text else [] for line in lines]
        return propose


    def check(settings):
        def judge(case: Case) -> Finding:
            return Finding("mine", case.edit.after == "Z", "only this one", 1.0, "image")
        return judge


    def engine(settings):
        raise NotImplementedError("asked only for what it states")


    engine.languages = lambda settings: ["th", "lo"]
    engine.letters = lambda settings: "กขก"
"""

ENTRY_POINTS = """
    [ocrect.proposers]
    mine = mine_for_ocrect:proposer

    [ocrect.checks]
    mine = mine_for_ocrect:check

    [ocrect.engines]
    siamese = mine_for_ocrect:engine
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with a check and a proposer, as an installer leaves it: a module and its metadata on the path."""
    about = tmp_path / "mine_for_ocrect-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: mine-for-ocrect\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text(textwrap.dedent(ENTRY_POINTS), encoding="utf-8")
    (tmp_path / "mine_for_ocrect.py").write_text(textwrap.dedent(PLUGIN), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "mine_for_ocrect", raising=False)


@pytest.mark.usefixtures("installed")
def test_the_check_and_the_proposer_of_an_installed_package_run_beside_the_built_in_ones() -> None:
    settings = Settings(runtime="none", checks="default,+mine,-spacing", proposers="+mine,-nbest")
    with Pipeline(settings) as pipeline:
        page = pipeline.correct("thc house of the lord").pages[0]
    (line,) = page.lines()
    mine = next(verdict for verdict in line.verdicts if verdict.source == "mine")
    assert [finding.check for finding in mine.findings if finding.supports] == ["mine"]
    used = page.steps[-1].settings
    assert used["checks"] == [name for name in CHECKS if name != "spacing"] + ["mine"]
    assert used["proposers"] == [name for name in PROPOSERS if name != "nbest"] + ["mine"]


@pytest.mark.usefixtures("installed")
def test_the_check_of_a_package_that_supports_everything_frees_no_number() -> None:
    settings = Settings(runtime="none", checks="locked,mine", proposers="mine", accept_text_only=True)
    with Pipeline(settings) as pipeline:
        assert pipeline.correct("1234.00 due").corrected == "1234.00 due"
        assert pipeline.correct("total due").corrected == "Zotal due"


def test_named_stages_come_in_the_order_named_each_once() -> None:
    assert chosen("checks", CHECKS, "default") == CHECKS
    assert chosen("checks", CHECKS, "-image,+image") == (*(name for name in CHECKS if name != "image"), "image")
    assert chosen("checks", CHECKS, "scope, locked,scope") == ("scope", "locked")
    assert chosen("proposers", PROPOSERS, "") == ()


@pytest.mark.parametrize("wish", ["default,-locked", "image,scope", "-locked", ""])
def test_the_check_of_locked_tokens_cannot_be_left_out(wish: str) -> None:
    with pytest.raises(SettingsError, match="cannot be switched off"):
        chosen("checks", CHECKS, wish, ALWAYS)


@pytest.mark.parametrize("wish", ["default,+mine", "-spacign", "default,nothing"])
def test_a_name_that_is_not_installed_is_refused_with_those_that_are(wish: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Pipeline(Settings(runtime="none", checks=wish))
    assert "spacing" in caught.value.hint


@pytest.mark.usefixtures("installed")
def test_what_an_engine_states_of_its_languages_and_letters_is_kept_with_the_page() -> None:
    steps = (Step("deskew", "1"), Step("siamese", "2", {"model": "x"}), Step("ppocr", "3", {"languages": ["vi"]}))
    turned, siamese, ours = choice.stated(Page(1, steps=steps), Settings(threads=3)).steps
    assert turned == steps[0]
    assert siamese.settings == {"languages": ["lo", "th"], "letters": "กข", "model": "x"}
    assert ours.settings["languages"] == ["vi"]  # its own word stays


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"pages": "x"}, "neither a page nor a range"),
        ({"pages": "3,5-2"}, "runs backwards"),
        ({"pages": "0-"}, "count from 1"),
        ({"tessdata": "/nowhere/at/all"}, "is no folder"),
        ({"quantization": "q99"}, "none is named"),
        ({"quantization": "q8_0", "runtime": "none", "model": "Demo/Demo-3B-GGUF"}, "means nothing with runtime=none"),
        ({"quantization": "q8_0", "runtime": "openai", "model_url": "http://localhost:1/v1"}, "nothing with runtime=openai"),
    ],
)
def test_settings_that_no_file_could_be_read_with_are_refused_before_any(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        Pipeline(Settings(**wrong))
    assert caught.value.hint


def test_a_quantization_is_taken_where_something_may_look_at_it() -> None:
    for settings in ({"model": "Demo/Demo-3B-GGUF"}, {"models_folder": "/models"}):
        Pipeline(Settings(quantization="q4_k_m", **settings)).close()
