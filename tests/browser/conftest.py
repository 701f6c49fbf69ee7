"""A real browser for the tests of this folder.

They are skipped with a word where no Chromium is found; ``CHROMIUM`` names one, and ``BROWSER_TESTS=required`` makes its lack a
failure, as continuous integration wants it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

_MISSING = pytest.fail if os.environ.get("BROWSER_TESTS") == "required" else pytest.skip
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        _MISSING("no Chromium was found: apt-get install chromium, or name one in CHROMIUM")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        made = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


def barriers(page) -> list[str]:
    """What axe-core finds on a browser's page, as it stands."""
    axe = pytest.importorskip("axe_playwright_python")
    source = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": source})
    found = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    assert len(found["passes"]) > 10
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]
