"""Pages that are written as files, in a real browser: they fit a phone and have no barrier (axe-core), in light and in dark."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from tests.browser.conftest import barriers
from tests.integration.review_folder import folder, page

from ocrect.batch import report
from ocrect.batch.manifest import Manifest
from ocrect.explain import html as explained_html
from ocrect.explain.explanation import explain
from ocrect.record.document import Document, PageImage
from ocrect.settings import Settings
from ocrect.source.original import OriginalFile
from ocrect.writers import html

LONG = "a-very/" * 12 + "long_name_without_a_space_in_it_" * 3 + ".png"
NARROWEST = 320
"""Pixels of CSS to which a page must reflow (WCAG 2.1, 1.4.10)."""


def explained(out: io.BytesIO, root: Path) -> None:
    del root
    shown = page(1)
    pixels = PageImage(np.full((shown.height, shown.width, 3), 255, np.uint8))
    found = [explain(line, number=at, image=pixels) for at, line in enumerate(shown.lines(), 1)]
    out.write(explained_html.page(found, title=f"Why {LONG} reads as it does").encode())


def written(out: io.BytesIO, root: Path) -> None:
    del root
    with OriginalFile(None, Settings(), LONG) as original:
        html.build(Settings())(Document(LONG, (page(1),)), original, out)


def reported(out: io.BytesIO, root: Path) -> None:
    plan = folder(root, names=("a.png", "x" * 90 + ".png"))
    with Manifest(plan.manifest) as manifest:
        report.write_html(manifest, out)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("made", [explained, written, reported])
def test_a_page_written_as_a_file_fits_a_phone_and_has_no_barrier(browser, tmp_path, made, scheme) -> None:
    out = io.BytesIO()
    made(out, tmp_path)
    file = tmp_path / "page.html"
    file.write_bytes(out.getvalue())
    context = browser.new_context(viewport={"width": NARROWEST, "height": 640}, color_scheme=scheme)
    shown = context.new_page()
    shown.goto(file.as_uri())
    assert shown.evaluate("document.documentElement.scrollWidth") <= NARROWEST
    assert barriers(shown) == []
    context.close()
