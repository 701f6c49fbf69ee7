"""The SHA-256 of a model file, and the one that it should have, in a file beside it, as ``sha256sum`` writes and checks it."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from ocrect.errors import ModelError

log = logging.getLogger("ocrect")
SHA256 = re.compile(r"[0-9a-f]{64}")


def sum_file(model: Path) -> Path:
    """Where the sum of ``model`` stands: ``x.gguf.sha256`` beside ``x.gguf``."""
    return model.with_name(f"{model.name}.sha256")


def note(model: Path, sha256: str) -> None:
    """Keep what the hub declared; a folder that cannot be written is no failure of the download."""
    try:
        sum_file(model).write_text(f"{sha256}  {model.name}\n", encoding="utf-8")
    except OSError as error:
        log.warning("the SHA-256 of %s cannot be kept beside it: %s", model.name, error.strerror or error)


def noted(model: Path) -> str:
    """The SHA-256 that is kept beside ``model``; empty if there is none.

    Raises:
        ModelError: the file beside it has no SHA-256, or cannot be read.
    """
    beside = sum_file(model)
    try:
        lines = beside.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ModelError(f"cannot read {beside}: {error.strerror or error}") from error
    named = [line.split(maxsplit=1) for line in lines if line.strip()]
    for first, *rest in named:
        if SHA256.fullmatch(first.lower()) and (not rest or Path(rest[0].lstrip("*")).name == model.name):
            return first.lower()
    raise ModelError(
        f"{beside} holds no SHA-256 of {model.name}", hint=f"Write it anew: sha256sum {model.name} > {beside.name}"
    )
