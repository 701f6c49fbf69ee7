"""The shape of the house, held to docs/architecture.md: layers, sizes, import weight, the error tree."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from ocrect import errors

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "ocrect"
DOC = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
FILES = sorted(SOURCE.rglob("*.py"))
MOST_LINES, MOST_FUNCTION_LINES, MOST_PARAMETERS = 400, 50, 7
FREE = {"__init__.py", "__main__.py"}  # the package's own face: names only, loaded late


@cache
def rows() -> dict[str, int]:
    """Top-level module -> its row in the table of layers."""
    table = re.findall(r"^\| (\d+) \| (`[^|]+`) \|", DOC, re.MULTILINE)
    return {module: int(row) for row, modules in table for module in re.findall(r"`(\w+)`", modules)}


def top_level(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """The dotted names under ``ocrect`` that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("ocrect."))
        elif isinstance(node, ast.ImportFrom) and node.module == "ocrect":
            yield from (f"ocrect.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ocrect."):
            yield str(node.module)


def test_every_module_has_a_row() -> None:
    there = {top_level(path) for path in FILES if path.parent != SOURCE or path.name not in FREE}
    assert there == set(rows())


@pytest.mark.parametrize(("package", "parts"), re.findall(r"^\| `(\w+)` \| ((?:`\w+` ?)+) \|", DOC, re.MULTILINE))
def test_parts_of_a_package_import_only_those_named_before_them(package: str, parts: str) -> None:
    order = re.findall(r"`(\w+)`", parts)
    for path in (SOURCE / package).rglob("*.py"):
        own = path.relative_to(SOURCE / package).parts[0].removesuffix(".py")
        if own == "__init__":
            continue
        assert own in order, f"{package}.{own} has no place in the table"
        for name in imports(path):
            other = name.split(".")[2] if name.startswith(f"ocrect.{package}.") else own
            if other in order and other != own:
                assert order.index(other) < order.index(own), f"{package}.{own} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_module_imports_only_from_rows_above_its_own(path: Path) -> None:
    if path.parent == SOURCE and path.name in FREE:
        return
    own = top_level(path)
    for name in imports(path):
        other = name.split(".")[1]
        if other in rows() and other != own:
            assert rows()[other] < rows()[own], f"{own} (row {rows()[own]}) imports {name} (row {rows()[other]})"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_files_functions_and_signatures_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < MOST_FUNCTION_LINES, node.name
            named = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
            assert len([a for a in named if a not in ("self", "cls")]) <= MOST_PARAMETERS, node.name


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not {path.stem for path in FILES} & {"utils", "helpers", "common", "manager", "base", "misc"}


def test_importing_ocrect_or_its_command_line_loads_nothing_heavy() -> None:
    heavy = (
        "numpy",
        "PIL",
        "onnxruntime",
        "llama_cpp",
        "rapidocr",
        "tesserocr",
        "pypdfium2",
        "huggingface_hub",
        "wordfreq",
        "cv2",
    )
    code = f"import sys, ocrect, ocrect.cli; print([m for m in {heavy!r} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_the_error_tree_is_as_it_is_drawn() -> None:
    drawn = re.search(r"## Errors\n\n((?:    .*\n)+)", DOC)
    assert drawn is not None
    assert drawn[1].splitlines() == list(_drawing(errors.OcrectError, 1))


def _drawing(kind: type[Exception], depth: int) -> Iterator[str]:
    yield "    " * depth + kind.__name__
    for child in kind.__subclasses__():
        yield from _drawing(child, depth + 1)


def test_every_public_name_is_there() -> None:
    import ocrect

    for name in ocrect.__all__:
        assert getattr(ocrect, name) is not None
