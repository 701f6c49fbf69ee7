"""The cache that programs built on ``huggingface_hub`` share: look up and place model files without the network.

Layout as documented in huggingface_hub's guide "Understand caching": ``blobs/<etag>`` hold the bytes,
``snapshots/<commit>/<file>`` point to them, ``refs/<branch>`` hold a commit.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from ocrect.errors import ModelError
from ocrect.hub.names import Candidate, candidates

_COMMIT = re.compile(r"[0-9a-f]{40}")


def folder() -> Path:
    """Where the cache is, as ``huggingface_hub`` reads it from ``HF_HUB_CACHE`` and ``HF_HOME``."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def repo_folder(repo: str) -> Path:
    """The part of the cache that belongs to a repo."""
    return folder() / f"models--{repo.replace('/', '--')}"


def look_up(repo: str, revision: str) -> tuple[str, dict[Candidate, tuple[Path, ...]]]:
    """The commit that ``revision`` stood for when last seen, and the whole models cached at it."""
    root = repo_folder(repo)
    commit = revision
    try:
        if not _COMMIT.fullmatch(revision):
            commit = (root / "refs" / revision).read_text(encoding="ascii").strip()
        snapshot = root / "snapshots" / commit
        files = {p.relative_to(snapshot).as_posix(): p for p in snapshot.rglob("*") if p.is_file()}
    except (OSError, UnicodeDecodeError):
        return "", {}
    return commit, {c: tuple(files[name] for name in c.files) for c in candidates(files)}


def place(blob: Path, repo: str, revision: str, commit: str, name: str) -> Path:
    """Makes a whole ``blob`` visible as file ``name`` of the repo; its path in the snapshot.

    Raises:
        ModelError: the cache cannot be written.
    """
    root = repo_folder(repo)
    pointer = root / "snapshots" / commit / name
    try:
        pointer.parent.mkdir(parents=True, exist_ok=True)
        if not pointer.exists():
            try:
                pointer.symlink_to(os.path.relpath(blob, pointer.parent))
            except OSError:  # no links on this file system: the snapshot holds the file itself
                blob.replace(pointer)
        if not _COMMIT.fullmatch(revision):
            ref = root / "refs" / revision
            ref.parent.mkdir(parents=True, exist_ok=True)
            ref.write_text(commit, encoding="ascii")
    except OSError as error:
        raise ModelError(
            f"cannot write to the model cache {root}: {error.strerror}",
            hint="Set models_folder to a folder that can be written.",
        ) from error
    return pointer
