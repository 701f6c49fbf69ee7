"""PP-OCR's networks run by OpenVINO: the same text in float32, and the record says what ran them."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from ocrect import Settings
from ocrect.engines.ppocr import PpOcr
from ocrect.errors import MissingDependencyError
from ocrect.source import pages

PICTURE = Path(__file__).parent.parent / "data" / "receipt.png"

needs_openvino = pytest.mark.skipif(find_spec("openvino") is None, reason="the extra openvino is not installed")


@needs_openvino
def test_a_page_reads_the_same_and_says_what_ran_the_networks() -> None:
    (image,) = pages(PICTURE, Settings())
    ours, theirs = (PpOcr(Settings(inference=name))(image) for name in ("onnxruntime", "openvino-f32"))
    assert theirs.text == ours.text
    assert "inference" not in ours.steps[0].settings
    assert theirs.steps[0].settings["inference"] == "openvino-f32"
    assert theirs.steps[0].settings["openvino"]


@needs_openvino
def test_reading_by_openvino_loads_nothing_that_tells_its_maker() -> None:
    code = (
        "import sys; from ocrect import Settings; from ocrect.source import pages; from ocrect.engines.ppocr import PpOcr;"
        f"(image,) = pages({str(PICTURE)!r}, Settings()); PpOcr(Settings(inference='openvino-f32'))(image);"
        "print([name for name in sys.modules if name.startswith('openvino_telemetry')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_openvino_that_is_not_installed_is_an_error_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(MissingDependencyError) as caught:
        PpOcr(Settings(inference="openvino-bf16"))
    assert "ocrect[openvino]" in caught.value.hint
