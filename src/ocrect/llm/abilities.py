"""What a model can be trusted with, and what ran, told from its file without loading it."""

from __future__ import annotations

from typing import Any

from ocrect import hub
from ocrect.errors import MissingDependencyError, ModelLoadError
from ocrect.hub.gguf import GgufHeader
from ocrect.llm import architectures
from ocrect.llm.native import OUTPUTS, devices, library_file
from ocrect.llm.plan import pass_bytes, plan
from ocrect.settings import Settings

WRITES = 400_000_000
"""Parameters from which a model repairs more lines than it spoils: Qwen2.5-Coder-0.5B made 9 of 12 lines better and 2 worse,
SmolLM2-135M took a page from 7 % wrong characters to 56 %.
"""

_ENGLISH_ONLY = ("smollm2",)


def can_write(model: hub.ModelFile) -> bool:
    """Whether the model may be asked to rewrite lines: it is large enough and has a chat template."""
    return model.header.has_chat_template and model.header.parameters >= WRITES


def languages(model: hub.ModelFile) -> frozenset[str] | None:
    """The languages that the model knows (ISO 639-1), or ``None`` where nothing is known against any."""
    name = model.header.name.lower()
    return frozenset({"en"}) if name.startswith(_ENGLISH_ONLY) or model.source == "embedded" else None


def describe(model: hub.ModelFile, settings: Settings, loaded: tuple[int, int, str] | None) -> dict[str, Any]:
    """What runs, for the record of provenance, as JSON values. ``loaded`` is (context in tokens, layers on the GPU,
    quantization of the weights).
    """
    context, layers, weights = loaded or (settings.context_size, None, None)
    return {
        "runtime": architectures.runtime_version(),
        "process": settings.model_process,
        "file": model.path.name,
        "source": model.source,
        "repo": model.repo,
        "revision": model.revision,
        "quantization": model.quantization,
        "weights": weights,
        "license": model.license,
        "bytes": model.size,
        "context_size": context,
        "batch": settings.batch,
        "gpu_layers": layers,
    }


def memory(header: GgufHeader, settings: Settings) -> int:
    """Bytes that the model takes when loaded as the settings say: weights, cache, and buffers for a pass."""
    tokens = min(settings.context_size, header.context_length or settings.context_size)
    logits = 4 * min(OUTPUTS, settings.batch) * header.vocabulary
    buffers = max(logits, pass_bytes(header, settings.batch)) + 64 * 1024 * 1024
    return sum(header.layer_bytes) + header.other_bytes + header.layers * header.cache_bytes_per_token * tokens + buffers


def placement(header: GgufHeader, settings: Settings) -> str:
    """Where the model's layers would go now, in words."""
    try:
        architectures.check(header, library_file())
        found = devices()
    except (MissingDependencyError, ModelLoadError) as error:
        return f"none: {error}"
    return plan(header, found, settings.gpu_layers, settings.context_size, settings.batch).words
