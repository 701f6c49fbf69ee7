"""The embedded model in a quantization that the processor computes faster, made once on this machine.

Its package carries Q4_1, for which llama.cpp has no kernel for passes of many tokens on a CPU; for Q8_0 it has llamafile's. A
token costs about half as much then. Q8_0 is the finer of the two: what it changes of a block of 32 weights is at most 1/254 of
the largest. The file lies in our folder of the user's cache with its SHA-256 beside it, appears there whole, and may be deleted
at any time. No other model is ever converted.
"""

from __future__ import annotations

import ctypes
import errno
import logging
import shutil
from pathlib import Path
from typing import NamedTuple

from ocrect import hub
from ocrect.checksum import sha256_of
from ocrect.errors import ModelError
from ocrect.hub import sums
from ocrect.hub.embedded import EMBEDDED, is_whole, own_folder
from ocrect.hub.gguf import read_headers
from ocrect.llm import native

log = logging.getLogger("ocrect")

QUANTIZATION = "q8_0"

_SLOW = ("q4_1",)
_ROOM = 3  # times the model's size that the disk must have free: it becomes 1.5 times as large
_PATIENCE = 30.0  # seconds for another process that makes the same file


class Weights(NamedTuple):
    """The file that a model is loaded from, and its quantization."""

    path: Path
    quantization: str


def as_it_is(model: hub.ModelFile) -> Weights:
    """The model's own file."""
    return Weights(model.path, model.quantization)


def for_cpu(model: hub.ModelFile) -> Weights:
    """What to load where no layer lies on a GPU: the faster file, made where it is missing; or the model's own, where it is
    not the embedded model, nothing would be gained, or the file cannot be made here.
    """
    own, folder = as_it_is(model), own_folder()
    if folder is None or model.source != "embedded" or model.quantization.lower() not in _SLOW or not native.has_llamafile():
        return own
    path = folder / f"{model.name}-{EMBEDDED.sha256[:12]}.{QUANTIZATION.upper()}.gguf"
    try:
        if not _is_there(path):
            _make_once(model, path)
    except (OSError, ModelError) as error:
        log.info("the embedded model is computed with as it is, in %s: %s", model.quantization, error)
        return own
    return Weights(path, QUANTIZATION)


def _is_there(path: Path) -> bool:
    """Whether the file is there with the sum beside it. What is there otherwise is made anew."""
    return path.is_file() and sums.sum_file(path).is_file() and is_whole(path, sums.noted(path))


def _make_once(model: hub.ModelFile, path: Path) -> None:
    """Makes the file, one process at a time.

    Raises:
        OSError: there is no room, the folder cannot be written, or another process takes too long.
        ModelError: llama.cpp refused, or what it wrote is damaged.
    """
    from huggingface_hub.utils import WeakFileLock  # type: ignore[attr-defined]  # in the docs, not in __all__

    path.parent.mkdir(parents=True, exist_ok=True)
    with WeakFileLock(path.with_name(f"{path.name}.lock"), timeout=_PATIENCE):
        if path.is_file() and _is_there(path):
            return
        if shutil.disk_usage(path.parent).free < _ROOM * model.size:
            raise OSError(errno.ENOSPC, "there is no room for the faster form", str(path.parent))
        part = path.with_name(f"{path.name}.part")  # of a process that was killed it is written over
        try:
            _quantize(model.path, part)
            read_headers([part])
            sums.sum_file(path).unlink(missing_ok=True)
            part.replace(path)
            sums.note(path, sha256_of(path))
        finally:
            part.unlink(missing_ok=True)
    log.info("made %s of the embedded model, to be computed with from now on", path)


def _quantize(source: Path, target: Path) -> None:
    library = native.library()
    params = library.llama_model_quantize_default_params()
    params.ftype, params.allow_requantize, params.nthread = library.LLAMA_FTYPE_MOSTLY_Q8_0, True, 1
    code = library.llama_model_quantize(str(source).encode(), str(target).encode(), ctypes.byref(params))
    if code:
        raise ModelError(f"llama.cpp could not convert {source.name} (code {code})")
