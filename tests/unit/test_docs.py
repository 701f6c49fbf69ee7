"""What the docs say is so: their paths exist, their commands are understood, their tables are complete, both READMEs agree."""

from __future__ import annotations

import argparse
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from ocrect import cli
from ocrect.cli import parser
from ocrect.plugins import KINDS

ROOT = Path(__file__).parent.parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), ROOT / "bench" / "README.md"]
READMES = [ROOT / "README.md", ROOT / "README.vi.md"]


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", text(page)):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_modules_that_are_named_by_their_path_exist(page: Path) -> None:
    for named in re.findall(r"`((?:\w+/)+\w+\.py)`", text(page)):
        assert any((folder / named).exists() for folder in (ROOT, ROOT / "src" / "ocrect")), named


@pytest.mark.parametrize("readme", READMES, ids=lambda page: page.name)
def test_every_command_is_understood(readme: Path) -> None:
    lines = [line.split("#")[0].strip() for line in text(readme).splitlines() if line.startswith("    ocrect ")]
    commands = [shlex.split(line)[1:] for line in lines if "|" not in line]
    assert len(commands) >= 8
    for command in commands:
        assert callable(parser().parse_args(command).run), command


@pytest.mark.parametrize("readme", READMES, ids=lambda page: page.name)
def test_make_targets_are_there(readme: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text(ROOT / "Makefile"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z]+)", text(readme))) <= targets


@pytest.mark.parametrize("readme", READMES, ids=lambda page: page.name)
def test_the_table_of_places_names_every_package_and_nothing_else(readme: Path) -> None:
    named = set(re.findall(r"`(src/ocrect/[\w/.]+)`", text(readme)))
    assert all((ROOT / place).exists() for place in named)
    packages = {f"src/ocrect/{path.parent.name}/" for path in (ROOT / "src" / "ocrect").glob("*/__init__.py")}
    assert packages <= named


def test_both_readmes_have_the_same_sections_of_code() -> None:
    options = [set(re.findall(r"--[a-z][a-z-]+", text(readme))) for readme in READMES]
    assert options[0] == options[1]


def test_every_command_has_a_line_in_the_readme() -> None:
    actions = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    commands = set(next(actions).choices)
    assert commands <= set(re.findall(r"^    ocrect (\w+)", text(ROOT / "README.md"), re.MULTILINE))


def test_the_plug_in_guide_has_every_kind() -> None:
    guide = text(ROOT / "docs" / "plugins.md")
    assert all(f"`ocrect.{kind}`" in guide for kind in (*KINDS, "evidence"))


def test_the_plug_in_of_the_guide_works(tmp_path: Path) -> None:
    import io

    from ocrect.record.document import Block, Document, Line, Page
    from ocrect.settings import Settings
    from ocrect.source.original import OriginalFile

    toml, python = re.findall(r"```(?:toml|python)\n(.*?)```", text(ROOT / "docs" / "plugins.md"), re.DOTALL)
    points = tomllib.loads(toml)["project"]["entry-points"]["ocrect.writers"]
    module, _, name = points["upper"].partition(":")
    made: dict[str, object] = {}
    exec(python, made)
    assert module == "ocrect_upper"
    build = made[name]
    assert callable(build)
    out = io.BytesIO()
    page = Page(1, blocks=(Block((Line("1", "total"),)),))
    build(Settings())(Document("x.png", (page,)), OriginalFile(None, Settings()), out)
    assert out.getvalue() == b"TOTAL"


def test_exit_codes_of_the_help_are_those_of_the_errors() -> None:
    from ocrect import errors

    told = {int(code) for code in re.findall(r"(?:^|   |\s)(\d+) [a-z]", cli.EXIT_CODES)}
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.OcrectError)]
    assert {kind.exit_code for kind in kinds} <= told
