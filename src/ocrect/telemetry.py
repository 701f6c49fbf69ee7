"""What the libraries below us tell their makers about their use: nothing, unless the user switches it on.

onnxruntime (1.32 does) looks its maker's address up and keeps a database in the user's cache as soon as it is loaded;
``ORT_DISABLE_TELEMETRY`` stops both where it is set before (its Privacy.md). huggingface_hub reads its switch when it is
imported. OpenVINO loads a package that tells its maker about model conversions, and a stub of its own where that is missing.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

ONNXRUNTIME, HUB = "ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY"
OPENVINO = "openvino_telemetry"


def switch_off() -> None:
    """Have the libraries tell nothing, in this process and those that it starts. What the user has set stays as it is.

    ``ocrect/__init__.py`` calls it, so that it comes before any part of ocrect, and any plug-in that ocrect loads, can load
    one of them. Where the caller loaded one before ocrect it is told now; what it said at its own start cannot be unsaid.
    """
    for name, tell in ((ONNXRUNTIME, _quieten_onnxruntime), (HUB, _quieten_hub)):
        if name not in os.environ:
            os.environ[name] = "1"
            tell()


@contextmanager
def openvino_switched_off() -> Iterator[None]:
    """While OpenVINO is imported: it takes its stub, unless its package for telemetry has been loaded before."""
    if OPENVINO in sys.modules:
        yield
        return
    sys.modules[OPENVINO] = None  # type: ignore[assignment]  # an import of it fails
    try:
        yield
    finally:
        del sys.modules[OPENVINO]


def _quieten_onnxruntime() -> None:
    silence = getattr(_loaded("onnxruntime"), "disable_telemetry_events", None)
    if callable(silence):
        silence()


def _quieten_hub() -> None:
    constants = _loaded("huggingface_hub.constants")
    if constants is not None:
        vars(constants)["HF_HUB_DISABLE_TELEMETRY"] = True


def _loaded(name: str) -> ModuleType | None:
    """The module, where it has been imported; it never is here."""
    return sys.modules.get(name)
