"""What is installed, what is missing, and the command that mends it."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import ocrect
from ocrect import hub, plugins
from ocrect.engines import choice
from ocrect.errors import OcrectError
from ocrect.settings import Settings

PACKAGES = ("rapidocr", "onnxruntime", "tesserocr", "pypdfium2", "pillow", "llama-cpp-python", "huggingface-hub")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing looked at. ``mend`` is the command or step that helps, empty where all is well."""

    subject: str
    well: bool
    state: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All that was looked at. ``works``: the engine that the settings ask for can read their language."""

    items: tuple[Item, ...]
    works: bool

    def as_json(self) -> dict[str, Any]:
        return {"works": self.works, "items": [asdict(item) for item in self.items]}


def examine(settings: Settings) -> Report:
    """Look at versions, engines, languages, the runtime and the model; touches no network and loads no model."""
    reading = _reading(settings)
    found = (*_versions(), *_engines(settings), reading, _runtime(settings), _model(settings))
    return Report(found, reading.well)


def _versions() -> Iterator[Item]:
    yield Item("ocrect", True, f"{ocrect.__version__}, Python {platform.python_version()}, {platform.platform()}")
    for package in PACKAGES:
        try:
            yield Item(package, True, version(package))
        except PackageNotFoundError:
            mend = "make model" if package == "llama-cpp-python" else f"pip install {package}"
            yield Item(package, False, "not installed", mend)


def _engines(settings: Settings) -> Iterator[Item]:
    for name in plugins.names("engines"):
        languages = choice.languages(name, settings)
        mend = "" if languages else "apt-get install tesseract-ocr-eng (or -vie, -deu, -fra, …)"
        yield Item(f"engine {name}", bool(languages), f"reads {' '.join(languages) or 'nothing yet'}", mend)


def _reading(settings: Settings) -> Item:
    subject = f"language {settings.language}"
    try:
        name = choice.choose(settings)
        plugins.load("engines", name)(settings)
    except OcrectError as error:
        return Item(subject, False, str(error), error.hint)
    return Item(subject, True, f"read by {name}")


def _runtime(settings: Settings) -> Item:
    try:
        gpu = plugins.load("runtimes", settings.runtime)(settings).description().get("gpu_offload")
    except OcrectError as error:
        return Item("runtime", False, str(error), error.hint)
    return Item("runtime", True, f"{settings.runtime}, {'with' if gpu else 'without'} GPU support")


def _model(settings: Settings) -> Item:
    try:
        model = hub.find(settings.with_(allow_download=False))
    except OcrectError as error:
        return Item("model", False, str(error), error.hint)
    return Item("model", True, f"{model.name} ({model.source}, {model.size / 1e6:.0f} MB, licence {model.license or 'not stated'})")
