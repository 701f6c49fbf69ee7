"""What is installed, what is missing, and the command that fixes it."""

from __future__ import annotations

import platform
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import ocrect
from ocrect import hub, plugins
from ocrect.engines import choice
from ocrect.errors import OcrectError
from ocrect.hub import local
from ocrect.llm.abilities import can_write
from ocrect.llm.probe import Probe, probe
from ocrect.settings import Settings
from ocrect.stages import unused_prompt

PACKAGES = ("rapidocr", "onnxruntime", "tesserocr", "pypdfium2", "pillow", "llama-cpp-python", "huggingface-hub")
WITH_GPU = 'CMAKE_ARGS="-DGGML_CUDA=on" pip install --force-reinstall --no-deps --no-cache-dir llama-cpp-python==0.3.36'


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
    """Look at versions, engines, languages, runtime, GPUs and models, in seconds; touches no network and loads no model."""
    reading = _reading(settings)
    native = probe() if settings.runtime == "llama-cpp" else Probe()
    items = [*_versions(), *_engines(settings), reading, _runtime(settings, native)]
    if settings.runtime == "llama-cpp":
        items += [_gpu(native, _driver()), _model(settings), *_prompt(settings), *_models(settings)]
    return Report(tuple(items), reading.well)


def _versions() -> Iterator[Item]:
    yield Item("ocrect", True, f"{ocrect.__version__}, Python {platform.python_version()}, {platform.platform()}")
    for package in PACKAGES:
        try:
            yield Item(package, True, version(package))
        except PackageNotFoundError:
            mend = runtime_command() if package == "llama-cpp-python" else f"pip install {package}"
            yield Item(package, False, "not installed", mend)


def runtime_command() -> str:
    """The command that installs the language model's runtime: the checkout's own where ocrect runs from one, else pip's."""
    root = Path(ocrect.__file__).parents[2]
    there = (root / "Makefile").is_file() and (root / "scripts" / "install_model.py").is_file()
    return f"make -C {shlex.quote(str(root))} model" if there else "pip install 'ocrect[llm]'"


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


def _runtime(settings: Settings, found: Probe) -> Item:
    if settings.runtime == "none":
        return Item("runtime", True, "none: corrections go without a language model")
    try:
        plugins.load("runtimes", settings.runtime)
    except OcrectError as error:
        return Item("runtime", False, str(error), error.hint)
    if settings.runtime != "llama-cpp":
        return Item("runtime", True, f"{settings.runtime} {settings.model_url or 'without model_url'}, not asked".rstrip())
    if found.problem:
        return Item("runtime", False, found.problem, found.hint or runtime_command())
    where = {"child": "in a child process", "inline": "in this process"}[settings.model_process]
    return Item("runtime", True, f"{settings.runtime} {where}, {'with' if found.offloads else 'without'} GPU support")


def _gpu(found: Probe, driver: Sequence[str]) -> Item:
    """The GPUs as the driver names them, and whether llama.cpp can use them."""
    if found.devices:
        free = (f"{d.name} ({d.free / 2**30:.1f} GiB free)" for d in found.devices)
        return Item("GPU", True, "; ".join([*free, *(f"driver says {line}" for line in driver)]))
    if not driver:
        return Item("GPU", True, "none that a driver shows: the model runs on the CPU")
    seen = "; ".join(driver)
    if found.offloads:
        return Item(
            "GPU", False, f"{seen}: llama.cpp has GPU support but cannot use it", "Update the driver (nvidia-smi shows it)."
        )
    return Item("GPU", False, f"{seen}: llama.cpp was built without GPU support", WITH_GPU)


def _driver() -> list[str]:
    """A line for each GPU as NVIDIA's driver tells it: name, driver version, memory in all and free."""
    query = "--query-gpu=name,driver_version,memory.total,memory.free"
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return []
    try:
        done = subprocess.run(  # noqa: S603 - the driver's own tool
            [tool, query, "--format=csv,noheader"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return [f"a driver that does not answer: {error}"]
    return [line.strip() for line in done.stdout.splitlines() if line.strip()] if done.returncode == 0 else []


def _model(settings: Settings) -> Item:
    try:
        model = hub.find(settings.with_(allow_download=False))
    except OcrectError as error:
        wanted = f"ocrect models pull {settings.model}" if settings.model else ""
        return Item("model", False, str(error), wanted if settings.allow_download and wanted else error.hint)
    state = f"{model.name} ({model.source}, {_facts(model)})"
    if model.doubt:
        return Item("model", False, f"{state}: {model.doubt}", f"Name the file where it is the one meant: --model {model.path}")
    return Item("model", True, state)


def _prompt(settings: Settings) -> Iterator[Item]:
    """That the prompt is not used, where it is not: a small model only judges."""
    if settings.prompt == "general":
        return
    with suppress(OcrectError):  # a model that is missing is told of elsewhere
        model = hub.find(settings.with_(allow_download=False))
        if not can_write(model):
            yield Item("prompt", False, unused_prompt(model.name), "ocrect models show NAME says what a model is used for")


def _models(settings: Settings) -> Iterator[Item]:
    """All models on this machine; a damaged one is a finding of its own."""
    try:
        found = local.installed(settings)
    except OcrectError as error:
        yield Item("models", False, str(error), error.hint)
        return
    whole = [here.model for here in found if here.model]
    yield Item("models", True, "; ".join(f"{m.name} ({m.source}, {_facts(m)})" for m in whole) or "none on this machine")
    for here in found:
        if here.problem:
            yield Item(f"model {here.name}", False, here.problem, f"ocrect models rm {here.name}")


def _facts(model: hub.ModelFile) -> str:
    return f"{model.size / 1e6:.0f} MB, licence {model.license or 'not stated'}"
