"""`make docs` builds: the API reference, with a page for every module named and a part for every public name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import ocrect

ROOT = Path(__file__).parent.parent.parent


def test_the_api_reference_builds_with_every_public_name(tmp_path: Path) -> None:
    pytest.importorskip("pdoc")
    subprocess.run([sys.executable, str(ROOT / "scripts" / "make_docs.py"), str(tmp_path)], check=True, capture_output=True)
    page = (tmp_path / "ocrect.html").read_text(encoding="utf-8")
    assert all(f'id="{name}"' in page for name in ocrect.__all__)
    assert (tmp_path / "ocrect" / "numbers" / "forms.html").exists()
    assert "scripts/make_docs.py" in (ROOT / "Makefile").read_text(encoding="utf-8")
