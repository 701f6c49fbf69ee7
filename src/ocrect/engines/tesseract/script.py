"""The script of a page, by Tesseract's detector of orientation and script, where its data (``osd``) is installed."""

from __future__ import annotations

from ocrect.engines.tesseract import tessdata
from ocrect.record.document import PageImage
from ocrect.settings import Settings

NAMES = {"Han": "Han", "Japanese": "Japanese", "Hangul": "Hangul", "Korean": "Hangul"}
"""Scripts that Tesseract names otherwise than :mod:`ocrect.words.scripts`."""

SURE = 1.0
"""The least confidence, in Tesseract's measure."""


def script_of(image: PageImage, settings: Settings) -> str:
    """The script (as in :mod:`ocrect.words.scripts`) of most letters of a page; empty where it cannot be told."""
    folder = next((f for f in tessdata.folders(settings) if (f / "osd.traineddata").is_file()), None)
    if folder is None:
        return ""
    import tesserocr

    height, width = image.pixels.shape[:2]
    with tesserocr.PyTessBaseAPI(path=f"{folder}/", lang="osd", psm=tesserocr.PSM.OSD_ONLY) as api:
        api.SetImageBytes(image.pixels.tobytes(), width, height, 3, 3 * width)
        found = api.DetectOrientationScript()
    if not found or found["script_conf"] < SURE:
        return ""
    name = str(found["script_name"])
    return NAMES.get(name, name)
